import { sql } from 'kysely';
import { groupById } from '../directory/group.checks.js';
import type { Access } from '../engine/access.js';
import { NOTHING_CONVEYED, requireHeld, rowsOfRoles } from '../engine/holding.js';
import { newId, type GroupId, type PolicyId, type RoleId } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import {
  customise,
  flaggedRoles,
  insertPolicyRoles,
  namedRoles,
  refuseAdminDefault,
  rolesOfPolicy,
} from './policy.checks.js';
import { Policy } from './policy.entity.js';

/** Gives roles to a group, through its hidden policy. FORBIDDEN by the no-escalation rule, and for the admin default group. */
export async function addGroupRoles(
  tx: Tx,
  access: Access,
  groupId: GroupId,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  const roleIds = await namedRoles(tx, access, ids);
  const before = await directRoles(tx, groupId);
  const added = roleIds.filter(id => !before.includes(id));
  if (added.length === 0) return;
  await requireHeld(tx, access, now, { ...NOTHING_CONVEYED, rows: await rowsOfRoles(tx, added) });
  await setDirectRoles(tx, groupId, [...before, ...added], now);
}

/** Takes roles from the hidden policy of a group. What named policies give stays; what is not there is no error. */
export async function removeGroupRoles(
  tx: Tx,
  access: Access,
  groupId: GroupId,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  const roleIds = await namedRoles(tx, access, ids);
  const before = await directRoles(tx, groupId);
  const left = before.filter(id => !roleIds.includes(id));
  if (left.length < before.length) await setDirectRoles(tx, groupId, left, now);
}

/** Makes the platform default group the tenant's own, with the roles that it has at this moment. */
export async function ownDefaultGroup(tx: Tx, groupId: GroupId, now: Date): Promise<void> {
  const group = await groupById(tx, 'input.groupId', groupId);
  refuseAdminDefault(group);
  if (group.system) await setDirectRoles(tx, groupId, await flaggedRoles(tx), now);
}

/** What the hidden policy gives; of a default group that is still the platform's, what the platform does. */
async function directRoles(tx: Tx, groupId: GroupId): Promise<RoleId[]> {
  const group = await groupById(tx, 'input.groupId', groupId);
  refuseAdminDefault(group);
  if (group.system) return flaggedRoles(tx);
  const policyId = await hiddenPolicy(tx, groupId);
  return policyId ? rolesOfPolicy(tx, policyId) : [];
}

async function setDirectRoles(tx: Tx, groupId: GroupId, roleIds: readonly RoleId[], now: Date): Promise<void> {
  const group = await groupById(tx, 'input.groupId', groupId);
  if (group.system) await customise(tx, groupId, now);
  const old = await hiddenPolicy(tx, groupId);
  const id = old ?? newId<PolicyId>();
  if (old) await tx.query(sql`delete from policy_role where tenant_id = ${tx.tenantId} and policy_id = ${old}`);
  if (old && roleIds.length === 0) await tx.remove(Policy, { id: old });
  if (!old && roleIds.length > 0) {
    const name = 'Roles of the group'; // no name of a policy has to differ from it
    const texts = { name, nameKey: name, description: null };
    await tx.insert(Policy, [{ id, ...texts, groupId, system: true, createdAt: now, modifiedAt: now }]);
  }
  await insertPolicyRoles(tx, id, roleIds);
  tx.raise();
}

async function hiddenPolicy(tx: Tx, groupId: GroupId): Promise<PolicyId | null> {
  const [row] = await tx.query<{ id: PolicyId }>(
    sql`select id from policy where tenant_id = ${tx.tenantId} and group_id = ${groupId} and system`,
  );
  return row?.id ?? null;
}
