import { sql } from 'kysely';
import { isRoleApplication } from '../api/role-applications.js';
import type { Row } from '../engine/holding.js';
import { definitionsKey, type Definition } from '../kernel/definitions.js';
import { badInput, conflict, tooMany } from '../kernel/errors.js';
import type { PermissionId, RoleId } from '../kernel/ids.js';
import { parsePermission, type PermissionParts } from '../kernel/permission.js';
import { nameKey, validName } from '../kernel/text.js';
import type { Tx } from '../store/tx.js';
import { stored } from './resource-definition.js';
import type { RoleAccessInput } from './role.inputs.js';

const MOST_ROWS = 1_000;

/** A row that may be written, and what the no-escalation rule needs to know of it. */
export type CheckedRow = Row & { readonly permissionId: PermissionId; readonly definitions: Definition[] };

/**
 * The rows of a role, each once: permissions of the catalogue, on applications that custom roles may use, with all that
 * these require. BAD_USER_INPUT naming the row, or what is missing.
 */
export async function checkedRows(
  tx: Tx,
  allowed: readonly string[],
  access: readonly RoleAccessInput[],
): Promise<CheckedRow[]> {
  if (access.length > MOST_ROWS) throw tooMany('input.access', MOST_ROWS);
  const parts = access.map(({ permission }, i) => checkedParts(allowed, permission, `input.access.${i}.permission`));
  const ids = await permissionIds(
    tx,
    access.map(({ permission }) => permission),
  );
  const rows = access.map(({ permission, resourceDefinitions }, i) => {
    const permissionId = ids.get(permission);
    if (!permissionId) throw badInput(`input.access.${i}.permission`, `there is no permission ${permission}`);
    const definitions = stored(`input.access.${i}.resourceDefinitions`, resourceDefinitions);
    return { ...parts[i]!, permission, permissionId, definitions, definitionsKey: definitionsKey(definitions) };
  });
  await requireClosure(tx, [...ids.values()]);
  return [...new Map(rows.map(row => [`${row.permission} ${row.definitionsKey}`, row])).values()];
}

function checkedParts(allowed: readonly string[], permission: string, field: string): PermissionParts {
  const parts = parsePermission(permission);
  if (!parts) throw badInput(field, 'must be application:resource:verb, where resource and verb may be *');
  if (!isRoleApplication(allowed, parts.application)) {
    throw badInput(field, `roles of a tenant cannot use the application ${parts.application}`);
  }
  return parts;
}

async function permissionIds(tx: Tx, permissions: readonly string[]): Promise<Map<string, PermissionId>> {
  const rows = await tx.query<{ id: PermissionId; permission: string }>(
    sql`select id, permission from permission where permission = any(${permissions}::text[]) for key share`,
  );
  return new Map(rows.map(({ id, permission }) => [permission, id]));
}

/** What the permissions require, and what that requires in turn, has to be among them; a wildcard does not stand in. */
async function requireClosure(tx: Tx, ids: readonly PermissionId[]): Promise<void> {
  const missing = await tx.query<{ permission: string }>(sql`
    with recursive needed (id) as (
      select r.required_id from permission_requires r where r.permission_id = any(${ids}::uuid[])
      union
      select r.required_id from needed n join permission_requires r on r.permission_id = n.id
    )
    select p.permission from needed n join permission p on p.id = n.id
     where n.id <> all(${ids}::uuid[]) order by p.permission`);
  if (missing.length > 0) {
    throw badInput('input.access', `also needs ${missing.map(({ permission }) => permission).join(', ')}`);
  }
}

type Names = { readonly name: string; readonly displayName?: string | null };
type Keys = { readonly nameKey: string; readonly displayNameKey: string };

/**
 * Names that no other role of the tenant has, nor any of the system; without a display name, the name serves as one.
 * What the role has `before` it may keep. BAD_USER_INPUT or CONFLICT naming the argument.
 */
export async function freeRoleNames(tx: Tx, id: RoleId, input: Names, before?: Keys) {
  const name = validName('input.name', input.name);
  const shownBy = typeof input.displayName === 'string' ? 'input.displayName' : 'input.name';
  const displayName = validName(shownBy, input.displayName ?? name);
  const keys = { nameKey: nameKey(name), displayNameKey: nameKey(displayName) };
  const wanted = keys.nameKey === before?.nameKey ? null : keys.nameKey;
  const shown = keys.displayNameKey === before?.displayNameKey ? null : keys.displayNameKey;
  const taken = await tx.query<{ name_key: string }>(sql`
    select r.name_key from role r where r.tenant_id = ${tx.tenantId} and r.id <> ${id}
       and (r.name_key = ${wanted} or r.display_name_key = ${shown})
    union all
    select s.name_key from system_role s where s.name_key = ${wanted} or s.display_name_key = ${shown}`);
  if (taken.some(row => row.name_key === wanted))
    throw conflict(`There is a role called ${name} already`, 'input.name');
  if (taken.length > 0) throw conflict(`There is a role shown as ${displayName} already`, shownBy);
  return { name, displayName, ...keys };
}
