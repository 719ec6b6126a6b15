import { createRequire } from 'node:module';
import util from 'node:util';

// graphql-shield calls util.isUndefined, which Node 23 removed; and neither of the two knows the classes of the other one's
// other build. So both are loaded here, the same way, and handed on.
const legacy = util as { isUndefined?: (value: unknown) => boolean };
legacy.isUndefined ??= value => value === undefined;
const load = createRequire(import.meta.url);
const shieldModule = load('graphql-shield') as typeof import('graphql-shield');
const middlewareModule = load('graphql-middleware') as typeof import('graphql-middleware');

// Without `not`: it takes an error for a no, so that `not(can(…))` were a yes whenever Grantry cannot be reached.
export const { shield, rule, inputRule, allow, deny, and, or, chain, race } = shieldModule;
export const { applyMiddleware } = middlewareModule;

/** A rule of graphql-shield. */
export type Rule = ReturnType<ReturnType<typeof rule>>;
