import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { connectionType, edgeType } from '../api/connection-types.js';
import { Node } from '../api/node.js';
import type { GroupId, TenantId } from '../kernel/ids.js';

@ObjectType({ implements: Node, description: 'Principals that get roles together; a node of the group forest.' })
@Entity({ tableName: 'group' })
export class Group extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: GroupId;

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

  @Property({ type: 'uuid', nullable: true })
  parentId!: GroupId | null;

  @Field(() => String, { nullable: true, description: 'Codename of the kind of group, such as `team`.' })
  @Property({ type: 'text', nullable: true })
  type!: string | null;

  @Field(() => [String], { nullable: true, description: 'Codenames of what the group stands for.' })
  @Property({ type: 'text[]' })
  entities!: string[];

  @Field(() => GraphQLJSON, { nullable: true, description: 'Anything that the tenant keeps with the group.' })
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  properties!: unknown;

  @Field(() => Boolean, { description: 'Every user is in it.' })
  @Property({ type: 'boolean' })
  platformDefault!: boolean;

  @Field(() => Boolean, { description: 'Every organisation administrator is in it.' })
  @Property({ type: 'boolean' })
  adminDefault!: boolean;

  @Field(() => Boolean, { description: 'Everybody is in it, signed in or not.' })
  @Property({ type: 'boolean' })
  anonymousDefault!: boolean;

  @Field(() => Boolean, { description: 'The platform keeps it; it cannot be changed.' })
  @Property({ type: 'boolean' })
  system!: boolean;

  @Field(() => Boolean, { description: 'Members of its subgroups count as its members.' })
  @Property({ type: 'boolean' })
  includesSubgroups!: boolean;

  @Field(() => Boolean, { description: 'Its members see every resource, shared or not.' })
  @Property({ type: 'boolean' })
  supergroup!: boolean;

  @Property({ type: 'boolean' })
  sharesWithAny!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last changed.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  modifiedAt!: Date;

  protected override nodeType() {
    return 'Group' as const;
  }
}

export const GroupEdge = edgeType('Group', () => Group);
export const GroupConnection = connectionType('Group', () => Group, GroupEdge);
