import { sql } from 'kysely';
import { settle } from '../engine/claims.js';
import type { GrantId, GroupId, PrincipalId } from '../kernel/ids.js';
import { entity } from '../store/rows.js';
import type { Tx } from '../store/tx.js';
import { Grant } from './grant.entity.js';

/** A grant that there shall be; `id` is for the case that it is new. */
export type Combination = {
  readonly id: GrantId;
  readonly verb: string;
  readonly resourceId: string | null;
  readonly principalId: PrincipalId | null;
  readonly groupId: GroupId | null;
};
export type Wanted = { readonly type: string; readonly combinations: readonly Combination[] };

/** How grants are written. What is not set stays as it is in those that are there already. */
type Terms = {
  readonly now: Date;
  readonly grantedBy: string;
  readonly byHand: boolean;
  readonly expiresAt: Date | null;
  readonly reason: string | null;
  readonly setsExpiry: boolean;
  readonly setsReason: boolean;
};

const columnsOf = (combinations: readonly Combination[]) => sql`unnest(
  ${combinations.map(({ id }) => id)}::uuid[], ${combinations.map(({ resourceId }) => resourceId)}::text[],
  ${combinations.map(({ verb }) => verb)}::text[], ${combinations.map(({ principalId }) => principalId)}::uuid[],
  ${combinations.map(({ groupId }) => groupId)}::uuid[]) as w (id, resource_id, verb, principal_id, group_id)`;

/** Forgets such of the wanted grants as have expired: they start anew. */
export async function dropExpired(tx: Tx, { type, combinations }: Wanted, now: Date): Promise<void> {
  await tx.query(sql`delete from "grant" g using ${columnsOf(combinations)}
    where g.tenant_id = ${tx.tenantId} and g.type = ${type} and g.verb = w.verb
      and g.subject_id = coalesce(w.principal_id, w.group_id) and g.resource_id is not distinct from w.resource_id
      and g.expires_at <= ${now}::timestamptz`);
}

/** Writes grants, each once; answers them in the order in which they were wanted, and how many are new. */
export async function writeGrants(
  tx: Tx,
  { type, combinations }: Wanted,
  terms: Terms,
): Promise<{ grants: Grant[]; created: number }> {
  const { now, grantedBy, byHand, expiresAt, reason } = terms;
  const handExpiresAt = byHand ? expiresAt : null;
  const changes = [
    // Something has to be set for the row to be answered.
    byHand ? sql`by_hand = true` : sql`verb = excluded.verb`,
    ...(terms.setsExpiry
      ? [sql`expires_at = excluded.expires_at`, sql`hand_expires_at = excluded.hand_expires_at`]
      : []),
    ...(terms.setsReason ? [sql`reason = excluded.reason`] : []),
  ];
  const rows = await tx.query<object>(sql`
    insert into "grant" (tenant_id, id, type, resource_id, verb, subject_id, principal_id, group_id, expires_at, by_hand,
      hand_expires_at, granted_by, reason, created_at)
    select ${tx.tenantId}, w.id, ${type}, w.resource_id, w.verb, coalesce(w.principal_id, w.group_id), w.principal_id, w.group_id,
      ${expiresAt}::timestamptz, ${byHand}::boolean, ${handExpiresAt}::timestamptz, ${grantedBy}, ${reason}, ${now}::timestamptz
      from ${columnsOf(combinations)}
    on conflict (tenant_id, type, verb, subject_id, resource_id) do update set ${sql.join(changes)}
    returning *`);
  const made = new Set(combinations.map(({ id }) => id));
  const kept = rows.map(row => entity(Grant, row)).filter(({ id }) => !made.has(id));
  const written = byHand ? await settled(tx, rows, kept, now) : rows.map(row => entity(Grant, row));
  const byKey = new Map(written.map(grant => [`${grant.verb} ${grant.subjectId} ${grant.resourceId}`, grant]));
  const keyOf = ({ verb, principalId, groupId, resourceId }: Combination) =>
    `${verb} ${principalId ?? groupId} ${resourceId}`;
  return {
    grants: combinations.map(one => byKey.get(keyOf(one))!),
    created: combinations.length - kept.length,
  };
}

/** Grants that assignments claim too end with the last of their claims; what had ended of them by hand starts anew. */
async function settled(tx: Tx, rows: readonly object[], kept: readonly Grant[], now: Date): Promise<Grant[]> {
  const claimed =
    kept.length === 0
      ? []
      : await tx.query<{ id: GrantId }>(sql`
    select distinct c.grant_id as id from assignment_grant c
     where c.tenant_id = ${tx.tenantId} and c.grant_id = any(${kept.map(({ id }) => id)}::uuid[])`);
  if (claimed.length === 0) return rows.map(row => entity(Grant, row));
  await tx.query(sql`update "grant" g set hand_expires_at = null
    where g.tenant_id = ${tx.tenantId} and g.id = any(${claimed.map(({ id }) => id)}::uuid[])
      and g.hand_expires_at <= ${now}::timestamptz`);
  await settle(tx, claimed);
  const ids = rows.map(row => entity(Grant, row).id);
  const again = await tx.query<object>(
    sql`select g.* from "grant" g where g.tenant_id = ${tx.tenantId} and g.id = any(${ids}::uuid[])`,
  );
  return again.map(row => entity(Grant, row));
}
