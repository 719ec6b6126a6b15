import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import { followMembership, takeBackFromMembers } from '../engine/claims.js';
import { conveyedBy, requireHeld, withIncluding } from '../engine/holding.js';
import { either, reaches } from '../engine/reach.js';
import { badInput, forbidden, notFound, tooMany } from '../kernel/errors.js';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import { askedKey, isStorable } from '../kernel/text.js';
import type { Tx } from '../store/tx.js';
import { groupById, validCodenames } from './group.checks.js';
import { Membership } from './membership.entity.js';

export type NewMembers = { usernames: string[]; roles?: string[] | null; expiresAt?: Date | null };

const MOST_USERNAMES = 1_000;
const NOT_WRITABLE = 'This needs rbac:principal:write on the principal';

/**
 * Adds members, or updates those that are there: absent stays, null clears; an expired membership starts anew. Nothing
 * is written unless all of it can be. FORBIDDEN for default groups and by the no-escalation rule.
 */
export async function addMembers(
  tx: Tx,
  access: Access,
  groupId: GroupId,
  input: NewMembers,
  now: Date,
): Promise<void> {
  await groupThatTakesMembers(tx, groupId);
  requireWritesPrincipals(access);
  const roles = input.roles === undefined ? undefined : validCodenames('input.roles', input.roles);
  const { expiresAt } = input;
  if (expiresAt && expiresAt <= now) throw badInput('input.expiresAt', 'must be in the future');
  const principalIds = await namedPrincipals(tx, access, input.usernames);
  if (principalIds.length === 0) return;
  await requireMayConvey(tx, access, groupId, now);
  const kept = await liveMembers(tx, groupId, principalIds, now);
  const fresh = principalIds.filter(id => !kept.includes(id));
  await takeBackFromMembers(tx, groupId, fresh);
  await tx.remove(Membership, { groupId, principalId: fresh });
  const given = { roles: roles ?? [], expiresAt: expiresAt ?? null, addedAt: now };
  await tx.insert(
    Membership,
    fresh.map(principalId => ({ groupId, principalId, ...given })),
  );
  const changes = { ...(roles !== undefined && { roles }), ...(expiresAt !== undefined && { expiresAt }) };
  if (kept.length > 0 && Object.keys(changes).length > 0) {
    await tx.update(Membership, { groupId, principalId: kept }, changes);
    if (expiresAt !== undefined) await followMembership(tx, groupId, kept, expiresAt);
  }
  tx.raise();
}

/** Removes members; whoever is none already is no error. FORBIDDEN for default groups, and for principals that the caller only reads. */
export async function removeMembers(
  tx: Tx,
  access: Access,
  groupId: GroupId,
  usernames: readonly string[],
): Promise<void> {
  await groupThatTakesMembers(tx, groupId);
  requireWritesPrincipals(access);
  const named = [...(await principalsNamed(tx, usernames)).values()];
  const write = access.reach('principal', 'write');
  const readable = access.readable('principal');
  if (named.some(id => reaches(readable, id) && !reaches(write, id))) throw forbidden(NOT_WRITABLE);
  const removed = named.filter(id => reaches(write, id));
  await takeBackFromMembers(tx, groupId, removed);
  await tx.remove(Membership, { groupId, principalId: removed });
  tx.raise();
}

async function groupThatTakesMembers(tx: Tx, id: GroupId): Promise<void> {
  const group = await groupById(tx, 'input.groupId', id);
  if (group.system || group.platformDefault || group.adminDefault || group.anonymousDefault) {
    throw forbidden('Default groups and system groups take no members');
  }
}

/** Says the same whether or not the principals exist. */
function requireWritesPrincipals(access: Access): void {
  const { all, ids } = access.reach('principal', 'write');
  if (!all && ids.size === 0) throw forbidden('This needs rbac:principal:write');
}

async function principalsNamed(tx: Tx, usernames: readonly string[]): Promise<Map<string, PrincipalId>> {
  if (usernames.length > MOST_USERNAMES) throw tooMany('input.usernames', MOST_USERNAMES);
  const rows = await tx.query<{ id: PrincipalId; username: string }>(
    sql`select id, username from principal where tenant_id = ${tx.tenantId} and username = any(${usernames.filter(isStorable).map(askedKey)}::text[])`,
  );
  return new Map(rows.map(({ id, username }) => [username, id]));
}

/** Principals that the caller may put into groups. One that it may not even read is unknown. */
async function namedPrincipals(tx: Tx, access: Access, usernames: readonly string[]): Promise<PrincipalId[]> {
  const found = await principalsNamed(tx, usernames);
  const write = access.reach('principal', 'write');
  const known = either(write, access.readable('principal'));
  const ids = usernames.map((username, i) => {
    const id = found.get(askedKey(username));
    if (!id || !reaches(known, id)) throw notFound(`input.usernames.${i}`);
    if (!reaches(write, id)) throw forbidden(NOT_WRITABLE);
    return id;
  });
  return [...new Set(ids)];
}

/** Being a live member oneself is enough; otherwise all that the group gives has to be held. */
async function requireMayConvey(tx: Tx, access: Access, groupId: GroupId, now: Date): Promise<void> {
  const { caller } = access;
  if (access.isExempt) return;
  if (caller.kind === 'user' && (await liveMembers(tx, groupId, [caller.principalId], now)).length > 0) return;
  await requireHeld(tx, access, now, await conveyedBy(tx, access, await withIncluding(tx, groupId), now));
}

async function liveMembers(tx: Tx, groupId: GroupId, ids: readonly PrincipalId[], now: Date): Promise<PrincipalId[]> {
  const rows = await tx.query<{ id: PrincipalId }>(sql`
    select principal_id as id from membership
     where tenant_id = ${tx.tenantId} and group_id = ${groupId} and principal_id = any(${ids}::uuid[])
       and (expires_at is null or expires_at > ${now})`);
  return rows.map(({ id }) => id);
}
