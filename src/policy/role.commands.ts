import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import { NOTHING_CONVEYED, requireHeld, rowsOfRoles } from '../engine/holding.js';
import { badInput, forbidden, notFound } from '../kernel/errors.js';
import { newId, type RoleId } from '../kernel/ids.js';
import { validText } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import type { Tx } from '../store/tx.js';
import { checkedRows, freeRoleNames, type CheckedRow } from './role.checks.js';
import { Role, RoleAccessRow } from './role.entity.js';
import type { CreateRoleInput, UpdateRoleInput } from './role.inputs.js';

/** What a command on roles goes by: who writes, when, and which applications roles may use. */
export type Author = { readonly access: Access; readonly now: Date; readonly roleApplications: readonly string[] };

/** Creates a role of the tenant. BAD_USER_INPUT or CONFLICT naming the argument. */
export async function createRole(tx: Tx, author: Author, input: CreateRoleInput): Promise<RoleId> {
  const id = newId<RoleId>();
  const names = await freeRoleNames(tx, id, input);
  const description = validText('input.description', input.description);
  const rows = await checkedRows(tx, author.roleApplications, input.access);
  const { now } = author;
  await tx.insert(Role, [{ id, ...names, description, version: 1, createdAt: now, modifiedAt: now }]);
  await insertRows(tx, id, rows);
  return id;
}

/** Changes what is given. Errors as `createRole`; FORBIDDEN for system roles, and by the no-escalation rule. */
export async function updateRole(tx: Tx, author: Author, id: RoleId, input: UpdateRoleInput): Promise<void> {
  const role = await ownRole(tx, id);
  if (input.name === null) throw badInput('input.name', 'cannot be cleared');
  if (input.access === null) throw badInput('input.access', 'must be a list; an empty one takes all rows away');
  const displayName = input.displayName === undefined ? role.displayName : input.displayName;
  const names = await freeRoleNames(tx, id, { name: input.name ?? role.name, displayName }, role);
  const description =
    input.description === undefined ? role.description : validText('input.description', input.description);
  const version = input.access ? role.version + 1 : role.version;
  if (input.access) await replaceRows(tx, author, id, await checkedRows(tx, author.roleApplications, input.access));
  await tx.update(Role, { id }, { ...names, description, version, modifiedAt: author.now });
}

/** Deletes a role, and the policies that it leaves empty. FORBIDDEN for system roles. */
export async function deleteRole(tx: Tx, id: RoleId): Promise<void> {
  await ownRole(tx, id);
  await tx.query(sql`
    delete from policy where tenant_id = ${tx.tenantId}
       and id in (select policy_id from policy_role where tenant_id = ${tx.tenantId} and role_id = ${id})
       and id not in (select policy_id from policy_role where tenant_id = ${tx.tenantId}
                         and (role_id <> ${id} or system_role_id is not null))`);
  await tx.remove(Role, { id });
  tx.raise();
}

async function ownRole(tx: Tx, id: RoleId): Promise<Role> {
  const [row] = await tx.query<object>(sql`select * from role where tenant_id = ${tx.tenantId} and id = ${id}`);
  if (row) return entity(Role, row);
  const ofSystem = await tx.query(sql`select 1 from system_role where id = ${id}`);
  throw ofSystem.length > 0 ? forbidden('A system role cannot be changed') : notFound('input.id');
}

/** Rows that a role which some group has gains, are conveyed to that group: they have to be held. */
async function replaceRows(tx: Tx, { access, now }: Author, id: RoleId, rows: readonly CheckedRow[]): Promise<void> {
  const attached = await tx.query(
    sql`select 1 from policy_role where tenant_id = ${tx.tenantId} and role_id = ${id} limit 1`,
  );
  if (attached.length > 0) {
    const before = new Set((await rowsOfRoles(tx, [id])).map(row => `${row.permission} ${row.definitionsKey}`));
    const gained = rows.filter(row => !before.has(`${row.permission} ${row.definitionsKey}`));
    await requireHeld(tx, access, now, { ...NOTHING_CONVEYED, rows: gained });
    tx.raise();
  }
  await tx.remove(RoleAccessRow, { roleId: id });
  await insertRows(tx, id, rows);
}

const insertRows = (tx: Tx, roleId: RoleId, rows: readonly CheckedRow[]) =>
  tx.insert(
    RoleAccessRow,
    rows.map(({ permissionId, definitions }, position) => ({
      id: newId<RoleId>(),
      roleId,
      permissionId,
      position,
      resourceDefinitions: definitions,
    })),
  );
