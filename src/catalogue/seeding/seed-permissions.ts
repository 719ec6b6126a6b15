import { sql } from 'kysely';
import { newId, type PermissionId } from '../../kernel/ids.js';
import { parsePermission } from '../../kernel/permission.js';
import type { CatalogueTx } from '../../store/tx.js';
import { addPermissions, setDescription, setRequires } from '../permission.commands.js';
import type { Findings } from './findings.js';
import type { SeedPermission } from './permission-files.js';

type Known = {
  readonly id: PermissionId;
  readonly permission: string;
  readonly description: string;
  requires: readonly string[];
};

/** The permissions of the catalogue while it is seeded, by permission. */
export type KnownPermissions = Map<string, Known>;

/** How many permissions a seeding made, changed, and found as they should be. */
export type PermissionCounts = { readonly created: number; readonly updated: number; readonly unchanged: number };

const AT_ONCE = 500;

/** All permissions of the catalogue with what they require. */
export async function knownPermissions(tx: CatalogueTx): Promise<KnownPermissions> {
  const rows = await tx.query<Known>(sql`
    select p.id, p.permission, p.description,
      array(select q.permission from permission_requires r join permission q on q.id = r.required_id
            where r.permission_id = p.id) as requires
    from permission p`);
  return new Map(rows.map(row => [row.permission, row]));
}

/**
 * Makes the permissions that are missing, those of `alsoNeeded` included, and brings descriptions and requirements to
 * what the files say. Those of `untouchable` stay as they are.
 */
export async function seedPermissions(
  tx: CatalogueTx,
  known: KnownPermissions,
  wanted: {
    readonly permissions: readonly SeedPermission[];
    readonly alsoNeeded: readonly string[];
    readonly untouchable: ReadonlySet<string>;
  },
  findings: Findings,
): Promise<PermissionCounts> {
  const before = new Set(known.keys());
  const permissions = wanted.permissions.filter(({ permission }) => !wanted.untouchable.has(permission));
  await create(
    tx,
    known,
    new Map(permissions.map(({ permission, stated }) => [permission, stated?.description ?? ''])),
  );
  await create(tx, known, new Map(wanted.alsoNeeded.map(permission => [permission, ''])));
  const changed = new Set<string>();
  for (const { permission, stated } of permissions) {
    const row = known.get(permission)!;
    if (stated === null || stated.description === row.description) continue;
    await setDescription(tx, row.id, stated.description);
    changed.add(permission);
  }
  for (const permission of await link(tx, known, permissions, findings)) changed.add(permission);
  const updated = [...changed].filter(permission => before.has(permission)).length;
  const unchanged = wanted.permissions.filter(({ permission }) => before.has(permission)).length - updated;
  return { created: known.size - before.size, updated, unchanged };
}

async function create(tx: CatalogueTx, known: KnownPermissions, wanted: ReadonlyMap<string, string>): Promise<void> {
  const missing = [...wanted].filter(([permission]) => !known.has(permission));
  for (let from = 0; from < missing.length; from += AT_ONCE) {
    const added = missing.slice(from, from + AT_ONCE).map(([permission, description]) => {
      return { id: newId<PermissionId>(), parts: parsePermission(permission)!, permission, description };
    });
    await addPermissions(tx, added);
    for (const { id, permission, description } of added)
      known.set(permission, { id, permission, description, requires: [] });
  }
}

/** Only after all permissions are there: a requirement may be in a later file. Answers what it changed. */
async function link(
  tx: CatalogueTx,
  known: KnownPermissions,
  permissions: readonly SeedPermission[],
  findings: Findings,
): Promise<string[]> {
  const changed: Known[] = [];
  for (const { permission, stated } of permissions) {
    if (stated === null) continue;
    const found = stated.requires.filter(({ permission: required, place }) => {
      if (required === permission) findings.error(place, 'a permission cannot require itself; loaded without this');
      else if (known.has(required)) return true;
      else findings.error(place, `there is no permission ${required}; ${permission} is loaded without requiring it`);
      return false;
    });
    const row = known.get(permission)!;
    const requires = [...new Set(found.map(({ permission }) => permission))];
    if (requires.toSorted().join() === row.requires.toSorted().join()) continue;
    row.requires = requires;
    changed.push(row);
  }
  for (let from = 0; from < changed.length; from += AT_ONCE) {
    const rows = changed.slice(from, from + AT_ONCE);
    await setRequires(
      tx,
      rows.map(({ id, requires }) => ({ id, requires: requires.map(name => known.get(name)!.id) })),
    );
  }
  return changed.map(({ permission }) => permission);
}

/** What `permissions` lack: each permission that one of them requires, directly or through others, and who requires it. */
export function missingRequirements(known: KnownPermissions, permissions: readonly string[]): Map<string, string> {
  const has = new Set(permissions);
  const missing = new Map<string, string>();
  const reached = [...has];
  for (const permission of reached) {
    for (const required of known.get(permission)?.requires ?? []) {
      if (has.has(required) || missing.has(required)) continue;
      missing.set(required, permission);
      reached.push(required);
    }
  }
  return missing;
}
