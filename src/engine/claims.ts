import { sql, type RawBuilder } from 'kysely';
import type { AssignmentId, GrantId, GroupId, PrincipalId } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';

/** Takes assignments back: what no other claim keeps is no grant any more. */
export async function takeBack(tx: Tx, which: AssignmentsOf): Promise<void> {
  const touched = await tx.query<{ id: GrantId }>(sql`
    select distinct c.grant_id as id from assignment a
      join assignment_grant c on c.tenant_id = ${tx.tenantId} and c.assignment_id = a.id
     where a.tenant_id = ${tx.tenantId} and ${conditionOf(which)}`);
  await tx.query(sql`delete from assignment a where a.tenant_id = ${tx.tenantId} and ${conditionOf(which)}`);
  await settle(tx, touched);
}

export type AssignmentsOf =
  { readonly groupId: GroupId } | { readonly principalId: PrincipalId } | { readonly assignmentId: AssignmentId };

function conditionOf(which: AssignmentsOf): RawBuilder<unknown> {
  if ('groupId' in which) return sql`a.group_id = ${which.groupId}`;
  return 'principalId' in which ? sql`a.principal_id = ${which.principalId}` : sql`a.id = ${which.assignmentId}`;
}

/** Takes back what assignments through a group gave to some of its members: it lives as long as the membership. */
export async function takeBackFromMembers(tx: Tx, groupId: GroupId, memberIds: readonly PrincipalId[]): Promise<void> {
  const touched = await tx.query<{ id: GrantId }>(sql`${claimsOfMembers(tx, groupId, memberIds)}`);
  if (touched.length === 0) return;
  const ids = touched.map(({ id }) => id);
  await tx.query(sql`delete from assignment_grant c
    where c.tenant_id = ${tx.tenantId} and c.grant_id = any(${ids}::uuid[]) and c.assignment_id in (
      select a.id from assignment a where a.tenant_id = ${tx.tenantId} and a.group_id = ${groupId}
         and a.principal_id = any(${memberIds}::uuid[]))`);
  await settle(tx, touched);
}

/** Makes the same grants end when the membership does from now on. */
export async function followMembership(
  tx: Tx,
  groupId: GroupId,
  memberIds: readonly PrincipalId[],
  expiresAt: Date | null,
): Promise<void> {
  const touched = await tx.query<{ id: GrantId }>(sql`${claimsOfMembers(tx, groupId, memberIds)}`);
  if (touched.length === 0) return;
  const ids = touched.map(({ id }) => id);
  await tx.query(sql`update assignment_grant c set expires_at = ${expiresAt}
    where c.tenant_id = ${tx.tenantId} and c.grant_id = any(${ids}::uuid[]) and c.assignment_id in (
      select a.id from assignment a where a.tenant_id = ${tx.tenantId} and a.group_id = ${groupId}
         and a.principal_id = any(${memberIds}::uuid[]))`);
  await settle(tx, touched);
}

const claimsOfMembers = ({ tenantId }: Tx, groupId: GroupId, memberIds: readonly PrincipalId[]) => sql`
  select distinct g.id from assignment a
    join assignment_grant c on c.tenant_id = ${tenantId} and c.assignment_id = a.id
    join "grant" g on g.tenant_id = ${tenantId} and g.id = c.grant_id and g.principal_id = a.principal_id
   where a.tenant_id = ${tenantId} and a.group_id = ${groupId} and a.principal_id = any(${memberIds}::uuid[])`;

/**
 * Brings grants in line with what claims them: without any claim they go, and otherwise they end with the last one.
 */
export async function settle(tx: Tx, grants: readonly { readonly id: GrantId }[]): Promise<void> {
  if (grants.length === 0) return;
  const ids = grants.map(({ id }) => id);
  const gone = await tx.query<{ type: string }>(sql`delete from "grant" g
    where g.tenant_id = ${tx.tenantId} and g.id = any(${ids}::uuid[]) and not g.by_hand and not exists (
      select 1 from assignment_grant c where c.tenant_id = ${tx.tenantId} and c.grant_id = g.id) returning g.type`);
  const kept = await tx.query<{ type: string }>(sql`update "grant" g set expires_at = claimed.until
    from (
      select k.id, case when bool_or(k.until is null) then null else max(k.until) end as until
        from (
          select h.id, h.hand_expires_at as until from "grant" h
           where h.tenant_id = ${tx.tenantId} and h.id = any(${ids}::uuid[]) and h.by_hand
          union all
          select c.grant_id, c.expires_at from assignment_grant c
           where c.tenant_id = ${tx.tenantId} and c.grant_id = any(${ids}::uuid[])
        ) k group by k.id
    ) claimed
    where g.tenant_id = ${tx.tenantId} and g.id = claimed.id returning g.type`);
  if ([...gone, ...kept].some(({ type }) => type.startsWith('rbac:'))) tx.raise();
}
