import { unauthenticated } from '../kernel/errors.js';
import type { Identity } from '../kernel/identity.js';
import type { AuthnConfig } from './authn-config.js';
import { authorization } from './authorization.js';
import { basic } from './basic.js';
import { bearer } from './bearer.js';
import { createClientRegister } from './client-register.js';
import { identityHeader } from './identity-header.js';
import type { Method, RequestHeaders } from './method.js';
import { serviceKey } from './service-key.js';
import { anonymousTenant } from './tenant-header.js';

/** Answers who sent a request. Throws UNAUTHENTICATED, or UNAVAILABLE when that cannot be found out now. */
export type Authenticator = (headers: RequestHeaders) => Promise<Identity>;

/**
 * Builds the one way from headers to an identity. A request has one credential, and it is right; or it has none and is
 * anonymous. There is no way from a wrong credential to anonymous.
 */
export function createAuthenticator(config: AuthnConfig, clock: () => Date = () => new Date()): Authenticator {
  const methods = methodsOf(config, clock);
  return async headers => {
    const [proof, second] = methods.map(method => method(headers)).filter(found => found !== null);
    if (second) throw unauthenticated('Send one credential, not several');
    return proof ? proof() : { kind: 'anonymous', tenant: anonymousTenant(headers) };
  };
}

function methodsOf(config: AuthnConfig, clock: () => Date): readonly Method[] {
  const clients = createClientRegister(config.clients, clock);
  const schemes = new Map([
    ['bearer', bearer(config, clock)],
    ['basic', basic(clients)],
  ]);
  const always = authorization(schemes);
  return config.trustIdentityHeader ? [always, identityHeader, serviceKey(clients)] : [always];
}
