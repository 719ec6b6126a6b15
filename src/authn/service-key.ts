import { unauthenticated } from '../kernel/errors.js';
import type { TenantName } from '../kernel/identity.js';
import { clientIdentity, type ClientRegister } from './client-register.js';
import { headerValue, type Method, type RequestHeaders } from './method.js';
import { proven, tenantName } from './proven.js';
import { statedTenant } from './tenant-header.js';

const KEY = 'x-rh-rbac-psk';
const CLIENT = 'x-rh-rbac-client-id';
const ORGANISATION = 'x-rh-rbac-org-id';

/** A service client by its pre-shared key, in an organisation. Any one of the three headers makes it a credential. */
export const serviceKey =
  (authenticate: ClientRegister): Method =>
  headers => {
    if ([KEY, CLIENT, ORGANISATION].every(name => headerValue(headers, name) === undefined)) return null;
    return async () => {
      const [key, id] = [headerValue(headers, KEY), headerValue(headers, CLIENT)];
      if (key === undefined || id === undefined) throw unauthenticated(`Send ${KEY} together with ${CLIENT}`);
      return clientIdentity(authenticate(id, key), tenantOf(headers));
    };
  };

function tenantOf(headers: RequestHeaders): TenantName | null {
  const [organisation, slug] = [headerValue(headers, ORGANISATION), statedTenant(headers)];
  if (organisation === undefined) return slug === undefined ? null : { by: 'slug', value: slug };
  // Nothing here could tell whether the two are the same tenant.
  if (slug !== undefined) throw unauthenticated(`Name the tenant once: by ${ORGANISATION} or by x-grantry-tenant`);
  return { by: 'externalId', value: proven(tenantName, ORGANISATION, organisation) };
}
