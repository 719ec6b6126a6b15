import { sql } from 'kysely';
import { conflict } from '../kernel/errors.js';
import type { Definition } from '../kernel/definitions.js';
import { newId, type PermissionId, type PolicyId, type RoleId } from '../kernel/ids.js';
import { nameKey } from '../kernel/text.js';
import { isForeignKeyViolation } from '../store/failures.js';
import type { CatalogueTx, Tx } from '../store/tx.js';

/** Where a system role comes from: with the product, or from a seed folder of the installation. */
export type Origin = 'PLATFORM' | 'FOLDER';

/** A system role as it is written, all of it at once. Names are valid already. */
export type SystemRole = {
  readonly name: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly platformDefault: boolean;
  readonly adminDefault: boolean;
  readonly version: number;
  readonly access: readonly { readonly permissionId: PermissionId; readonly definitions: readonly Definition[] }[];
};

/** What is known of a system role without its rows. */
export type StoredSystemRole = {
  readonly id: RoleId;
  readonly name: string;
  readonly nameKey: string;
  readonly displayNameKey: string;
  readonly version: number;
  readonly origin: Origin;
};

/** All system roles. */
export const SYSTEM_ROLES = sql`
  select id, name, name_key as "nameKey", display_name_key as "displayNameKey", version, origin
  from system_role order by name_key`;

/** Makes a system role with its rows; every tenant has it from then on. */
export async function createSystemRole(tx: CatalogueTx, origin: Origin, role: SystemRole, now: Date): Promise<RoleId> {
  const id = newId<RoleId>();
  await tx.query(sql`
    insert into system_role (id, name, name_key, display_name, display_name_key, description, platform_default,
      admin_default, version, origin, created_at, modified_at)
    values (${id}, ${role.name}, ${nameKey(role.name)}, ${role.displayName}, ${nameKey(role.displayName)},
      ${role.description}, ${role.platformDefault}, ${role.adminDefault}, ${role.version}, ${origin}, ${now}, ${now})`);
  await insertAccess(tx, id, role.access);
  tx.raise('revision');
  return id;
}

/** Replaces the fields and the rows of a system role. Whoever has it keeps it. */
export async function replaceSystemRole(tx: CatalogueTx, id: RoleId, role: SystemRole, now: Date): Promise<void> {
  await tx.query(sql`
    update system_role set name = ${role.name}, name_key = ${nameKey(role.name)}, display_name = ${role.displayName},
      display_name_key = ${nameKey(role.displayName)}, description = ${role.description},
      platform_default = ${role.platformDefault}, admin_default = ${role.adminDefault}, version = ${role.version},
      modified_at = ${now}
    where id = ${id}`);
  await tx.query(sql`delete from system_role_access where system_role_id = ${id}`);
  await insertAccess(tx, id, role.access);
  tx.raise('revision');
}

/** Lets go of the display names of roles that are about to be replaced, so that they may exchange them. */
export async function releaseDisplayNames(tx: CatalogueTx, ids: readonly RoleId[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(sql`update system_role set display_name_key = id::text where id = any(${ids}::uuid[])`);
}

/** Deletes a system role; answers whether it was there. CONFLICT while a policy of some tenant has it. */
export async function deleteSystemRole(tx: CatalogueTx, id: RoleId): Promise<boolean> {
  const deleted = await tx.query(sql`delete from system_role where id = ${id} returning id`).catch((error: unknown) => {
    throw isForeignKeyViolation(error) ? conflict('The role is in use by a policy') : error;
  });
  if (deleted.length > 0) tx.raise('revision');
  return deleted.length > 0;
}

/** Takes a system role out of all policies of one tenant; policies that this leaves empty go too. */
export async function detachSystemRole(tx: Tx, id: RoleId): Promise<void> {
  const { tenantId } = tx;
  const detached = await tx.query<{ policy_id: PolicyId }>(sql`
    delete from policy_role where tenant_id = ${tenantId} and system_role_id = ${id} returning policy_id`);
  if (detached.length === 0) return;
  await tx.query(sql`
    delete from policy p where p.tenant_id = ${tenantId} and p.id = any(${detached.map(row => row.policy_id)}::uuid[])
      and not exists (select 1 from policy_role r where r.tenant_id = ${tenantId} and r.policy_id = p.id)`);
  tx.raise();
}

async function insertAccess(tx: CatalogueTx, id: RoleId, access: SystemRole['access']): Promise<void> {
  if (access.length === 0) return;
  const rows = access.map(
    ({ permissionId, definitions }, position) =>
      sql`(${newId()}::uuid, ${id}::uuid, ${permissionId}::uuid, ${position}::integer, ${JSON.stringify(definitions)}::jsonb)`,
  );
  await tx.query(sql`
    insert into system_role_access (id, system_role_id, permission_id, position, resource_definitions)
    values ${sql.join(rows)}`);
}
