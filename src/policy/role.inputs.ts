import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Direction, Scope } from '../api/enums.js';
import { NameMatch } from '../api/sql.js';
import { ResourceDefinition, ResourceDefinitionInput } from './resource-definition.js';

@ObjectType({ description: 'A row of a role.' })
export class RoleAccess {
  @Field(() => String, { description: 'The permission; wildcards as they are stored.' })
  permission!: string;

  @Field(() => [ResourceDefinition], { description: 'Where it holds; everywhere when there are none.' })
  resourceDefinitions!: ResourceDefinition[];
}

@InputType({ description: 'A row of a role.' })
export class RoleAccessInput {
  @Field(() => String, { description: 'A permission of the catalogue.' })
  permission!: string;

  @Field(() => [ResourceDefinitionInput], {
    nullable: true,
    description: 'Where it holds; everywhere when there are none.',
  })
  resourceDefinitions?: ResourceDefinitionInput[] | null;
}

@InputType({ description: 'A new role of the tenant.' })
export class CreateRoleInput {
  @Field(() => String, {
    description: '1–150 printable characters, unique among all roles of the tenant and the system.',
  })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Name for people; the name unless given. Unique too.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => [RoleAccessInput], { description: 'Its rows; there may be none.' })
  access!: RoleAccessInput[];
}

@InputType({ description: 'Absent fields stay as they are; null clears where clearing makes sense.' })
export class UpdateRoleInput {
  @Field(() => ID, { description: 'The role.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'A new name for people; null makes it the name.' })
  displayName?: string | null;

  @Field(() => String, { nullable: true, description: 'What it is for.' })
  description?: string | null;

  @Field(() => [RoleAccessInput], { nullable: true, description: 'Replaces all rows.' })
  access?: RoleAccessInput[] | null;
}

@InputType({ description: 'Every condition that is given has to hold.' })
export class RoleFilter {
  @Field(() => [ID], { nullable: true, description: 'One of these.' })
  ids?: string[] | null;

  @Field(() => String, { nullable: true, description: 'By name, as `match` says.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'By display name, as `match` says.' })
  displayName?: string | null;

  @Field(() => NameMatch, { nullable: true, defaultValue: NameMatch.PARTIAL, description: 'How names are compared.' })
  match?: NameMatch | null;

  @Field(() => [String], { nullable: true, description: 'Has a row on one of these applications.' })
  applications?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Has a row with one of these permissions, literally.' })
  permissions?: string[] | null;

  @Field(() => Boolean, { nullable: true, description: 'Roles of the system, or of the tenant.' })
  system?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Reaches the principal.' })
  username?: string | null;

  @Field(() => Scope, { nullable: true, defaultValue: Scope.TENANT, description: 'PRINCIPAL: the caller’s own roles.' })
  scope?: Scope | null;

  @Field(() => ID, { nullable: true, description: 'The group has it.' })
  groupId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The group does not have it.' })
  notInGroupId?: string | null;
}

export enum RoleOrderField {
  NAME = 'NAME',
  DISPLAY_NAME = 'DISPLAY_NAME',
  MODIFIED = 'MODIFIED',
  POLICY_COUNT = 'POLICY_COUNT',
}
registerEnumType(RoleOrderField, { name: 'RoleOrderField', description: 'What roles are sorted by.' });

@InputType({ description: 'How roles are sorted; ties go by id.' })
export class RoleOrder {
  @Field(() => RoleOrderField, { description: 'What to sort by.' })
  field!: RoleOrderField;

  @Field(() => Direction, { defaultValue: Direction.ASC, description: 'Which way.' })
  direction!: Direction;
}
