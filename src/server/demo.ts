import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { platformFolder } from '../catalogue/seeding/platform-folder.js';
import { seedFolder } from '../catalogue/seeding/seed-folder.js';
import { createGroup } from '../directory/group.commands.js';
import type { CreateGroupInput } from '../directory/group.inputs.js';
import { addMembers, type NewMembers } from '../directory/membership.commands.js';
import { createPrincipal } from '../directory/principal.commands.js';
import type { CreatePrincipalInput } from '../directory/principal.inputs.js';
import { createTenant, type NewTenant } from '../directory/tenant.commands.js';
import { Access } from '../engine/access.js';
import { Catalogue } from '../engine/catalogue.js';
import { SCOPES } from '../kernel/caller.js';
import { globalId, type GroupId, type RoleId, type TenantId } from '../kernel/ids.js';
import { createPolicy } from '../policy/policy.commands.js';
import { createRole } from '../policy/role.commands.js';
import type { CreateRoleInput } from '../policy/role.inputs.js';
import type { Database } from '../store/database.js';
import type { Tx } from '../store/tx.js';

type World = {
  tenant: NewTenant;
  principals: CreatePrincipalInput[];
  roles: CreateRoleInput[];
  groups: (CreateGroupInput & { parent?: string })[];
  members: (NewMembers & { group: string })[];
  policies: { name: string; group: string; roles: string[] }[];
};

const FOLDER = `${platformFolder()}/demo`;

/** Who is who in the demo world. */
export const DEMO = { tenant: 'demo', admin: 'ada', user: 'ben' } as const;

/** Makes the demo tenant, with principals, a tree of groups, roles and policies, unless it is there already. */
export async function createDemo(db: Database, now: Date): Promise<void> {
  await seedFolder(db, FOLDER, { origin: 'PLATFORM', prune: false });
  const world = JSON.parse(await readFile(`${FOLDER}/world.json`, 'utf8')) as World;
  await db.writeCatalogue(async tx => {
    const there = await tx.query(sql`select 1 from tenant where slug = ${world.tenant.slug}`);
    if (there.length > 0) return;
    const id = await createTenant(tx, world.tenant, now);
    await fill(tx.ofTenant(id), world, accessTo(id), now);
  });
}

const accessTo = (tenantId: TenantId) =>
  new Access(
    { kind: 'service', tenantId, clientId: 'demo', scopes: new Set(SCOPES) },
    null,
    new Catalogue(0, new Map()),
  );

async function fill(
  tx: Tx,
  { principals, roles, groups, members, policies }: World,
  access: Access,
  now: Date,
): Promise<void> {
  const author = { access, now, roleApplications: ['*'] };
  const groupIds = new Map<string, GroupId>();
  const roleIds = new Map<string, RoleId>();
  const groupOf = (name: string) => groupIds.get(name)!;
  for (const principal of principals) await createPrincipal(tx, access, principal, now);
  for (const role of roles) roleIds.set(role.name, await createRole(tx, author, role));
  for (const { parent, ...group } of groups) {
    const parentId = parent ? globalId('Group', groupOf(parent)) : null;
    groupIds.set(group.name, await createGroup(tx, access, { ...group, parentId }, now));
  }
  for (const { group, ...added } of members) await addMembers(tx, access, groupOf(group), added, now);
  for (const { name, group, roles: held } of policies) {
    const given = held.map(role => globalId('Role', roleIds.get(role)!));
    await createPolicy(tx, access, { name, groupId: globalId('Group', groupOf(group)), roleIds: given }, now);
  }
}
