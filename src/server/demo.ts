import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { platformFolder } from '../catalogue/seeding/platform-folder.js';
import { seedFolder } from '../catalogue/seeding/seed-folder.js';
import { updateResourceType, type ResourceTypeChange } from '../catalogue/resource-type.commands.js';
import type { PolicyInput } from '../directory/assignment-policy.js';
import { createGroup } from '../directory/group.commands.js';
import type { CreateGroupInput } from '../directory/group.inputs.js';
import { addMembers, type NewMembers } from '../directory/membership.commands.js';
import { createPrincipal } from '../directory/principal.commands.js';
import type { CreatePrincipalInput } from '../directory/principal.inputs.js';
import { createTenant, updateTenant, type NewTenant } from '../directory/tenant.commands.js';
import { Access } from '../engine/access.js';
import { CatalogueReader, type Catalogue } from '../engine/catalogue.js';
import { SCOPES } from '../kernel/caller.js';
import { globalId, type GroupId, type RoleId, type TenantId } from '../kernel/ids.js';
import { createPolicy } from '../policy/policy.commands.js';
import { createRole } from '../policy/role.commands.js';
import type { CreateRoleInput } from '../policy/role.inputs.js';
import { assignResource } from '../resources/assignment.commands.js';
import { grantPermissions } from '../resources/grant.commands.js';
import type { GrantPermissionsInput } from '../resources/grant.inputs.js';
import { putResources } from '../resources/put.commands.js';
import type { PutResourceInput } from '../resources/resource.inputs.js';
import type { Database } from '../store/database.js';
import type { CatalogueTx, Tx } from '../store/tx.js';

type World = {
  tenant: NewTenant;
  principals: CreatePrincipalInput[];
  roles: CreateRoleInput[];
  groups: (CreateGroupInput & { parent?: string })[];
  members: (NewMembers & { group: string })[];
  policies: { name: string; group: string; roles: string[] }[];
  types: ResourceTypeChange[];
  assignmentPolicy: PolicyInput;
  resources: { type: string; resources: (PutResourceInput & { shareWith?: string[] })[] }[];
  grants: GrantPermissionsInput[];
  assignments: { type: string; resourceId: string; group: string; username: string }[];
};

const FOLDER = `${platformFolder()}/demo`;

/** Who is who in the demo world. */
export const DEMO = { tenant: 'demo', admin: 'ada', user: 'ben' } as const;

/** Makes the demo tenant, with principals, a tree of groups, roles, policies and books, unless it is there already. */
export async function createDemo(db: Database, now: Date): Promise<void> {
  await seedFolder(db, FOLDER, { origin: 'PLATFORM', prune: false });
  const world = JSON.parse(await readFile(`${FOLDER}/world.json`, 'utf8')) as World;
  const isThere = (tx: CatalogueTx) => tx.query(sql`select 1 from tenant where slug = ${world.tenant.slug}`);
  const isNew = await db.writeCatalogue(async tx => {
    if ((await isThere(tx)).length > 0) return false;
    for (const type of world.types) await updateResourceType(tx, type);
    return true;
  });
  if (!isNew) return;
  const catalogue = await new CatalogueReader(db).at(1);
  await db.writeCatalogue(async tx => {
    if ((await isThere(tx)).length > 0) return;
    const id = await createTenant(tx, world.tenant, now);
    await updateTenant(tx, id, { assignmentPolicy: world.assignmentPolicy }, now);
    await fill(tx.ofTenant(id), world, accessTo(id, catalogue), now);
  });
}

const accessTo = (tenantId: TenantId, catalogue: Catalogue) =>
  new Access({ kind: 'service', tenantId, clientId: 'demo', scopes: new Set(SCOPES) }, null, catalogue);

async function fill(tx: Tx, world: World, access: Access, now: Date): Promise<void> {
  const { principals, roles, groups, members, policies } = world;
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
  await fillShelves(tx, world, access, groupOf, now);
}

async function fillShelves(
  tx: Tx,
  { resources, grants, assignments }: World,
  access: Access,
  groupOf: (name: string) => GroupId,
  now: Date,
): Promise<void> {
  const idOf = (group: string) => globalId('Group', groupOf(group));
  const typeOf = (name: string) => access.catalogue.typeNamed(name)!;
  for (const { type, resources: puts } of resources) {
    const shared = puts.map(({ shareWith, ...put }) => ({
      ...put,
      ...(shareWith && { sharedWith: shareWith.map(idOf) }),
    }));
    await putResources(tx, access, typeOf(type), { type, resources: shared }, now);
  }
  for (const grant of grants) await grantPermissions(tx, access, grant, now);
  for (const { group, ...input } of assignments) {
    await assignResource(tx, access, typeOf(input.type), { ...input, groupId: idOf(group) }, now);
  }
}
