import { sql } from 'kysely';
import type { Database } from '../../store/database.js';
import { compiled } from '../../store/statement.js';
import type { CatalogueTx } from '../../store/tx.js';
import { SYSTEM_ROLES, type Origin, type StoredSystemRole } from '../system-role.commands.js';
import { Findings, type Finding } from './findings.js';
import { readFolder } from './folder.js';
import { readPermissions, type SeedPermission } from './permission-files.js';
import { platformPermissions } from './platform-folder.js';
import { pruneRoles } from './prune.js';
import { readRoles, type SeedRole } from './role-files.js';
import {
  knownPermissions,
  missingRequirements,
  seedPermissions,
  type KnownPermissions,
  type PermissionCounts,
} from './seed-permissions.js';
import { planRoles, writeRoles } from './seed-roles.js';

/** How a folder is seeded. `prune` deletes roles that came from a folder and are in none of the files any more. */
export type SeedOptions = {
  readonly origin: Origin;
  readonly prune: boolean;
  /** Told after each step: how many roles of how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
};

/** What a seeding did, and what is to be said about the files. The roles are given by name. */
export type SeedReport = {
  readonly permissions: PermissionCounts;
  readonly roles: {
    readonly created: readonly string[];
    readonly updated: readonly string[];
    readonly unchanged: readonly string[];
    readonly pruned: readonly string[];
  };
  readonly warnings: readonly Finding[];
  readonly errors: readonly Finding[];
};

/**
 * Brings the catalogue to what a folder of `permissions/*.json` and `roles/*.json` says. What is broken is reported and
 * left as it was; all the rest is written in one transaction, and reaches the decisions of every tenant with its commit.
 * Nothing is touched that is as it should be. Throws BAD_USER_INPUT, having changed nothing, when there is no folder.
 */
export async function seedFolder(db: Database, dir: string, options: SeedOptions): Promise<SeedReport> {
  const findings = new Findings();
  const folder = await readFolder(dir, findings);
  const permissions = readPermissions(folder.permissions, findings);
  const { roles, named, namesComplete } = readRoles(folder.roles, findings);
  const mayPrune = options.prune && options.origin === 'FOLDER';
  const knowsAll = folder.rolesComplete && namesComplete;
  if (mayPrune && !knowsAll) {
    findings.warning(
      { file: 'roles', path: '' },
      'no role was pruned: not all roles could be read, and what is missing may be there',
    );
  }
  const untouchable = options.origin === 'FOLDER' ? await platformPermissions() : new Set<string>();
  warnOfUntouchable(permissions, untouchable, findings);
  // Before the rest: a role may take over the display name of one that goes.
  const pruned = mayPrune && knowsAll ? await pruneRoles(db, named, findings) : [];
  const done = await db.writeCatalogue(tx => write(tx, { permissions, roles, untouchable }, options, findings));
  await warnOfNamesakes(db, roles, options.origin, findings);
  const { warnings, errors } = findings;
  return { permissions: done.permissions, roles: { ...done.roles, pruned }, warnings, errors };
}

type Content = {
  readonly permissions: readonly SeedPermission[];
  readonly roles: readonly SeedRole[];
  readonly untouchable: ReadonlySet<string>;
};

async function write(tx: CatalogueTx, content: Content, { origin, onProgress }: SeedOptions, findings: Findings) {
  const known = await knownPermissions(tx);
  const plan = planRoles(content.roles, await tx.query<StoredSystemRole>(SYSTEM_ROLES), origin, findings);
  const { writing, unchanged } = plan;
  const alsoNeeded = writing.flatMap(({ role }) => role.access.map(({ permission }) => permission));
  const permissions = await seedPermissions(tx, known, { ...content, alsoNeeded }, findings);
  const total = writing.length + unchanged.length;
  let done = unchanged.length;
  onProgress?.(done, total);
  await writeRoles(tx, plan, origin, known, () => onProgress?.(++done, total));
  for (const role of [...unchanged, ...writing.map(({ role }) => role)]) warnOfMissing(role, known, findings);
  const names = (isNew: boolean) => writing.filter(({ stored }) => !stored === isNew).map(({ role }) => role.name);
  return {
    permissions,
    roles: { created: names(true), updated: names(false), unchanged: unchanged.map(({ name }) => name) },
  };
}

function warnOfMissing(role: SeedRole, known: KnownPermissions, findings: Findings): void {
  const missing = missingRequirements(
    known,
    role.access.map(({ permission }) => permission),
  );
  for (const [required, by] of missing) {
    findings.warning(role.place, `"${role.name}" is loaded without ${required}, which ${by} requires`);
  }
}

function warnOfUntouchable(
  permissions: readonly SeedPermission[],
  untouchable: ReadonlySet<string>,
  findings: Findings,
): void {
  const files = new Set(
    permissions.filter(({ permission }) => untouchable.has(permission)).map(({ place }) => place.file),
  );
  for (const file of files) {
    findings.warning(
      { file, path: '' },
      'permissions that come with the product keep the description and requirements they have',
    );
  }
}

async function warnOfNamesakes(
  db: Database,
  roles: readonly SeedRole[],
  origin: Origin,
  findings: Findings,
): Promise<void> {
  const namesakes = await db.query<{ nameKey: string; tenants: number }>(
    compiled(sql`
      select s.name_key as "nameKey", count(distinct t.id) as tenants
      from tenant t join role r on r.tenant_id = t.id
        join system_role s on s.name_key = r.name_key or s.display_name_key = r.display_name_key
      where s.origin = ${origin} group by s.name_key`),
  );
  const tenants = new Map(namesakes.map(({ nameKey, tenants }) => [nameKey, tenants]));
  for (const role of roles) {
    const count = tenants.get(role.nameKey);
    if (count)
      findings.warning(
        role.place,
        `${count} ${count === 1 ? 'tenant has a role' : 'tenants have roles'} of their own named "${role.name}", which stay as they are`,
      );
  }
}
