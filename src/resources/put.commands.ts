import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import { Standing } from '../engine/administering.js';
import type { TypeOptions } from '../engine/catalogue.js';
import { forbidden } from '../kernel/errors.js';
import { newId, type PrincipalId, type ResourceUid } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import { autoShares } from './auto-share.js';
import { replaceParents } from './parents.js';
import { checkedPuts, type CheckedPut } from './put.checks.js';
import type { PutResourcesInput } from './resource.inputs.js';
import { register, WRITE_NEEDS } from './resource.commands.js';
import { addShares, dropOtherShares, requireMayShareWith } from './share.commands.js';

/** A resource as it stands before a put. */
type Before = { readonly resource_id: string; readonly owner_id: PrincipalId | null; readonly was_put: boolean };

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
  const puts = await checkedPuts(tx, access.catalogue, type, input);
  if (puts.length === 0) return { uids: [], created: 0 };
  const before = await standingBefore(tx, type, puts);
  const ids = puts.map(({ resourceId }) => resourceId);
  const standing = await Standing.of(tx, access, type, ids, now);
  // Whoever may hand out rights is not thereby allowed to write resources.
  if (!standing && !access.mayOn('resource', 'write', type, null)) throw forbidden(WRITE_NEEDS);
  if (standing) for (const put of puts) requireMayPut(standing, put, before.get(put.resourceId));
  await requireMayShareWith(
    tx,
    access,
    puts.flatMap(({ shares }) => shares ?? []),
    now,
  );
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
    select r.resource_id, r.owner_id, r.was_put from resource r
     where r.tenant_id = ${tx.tenantId} and r.type = ${type.name}
       and r.resource_id = any(${puts.map(({ resourceId }) => resourceId)}::text[])`);
  return new Map(rows.map(row => [row.resource_id, row]));
}

/**
 * Whoever is no administrator of the tenant changes what is its own or what it has the right to write, and brings nobody
 * into what it does not hold itself: a new owner, those who hold something on a new parent, and whom it is shared with.
 */
function requireMayPut(standing: Standing, put: CheckedPut, before: Before | undefined): void {
  const { type } = standing;
  const resource = standing.at(put.resourceId);
  if (!standing.writes(resource)) throw forbidden(WRITE_NEEDS);
  const owns = put.ownerId !== undefined && put.ownerId === standing.principalId;
  if (put.shares && put.shares.length > 0 && !owns && !standing.administers(resource)) {
    throw forbidden('Sharing needs rbac:grant:write, ownership, or the verb manage');
  }
  if (!before || standing.access.caller.kind === 'service') return;
  const newOwner = typeof put.ownerId === 'string' && put.ownerId !== before.owner_id;
  if (newOwner) standing.requireHolds([...type.ownerVerbs, ...type.sharedVerbs], resource);
  if (put.parents && put.parents.length > 0)
    standing.requireHolds(newParents(standing, put) ? type.inheritedVerbs : [], resource);
  if (put.shares && put.shares.length > 0) standing.requireHolds(type.sharedVerbs, resource);
}

const newParents = (standing: Standing, put: CheckedPut): boolean => {
  const known = new Set(standing.at(put.resourceId).parents.map(({ type, id }) => `${type} ${id}`));
  return (put.parents ?? []).some(({ type, resourceId }) => !known.has(`${type} ${resourceId}`));
};

/** Owners that a resource gets with its first put: then it is shared with what the owner's groups say. */
const firstOwners = (puts: readonly CheckedPut[], before: ReadonlyMap<string, Before>) =>
  puts.flatMap(({ resourceId, ownerId }) =>
    typeof ownerId === 'string' && !before.get(resourceId)?.was_put ? [{ resourceId, ownerId }] : [],
  );

async function write(
  tx: Tx,
  type: TypeOptions,
  puts: readonly CheckedPut[],
  before: ReadonlyMap<string, Before>,
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
