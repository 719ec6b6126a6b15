import { GraphQLJSON } from 'graphql-scalars';
import { Field, ID, InputType, ObjectType, registerEnumType } from 'type-graphql';
import type { Answer } from '../engine/asking.js';
import type { Reason as Path } from '../engine/relation.js';
import { ResourceDefinition } from './resource-definition.js';

@InputType({ description: 'A subject: exactly one field.' })
export class SubjectInput {
  @Field(() => String, { nullable: true, description: 'A principal, by username.' })
  username?: string | null;

  @Field(() => ID, { nullable: true, description: 'A principal, by id.' })
  principalId?: string | null;

  @Field(() => ID, { nullable: true, description: 'A group, by id.' })
  groupId?: string | null;

  @Field(() => String, { nullable: true, description: 'A group, by name.' })
  groupName?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whoever is not signed in; true, or absent.' })
  anonymous?: boolean | null;
}

@InputType({ description: 'A question.' })
export class CheckInput {
  @Field(() => String, { description: 'application:resource:verb, without wildcards.' })
  permission!: string;

  @Field(() => String, { nullable: true, description: 'On this resource; without one, in general.' })
  resourceId?: string | null;

  @Field(() => SubjectInput, { nullable: true, description: 'Who; the caller unless given.' })
  subject?: SubjectInput | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'Attributes, laid over those of the resource: an object.' })
  context?: unknown;
}

@ObjectType({ description: 'Attribute filters that belong together: a role row under which it would be allowed.' })
export class FilterSet {
  @Field(() => [ResourceDefinition], { description: 'To be applied as a whole.' })
  resourceDefinitions!: ResourceDefinition[];
}

@ObjectType({ description: 'Why a question of a batch has no answer.' })
export class DecisionError {
  @Field(() => String, { description: 'As `extensions.code` of errors.' })
  code!: string;

  @Field(() => String, { description: 'What is wrong, and what would be right.' })
  message!: string;
}

export enum ReasonKind {
  SUPERUSER = 'SUPERUSER',
  GRANT = 'GRANT',
  TYPE_GRANT = 'TYPE_GRANT',
  ROLE = 'ROLE',
  OWNER = 'OWNER',
  SHARED = 'SHARED',
  INHERITED = 'INHERITED',
}
registerEnumType(ReasonKind, { name: 'ReasonKind', description: 'What a permission can come from.' });

@ObjectType({ description: 'One path from the subject to the permission.' })
export class Reason {
  /** What the engine found; the fields are read off it. */
  readonly path!: Path;
}

@ObjectType({ description: 'An answer.' })
export class Decision {
  @Field(() => Boolean, { description: 'Yes or no.' })
  allowed!: boolean;

  @Field(() => String, { description: 'The permission that was asked about.' })
  permission!: string;

  @Field(() => String, { nullable: true, description: 'The resource that was asked about.' })
  resourceId!: string | null;

  @Field(() => DecisionError, { nullable: true, description: 'In a batch: why there is no answer.' })
  error!: DecisionError | null;

  /** What the engine answered; null when the question was no good. */
  answer!: Answer | null;
}
