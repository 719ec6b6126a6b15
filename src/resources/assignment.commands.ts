import { sql, type RawBuilder } from 'kysely';
import { keyOf } from '../api/ids.js';
import type { Access } from '../engine/access.js';
import { Standing } from '../engine/administering.js';
import type { TypeOptions } from '../engine/catalogue.js';
import { settle, takeBack } from '../engine/claims.js';
import { badInput, notFound } from '../kernel/errors.js';
import { newId, type AssignmentId, type GrantId, type GroupId, type PrincipalId } from '../kernel/ids.js';
import { askedKey, isStorable, validResourceId } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import type { Tx } from '../store/tx.js';
import type { AssignResourceInput, UnassignResourceInput } from './assignment.inputs.js';
import { policyOf, verbsFor, type AssignmentPolicy } from '../directory/assignment-policy.js';
import { authorName } from './checks.js';
import { Grant } from './grant.entity.js';
import { dropExpired, writeGrants, type Combination } from './grant.rows.js';
import { register } from './resource.commands.js';

type Place = 'group' | 'groupsUpstream' | 'groupsDownstream' | 'groupsSiblings';
type Relative = { readonly id: GroupId; readonly type: string | null; readonly place: Place };
type Member = { readonly id: PrincipalId; readonly roles: string[]; readonly expires_at: Date | null };
type Given = { readonly verb: string; readonly principalId: PrincipalId | null; readonly groupId: GroupId | null };

/**
 * Gives permissions on a resource to a group, to the groups around it, and to one of its members, as a policy says. It is
 * recorded: doing it again adds to the record, and `unassignResource` takes exactly that back. BAD_USER_INPUT or
 * NOT_FOUND naming the argument; FORBIDDEN by the no-escalation rule.
 */
export async function assignResource(
  tx: Tx,
  access: Access,
  type: TypeOptions,
  input: AssignResourceInput,
  now: Date,
): Promise<Grant[]> {
  const resourceId = validResourceId('input.resourceId', input.resourceId);
  const policy = policyOf(type, input.policy, await tenantsPolicy(tx));
  const standing = await Standing.of(tx, access, type, [resourceId], now);
  standing?.requireAdministers([resourceId], () => 'input.resourceId');
  const relatives = await relativesOf(tx, input.groupId);
  const groupId = relatives.find(({ place }) => place === 'group')!.id;
  const member = typeof input.username === 'string' ? await memberOf(tx, groupId, input.username, now) : null;
  const given = [...givenTo(relatives, policy), ...givenToMember(member, policy)];
  standing?.requireAdministers([resourceId], () => 'input.resourceId', [...new Set(given.map(({ verb }) => verb))]);
  await register(tx, [{ type: type.name, resourceId }], now);
  const assignmentId = await recorded(
    tx,
    { type: type.name, resourceId, groupId, principalId: member?.id ?? null },
    now,
  );
  const combinations = given.map(one => ({ id: newId<GrantId>(), resourceId, ...one }));
  if (type.application === 'rbac') tx.raise();
  return written(tx, type, combinations, { assignmentId, member, grantedBy: authorName(access.caller), now });
}

/** Takes back exactly what assigning gave, as far as nothing else claims it. Answers how many live grants went. */
export async function unassignResource(
  tx: Tx,
  access: Access,
  type: TypeOptions,
  input: UnassignResourceInput,
  now: Date,
): Promise<number> {
  const resourceId = validResourceId('input.resourceId', input.resourceId);
  const standing = await Standing.of(tx, access, type, [resourceId], now);
  standing?.requireAdministers([resourceId], () => 'input.resourceId');
  const [group] = await relativesOf(tx, input.groupId);
  const principalId = typeof input.username === 'string' ? await principalNamed(tx, input.username) : null;
  const [assignment] = await tx.query<{ id: AssignmentId }>(sql`
    select a.id from assignment a
     where a.tenant_id = ${tx.tenantId} and a.type = ${type.name} and a.resource_id = ${resourceId}
       and a.group_id = ${group!.id} and a.principal_id is not distinct from ${principalId}::uuid`);
  if (!assignment) return 0;
  const before = await liveGrants(
    tx,
    sql`select c.grant_id from assignment_grant c where c.tenant_id = ${tx.tenantId} and c.assignment_id = ${assignment.id}`,
    now,
  );
  await takeBack(tx, { assignmentId: assignment.id });
  const after = await liveGrants(tx, sql`select unnest(${before}::uuid[])`, now);
  return before.length - after.length;
}

async function liveGrants(tx: Tx, ids: RawBuilder<unknown>, now: Date): Promise<GrantId[]> {
  const rows = await tx.query<{ id: GrantId }>(sql`
    select g.id from "grant" g where g.tenant_id = ${tx.tenantId} and g.id in (${ids})
       and (g.expires_at is null or g.expires_at > ${now}::timestamptz)`);
  return rows.map(({ id }) => id);
}

async function principalNamed(tx: Tx, username: string): Promise<PrincipalId> {
  const name = askedKey(username);
  const [principal] = isStorable(name)
    ? await tx.query<{ id: PrincipalId }>(
        sql`select p.id from principal p where p.tenant_id = ${tx.tenantId} and p.username = ${name}`,
      )
    : [];
  if (!principal) throw notFound('input.username');
  return principal.id;
}

