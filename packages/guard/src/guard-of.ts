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
  const found = guardOf(context);
  if (found instanceof Guard) return found;
  throw undecided(setup('There is no guard in the context of the request: { grantry: guards.ofRequest(request) }'));
}

/**
 * The guard for a field. In a mutation each field of the root starts without memory, since the one before it may have changed
 * rights; a subscription has none, since its context lives on from event to event.
 */
export function guardFor(context: unknown, { operation, path }: GraphQLResolveInfo, guardOf?: GuardOf): Guard {
  const guard = guardIn(context, guardOf);
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) return guard.fresh;
  if (operation.operation === OperationTypeNode.MUTATION && path.prev === undefined) guard.forget();
  return guard;
}
