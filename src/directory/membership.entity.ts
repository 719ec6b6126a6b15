import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { connectionType } from '../api/connection-types.js';
import type { GroupId, PrincipalId, TenantId } from '../kernel/ids.js';
import { Principal } from './principal.entity.js';

@Entity({ tableName: 'membership' })
export class Membership {
  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @PrimaryKey({ type: 'uuid' })
  groupId!: GroupId;

  @PrimaryKey({ type: 'uuid' })
  principalId!: PrincipalId;

  @Property({ type: 'text[]' })
  roles!: string[];

  @Property({ type: 'datetime', columnType: 'timestamptz', nullable: true })
  expiresAt!: Date | null;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  addedAt!: Date;
}

@ObjectType({ description: 'A member of a group, and how it is one.' })
export class GroupMemberEdge {
  @Field(() => String, { description: 'The place of this member in the list.' })
  cursor!: string;

  @Field(() => Principal, { description: 'The member.' })
  node!: Principal;

  @Field(() => [String], { description: 'Codenames of what the member is in the group.' })
  roles!: string[];

  @Field(() => GraphQLDateTime, { nullable: true, description: 'From then on it is no membership.' })
  expiresAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When the member was added.' })
  addedAt!: Date;
}

export const GroupMemberConnection = connectionType('GroupMember', () => Principal, GroupMemberEdge);
