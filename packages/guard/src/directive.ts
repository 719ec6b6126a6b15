import {
  defaultFieldResolver,
  DirectiveLocation,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
  printSchema,
  type GraphQLFieldResolver,
} from 'graphql';
import { misplaced, usedFields, type UsedField } from './directive-reading.js';
import { setup } from './errors.js';
import type { Guard } from './guard.js';
import { guardFor, type GuardOf } from './guard-of.js';
import type { ResourceId } from './question.js';
import { requirementOf, type Requirement } from './requirement.js';

export type AccessDirectiveOptions = {
  /** Its name, `access` unless told. */
  readonly name?: string;
  /** Takes the guard out of the context; it stands under `grantry` unless told. */
  readonly guardOf?: GuardOf;
  /** All permissions that there are, such as `PERMISSIONS` of the generated file: others do not start. */
  readonly permissions?: readonly string[];
};

/** The directive, and what makes it work. */
export type AccessDirective = {
  /** Its definition as text, to put beside the types of a schema. */
  readonly typeDefs: string;
  /** Its definition, for schema builders in code. */
  readonly definition: GraphQLDirective;
  /** Guards the fields of the schema, in place, and answers it. Throws when some use of the directive would guard nothing. */
  transform(schema: GraphQLSchema): GraphQLSchema;
  /** The fields that the directive stands on or whose type it stands on, such as `Book.price`. */
  fieldsOf(schema: GraphQLSchema): string[];
};

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** `@access(permission: "library:book:read", resource: "$this.id")` on fields and object types. */
export function accessDirective({
  name = 'access',
  guardOf,
  permissions,
}: AccessDirectiveOptions = {}): AccessDirective {
  const definition = definitionOf(name);
  const known = permissions ? new Set(permissions) : null;
  return {
    definition,
    typeDefs: printSchema(new GraphQLSchema({ directives: [definition] })),
    fieldsOf: schema => usedFields(schema, definition).map(({ type, field }) => `${type.name}.${field.name}`),
    transform(schema) {
      for (const { type, field, requirements } of requirementsIn(schema, definition, known)) {
        const resolve = field.resolve ?? defaultFieldResolver;
        field.resolve = guardedBy(requirements, resolve, guardOf);
        // Without it, whoever may not would still be subscribed, and learn when something happens.
        if (type === schema.getSubscriptionType())
          field.subscribe = guardedBy(requirements, field.subscribe ?? defaultFieldResolver, guardOf);
      }
      return schema;
    },
  };
}

const definitionOf = (name: string) =>
  new GraphQLDirective({
    name,
    description:
      'For those who hold the permission: on the resource whose id stands at `$this.…` or `$args.…`, or in general. ' +
      'On a type it is said of each field.',
    isRepeatable: true,
    locations: [DirectiveLocation.FIELD_DEFINITION, DirectiveLocation.OBJECT],
    args: { permission: { type: new GraphQLNonNull(GraphQLString) }, resource: { type: GraphQLString } },
  });

type Guarded = Pick<UsedField, 'type' | 'field'> & { readonly requirements: readonly Requirement[] };

/** What each field asks for. Throws all that is wrong with the uses of the directive. */
function requirementsIn(
  schema: GraphQLSchema,
  definition: GraphQLDirective,
  permissions: ReadonlySet<string> | null,
): Guarded[] {
  const problems = misplaced(schema, definition).map(place => `${place}: only fields of object types can be guarded`);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const guarded = usedFields(schema, definition).map(({ type, field, onField, onType }) => {
    const isRoot = roots.includes(type);
    const read = [
      ...onField.map(use => requirementOf(use, { field, isRoot, ofType: false }, permissions)),
      ...onType.map(use => requirementOf(use, { field, isRoot, ofType: true }, permissions)),
    ];
    problems.push(...read.filter(one => typeof one === 'string').map(why => `${type.name}.${field.name}: ${why}`));
    return { type, field, requirements: read.filter(one => typeof one !== 'string') };
  });
  if (problems.length > 0) throw setup(`@${definition.name} cannot be kept:\n${problems.join('\n')}`);
  if (guarded.length === 0)
    throw setup(`@${definition.name} stands nowhere in the schema: was it lost when the schema was built?`);
  return guarded;
}

/** The resolver, for those who hold all that is asked for. */
const guardedBy =
  (requirements: readonly Requirement[], resolve: Resolver, guardOf: GuardOf | undefined): Resolver =>
  async (parent, args, context, info) => {
    const guard = guardFor(context, info, guardOf);
    await Promise.all(
      requirements.map(async ({ permission, idOf }) => {
        if (!idOf) return guard.require(permission);
        const ids = idsFrom(guard, idOf, parent, args);
        if (ids.length === 0) throw guard.denial(permission);
        await Promise.all(ids.map(on => guard.require(permission, { on })));
      }),
    );
    return resolve(parent, args, context, info);
  };

function idsFrom(
  guard: Guard,
  idOf: NonNullable<Requirement['idOf']>,
  parent: unknown,
  args: unknown,
): readonly ResourceId[] {
  try {
    return [idOf(parent, args)].flat() as ResourceId[];
  } catch (error) {
    throw guard.unread(error);
  }
}
