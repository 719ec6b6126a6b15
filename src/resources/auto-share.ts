import { sql } from 'kysely';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';

type Owned = { readonly resourceId: string; readonly ownerId: PrincipalId };

/** With which groups resources are shared from the start: those that the groups of their first owner say. */
export async function autoShares(
  tx: Tx,
  owned: readonly Owned[],
  now: Date,
): Promise<{ resourceId: string; groupId: GroupId }[]> {
  if (owned.length === 0) return [];
  return tx.query(sql`
    select distinct o.resource_id as "resourceId", s.target_id as "groupId"
      from unnest(${owned.map(({ resourceId }) => resourceId)}::text[], ${owned.map(({ ownerId }) => ownerId)}::uuid[])
        as o (resource_id, owner_id)
      join membership m on m.tenant_id = ${tx.tenantId} and m.principal_id = o.owner_id
       and (m.expires_at is null or m.expires_at > ${now}::timestamptz)
      join group_auto_share s on s.tenant_id = ${tx.tenantId} and s.group_id = m.group_id`);
}