async function tenantsPolicy(tx: Tx): Promise<unknown> {
  const [row] = await tx.query<{ policy: unknown }>(
    sql`select t.assignment_policy as policy from tenant t where t.id = ${tx.tenantId}`,
  );
  return row?.policy;
}

/** The group, those above it, those below it, and those beside it; a root has none beside it. */
async function relativesOf(tx: Tx, id: string): Promise<Relative[]> {
  const key = keyOf<GroupId>('input.groupId', id, 'Group');
  const rows = await tx.query<Relative>(sql`
    with recursive up (id, parent_id) as (
      select g.id, g.parent_id from "group" g where g.tenant_id = ${tx.tenantId} and g.id = ${key}
      union
      select g.id, g.parent_id from up u join "group" g on g.tenant_id = ${tx.tenantId} and g.id = u.parent_id
    ),
    down (id) as (
      select g.id from "group" g where g.tenant_id = ${tx.tenantId} and g.parent_id = ${key}
      union
      select g.id from down d join "group" g on g.tenant_id = ${tx.tenantId} and g.parent_id = d.id
    )
    select g.id, g.type,
      case when g.id = ${key} then 'group' when g.id in (select id from up) then 'groupsUpstream'
        when g.id in (select id from down) then 'groupsDownstream' else 'groupsSiblings' end as place
      from "group" g
     where g.tenant_id = ${tx.tenantId}
       and (g.id in (select id from up) or g.id in (select id from down)
         or g.parent_id = (select u.parent_id from up u where u.id = ${key}))
     order by g.id = ${key} desc`);
  if (rows.length === 0) throw notFound('input.groupId');
  return rows;
}

async function memberOf(tx: Tx, groupId: GroupId, username: string, now: Date): Promise<Member> {
  const name = askedKey(username);
  const notMember = badInput('input.username', 'must be a member of the group');
  if (!isStorable(name)) throw notMember;
  const [member] = await tx.query<Member>(sql`
    select p.id, m.roles, m.expires_at from principal p
      join membership m on m.tenant_id = ${tx.tenantId} and m.principal_id = p.id and m.group_id = ${groupId}
     where p.tenant_id = ${tx.tenantId} and p.username = ${name}
       and (m.expires_at is null or m.expires_at > ${now}::timestamptz)`);
  if (!member) throw notMember;
  return member;
}

const givenTo = (relatives: readonly Relative[], policy: AssignmentPolicy): Given[] =>
  relatives.flatMap(({ id, type, place }) =>
    verbsFor(policy[place], type === null ? [] : [type]).map(verb => ({ verb, principalId: null, groupId: id })),
  );

const givenToMember = (member: Member | null, { owner }: AssignmentPolicy): Given[] =>
  member ? verbsFor(owner, member.roles).map(verb => ({ verb, principalId: member.id, groupId: null })) : [];

type Assigned = { type: string; resourceId: string; groupId: GroupId; principalId: PrincipalId | null };

async function recorded(
  tx: Tx,
  { type, resourceId, groupId, principalId }: Assigned,
  now: Date,
): Promise<AssignmentId> {
  const [row] = await tx.query<{ id: AssignmentId }>(sql`
    insert into assignment (tenant_id, id, type, resource_id, group_id, principal_id, created_at)
    values (${tx.tenantId}, ${newId<AssignmentId>()}, ${type}, ${resourceId}, ${groupId}, ${principalId}, ${now})
    on conflict (tenant_id, type, resource_id, group_id, principal_id) do update set resource_id = excluded.resource_id
    returning id`);
  return row!.id;
}

type Terms = { assignmentId: AssignmentId; member: Member | null; grantedBy: string; now: Date };

/** Writes the grants and the claims on them; the member's end with its membership. */
async function written(
  tx: Tx,
  { name: type }: TypeOptions,
  combinations: readonly Combination[],
  { assignmentId, member, grantedBy, now }: Terms,
): Promise<Grant[]> {
  if (combinations.length === 0) return [];
  await dropExpired(tx, { type, combinations }, now);
  const plain = { now, grantedBy, byHand: false, reason: null, setsExpiry: false, setsReason: false };
  const { grants } = await writeGrants(tx, { type, combinations }, { ...plain, expiresAt: null });
  await tx.query(sql`
    insert into assignment_grant (tenant_id, assignment_id, grant_id, expires_at)
    select ${tx.tenantId}, ${assignmentId}, g.id, g.expires_at
      from unnest(${grants.map(({ id }) => id)}::uuid[],
        ${grants.map(({ principalId }) => (principalId ? (member?.expires_at ?? null) : null))}::timestamptz[]) as g (id, expires_at)
    on conflict (tenant_id, assignment_id, grant_id) do update set expires_at = excluded.expires_at`);
  await settle(tx, grants);
  const rows = await tx.query<object>(
    sql`select g.* from "grant" g where g.tenant_id = ${tx.tenantId} and g.id = any(${grants.map(({ id }) => id)}::uuid[]) order by g.created_at, g.id`,
  );
  return rows.map(row => entity(Grant, row));
}
