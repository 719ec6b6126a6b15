import { GraphQLJSON } from 'graphql-scalars';
import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { ForwardPage } from '../api/connection-types.js';
import { Match } from '../api/enums.js';
import { SubjectInput } from '../policy/decision.types.js';

@InputType({ description: 'A resource: its type, and the id that its own service gave it.' })
export class ResourceRef {
  @Field(() => String, { description: 'application:resource.' })
  type!: string;

  @Field(() => String, { description: '1–255 characters, compared byte by byte.' })
  resourceId!: string;
}

@InputType({ description: 'Absent fields stay as they are; null, or an empty list, clears. Lists replace.' })
export class PutResourceInput {
  @Field(() => String, { description: '1–255 characters, compared byte by byte.' })
  resourceId!: string;

  @Field(() => String, { nullable: true, description: 'The username of its owner.' })
  owner?: string | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'What attribute filters are held against: an object.' })
  attributes?: unknown;

  @Field(() => [ResourceRef], {
    nullable: true,
    description: 'Resources above it, of any type; unknown ones are registered.',
  })
  parents?: ResourceRef[] | null;

  @Field(() => [ID], { nullable: true, description: 'The groups it is shared with.' })
  sharedWith?: string[] | null;
}

@InputType({ description: 'Resources of one type to register, or to change.' })
export class PutResourcesInput {
  @Field(() => String, { description: 'application:resource.' })
  type!: string;

  @Field(() => [PutResourceInput], { description: 'At most 1000.' })
  resources!: PutResourceInput[];
}

@InputType({ description: 'Resources of one type.' })
export class ResourcesInput {
  @Field(() => String, { description: 'application:resource.' })
  type!: string;

  @Field(() => [String], { description: 'At most 1000.' })
  resourceIds!: string[];
}

@InputType({ description: 'What is to be left of a type.' })
export class PruneResourcesInput {
  @Field(() => String, { description: 'application:resource.' })
  type!: string;

  @Field(() => [String], { description: 'Whatever is not among these is deleted.' })
  keepResourceIds!: string[];
}

@InputType({ description: 'Resources of one type, and groups.' })
export class ShareResourcesInput {
  @Field(() => String, { description: 'application:resource.' })
  type!: string;

  @Field(() => [String], { description: 'At most 1000 pairs with groups.' })
  resourceIds!: string[];

  @Field(() => [ID], { description: 'The groups.' })
  groupIds!: string[];
}

@ArgsType()
export class ViewerResourcesArgs extends ForwardPage {
  @Field(() => [String], { description: 'Permissions of one type.' })
  permissions!: string[];

  @Field(() => Match, { nullable: true, defaultValue: Match.ALL, description: 'Whether all have to be held, or any.' })
  match?: Match | null;
}

@ArgsType()
export class ResourcesArgs extends ForwardPage {
  @Field(() => [String], {
    nullable: true,
    description:
      'Permissions of one type; without any, `type` lists the resources that the subject, or a group of it, was granted one by one.',
  })
  permissions?: string[] | null;

  @Field(() => String, { nullable: true, description: 'application:resource; not needed beside permissions.' })
  type?: string | null;

  @Field(() => Match, { nullable: true, defaultValue: Match.ALL, description: 'Whether all have to be held, or any.' })
  match?: Match | null;

  @Field(() => SubjectInput, { nullable: true, description: 'Who; the caller unless given.' })
  subject?: SubjectInput | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Without it, only what the principal was granted itself, and what it owns.',
  })
  includeGroups?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Whether a superuser has everything by that.',
  })
  includeSuperuser?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Whether role rows and type-wide grants count; without it, only what holds for a single resource.',
  })
  acceptGlobal?: boolean | null;
}
