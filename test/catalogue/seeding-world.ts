import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sql, type RawBuilder } from 'kysely';
import { seedFolder, type SeedReport } from '../../src/catalogue/seeding/seed-folder.js';
import { newId, type TenantId } from '../../src/kernel/ids.js';
import { nameKey } from '../../src/kernel/text.js';
import type { Database } from '../../src/store/database.js';
import { compiled } from '../../src/store/statement.js';
import type { Tx } from '../../src/store/tx.js';

const folders: string[] = [];

/** Writes a seed folder: JSON for objects, and texts as they are. */
export async function folderOf(files: Record<string, unknown>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'grantry-seeds-'));
  folders.push(dir);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(dir, dirname(file)), { recursive: true });
    await writeFile(join(dir, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return dir;
}

export const removeFolders = () => Promise.all(folders.splice(0).map(dir => rm(dir, { recursive: true, force: true })));

export async function seed(db: Database, files: Record<string, unknown>, { prune = false } = {}): Promise<SeedReport> {
  return seedFolder(db, await folderOf(files), { origin: 'FOLDER', prune });
}

export const rows = <Row>(db: Database, query: RawBuilder<unknown>) => db.query<Row>(compiled(query));

export const revision = async (db: Database) =>
  (await rows<{ revision: number }>(db, sql`select revision from catalogue_revision where id = 1`))[0]!.revision;

export const tenantRevision = async (db: Database, tenantId: TenantId) =>
  (await rows<{ revision: number }>(db, sql`select revision from tenant_revision where tenant_id = ${tenantId}`))[0]!
    .revision;

/** The catalogue belongs to all: each test starts with an empty one, and with no tenant that uses it. */
export async function emptyCatalogue(db: Database): Promise<void> {
  for (const { id } of await rows<{ id: TenantId }>(db, sql`select id from tenant`)) {
    for (const table of ['policy_role', 'policy', 'role_access', 'role', 'group', 'principal', 'tenant_revision']) {
      await rows(db, sql`delete from ${sql.table(table)} where tenant_id = ${id}`);
    }
  }
  for (const table of ['tenant', 'system_role', 'permission_requires', 'permission', 'resource_type']) {
    await rows(db, sql`delete from ${sql.table(table)}`);
  }
}

/** A tenant with its platform default group, which nobody has changed. */
export async function tenant(db: Database): Promise<TenantId> {
  const id = newId<TenantId>();
  const now = new Date();
  await db.writeCatalogue(async tx => {
    await tx.query(sql`
      insert into tenant (id, slug, name, created_at, modified_at) values (${id}, ${`t-${id}`}, 'A tenant', ${now}, ${now})`);
    await tx.query(sql`insert into tenant_revision (tenant_id, revision) values (${id}, 1)`);
  });
  await db.write(id, tx => insertGroup(tx, newId(), 'Default access', true));
  return id;
}

async function insertGroup(tx: Tx, id: string, name: string, isDefault: boolean): Promise<void> {
  const now = new Date();
  await tx.query(sql`
    insert into "group" (tenant_id, id, name, name_key, entities, platform_default, admin_default, anonymous_default, system,
      includes_subgroups, supergroup, shares_with_any, created_at, modified_at)
    values (${tx.tenantId}, ${id}, ${name}, ${nameKey(name)}, '{}', ${isDefault}, false, false, ${isDefault}, false, false, true,
      ${now}, ${now})`);
}

/** A group of its own with a policy that gives the system roles. */
export async function groupWith(
  db: Database,
  tenantId: TenantId,
  roleNames: readonly string[],
  name = 'Engineers',
): Promise<string> {
  const [group, policy] = [newId(), newId()];
  const now = new Date();
  return db.write(tenantId, async tx => {
    await insertGroup(tx, group, name, false);
    await tx.query(sql`
      insert into policy (tenant_id, id, name, name_key, group_id, system, created_at, modified_at)
      values (${tenantId}, ${policy}, ${name}, ${nameKey(name)}, ${group}, false, ${now}, ${now})`);
    for (const role of roleNames) {
      await tx.query(sql`
        insert into policy_role (tenant_id, id, policy_id, system_role_id)
        select ${tenantId}::uuid, ${newId()}::uuid, ${policy}::uuid, id from system_role where name = ${role}`);
    }
    return policy;
  });
}

/** A role that a tenant made itself; `permission` must exist. */
export async function customRole(
  db: Database,
  tenantId: TenantId,
  name: string,
  permission?: string,
  displayName = name,
) {
  const id = newId();
  const now = new Date();
  await db.write(tenantId, async tx => {
    await tx.query(sql`
      insert into role (tenant_id, id, name, name_key, display_name, display_name_key, version, created_at, modified_at)
      values (${tenantId}, ${id}, ${name}, ${nameKey(name)}, ${displayName}, ${nameKey(displayName)}, 1, ${now}, ${now})`);
    if (permission === undefined) return;
    await tx.query(sql`
      insert into role_access (tenant_id, id, role_id, permission_id, position, resource_definitions)
      select ${tenantId}::uuid, ${newId()}::uuid, ${id}::uuid, id, 0, '[]'::jsonb from permission where permission = ${permission}`);
  });
}

export const permissions = async (db: Database) =>
  Object.fromEntries(
    (
      await rows<{ permission: string; description: string; requires: string[] }>(
        db,
        sql`select p.permission, p.description,
              array(select q.permission from permission_requires r join permission q on q.id = r.required_id
                    where r.permission_id = p.id order by 1) as requires
            from permission p order by 1`,
      )
    ).map(({ permission, ...rest }) => [permission, rest]),
  );

export type StoredRole = {
  id: string;
  name: string;
  display_name: string;
  description: string | null;
  platform_default: boolean;
  admin_default: boolean;
  version: number;
  origin: string;
  access: { permission: string; definitions: unknown[] }[];
};

export const systemRoles = async (db: Database): Promise<Record<string, StoredRole>> =>
  Object.fromEntries(
    (
      await rows<StoredRole>(
        db,
        sql`select s.id, s.name, s.display_name, s.description, s.platform_default, s.admin_default, s.version, s.origin,
              (select coalesce(json_agg(json_build_object('permission', p.permission, 'definitions', a.resource_definitions)
                 order by a.position), '[]')
               from system_role_access a join permission p on p.id = a.permission_id where a.system_role_id = s.id) as access
            from system_role s order by s.name_key`,
      )
    ).map(role => [role.name, role]),
  );
