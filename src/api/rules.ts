import type { ManagedType } from '../engine/reach.js';
import { badInput, forbidden, notFound, unauthenticated, type AppError } from '../kernel/errors.js';
import { parseGlobalId, type NodeType } from '../kernel/ids.js';
import type { Context, View } from './context.js';
import { toGraphQL } from './errors.js';
import { rule } from './shield.js';

type Args = Record<string, unknown>;

/**
 * A rule. graphql-shield takes a rule that throws for a plain no: so an error is returned, and an outage stays an
 * outage. The answer of a rule that fails is never yes.
 */
export const guard = (allows: (view: View, args: Args) => Promise<true | AppError> | true | AppError) =>
  rule()(async (_parent, args: Args, context: Context) => {
    try {
      const answer = await allows(context.view, args);
      return answer === true || toGraphQL(answer);
    } catch (error) {
      return toGraphQL(error);
    }
  });

const SIGN_IN = 'Sign in to ask this';

/** Anybody but the anonymous caller. */
export const signedIn = guard(({ caller }) => caller.kind !== 'anonymous' || unauthenticated(SIGN_IN));

/** The caller may do a verb on all of a type. */
export const may = (type: ManagedType, verb: 'read' | 'write') =>
  guard(({ caller, access }) => {
    if (caller.kind === 'anonymous') return unauthenticated(SIGN_IN);
    return access.may(type, verb) || forbidden(`This needs rbac:${type}:${verb}`);
  });

/** Finds an object that the caller may read; null when there is none. */
export type Finder = (view: View, id: string) => Promise<unknown>;

const at = (args: Args, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Args | undefined)?.[key], args);

/**
 * The caller may write the object whose global id stands at `path`. One that it may not even read is NOT_FOUND, so
 * that a refusal never confirms that something exists; one that does not exist is left to the command to report.
 */
export const mayWrite = (type: ManagedType, node: NodeType, path: string, find: Finder) =>
  guard(async (view, args) => {
    if (view.caller.kind === 'anonymous') return unauthenticated(SIGN_IN);
    const id = idAt(args, path, node);
    if (typeof id !== 'string') return id;
    if (view.access.may(type, 'write', id)) return true;
    return (await find(view, id)) ? forbidden(`This needs rbac:${type}:write on it`) : notFound(path);
  });

function idAt(args: Args, path: string, node: NodeType): string | AppError {
  const parsed = parseGlobalId(String(at(args, path)));
  if (!parsed) return badInput(path, 'is not an id');
  return parsed.type === node ? parsed.id : notFound(path);
}
