import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Int, ObjectType } from 'type-graphql';
import { connectionType, edgeType } from '../api/connection-types.js';
import { Node } from '../api/node.js';
import type { Definition } from '../kernel/definitions.js';
import type { PermissionId, RoleId, TenantId } from '../kernel/ids.js';

@ObjectType({ implements: Node, description: 'Permissions under one name; of the tenant, or of the system.' })
@Entity({ tableName: 'role' })
export class Role extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: RoleId;

  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @Field(() => String, { description: 'Unique in the tenant, without letter case.' })
  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text' })
  nameKey!: string;

  @Field(() => String, { description: 'Name for people; unique too.' })
  @Property({ type: 'text' })
  displayName!: string;

  @Property({ type: 'text' })
  displayNameKey!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  @Property({ type: 'text', nullable: true })
  description!: string | null;

  @Field(() => Int, {
    description: 'Of a system role, the version of its definition; of others, counts changes of rows.',
  })
  @Property({ type: 'integer' })
  version!: number;

  @Field(() => Boolean, { description: 'Comes with the platform, and cannot be changed.' })
  @Property({ type: 'boolean', persist: false })
  system!: boolean;

  @Field(() => Boolean, { description: 'Every user has it, where the tenant has not decided otherwise.' })
  @Property({ type: 'boolean', persist: false })
  platformDefault!: boolean;

  @Field(() => Boolean, { description: 'Every organisation administrator has it.' })
  @Property({ type: 'boolean', persist: false })
  adminDefault!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last changed.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  modifiedAt!: Date;

  protected override nodeType() {
    return 'Role' as const;
  }
}

/** A row of a tenant's role, as it is stored. */
@Entity({ tableName: 'role_access' })
export class RoleAccessRow {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @Property({ type: 'uuid' })
  roleId!: RoleId;

  @Property({ type: 'uuid' })
  permissionId!: PermissionId;

  @Property({ type: 'integer' })
  position!: number;

  @Property({ type: 'json', columnType: 'jsonb' })
  resourceDefinitions!: readonly Definition[];
}

export const RoleEdge = edgeType('Role', () => Role);
export const RoleConnection = connectionType('Role', () => Role, RoleEdge);
