import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { unauthenticated } from '../kernel/errors.js';
import type { Identity, TenantName } from '../kernel/identity.js';
import type { ServiceClient } from './service-client.js';

// Hashes of nothing that anybody could send.
const DECOY = [randomBytes(32), randomBytes(32)];

/** Answers the client whose secret this is. Throws UNAUTHENTICATED. */
export type ClientRegister = (id: string, secret: string) => ServiceClient;

/**
 * A register of these clients. Only who knows the secret learns that a client is disabled or expired; an unknown client
 * and a wrong secret read the same and take the same work.
 */
export function createClientRegister(clients: readonly ServiceClient[], clock: () => Date): ClientRegister {
  const byId = new Map(clients.map(client => [client.id, client]));
  return (id, secret) => {
    const client = byId.get(id);
    const matches = isSecretOf(client?.secretHashes ?? [], secret);
    if (!client || !matches) throw unauthenticated('Unknown client or wrong secret');
    if (client.disabled) throw unauthenticated('The client is disabled');
    if (client.expiresAt && client.expiresAt <= clock()) throw unauthenticated('The client has expired');
    return client;
  };
}

/** Always two comparisons, so that time tells neither which hash matched nor how many there are. */
function isSecretOf(hashes: readonly Buffer[], secret: string): boolean {
  const given = createHash('sha256').update(secret, 'utf8').digest();
  const answers = [...hashes, ...DECOY].slice(0, 2).map(hash => timingSafeEqual(hash, given));
  return answers.includes(true);
}

/** The client in a tenant. Throws UNAUTHENTICATED for a slug that is not its own, and for none without `operate`. */
export function clientIdentity({ id, scopes, tenants }: ServiceClient, tenant: TenantName | null): Identity {
  if (!tenant && !scopes.has('operate')) throw unauthenticated('Name the tenant in x-grantry-tenant');
  const foreign = tenant?.by === 'slug' && !tenants.includes('*') && !tenants.includes(tenant.value);
  if (foreign) throw unauthenticated('There is no such tenant for this client');
  return { kind: 'service', clientId: id, scopes, tenants, tenant };
}
