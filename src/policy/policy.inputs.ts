import { Field, ID, InputType, registerEnumType } from 'type-graphql';
import { Direction, Scope } from '../api/enums.js';
import { NameMatch } from '../api/sql.js';

@InputType({ description: 'A new policy.' })
export class CreatePolicyInput {
  @Field(() => String, { description: '1–150 printable characters, unique in the tenant without letter case.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => ID, { description: 'The group that gets the roles.' })
  groupId!: string;

  @Field(() => [ID], { description: 'The roles; at least one.' })
  roleIds!: string[];
}

@InputType({ description: 'Absent fields stay as they are; null clears where clearing makes sense.' })
export class UpdatePolicyInput {
  @Field(() => ID, { description: 'The policy.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => ID, { nullable: true, description: 'Another group.' })
  groupId?: string | null;

  @Field(() => [ID], { nullable: true, description: 'Replaces the roles; at least one.' })
  roleIds?: string[] | null;
}

@InputType({ description: 'Roles to add to a group, or to take from it.' })
export class GroupRolesInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => [ID], { description: 'The roles.' })
  roleIds!: string[];
}

@InputType({ description: 'Every condition that is given has to hold.' })
export class PolicyFilter {
  @Field(() => String, { nullable: true, description: 'By name, as `match` says.' })
  name?: string | null;

  @Field(() => NameMatch, { nullable: true, defaultValue: NameMatch.PARTIAL, description: 'How names are compared.' })
  match?: NameMatch | null;

  @Field(() => String, { nullable: true, description: 'By the name of its group, as `match` says.' })
  groupName?: string | null;

  @Field(() => ID, { nullable: true, description: 'Of this group.' })
  groupId?: string | null;

  @Field(() => Scope, {
    nullable: true,
    defaultValue: Scope.TENANT,
    description: 'PRINCIPAL: policies that reach the caller.',
  })
  scope?: Scope | null;
}

export enum PolicyOrderField {
  NAME = 'NAME',
  MODIFIED = 'MODIFIED',
}
registerEnumType(PolicyOrderField, { name: 'PolicyOrderField', description: 'What policies are sorted by.' });

@InputType({ description: 'How policies are sorted; ties go by id.' })
export class PolicyOrder {
  @Field(() => PolicyOrderField, { description: 'What to sort by.' })
  field!: PolicyOrderField;

  @Field(() => Direction, { defaultValue: Direction.ASC, description: 'Which way.' })
  direction!: Direction;
}
