export type { Decision, FilterSet, Reason } from './answer.js';
export type { CacheOptions } from './answer-cache.js';
export { GuardError, type GuardErrorCode } from './errors.js';
export type { Guard } from './guard.js';
export { guardIn, type GuardedContext, type GuardOf } from './guard-of.js';
export { grantryGuards, type AtLeast, type Guards, type GuardsOptions } from './guards.js';
export type { IncomingRequest, ServiceClient, Subject } from './identity.js';
export type { PermissionName, Register, TypeName, VerbOf } from './permission-names.js';
export type { About, Attributes, ResourceId } from './question.js';
