import { GraphQLJSON } from 'graphql-scalars';
import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { validDefinition, type Definition } from '../kernel/definitions.js';

export enum FilterOperation {
  EQUAL = 'EQUAL',
  IN = 'IN',
}
registerEnumType(FilterOperation, { name: 'FilterOperation', description: 'How an attribute is compared.' });

@ObjectType({ description: 'A condition on an attribute of a resource.' })
export class AttributeFilter {
  @Field(() => String, { description: 'Dotted path into the attributes.' })
  key!: string;

  @Field(() => FilterOperation, { description: 'EQUAL to the value, or IN the list.' })
  operation!: FilterOperation;

  @Field(() => GraphQLJSON, { nullable: true, description: 'A string or null; for IN a list of these.' })
  value!: unknown;
}

@ObjectType({ description: 'Where a role row holds: same keys are alternatives, different keys must all match.' })
export class ResourceDefinition {
  @Field(() => AttributeFilter, { description: 'The condition.' })
  attributeFilter!: AttributeFilter;
}

@InputType({ description: 'A condition on an attribute of a resource.' })
export class ResourceDefinitionInput {
  @Field(() => String, { description: 'Dotted path into the attributes, such as `group.id`.' })
  key!: string;

  @Field(() => FilterOperation, { description: 'EQUAL to the value, or IN the list.' })
  operation!: FilterOperation;

  @Field(() => GraphQLJSON, { nullable: true, description: 'A string or null; for IN a list of these.' })
  value?: unknown;
}

/** Stored definitions in the shape of the API. */
export const shown = (definitions: readonly Definition[]): ResourceDefinition[] =>
  definitions.map(definition => ({ attributeFilter: definition as AttributeFilter }));

/** Definitions of the API in the shape in which they are stored. BAD_USER_INPUT naming the one that is wrong. */
export const stored = (field: string, inputs: readonly ResourceDefinitionInput[] | null | undefined): Definition[] =>
  (inputs ?? []).map((input, i) => validDefinition(`${field}.${i}`, input));
