import { createRequire } from 'node:module';
import util from 'node:util';

// graphql-shield still calls util.isUndefined, which Node 23 removed; and the CommonJS build of one and the ESM build of
// the other do not know each other's classes. So both are loaded here, the same way.
const legacy = util as { isUndefined?: (value: unknown) => boolean };
legacy.isUndefined ??= value => value === undefined;
const load = createRequire(import.meta.url);

const shieldModule = load('graphql-shield') as typeof import('graphql-shield');
const middlewareModule = load('graphql-middleware') as typeof import('graphql-middleware');

export const { rule, shield } = shieldModule;
export const { applyMiddleware } = middlewareModule;

/** A rule of graphql-shield. */
export type Rule = ReturnType<ReturnType<typeof rule>>;

/** Everybody may. */
export const allow = shieldModule.allow as unknown as Rule;
/** Nobody may. */
export const deny = shieldModule.deny as unknown as Rule;
