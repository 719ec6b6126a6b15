import { sql } from 'kysely';
import type { PrincipalFlags } from '../engine/subject.js';
import { AppError, unauthenticated } from '../kernel/errors.js';
import type { Identity } from '../kernel/identity.js';
import { newId, type PrincipalId, type TenantId } from '../kernel/ids.js';
import type { Database } from '../store/database.js';
import type { Tx } from '../store/tx.js';
import { Principal, PrincipalType } from './principal.entity.js';

type User = Extract<Identity, { kind: 'user' }>;
type Claimed = Pick<PrincipalFlags, 'email' | 'orgAdmin' | 'active'>;

/** What the claims say otherwise than the principal; what they do not say stays. */
function changesBy({ orgAdmin, email }: User, known: Claimed): { orgAdmin?: boolean; email?: string } {
  return {
    ...(orgAdmin !== undefined && orgAdmin !== known.orgAdmin && { orgAdmin }),
    ...(email !== undefined && email !== known.email && { email }),
  };
}

/**
 * Creates the principal of a user who comes for the first time, or brings it up to date with the claims. Answers
 * whether anything was written. The type of a principal that exists never follows a claim.
 */
export async function followClaims(
  db: Database,
  tenantId: TenantId,
  user: User,
  known: PrincipalFlags | null,
  now: Date,
): Promise<boolean> {
  if (known && (!known.active || Object.keys(changesBy(user, known)).length === 0)) return false;
  try {
    await db.write(tenantId, tx => bringUpToDate(tx, user, now));
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') throw unauthenticated('The tenant is gone');
    throw error;
  }
}

async function bringUpToDate(tx: Tx, user: User, now: Date): Promise<void> {
  type Row = { id: PrincipalId; email: string | null; orgAdmin: boolean; active: boolean };
  const [row] = await tx.query<Row>(sql`select id, email, org_admin as "orgAdmin", active from principal
    where tenant_id = ${tx.tenantId} and username = ${user.username}`);
  // Nobody keeps that a principal does not exist: so its creation makes nothing stale.
  if (!row) return tx.insert(Principal, [created(user, now)]);
  const changes = changesBy(user, row);
  if (!row.active || Object.keys(changes).length === 0) return;
  await tx.update(Principal, { id: row.id }, { ...changes, modifiedAt: now });
  tx.raise();
}

const created = ({ username, serviceAccount, orgAdmin = false, email }: User, now: Date) => ({
  id: newId<PrincipalId>(),
  username,
  type: serviceAccount ? PrincipalType.SERVICE_ACCOUNT : PrincipalType.USER,
  email: email ?? null,
  externalId: null,
  active: true,
  orgAdmin,
  superuser: false,
  createdAt: now,
  modifiedAt: now,
});
