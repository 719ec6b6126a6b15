import { sql } from 'kysely';
import { badInput, conflict, notFound } from '../kernel/errors.js';
import { newId, type PermissionId } from '../kernel/ids.js';
import { parsePermission, type PermissionParts } from '../kernel/permission.js';
import { validText } from '../kernel/text.js';
import { isForeignKeyViolation } from '../store/failures.js';
import type { CatalogueTx } from '../store/tx.js';
import { addResourceTypes } from './resource-type.commands.js';

/** What a permission looks like, for whoever wrote something else. */
export const PERMISSION_FORM =
  'must be application:resource:verb of letters, digits, ".", "_" and "-"; resource and verb may be *';

/** Puts a permission into the catalogue, and the resource type that it names. `requires` are whole permissions that exist. */
export async function createPermission(
  tx: CatalogueTx,
  input: {
    readonly permission: string;
    readonly description?: string | null;
    readonly requires?: readonly string[] | null;
  },
): Promise<PermissionId> {
  const { permission } = input;
  const parts = parsePermission(permission);
  if (!parts) throw badInput('input.permission', PERMISSION_FORM);
  const description = validText('input.description', input.description) ?? '';
  if ((await idsOf(tx, [permission])).size > 0)
    throw conflict(`The permission ${permission} exists already`, 'input.permission');
  const requires = await requiredIds(tx, permission, input.requires ?? []);
  const id = newId<PermissionId>();
  await addPermissions(tx, [{ id, parts, description }]);
  await setRequires(tx, [{ id, requires }]);
  tx.raise('revision');
  return id;
}

/** Changes what is given: absent = unchanged; null clears. */
export async function updatePermission(
  tx: CatalogueTx,
  id: PermissionId,
  input: { readonly description?: string | null; readonly requires?: readonly string[] | null },
): Promise<void> {
  const stored = await storedPermission(tx, id);
  if (input.description !== undefined) {
    const description = validText('input.description', input.description) ?? '';
    if (description !== stored.description) await setDescription(tx, id, description);
  }
  if (input.requires !== undefined) {
    const requires = await requiredIds(tx, stored.permission, input.requires ?? []);
    if (requires.toSorted().join() !== stored.requires.toSorted().join()) await setRequires(tx, [{ id, requires }]);
  }
}

/** Takes a permission out of the catalogue. CONFLICT while a role or a grant has it, or another permission requires it. */
export async function deletePermission(tx: CatalogueTx, id: PermissionId): Promise<void> {
  const { permission } = await storedPermission(tx, id);
  const requiring = await tx.query<{ permission: string }>(sql`
    select p.permission from permission_requires r join permission p on p.id = r.permission_id
    where r.required_id = ${id} order by p.permission limit 1`);
  if (requiring[0]) throw conflict(`${permission} is required by ${requiring[0].permission}`, 'input.id');
  const inUse = (by: string) => conflict(`${permission} is in use by ${by}`, 'input.id');
  const roles = await rolesWith(tx, id);
  if (roles > 0) throw inUse(roles === 1 ? 'a role' : `${roles} roles`);
  const grants = await grantsOf(tx, permission);
  if (grants > 0) throw inUse(grants === 1 ? 'a grant' : `${grants} grants`);
  await tx.query(sql`delete from permission where id = ${id}`).catch((error: unknown) => {
    throw isForeignKeyViolation(error) ? inUse('a role') : error;
  });
  tx.raise('revision');
}

/** The ids of those permissions that exist, by permission. */
export async function idsOf(tx: CatalogueTx, permissions: readonly string[]): Promise<Map<string, PermissionId>> {
  const rows = await tx.query<{ id: PermissionId; permission: string }>(
    sql`select id, permission from permission where permission = any(${permissions}::text[])`,
  );
  return new Map(rows.map(({ id, permission }) => [permission, id]));
}

/** Inserts permissions that are known to be missing, and the resource types that they name. */
export async function addPermissions(
  tx: CatalogueTx,
  permissions: readonly { readonly id: PermissionId; readonly parts: PermissionParts; readonly description: string }[],
): Promise<void> {
  if (permissions.length === 0) return;
  const rows = permissions.map(({ id, description, parts: { application, resource, verb } }) => {
    return sql`(${id}::uuid, ${`${application}:${resource}:${verb}`}, ${application}, ${resource}, ${verb}, ${description})`;
  });
  await tx.query(sql`
    insert into permission (id, permission, application, resource_type, verb, description) values ${sql.join(rows)}`);
  await addResourceTypes(
    tx,
    permissions.map(({ parts }) => parts).filter(({ resource }) => resource !== '*'),
  );
  tx.raise('revision');
}

/** Changes the description of a permission. */
export async function setDescription(tx: CatalogueTx, id: PermissionId, description: string): Promise<void> {
  await tx.query(sql`update permission set description = ${description} where id = ${id}`);
  tx.raise('revision');
}

/** Replaces what each of the permissions requires. */
export async function setRequires(
  tx: CatalogueTx,
  permissions: readonly { readonly id: PermissionId; readonly requires: readonly PermissionId[] }[],
): Promise<void> {
  if (permissions.length === 0) return;
  await tx.query(
    sql`delete from permission_requires where permission_id = any(${permissions.map(({ id }) => id)}::uuid[])`,
  );
  const rows = permissions.flatMap(({ id, requires }) =>
    requires.map(required => sql`(${id}::uuid, ${required}::uuid)`),
  );
  if (rows.length > 0) {
    await tx.query(sql`insert into permission_requires (permission_id, required_id) values ${sql.join(rows)}`);
  }
  tx.raise('revision');
}

type Stored = { readonly permission: string; readonly description: string; readonly requires: readonly string[] };

async function storedPermission(tx: CatalogueTx, id: PermissionId): Promise<Stored> {
  const [stored] = await tx.query<Stored>(sql`
    select p.permission, p.description,
      array(select r.required_id::text from permission_requires r where r.permission_id = p.id) as requires
    from permission p where p.id = ${id}`);
  if (!stored) throw notFound('input.id');
  return stored;
}

async function requiredIds(tx: CatalogueTx, permission: string, requires: readonly string[]): Promise<PermissionId[]> {
  const known = await idsOf(
    tx,
    requires.filter(required => parsePermission(required)),
  );
  const ids = requires.map((required, at) => {
    const field = `input.requires.${at}`;
    if (required === permission) throw badInput(field, 'a permission cannot require itself');
    const id = known.get(required);
    if (!id) throw badInput(field, 'must be a permission of the catalogue, in full: application:resource:verb');
    return id;
  });
  return [...new Set(ids)];
}

async function rolesWith(tx: CatalogueTx, id: PermissionId): Promise<number> {
  const [system] = await tx.query<{ roles: number }>(sql`
    select count(distinct system_role_id) as roles from system_role_access where permission_id = ${id}`);
  const [custom] = await tx.query<{ roles: number }>(sql`
    select count(distinct a.role_id) as roles from tenant t join role_access a on a.tenant_id = t.id
    where a.permission_id = ${id}`);
  return system!.roles + custom!.roles;
}

async function grantsOf(tx: CatalogueTx, permission: string): Promise<number> {
  const { application, resource, verb } = parsePermission(permission)!;
  const [row] = await tx.query<{ grants: number }>(sql`
    select count(g.id) as grants from tenant t join "grant" g on g.tenant_id = t.id
    where g.type = ${`${application}:${resource}`} and g.verb = ${verb}`);
  return row!.grants;
}
