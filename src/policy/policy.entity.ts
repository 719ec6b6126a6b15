import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { connectionType, edgeType } from '../api/connection-types.js';
import { Node } from '../api/node.js';
import type { GroupId, PolicyId, RoleId, TenantId } from '../kernel/ids.js';

@ObjectType({ implements: Node, description: 'Gives roles to a group.' })
@Entity({ tableName: 'policy' })
export class Policy extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: PolicyId;

  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @Field(() => String, { description: 'Unique in the tenant, without letter case.' })
  @Property({ type: 'text' })
  name!: string;

  @Property({ type: 'text' })
  nameKey!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  @Property({ type: 'text', nullable: true })
  description!: string | null;

  @Property({ type: 'uuid' })
  groupId!: GroupId;

  @Field(() => Boolean, { description: 'The hidden policy behind `addGroupRoles`.' })
  @Property({ type: 'boolean' })
  system!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last changed.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  modifiedAt!: Date;

  protected override nodeType() {
    return 'Policy' as const;
  }
}

/** A role of a policy: exactly one of the two ids is set. */
@Entity({ tableName: 'policy_role' })
export class PolicyRole {
  @PrimaryKey({ type: 'uuid' })
  id!: string;

  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @Property({ type: 'uuid' })
  policyId!: PolicyId;

  @Property({ type: 'uuid', nullable: true })
  roleId!: RoleId | null;

  @Property({ type: 'uuid', nullable: true })
  systemRoleId!: RoleId | null;
}

export const PolicyEdge = edgeType('Policy', () => Policy);
export const PolicyConnection = connectionType('Policy', () => Policy, PolicyEdge);
