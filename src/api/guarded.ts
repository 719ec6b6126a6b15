import {
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { forbidden } from '../kernel/errors.js';
import { toGraphQL } from './errors.js';
import { allow, applyMiddleware, deny, shield, type Rule } from './shield.js';

/** A rule for each field, by type; `*` stands for all fields of a type that is not a root. */
export type Rules = Record<string, Record<string, Rule>>;

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/**
 * The schema with its rules in force. Applied last, so that fields which libraries add are denied like the rest until
 * they have a rule. Throws, naming the fields, when a field has no rule or a rule has no field.
 */
export function guarded(schema: GraphQLSchema, rules: Rules): GraphQLSchema {
  const complete = completeRules(schema, rules);
  const original = objectTypes(schema).map(type => [type.name, resolversOf(type)] as const);
  const shielded = applyMiddleware(
    schema,
    shield(complete as never, {
      fallbackRule: deny, // the library's own default is to allow
      fallbackError: thrown => toGraphQL(thrown ?? forbidden('Not allowed')),
      allowExternalErrors: true,
    }),
  );
  for (const [name, resolvers] of original) unwrapAllowed(shielded, name, resolvers, complete[name] ?? {});
  guardSubscriptions(shielded, complete);
  return shielded;
}

const objectTypes = (schema: GraphQLSchema): GraphQLObjectType[] =>
  Object.values(schema.getTypeMap()).filter(
    type => isObjectType(type) && !isIntrospectionType(type),
  ) as GraphQLObjectType[];

const resolversOf = (type: GraphQLObjectType) =>
  new Map(Object.values(type.getFields()).map(field => [field.name, field.resolve]));

/** Spells `*` out, and checks that rules and fields are the same set. */
function completeRules(schema: GraphQLSchema, rules: Rules): Rules {
  const problems: string[] = [];
  const complete: Rules = {};
  for (const type of objectTypes(schema)) {
    const given = rules[type.name] ?? {};
    const any = ROOTS.includes(type.name) ? undefined : given['*'];
    const fields = Object.keys(type.getFields());
    const entries = fields.map(field => [field, given[field] ?? any] as const);
    problems.push(...entries.filter(([, rule]) => !rule).map(([field]) => `${type.name}.${field} has no rule`));
    const strange = Object.keys(given).filter(field => !fields.includes(field) && !(field === '*' && any));
    problems.push(...strange.map(field => `there is a rule for ${type.name}.${field}, which does not exist`));
    complete[type.name] = Object.fromEntries(entries.filter((entry): entry is [string, Rule] => !!entry[1]));
  }
  for (const name of Object.keys(rules)) {
    const type = schema.getType(name);
    if (isInterfaceType(type)) problems.push(`there are rules for the interface ${name}, where they would be ignored`);
    else if (!isObjectType(type)) problems.push(`there are rules for ${name}, which is no object type`);
  }
  if (problems.length > 0) throw new Error(`The rules do not fit the schema: ${problems.join('; ')}`);
  return complete;
}

/** A field that everybody may read needs no wrapper: leaf fields then cost nothing. */
function unwrapAllowed(
  schema: GraphQLSchema,
  name: string,
  resolvers: ReturnType<typeof resolversOf>,
  rules: Record<string, Rule>,
): void {
  for (const field of Object.values((schema.getType(name) as GraphQLObjectType).getFields())) {
    if (rules[field.name] === allow) field.resolve = resolvers.get(field.name);
  }
}

/** Subscriptions have a `resolve` here, and the middleware then leaves `subscribe` itself unguarded. */
function guardSubscriptions(schema: GraphQLSchema, rules: Rules): void {
  for (const [name, field] of Object.entries(schema.getSubscriptionType()?.getFields() ?? {})) {
    const open = field.subscribe;
    field.subscribe = async (parent: unknown, args: Record<string, unknown>, context: unknown, info) => {
      const rule = rules.Subscription?.[name];
      const answer = await rule?.resolve(parent ?? {}, args, context as never, info, {} as never);
      if (answer === true) return open?.(parent, args, context, info);
      throw answer instanceof Error ? answer : toGraphQL(forbidden('Not allowed'));
    };
  }
}
