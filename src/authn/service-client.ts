import * as z from 'zod';
import { SCOPES } from '../kernel/caller.js';
import { isPrintable } from '../kernel/text.js';
import { isSlug } from './tenant-header.js';

const SHA256 = /^[0-9a-f]{64}$/i;
// What an unset variable hashes to; a client without a secret would be open to everybody.
const HASH_OF_NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const id = z.string().refine(text => /^[^\s:]{1,150}$/.test(text) && isPrintable(text), {
  error: 'must be 1 to 150 printable characters without blanks and colons (RFC 7617)',
});

const secretHash = z
  .string()
  .regex(SHA256, { error: 'must be the SHA-256 of the secret, 64 hexadecimal digits' })
  .refine(hash => hash.toLowerCase() !== HASH_OF_NOTHING, { error: 'is the hash of an empty secret' })
  .transform(hash => Buffer.from(hash, 'hex'));

const secretHashes = z.array(secretHash).refine(hashes => hashes.length === 1 || hashes.length === 2, {
  error: 'must have one entry, or two while the secret is rotated',
});

const tenants = z.array(z.string()).refine(slugs => slugs.every(isSlug) || (slugs.length === 1 && slugs[0] === '*'), {
  error: 'must be ["*"], or slugs of tenants: lower case letters, digits and hyphens',
});

const scopes = z
  .array(z.enum(SCOPES, { error: `must be one of ${SCOPES.join(', ')}` }))
  .min(1, { error: 'must have at least one entry' })
  .transform(list => new Set(list));

const expiresAt = z.iso
  .datetime({ offset: true, error: 'must be a time as in RFC 3339, such as 2030-01-31T12:00:00Z' })
  .transform(time => new Date(time));

// Strict: a misspelt `expiresAt` must not make a client that lives for ever.
const serviceClient = z
  .strictObject({
    id,
    secretHashes,
    tenants,
    scopes,
    expiresAt: expiresAt.optional(),
    disabled: z.boolean().default(false),
  })
  .refine(({ tenants, scopes }) => tenants.length > 0 || scopes.has('operate'), {
    path: ['tenants'],
    error: 'must have at least one entry, except with the scope operate',
  })
  .readonly();

/** A service that may call, as it is configured: the secret itself is not known here. */
export type ServiceClient = z.output<typeof serviceClient>;

/** All service clients, as JSON gives them. */
export const serviceClients = z
  .array(serviceClient, { error: 'must be a JSON list of clients' })
  .refine(clients => new Set(clients.map(client => client.id)).size === clients.length, {
    error: 'must not have two clients of the same id',
  });
