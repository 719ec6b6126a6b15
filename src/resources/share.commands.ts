import { sql } from 'kysely';
import { keyOf } from '../api/ids.js';
import type { Access } from '../engine/access.js';
import { Standing } from '../engine/administering.js';
import type { Catalogue, TypeOptions } from '../engine/catalogue.js';
import { reaches } from '../engine/reach.js';
import { requireMayShow } from '../engine/showing.js';
import { forbidden, notFound, tooMany } from '../kernel/errors.js';
import type { GroupId } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import { knownType, MOST_WRITTEN, placeIn, validResourceIds } from './checks.js';
import type { CheckedPut, NamedShare } from './put.checks.js';
import type { ShareResourcesInput } from './resource.inputs.js';
import { register } from './resource.commands.js';

type Share = { readonly resourceId: string; readonly groupId: GroupId };
type Sharing = {
  readonly type: TypeOptions;
  readonly ids: readonly string[];
  readonly fieldOf: (id: string) => string;
  readonly groupIds: readonly string[];
};

/** What is to be shared with whom. BAD_USER_INPUT or LIMIT_EXCEEDED naming the argument. */
export function sharingOf(catalogue: Catalogue, { type, resourceIds, groupIds }: ShareResourcesInput): Sharing {
  if (resourceIds.length * groupIds.length > MOST_WRITTEN) throw tooMany('input', MOST_WRITTEN);
  return {
    type: knownType(catalogue, 'input.type', type),
    ids: validResourceIds('input.resourceIds', resourceIds),
    fieldOf: placeIn('input.resourceIds', resourceIds),
    groupIds,
  };
}

/** Shares resources with groups, beside those they are shared with. FORBIDDEN for groups out of the caller's reach. */
export async function shareResources(
  tx: Tx,
  access: Access,
  { type, ids, fieldOf, groupIds }: Sharing,
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  const standing = await Standing.of(tx, access, type, ids, now);
  standing?.requireAdministers(ids, fieldOf, type.sharedVerbs);
  if (standing) await requireMayShow(tx, standing, ids);
  const groups = await namedForSharing(tx, groupIds);
  await requireMayShareWith(tx, access, groups, now);
  if (groups.length === 0) return;
  await register(
    tx,
    ids.map(resourceId => ({ type: type.name, resourceId })),
    now,
  );
  await addShares(
    tx,
    type.name,
    ids.flatMap(resourceId => groups.map(({ groupId }) => ({ resourceId, groupId }))),
  );
}

/** Takes shares back. What is not shared is no error. */
export async function unshareResources(
  tx: Tx,
  access: Access,
  { type, ids, fieldOf, groupIds }: Sharing,
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  const standing = await Standing.of(tx, access, type, ids, now);
  standing?.requireAdministers(ids, fieldOf);
  const groups = await namedForSharing(tx, groupIds);
  await tx.query(sql`delete from resource_share s
    where s.tenant_id = ${tx.tenantId} and s.group_id = any(${groups.map(({ groupId }) => groupId)}::uuid[])
      and s.type = ${type.name} and s.resource_id = any(${ids}::text[])`);
}

/** Writes shares; those that are there already stay. */
export async function addShares(tx: Tx, type: string, shares: readonly Share[]): Promise<void> {
  if (shares.length === 0) return;
  await tx.query(sql`
    insert into resource_share (tenant_id, group_id, type, resource_id)
    select distinct ${tx.tenantId}::uuid, s.group_id, ${type}, s.resource_id
      from unnest(${shares.map(({ groupId }) => groupId)}::uuid[], ${shares.map(({ resourceId }) => resourceId)}::text[])
        as s (group_id, resource_id)
    on conflict (tenant_id, group_id, type, resource_id) do nothing`);
}

/** Takes back what puts do not name any more, where they name shares at all. */
export async function dropOtherShares(tx: Tx, type: TypeOptions, puts: readonly CheckedPut[]): Promise<void> {
  const replaced = puts.filter(({ shares }) => shares !== undefined);
  if (replaced.length === 0) return;
  const kept = replaced.flatMap(({ resourceId, shares }) => shares!.map(({ groupId }) => ({ resourceId, groupId })));
  await tx.query(sql`delete from resource_share s
    where s.tenant_id = ${tx.tenantId} and s.type = ${type.name}
      and s.resource_id = any(${replaced.map(({ resourceId }) => resourceId)}::text[])
      and not exists (
        select 1 from unnest(${kept.map(({ resourceId }) => resourceId)}::text[], ${kept.map(({ groupId }) => groupId)}::uuid[])
          as k (resource_id, group_id) where k.resource_id = s.resource_id and k.group_id = s.group_id)`);
}

async function namedForSharing(tx: Tx, ids: readonly string[]): Promise<NamedShare[]> {
  const keys = ids.map((id, at) => keyOf<GroupId>(`input.groupIds.${at}`, id, 'Group'));
  const rows = await tx.query<{ id: GroupId }>(sql`
    select g.id from "group" g where g.tenant_id = ${tx.tenantId} and g.id = any(${keys.filter(key => key !== null)}::uuid[])`);
  const known = new Set(rows.map(({ id }) => id));
  const named = keys.map((groupId, at) => {
    const field = `input.groupIds.${at}`;
    if (groupId === null || !known.has(groupId)) throw notFound(field);
    return { field, groupId };
  });
  return [...new Map(named.map(share => [share.groupId, share])).values()];
}

/**
 * Callers other than administrators share only with groups that one of their own groups can share with: live explicit
 * memberships, and the including groups above them. FORBIDDEN, or NOT_FOUND for a group that the caller may not know of.
 */
export async function requireMayShareWith(
  tx: Tx,
  access: Access,
  shares: readonly NamedShare[],
  now: Date,
): Promise<void> {
  if (access.isExempt || shares.length === 0) return;
  const { caller } = access;
  const principalId = caller.kind === 'user' ? caller.principalId : null;
  const allowed = await tx.query<{ id: GroupId }>(sql`
    with recursive own (id) as (
      select m.group_id from membership m
       where m.tenant_id = ${tx.tenantId} and m.principal_id = ${principalId}
         and (m.expires_at is null or m.expires_at > ${now}::timestamptz)
      union
      select above.id from own o
        join "group" g on g.tenant_id = ${tx.tenantId} and g.id = o.id
        join "group" above on above.tenant_id = ${tx.tenantId} and above.id = g.parent_id and above.includes_subgroups
    )
    select t.id from unnest(${shares.map(({ groupId }) => groupId)}::uuid[]) as t (id)
     where exists (
       select 1 from own o join "group" g on g.tenant_id = ${tx.tenantId} and g.id = o.id
        where g.id = t.id or g.shares_with_any or exists (
          select 1 from group_can_share c where c.tenant_id = ${tx.tenantId} and c.group_id = g.id and c.target_id = t.id))`);
  const refused = shares.find(({ groupId }) => !allowed.some(({ id }) => id === groupId));
  if (!refused) return;
  if (!reaches(access.readable('group'), refused.groupId)) throw notFound(refused.field);
  throw forbidden('None of your groups can share with this group');
}
