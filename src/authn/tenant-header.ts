import { unauthenticated } from '../kernel/errors.js';
import type { TenantName } from '../kernel/identity.js';
import { headerValue, type RequestHeaders } from './method.js';

const HEADER = 'x-grantry-tenant';
const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Whether text can be the slug of a tenant. */
export const isSlug = (text: string) => SLUG.test(text);

/** The slug beside a credential, if one is stated. Throws UNAUTHENTICATED when it cannot be one. */
export function statedTenant(headers: RequestHeaders): string | undefined {
  const slug = headerValue(headers, HEADER);
  if (slug !== undefined && !isSlug(slug)) throw unauthenticated(`${HEADER} must be the slug of one tenant`);
  return slug;
}

/** The tenant of a request without a credential; a slug that cannot be one names none. */
export function anonymousTenant(headers: RequestHeaders): TenantName | null {
  const slug = headerValue(headers, HEADER);
  return slug !== undefined && isSlug(slug) ? { by: 'slug', value: slug } : null;
}
