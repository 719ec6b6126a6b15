import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { connectionType, edgeType } from '../api/connection-types.js';
import { Node } from '../api/node.js';
import type { GrantId, GroupId, PrincipalId, TenantId } from '../kernel/ids.js';

@ObjectType({
  implements: Node,
  description: 'A permission on one resource, or on all of a type, that was given to a principal or to a group.',
})
@Entity({ tableName: 'grant' })
export class Grant extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: GrantId;

  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @Property({ type: 'text' })
  type!: string;

  @Property({ type: 'text', nullable: true })
  resourceId!: string | null;

  @Property({ type: 'text' })
  verb!: string;

  @Property({ type: 'uuid' })
  subjectId!: PrincipalId | GroupId;

  @Property({ type: 'uuid', nullable: true })
  principalId!: PrincipalId | null;

  @Property({ type: 'uuid', nullable: true })
  groupId!: GroupId | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'From then on it is no grant; never, when null.' })
  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  /** Whether somebody granted it; otherwise it is there for assignments alone. */
  @Property({ type: 'boolean' })
  byHand!: boolean;

  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  handExpiresAt!: Date | null;

  @Field(() => String, { description: 'Who gave it: a username, or the id of a service client.' })
  @Property({ type: 'text' })
  grantedBy!: string;

  @Field(() => String, { nullable: true, description: 'Why it was given.' })
  @Property({ type: 'text', nullable: true })
  reason!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was given.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Field(() => String, { name: 'permission', description: 'The permission in full; `*` as verb is all verbs.' })
  get permission(): string {
    return `${this.type}:${this.verb}`;
  }

  protected override nodeType() {
    return 'Grant' as const;
  }
}

export const GrantEdge = edgeType('Grant', () => Grant);
export const GrantConnection = connectionType('Grant', () => Grant, GrantEdge);
