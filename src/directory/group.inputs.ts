import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { NameMatch } from '../api/sql.js';
import { Direction, Match, Scope } from '../api/enums.js';

@InputType({ description: 'What a group can be given at its creation.' })
export class CreateGroupInput {
  @Field(() => String, { description: '1–150 printable characters, unique in the tenant without letter case.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => ID, { nullable: true, description: 'The group above it.' })
  parentId?: string | null;

  @Field(() => String, { nullable: true, description: 'Codename of the kind of group.' })
  type?: string | null;

  @Field(() => [String], { nullable: true, description: 'Codenames of what it stands for.' })
  entities?: string[] | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Anything to keep with it.' })
  properties?: unknown;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Members of subgroups count as its members.',
  })
  includesSubgroups?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Its members see every resource.' })
  supergroup?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Everybody is in it, signed in or not.' })
  anonymousDefault?: boolean | null;

  @Field(() => [ID], { nullable: true, description: 'Groups with which its members’ new resources are shared.' })
  autoShareWithIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Groups that its members may share with; null is any group.' })
  canShareWithIds?: string[] | null;
}

@InputType({ description: 'Absent fields stay as they are; null clears where clearing makes sense.' })
export class UpdateGroupInput {
  @Field(() => ID, { description: 'The group.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => ID, { nullable: true, description: 'The group above it; null makes it a root.' })
  parentId?: string | null;

  @Field(() => String, { nullable: true, description: 'Codename of the kind of group.' })
  type?: string | null;

  @Field(() => [String], { nullable: true, description: 'Codenames of what it stands for.' })
  entities?: string[] | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Anything to keep with it.' })
  properties?: unknown;

  @Field(() => Boolean, { nullable: true, description: 'Members of subgroups count as its members.' })
  includesSubgroups?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Its members see every resource.' })
  supergroup?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Everybody is in it, signed in or not.' })
  anonymousDefault?: boolean | null;

  @Field(() => [ID], { nullable: true, description: 'Groups with which its members’ new resources are shared.' })
  autoShareWithIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: 'Groups that its members may share with; null is any group.' })
  canShareWithIds?: string[] | null;
}

@InputType({ description: 'Every condition that is given has to hold.' })
export class GroupFilter {
  @Field(() => [ID], { nullable: true, description: 'One of these.' })
  ids?: string[] | null;

  @Field(() => String, { nullable: true, description: 'By name, as `match` says.' })
  name?: string | null;

  @Field(() => NameMatch, { nullable: true, defaultValue: NameMatch.PARTIAL, description: 'How names are compared.' })
  match?: NameMatch | null;

  @Field(() => [String], { nullable: true, description: 'Has roles of these names, as `roleMatch` says.' })
  roleNames?: string[] | null;

  @Field(() => Match, { nullable: true, defaultValue: Match.ANY, description: 'Any of the roles, or all of them.' })
  roleMatch?: Match | null;

  @Field(() => String, { nullable: true, description: 'The principal counts as a member.' })
  username?: string | null;

  @Field(() => String, { nullable: true, description: 'The principal does not count as a member.' })
  excludeUsername?: string | null;

  @Field(() => Scope, {
    nullable: true,
    defaultValue: Scope.TENANT,
    description: 'PRINCIPAL: the caller’s own groups.',
  })
  scope?: Scope | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is the platform default group.' })
  platformDefault?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is the admin default group.' })
  adminDefault?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the platform keeps it.' })
  system?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'The group above it; null finds roots.' })
  parentId?: string | null;
}

export enum GroupOrderField {
  NAME = 'NAME',
  MODIFIED = 'MODIFIED',
  PRINCIPAL_COUNT = 'PRINCIPAL_COUNT',
  POLICY_COUNT = 'POLICY_COUNT',
}
registerEnumType(GroupOrderField, { name: 'GroupOrderField', description: 'What groups are sorted by.' });

@InputType({ description: 'How groups are sorted; ties go by id.' })
export class GroupOrder {
  @Field(() => GroupOrderField, { description: 'What to sort by.' })
  field!: GroupOrderField;

  @Field(() => Direction, { defaultValue: Direction.ASC, description: 'Which way.' })
  direction!: Direction;
}
