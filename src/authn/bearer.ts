import * as z from 'zod';
import type { AuthnConfig } from './authn-config.js';
import type { Scheme } from './authorization.js';
import { email, flag, proven, tenantName, username } from './proven.js';
import { statedTenant } from './tenant-header.js';
import { createTokenVerifier } from './token-verifier.js';

const CLAIMS = z.object({ sub: username, tenant: tenantName, org_admin: flag, email, service_account: flag });

/** A user's JSON Web Token (RFC 6750, RFC 7519). */
export function bearer(config: AuthnConfig, clock: () => Date): Scheme {
  const verify = createTokenVerifier(config, clock);
  return async (token, headers) => {
    const claims = proven(CLAIMS, 'Token', await verify(token));
    return {
      kind: 'user',
      tenant: { by: 'either', value: claims.tenant },
      statedTenant: statedTenant(headers),
      username: claims.sub,
      serviceAccount: claims.service_account ?? false,
      orgAdmin: claims.org_admin,
      email: claims.email,
    };
  };
}
