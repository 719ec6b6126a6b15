import { sql, type RawBuilder } from 'kysely';
import { newId, type TenantId } from '../../src/kernel/ids.js';
import type { CatalogueTx } from '../../src/store/tx.js';
import type { Database } from '../../src/store/database.js';
import { storeResources } from './stored-resources.js';
import type { Role, World } from './world.js';

/** Where a world went: the ids of its things by their names. */
export type StoredWorld = {
  readonly world: World;
  readonly tenantId: TenantId;
  readonly groups: ReadonlyMap<string, string>;
  readonly principals: ReadonlyMap<string, string>;
  readonly roles: ReadonlyMap<string, string>;
  readonly policies: ReadonlyMap<string, string>;
  /** By `grantText`. */
  readonly grants: ReadonlyMap<string, string>;
};

type Ids = ReadonlyMap<string, string>;
type Named = { readonly name: string };
type Columns = Readonly<Record<string, unknown>>;
/** Writes rows of one shape into a table. */
export type Insert = (table: string, rows: readonly Columns[]) => Promise<void>;

const THEN = new Date(Date.UTC(2030, 0, 1)).toISOString();
const STAMPS = { created_at: THEN, modified_at: THEN };
const idsOf = (things: readonly Named[]): Ids => new Map(things.map(({ name }) => [name, newId<TenantId>()]));

/** Writes tenants that share one catalogue. The database holds no other catalogue: see `forget`. */
export async function store(db: Database, worlds: readonly World[]): Promise<StoredWorld[]> {
  return db.writeCatalogue(async tx => {
    const [first] = worlds;
    const { permissions, systemRoles } = await storeCatalogue(inserting(tx), first!);
    tx.raise('revision');
    const tables = new Map<string, Columns[]>();
    const gather: Insert = async (table, rows) => void tables.set(table, [...(tables.get(table) ?? []), ...rows]);
    const stored = await Promise.all(worlds.map(world => storeTenant(gather, world, permissions, systemRoles)));
    // One statement for each table, in the order in which a tenant writes them.
    for (const [table, rows] of tables) await inserting(tx)(table, rows);
    return stored;
  });
}

/** Deletes these tenants, and the whole catalogue. */
export async function forget(db: Database, stored: readonly StoredWorld[]): Promise<void> {
  await db.writeCatalogue(async tx => {
    for (const { tenantId } of stored) await tx.query(sql`delete from tenant where id = ${tenantId}`);
    for (const table of ['system_role', 'permission', 'resource_type'])
      await tx.query(sql`delete from ${sql.table(table)}`);
    tx.raise('revision');
  });
}

const inserting =
  (tx: CatalogueTx): Insert =>
  async (table, rows) => {
    const [first] = rows;
    if (!first) return;
    const columns = Object.keys(first).map(column => sql.ref(column));
    const values = rows.map(row => sql`(${sql.join(Object.values(row))})` as RawBuilder<unknown>);
    await tx.query(sql`insert into ${sql.table(table)} (${sql.join(columns)}) values ${sql.join(values)}`);
  };

async function storeCatalogue(insert: Insert, { permissions, types, systemRoles }: World) {
  const permissionIds = idsOf(permissions.map(name => ({ name })));
  const partsOf = (name: string) => {
    const [application, resource_type, verb] = name.split(':');
    return { application, resource_type, ...(verb !== undefined && { verb }) };
  };
  await insert(
    'permission',
    permissions.map(permission => ({
      id: permissionIds.get(permission),
      permission,
      ...partsOf(permission),
      description: '',
    })),
  );
  await insert(
    'resource_type',
    types.map(type => ({
      id: newId<TenantId>(),
      name: type.name,
      ...partsOf(type.name),
      description: '',
      owner_verbs: type.ownerVerbs,
      shared_verbs: type.sharedVerbs,
      inherited_verbs: type.inheritedVerbs,
      visibility: type.visibility,
      unshared_are_public: type.unsharedArePublic,
      controlled_by: type.controlledBy,
      visible_without_related: type.visibleWithoutRelated,
      open_verbs: type.openVerbs,
      ownable: true,
    })),
  );
  const roleIds = idsOf(systemRoles);
  await insert(
    'system_role',
    systemRoles.map(role => ({
      ...roleColumns(role, roleIds),
      platform_default: role.platformDefault,
      admin_default: role.adminDefault,
      origin: 'FOLDER',
    })),
  );
  await insert('system_role_access', accessColumns(systemRoles, 'system_role_id', roleIds, permissionIds));
  return { permissions: permissionIds, systemRoles: roleIds };
}

