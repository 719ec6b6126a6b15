import { sql } from 'kysely';
import { namedGroup } from '../directory/group.checks.js';
import type { Access } from '../engine/access.js';
import { NOTHING_CONVEYED, requireHeld, rowsOfRoles } from '../engine/holding.js';
import { badInput, notFound } from '../kernel/errors.js';
import { newId, type PolicyId, type RoleId } from '../kernel/ids.js';
import { validText } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import type { Tx } from '../store/tx.js';
import { ownDefaultGroup } from './group-roles.commands.js';
import { freePolicyName, insertPolicyRoles, namedRoles, rolesOfPolicy } from './policy.checks.js';
import { Policy, PolicyRole } from './policy.entity.js';
import type { CreatePolicyInput, UpdatePolicyInput } from './policy.inputs.js';

/** Creates a policy. BAD_USER_INPUT, CONFLICT or NOT_FOUND naming the argument; FORBIDDEN by the no-escalation rule. */
export async function createPolicy(tx: Tx, access: Access, input: CreatePolicyInput, now: Date): Promise<PolicyId> {
  const id = newId<PolicyId>();
  const names = await freePolicyName(tx, id, input.name);
  const description = validText('input.description', input.description);
  const groupId = await namedGroup(tx, access, 'input.groupId', input.groupId);
  const roleIds = await atLeastOneRole(tx, access, input.roleIds);
  await requireRolesHeld(tx, access, roleIds, now);
  await ownDefaultGroup(tx, groupId, now);
  await tx.insert(Policy, [{ id, ...names, description, groupId, system: false, createdAt: now, modifiedAt: now }]);
  await insertPolicyRoles(tx, id, roleIds);
  tx.raise();
  return id;
}

/** Changes what is given. Errors as `createPolicy`; NOT_FOUND naming `input.id`. */
export async function updatePolicy(
  tx: Tx,
  access: Access,
  id: PolicyId,
  input: UpdatePolicyInput,
  now: Date,
): Promise<void> {
  const policy = await policyById(tx, id);
  for (const field of ['name', 'groupId', 'roleIds'] as const) {
    if (input[field] === null) throw badInput(`input.${field}`, 'cannot be cleared');
  }
  const names = typeof input.name === 'string' ? await freePolicyName(tx, id, input.name) : {};
  const description =
    input.description === undefined ? {} : { description: validText('input.description', input.description) };
  const groupId = input.groupId ? await namedGroup(tx, access, 'input.groupId', input.groupId) : policy.groupId;
  const before = await rolesOfPolicy(tx, id);
  const roleIds = input.roleIds ? await atLeastOneRole(tx, access, input.roleIds) : before;
  const moved = groupId !== policy.groupId;
  await requireRolesHeld(tx, access, moved ? roleIds : roleIds.filter(role => !before.includes(role)), now);
  if (moved) await ownDefaultGroup(tx, groupId, now);
  await tx.update(Policy, { id }, { ...names, ...description, groupId, modifiedAt: now });
  if (input.roleIds) {
    await tx.remove(PolicyRole, { policyId: id });
    await insertPolicyRoles(tx, id, roleIds);
  }
  tx.raise();
}

/** Deletes a policy. NOT_FOUND naming `input.id`. */
export async function deletePolicy(tx: Tx, id: PolicyId): Promise<void> {
  await policyById(tx, id);
  await tx.remove(Policy, { id });
  tx.raise();
}

/** A named policy: the hidden ones do not exist for anybody. */
async function policyById(tx: Tx, id: PolicyId): Promise<Policy> {
  const [row] = await tx.query<object>(
    sql`select * from policy where tenant_id = ${tx.tenantId} and id = ${id} and not system`,
  );
  if (!row) throw notFound('input.id');
  return entity(Policy, row);
}

async function atLeastOneRole(tx: Tx, access: Access, ids: readonly string[]): Promise<RoleId[]> {
  if (ids.length === 0) throw badInput('input.roleIds', 'must name at least one role');
  return namedRoles(tx, access, ids);
}

const requireRolesHeld = async (tx: Tx, access: Access, roleIds: readonly RoleId[], now: Date) =>
  requireHeld(tx, access, now, { ...NOTHING_CONVEYED, rows: await rowsOfRoles(tx, roleIds) });
