import type { Revision } from '../engine/subject.js';
import { badInput } from '../kernel/errors.js';

/** A state of the world that a client has seen: of one tenant, and of the catalogue. */
export type SeenRevision = Revision & { readonly tenantId: string };

const PLAIN = /^1:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(\d{1,15}):(\d{1,15})$/;

const encoded = (plain: string) => Buffer.from(plain, 'utf8').toString('base64url');

/** Spells a revision of a tenant and of the catalogue as a token; opaque to clients. */
export const revisionToken = (tenantId: string, { tenant, catalogue }: Revision): string =>
  encoded(`1:${tenantId}:${tenant}:${catalogue}`);

/** Reads such a token. BAD_USER_INPUT naming `field` when it is none. */
export function seenRevision(field: string, token: string): SeenRevision {
  const plain = Buffer.from(token, 'base64url').toString('utf8');
  const [, tenantId, tenant, catalogue] = PLAIN.exec(plain) ?? [];
  if (tenantId === undefined || encoded(plain) !== token) throw badInput(field, 'is not the token of a revision');
  return { tenantId, tenant: Number(tenant), catalogue: Number(catalogue) };
}