async function storeTenant(insert: Insert, world: World, permissions: Ids, systemRoles: Ids): Promise<StoredWorld> {
  const tenantId = newId<TenantId>();
  const tenant_id = tenantId;
  const owned = (rows: readonly Columns[]) => rows.map(row => ({ tenant_id, ...row }));
  const groups = idsOf(world.groups);
  const principals = idsOf(world.principals.map(({ username }) => ({ name: username })));
  const roles = idsOf(world.roles);
  const policies = idsOf(world.policies);
  await insert('tenant', [{ id: tenantId, slug: tenantId, name: 'World', ...STAMPS }]);
  await insert('tenant_revision', [{ tenant_id, revision: 1 }]);
  await insert(
    'principal',
    owned(
      world.principals.map(({ username, type, active, orgAdmin, superuser }) => ({
        id: principals.get(username),
        ...{ username, type, active, org_admin: orgAdmin, superuser, ...STAMPS },
      })),
    ),
  );
  await insert('group', owned(world.groups.map(group => groupColumns(group, groups))));
  await insert(
    'membership',
    owned(
      world.memberships.map(({ group, principal, expiresAt }) => ({
        group_id: groups.get(group),
        principal_id: principals.get(principal),
        roles: [],
        expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
        added_at: THEN,
      })),
    ),
  );
  await insert('role', owned(world.roles.map(role => roleColumns(role, roles))));
  await insert('role_access', owned(accessColumns(world.roles, 'role_id', roles, permissions)));
  await insert(
    'policy',
    owned(
      world.policies.map(({ name, group, hidden }) => ({
        id: policies.get(name),
        ...{ name, name_key: name, group_id: groups.get(group), system: hidden, ...STAMPS },
      })),
    ),
  );
  const given = world.policies.flatMap(policy =>
    policy.roles.map(role => ({
      id: newId<TenantId>(),
      policy_id: policies.get(policy.name),
      role_id: roles.get(role) ?? null,
      system_role_id: systemRoles.get(role) ?? null,
    })),
  );
  await insert('policy_role', owned(given));
  const grants = await storeResources((table, rows) => insert(table, owned(rows)), world, { groups, principals });
  return { world, tenantId, groups, principals, roles: new Map([...systemRoles, ...roles]), policies, grants };
}

const groupColumns = (group: World['groups'][number], groups: Ids) => ({
  id: groups.get(group.name),
  name: group.name,
  name_key: group.name.toLowerCase(),
  parent_id: group.parent === null ? null : groups.get(group.parent),
  entities: [],
  platform_default: group.standard === 'PLATFORM' || group.standard === 'CUSTOM',
  admin_default: group.standard === 'ADMIN',
  anonymous_default: group.anonymousDefault,
  system: group.standard === 'PLATFORM' || group.standard === 'ADMIN',
  includes_subgroups: group.includesSubgroups,
  supergroup: group.supergroup,
  shares_with_any: true,
  ...STAMPS,
});

const roleColumns = ({ name }: Named, roles: Ids) => ({
  id: roles.get(name),
  ...{ name, name_key: name, display_name: name, display_name_key: name, version: 1, ...STAMPS },
});

const accessColumns = (made: readonly Role[], column: string, roles: Ids, permissions: Ids) =>
  made.flatMap(({ name, rows }) =>
    rows.map(({ permission, filters }, position) => ({
      id: newId<TenantId>(),
      [column]: roles.get(name),
      permission_id: permissions.get(permission),
      position,
      resource_definitions: JSON.stringify(filters),
    })),
  );
