import { sql } from 'kysely';
import { keyOf } from '../api/ids.js';
import type { Access } from '../engine/access.js';
import { either, reaches } from '../engine/reach.js';
import { conflict, forbidden, notFound, tooMany } from '../kernel/errors.js';
import { newId, type GroupId, type PolicyId, type RoleId } from '../kernel/ids.js';
import { nameKey, validName } from '../kernel/text.js';
import type { Tx } from '../store/tx.js';
import { CUSTOM_DEFAULT_NAME } from '../directory/default-groups.js';
import { Group } from '../directory/group.entity.js';
import { PolicyRole } from './policy.entity.js';

const MOST_ROLES = 1_000;

/** The roles that an argument names, each once. One that does not exist for the caller is NOT_FOUND, naming it. */
export async function namedRoles(tx: Tx, access: Access, ids: readonly string[]): Promise<RoleId[]> {
  if (ids.length > MOST_ROLES) throw tooMany('input.roleIds', MOST_ROLES);
  const keys = ids.map((id, i) => keyOf<RoleId>(`input.roleIds.${i}`, id, 'Role'));
  const wanted = keys.filter(key => key !== null);
  const known = await tx.query<{ id: RoleId; system: boolean }>(sql`
    select r.id, false as system from role r where r.tenant_id = ${tx.tenantId} and r.id = any(${wanted}::uuid[])
    union all
    select s.id, true from system_role s where s.id = any(${wanted}::uuid[])`);
  const reach = either(access.readable('role'), access.reach('role', 'write'));
  const found = new Set(known.filter(({ id, system }) => system || reaches(reach, id)).map(({ id }) => id));
  return [
    ...new Set(
      keys.map((key, i) => {
        if (key === null || !found.has(key)) throw notFound(`input.roleIds.${i}`);
        return key;
      }),
    ),
  ];
}

/** A policy name that no other named policy of the tenant has. */
export async function freePolicyName(tx: Tx, id: PolicyId, text: string): Promise<{ name: string; nameKey: string }> {
  const name = validName('input.name', text);
  const key = nameKey(name);
  const taken = await tx.query(
    sql`select 1 from policy where tenant_id = ${tx.tenantId} and name_key = ${key} and id <> ${id} and not system`,
  );
  if (taken.length > 0) throw conflict(`There is a policy called ${name} already`, 'input.name');
  return { name, nameKey: key };
}

/** Puts roles into a policy. */
export async function insertPolicyRoles(tx: Tx, policyId: PolicyId, roleIds: readonly RoleId[]): Promise<void> {
  const system = await tx.query<{ id: RoleId }>(sql`select id from system_role where id = any(${roleIds}::uuid[])`);
  const isSystem = new Set(system.map(({ id }) => id));
  const rows = roleIds.map(id => ({
    id: newId<RoleId>(),
    policyId,
    roleId: isSystem.has(id) ? null : id,
    systemRoleId: isSystem.has(id) ? id : null,
  }));
  await tx.insert(PolicyRole, rows);
}

/** The roles of a policy. */
export async function rolesOfPolicy(tx: Tx, policyId: PolicyId): Promise<RoleId[]> {
  const rows = await tx.query<{ id: RoleId }>(sql`select coalesce(role_id, system_role_id) as id from policy_role
    where tenant_id = ${tx.tenantId} and policy_id = ${policyId}`);
  return rows.map(({ id }) => id);
}

/** The system roles that a default group has as long as nobody changed it. */
export async function flaggedRoles(tx: Tx): Promise<RoleId[]> {
  const rows = await tx.query<{ id: RoleId }>(sql`select id from system_role where platform_default`);
  return rows.map(({ id }) => id);
}

/** Refuses groups whose roles are the platform's alone. */
export function refuseAdminDefault({ adminDefault }: Pick<Group, 'adminDefault'>): void {
  if (adminDefault) throw forbidden('The roles of the admin default group cannot be changed');
}

/** Makes the platform default group the tenant's own; its roles, as they are now, go into its hidden policy. */
export async function customise(tx: Tx, groupId: GroupId, now: Date): Promise<void> {
  const names = { name: CUSTOM_DEFAULT_NAME, nameKey: nameKey(CUSTOM_DEFAULT_NAME) };
  await tx.update(Group, { id: groupId }, { ...names, system: false, modifiedAt: now });
}
