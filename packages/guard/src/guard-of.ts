import { OperationTypeNode, type GraphQLResolveInfo } from 'graphql';
import { setup, undecided } from './errors.js';
import { Guard } from './guard.js';

/** Takes the guard out of the context of a request. */
export type GuardOf = (context: unknown) => unknown;

/** The context of a request whose guard stands under the name `grantry`. */
export type GuardedContext = { readonly grantry: Guard };

const underGrantry: GuardOf = context => (context as Partial<GuardedContext> | null | undefined)?.grantry;

/** The guard in the context, under `grantry` unless told where. Throws INTERNAL when there is none. */
export function guardIn(context: unknown, guardOf: GuardOf = underGrantry): Guard {
  let cause: unknown;
  try {
    const found = guardOf(context);
    if (found instanceof Guard) return found;
  } catch (error) {
    cause = error;
  }
  const missing = 'There is no guard in the context of the request: { grantry: guards.ofRequest(request) }';
  throw undecided(setup(missing, cause));
}

/**
 * The guard for a field. In a mutation it forgets before each field of the root, and before what is below it, since what was
 * carried out in between may have changed rights; a subscription has no memory, since its context lives on from event to event.
 */
export function guardFor(context: unknown, { operation, path }: GraphQLResolveInfo, guardOf?: GuardOf): Guard {
  const guard = guardIn(context, guardOf);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) return guard.fresh;
  if (operation.operation === OperationTypeNode.MUTATION) forgetBetween(guard, path);
  return guard;
}

type Path = GraphQLResolveInfo['path'];

/** Where in a mutation guards were last asked: for a field of the root, or below it. */
const stages = new WeakMap<Guard, { readonly root: Path; readonly below: boolean }>();

function forgetBetween(guard: Guard, path: Path): void {
  let root = path;
  while (root.prev) root = root.prev;
  const below = root !== path;
  const last = stages.get(guard);
  if (last?.root === root && last.below === below) return;
  stages.set(guard, { root, below });
  guard.forget();
}
