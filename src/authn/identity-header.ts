import * as z from 'zod';
import { textOfBase64 } from './base64.js';
import { headerValue, type Method } from './method.js';
import { email, flag, proven, tenantName, username } from './proven.js';
import { statedTenant } from './tenant-header.js';

const HEADER = 'x-rh-identity';

const user = z.object({ username, email, is_org_admin: flag });
const serviceAccount = z.object({ username });
const IDENTITY = z.object({
  identity: z
    .object({ org_id: tenantName, user: user.optional(), service_account: serviceAccount.optional() })
    .refine(({ user, service_account }) => !user !== !service_account, {
      error: 'must have either a user or a service_account',
    }),
});

/** A user as a trusted proxy states it: base64 of JSON with the organisation, which is a tenant's external id. */
export const identityHeader: Method = headers => {
  const value = headerValue(headers, HEADER);
  if (value === undefined) return null;
  return async () => {
    const { identity } = proven(IDENTITY, HEADER, jsonOf(value));
    const { user, service_account: account } = identity;
    return {
      kind: 'user',
      tenant: { by: 'externalId', value: identity.org_id },
      statedTenant: statedTenant(headers),
      // One of the two is there: the schema says so.
      username: (user ?? account)!.username,
      serviceAccount: account !== undefined,
      orgAdmin: user?.is_org_admin,
      email: user?.email,
    };
  };
};

/** The content of the header; what is no JSON in base64 is no content. */
function jsonOf(encoded: string): unknown {
  try {
    return JSON.parse(textOfBase64(encoded) ?? '');
  } catch {
    return undefined;
  }
}
