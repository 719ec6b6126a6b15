import { createRequire } from 'node:module';
import util from 'node:util';

// graphql-shield calls util.isUndefined, which Node 23 removed; and neither of the two knows the classes of the other one's
// other build. So both are loaded here, the same way, and handed on.
const legacy = util as { isUndefined?: (value: unknown) => boolean };
legacy.isUndefined ??= value => value === undefined;
type Shield = typeof import('graphql-shield');
type Middleware = typeof import('graphql-middleware');
const load = createRequire(import.meta.url);
const shieldModule = load('graphql-shield') as Shield;

export const shield: Shield['shield'] = shieldModule.shield;
export const rule: Shield['rule'] = shieldModule.rule;
export const inputRule: Shield['inputRule'] = shieldModule.inputRule;
export const allow: Shield['allow'] = shieldModule.allow;
export const deny: Shield['deny'] = shieldModule.deny;
export const and: Shield['and'] = shieldModule.and;
export const or: Shield['or'] = shieldModule.or;
export const chain: Shield['chain'] = shieldModule.chain;
export const race: Shield['race'] = shieldModule.race;
// No `not`: it takes an error for a no, so that `not(can(…))` were a yes whenever Grantry cannot be reached.

export const { applyMiddleware }: Middleware = load('graphql-middleware') as Middleware;

/** A rule of graphql-shield. */
export type Rule = ReturnType<ReturnType<Shield['rule']>>;
