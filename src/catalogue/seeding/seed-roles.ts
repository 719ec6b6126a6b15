import type { CatalogueTx } from '../../store/tx.js';
import {
  createSystemRole,
  releaseDisplayNames,
  replaceSystemRole,
  type Origin,
  type StoredSystemRole,
} from '../system-role.commands.js';
import type { Findings } from './findings.js';
import type { SeedRole } from './role-files.js';
import type { KnownPermissions } from './seed-permissions.js';

/** A role that has to be written: `stored` is what it replaces. */
type Writing = { readonly role: SeedRole; readonly stored: StoredSystemRole | undefined };

/** What a seeding does to roles. */
export type RolePlan = {
  readonly writing: readonly Writing[];
  /** Stored in the version of the file: not touched. */
  readonly unchanged: readonly SeedRole[];
};

/** Compares the roles of the files with those stored; roles that cannot have their names are reported and left out. */
export function planRoles(
  roles: readonly SeedRole[],
  stored: readonly StoredSystemRole[],
  origin: Origin,
  findings: Findings,
): RolePlan {
  const byKey = new Map(stored.map(role => [role.nameKey, role]));
  const ours = roles.filter(role => {
    const other = byKey.get(role.nameKey);
    if (!other || other.origin === origin) return true;
    findings.error(role.place, `the name "${role.name}" is taken by a role ${SOURCE[other.origin]}; choose another`);
    return false;
  });
  const isStored = (role: SeedRole) => byKey.get(role.nameKey)?.version === role.version;
  const changed = ours.filter(role => !isStored(role)).map(role => ({ role, stored: byKey.get(role.nameKey) }));
  return { writing: withFreeDisplayNames(changed, stored, findings), unchanged: ours.filter(isStored) };
}

const SOURCE = { PLATFORM: 'that comes with the product', FOLDER: 'from a seed folder' };

function withFreeDisplayNames(
  wanted: readonly Writing[],
  stored: readonly StoredSystemRole[],
  findings: Findings,
): Writing[] {
  const replaced = new Set(wanted.map(writing => writing.stored?.id));
  const taken = new Map(stored.filter(({ id }) => !replaced.has(id)).map(role => [role.displayNameKey, role]));
  const free = wanted.filter(({ role }) => {
    const other = taken.get(role.displayNameKey);
    if (other)
      findings.error(
        role.place,
        `the display name "${role.displayName}" is taken by the role "${other.name}" ${SOURCE[other.origin]}`,
      );
    return !other;
  });
  // A role that is not replaced after all keeps its display name, which somebody else may have counted on.
  return free.length === wanted.length ? free : withFreeDisplayNames(free, stored, findings);
}

/** Writes what was planned. The permissions of the roles exist. */
export async function writeRoles(
  tx: CatalogueTx,
  { writing }: RolePlan,
  origin: Origin,
  known: KnownPermissions,
  onRole: () => void,
): Promise<void> {
  const renamed = writing.flatMap(({ role, stored }) => {
    return stored && stored.displayNameKey !== role.displayNameKey ? [stored.id] : [];
  });
  await releaseDisplayNames(tx, renamed);
  const now = new Date();
  for (const { role, stored } of writing) {
    const access = role.access.map(({ permission, definitions }) => ({
      permissionId: known.get(permission)!.id,
      definitions,
    }));
    if (stored) await replaceSystemRole(tx, stored.id, { ...role, access }, now);
    else await createSystemRole(tx, origin, { ...role, access }, now);
    onRole();
  }
}
