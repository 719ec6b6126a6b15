import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import type { TypeOptions } from '../engine/catalogue.js';
import { tooMany } from '../kernel/errors.js';
import { newId, type ResourceUid } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import { autoShares } from './auto-share.js';
import { MOST_WRITTEN } from './checks.js';
import { replaceParents } from './parents.js';
import { checkedPuts, type CheckedPut } from './put.checks.js';
import type { PutResourcesInput } from './resource.inputs.js';
import { requireMayPut, requireWrites, type Before, type Befores } from './put.rights.js';
import { register } from './resource.commands.js';
import { addShares, dropOtherShares } from './share.commands.js';

/**
 * Registers resources, or changes those that are there: what is absent stays, null or an empty list clears, lists replace.
 * Nothing is written unless all of it can be. BAD_USER_INPUT, NOT_FOUND, CONFLICT or FORBIDDEN naming the argument.
 */
export async function putResources(
  tx: Tx,
  access: Access,
  type: TypeOptions,
  input: PutResourcesInput,
  now: Date,
): Promise<{ uids: ResourceUid[]; created: number }> {
  if (input.resources.length > MOST_WRITTEN) throw tooMany('input.resources', MOST_WRITTEN);
  const standing = await requireWrites(tx, access, type, input, now);
  const puts = await checkedPuts(tx, access.catalogue, type, input);
  if (puts.length === 0) return { uids: [], created: 0 };
  const before = await standingBefore(tx, type, puts);
  if (standing) await requireMayPut(tx, standing, puts, before, now);
  const uids = await write(tx, type, puts, before, now);
  await replaceParents(tx, type, puts, now);
  await dropOtherShares(tx, type, puts);
  await addShares(tx, type.name, [
    ...puts.flatMap(sharesOf),
    ...(await autoShares(tx, firstOwners(puts, before), now)),
  ]);
  if (type.application === 'rbac') tx.raise();
  return { uids, created: puts.filter(({ resourceId }) => !before.has(resourceId)).length };
}

const sharesOf = ({ resourceId, shares }: CheckedPut) => (shares ?? []).map(({ groupId }) => ({ resourceId, groupId }));

async function standingBefore(tx: Tx, type: TypeOptions, puts: readonly CheckedPut[]): Promise<Map<string, Before>> {
  const rows = await tx.query<Before>(sql`
    select r.resource_id, r.owner_id, r.was_put,
      (select coalesce(json_agg(json_build_object('type', p.parent_type, 'resourceId', p.parent_resource_id)), '[]')
         from resource_parent p
        where p.tenant_id = ${tx.tenantId} and p.type = r.type and p.resource_id = r.resource_id) as parents,
      (select coalesce(json_agg(s.group_id), '[]') from resource_share s
        where s.tenant_id = ${tx.tenantId} and s.type = r.type and s.resource_id = r.resource_id) as shares
      from resource r
     where r.tenant_id = ${tx.tenantId} and r.type = ${type.name}
       and r.resource_id = any(${puts.map(({ resourceId }) => resourceId)}::text[])`);
  return new Map(rows.map(row => [row.resource_id, row]));
}

/** Owners that a resource gets with its first put: then it is shared with what the owner's groups say. */
const firstOwners = (puts: readonly CheckedPut[], before: Befores) =>
  puts.flatMap(({ resourceId, ownerId }) =>
    typeof ownerId === 'string' && !before.get(resourceId)?.was_put ? [{ resourceId, ownerId }] : [],
  );

async function write(
  tx: Tx,
  type: TypeOptions,
  puts: readonly CheckedPut[],
  before: Befores,
  now: Date,
): Promise<ResourceUid[]> {
  const fresh = puts.filter(({ resourceId }) => !before.has(resourceId));
  await register(
    tx,
    fresh.map(({ resourceId }) => ({ type: type.name, resourceId })),
    now,
  );
  const ids = puts.map(({ resourceId }) => resourceId);
  const owners = puts.map(({ ownerId }) => ownerId ?? null);
  const attributes = puts.map(put => (put.attributes ? JSON.stringify(put.attributes) : null));
  const rows = await tx.query<{ id: ResourceUid; resource_id: string }>(sql`
    update resource r set was_put = true, modified_at = ${now}::timestamptz,
      owner_id = case when p.sets_owner then p.owner_id else r.owner_id end,
      attributes = case when p.sets_attributes then p.attributes::jsonb else r.attributes end
     from unnest(${ids}::text[], ${puts.map(put => put.ownerId !== undefined)}::boolean[], ${owners}::uuid[],
       ${puts.map(put => put.attributes !== undefined)}::boolean[], ${attributes}::text[])
       as p (resource_id, sets_owner, owner_id, sets_attributes, attributes)
    where r.tenant_id = ${tx.tenantId} and r.type = ${type.name} and r.resource_id = p.resource_id
    returning r.id, r.resource_id`);
  const uidOf = new Map(rows.map(row => [row.resource_id, row.id]));
  return ids.map(id => uidOf.get(id) ?? newId<ResourceUid>());
}
