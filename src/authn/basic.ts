import { unauthenticated } from '../kernel/errors.js';
import type { Scheme } from './authorization.js';
import { textOfBase64 } from './base64.js';
import { clientIdentity, type ClientRegister } from './client-register.js';
import { statedTenant } from './tenant-header.js';

/** A service client with its secret (RFC 7617), in the tenant that `x-grantry-tenant` names. */
export const basic =
  (authenticate: ClientRegister): Scheme =>
  async (credentials, headers) => {
    const pair = textOfBase64(credentials) ?? '';
    // The id has no colon, the secret may have some.
    const colon = pair.indexOf(':');
    if (colon < 0) throw unauthenticated('Basic credentials must be the base64 of client:secret');
    const client = authenticate(pair.slice(0, colon), pair.slice(colon + 1));
    const slug = statedTenant(headers);
    return clientIdentity(client, slug === undefined ? null : { by: 'slug', value: slug });
  };
