import {
  getNullableType,
  GraphQLBoolean,
  GraphQLFloat,
  isInputObjectType,
  isListType,
  isScalarType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLScalarType,
} from 'graphql';
import type { UsedField, Written } from './directive-reading.js';
import { isPermission, type PermissionName } from './permission-names.js';

/** What one use of the directive asks for. */
export type Requirement = {
  readonly permission: PermissionName;
  /** Reads the id of the resource; null for a question in general. */
  readonly idOf: ((parent: unknown, args: unknown) => unknown) | null;
};

/** Where the directive stands: on a field, or on the type of the field. */
export type Place = Pick<UsedField, 'field'> & { readonly isRoot: boolean; readonly ofType: boolean };

const NO_IDS: readonly GraphQLScalarType[] = [GraphQLBoolean, GraphQLFloat];
// `$this.id`, `$args.input.bookId`: names as Apollo Connectors spells them.
const SOURCE = /^\$(this|args)((?:\.[_A-Za-z]\w*)+)$/;

/** Reads a use of the directive, or says what is wrong with it there. */
export function requirementOf(
  written: Written,
  place: Place,
  permissions: ReadonlySet<string> | null,
): Requirement | string {
  if ('problem' in written) return written.problem;
  const { permission, resource, ...rest } = written.args;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `there is no argument '${unknown}'`;
  if (!isPermission(permission)) return `'${String(permission)}' is no permission: application:resource:verb`;
  if (permissions && !isAmong(permissions, permission)) return `there is no permission '${permission}'`;
  if (place.ofType && place.isRoot) return 'say it on the fields: a root type has fields that tools need';
  if (!('resource' in written.args)) return { permission: permission as PermissionName, idOf: null };
  const [, from, dotted = ''] = SOURCE.exec(typeof resource === 'string' ? resource : '') ?? [];
  if (!from) return `resource must be like '$this.id' or '$args.input.id', not ${JSON.stringify(resource)}`;
  const path = dotted.slice(1).split('.');
  const problem = from === 'this' ? thisProblem(place) : argsProblem(place, path);
  if (problem !== null) return problem;
  const idOf: Requirement['idOf'] =
    from === 'this' ? parent => valueAt(parent, path) : (_parent, args) => valueAt(args, path) ?? null;
  return { permission: permission as PermissionName, idOf };
}

/** Types with verbs of their own choice stand as `application:resource:*`. */
const isAmong = (permissions: ReadonlySet<string>, permission: string) =>
  permissions.has(permission) || permissions.has(permission.replace(/[^:]*$/, '*'));

/** What the parent has besides the fields of its type is not known here. */
const thisProblem = ({ isRoot }: Place) => (isRoot ? 'there is no $this in a root type: name an argument' : null);

function argsProblem({ field, ofType }: Place, path: readonly string[]): string | null {
  if (ofType) return 'on a type there are no $args: say it on the fields';
  let among: readonly (GraphQLArgument | GraphQLInputField)[] = field.args;
  let type: GraphQLInputType | undefined;
  for (const [at, name] of path.entries()) {
    type = among.find(one => one.name === name)?.type;
    if (!type) return `there is no $args.${path.slice(0, at + 1).join('.')}`;
    const inner = getNullableType(type);
    among = isInputObjectType(inner) ? Object.values(inner.getFields()) : [];
  }
  return isId(type!) ? null : `$args.${path.join('.')} is no id`;
}

/** A scalar that can be an id, or a list of such. */
function isId(type: GraphQLInputType): boolean {
  const nullable = getNullableType(type);
  const one = isListType(nullable) ? getNullableType(nullable.ofType as GraphQLInputType) : nullable;
  return isScalarType(one) && !NO_IDS.includes(one);
}

const valueAt = (from: unknown, path: readonly string[]): unknown =>
  path.reduce((value, name) => (value as Record<string, unknown> | null | undefined)?.[name], from);
