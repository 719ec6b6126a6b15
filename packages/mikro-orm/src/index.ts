export { grantryClient, type Ask, type GrantryClientOptions } from './client.js';
export type { Viewable } from './entity-manager.js';
export { GrantryError, type GrantryErrorCode } from './errors.js';
export { grantry, viewable, type GrantryOptions } from './extension.js';
export { protect, unprotected, type ProtectOptions, type Protection } from './protection.js';
export { runAs, unrestricted, type Caller, type Subject } from './scope.js';
