import { seedFolder } from '../../src/catalogue/seeding/seed-folder.js';
import { SCOPES } from '../../src/kernel/caller.js';
import { folderOf, removeFolders } from '../catalogue/seeding-world.js';
import type { Gate, World } from '../world.js';
import { buildResources, inHours } from './build-resources.js';
import { rowOf, type FileMember, type FileRow, type WorldFile } from './world-file.js';

type Ids = Map<string, string>;

let version = 0;

/** Makes a world by the means that an operator and an administrator have: a seed folder, and mutations. */
export async function buildWorld(gate: Gate, file: WorldFile): Promise<World> {
  const operator = gate.as({
    kind: 'service',
    clientId: 'operator',
    scopes: new Set(SCOPES),
    tenants: ['*'],
    tenant: null,
  });
  const send = async (name: string, inputs: object[]) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    for (const input of inputs)
      await operator.get(`mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`, { input });
  };
  await send(
    'createPermission',
    file.permissions.map(permission => ({ permission })),
  );
  await send(
    'updateResourceType',
    Object.entries(file.types).map(([name, options]) => ({ name, ...options })),
  );
  await seedRoles(gate, file);
  const w = await gate.tenant();
  const roles = await createRoles(w, file);
  for (const [username, flags] of Object.entries(file.principals)) {
    const source = 'mutation ($input: CreatePrincipalInput!) { createPrincipal(input: $input) { __typename } }';
    await w.service(...SCOPES).get(source, { input: { username, ...flags } });
  }
  const groups = await createGroups(w, gate, file, roles);
  for (const [name, { group, roles: given }] of Object.entries(file.policies)) {
    const input = { name, groupId: groups.get(group), roleIds: given.map(role => roles.get(role)) };
    await w.admin.get('mutation ($input: CreatePolicyInput!) { createPolicy(input: $input) { __typename } }', {
      input,
    });
  }
  await buildResources(gate, w, file, groups);
  return w;
}

/** Takes the system roles of a world away, which would reach the default groups of the next one. */
export async function removeSystemRoles(gate: Gate): Promise<void> {
  const dir = await folderOf({ 'roles/roles.json': { roles: [] } });
  await seedFolder(gate.db, dir, { origin: 'FOLDER', prune: true });
  await removeFolders();
}

async function seedRoles(gate: Gate, { systemRoles }: WorldFile) {
  const roles = Object.entries(systemRoles).map(([name, role]) => ({
    ...{ name, system: true, version: ++version },
    ...{ platform_default: role.default === 'users', admin_default: role.default === 'administrators' },
    access: role.access.map(seedRow),
  }));
  const dir = await folderOf({ 'roles/roles.json': { roles } });
  const { errors } = await seedFolder(gate.db, dir, { origin: 'FOLDER', prune: false });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

const seedRow = (short: FileRow) => {
  const { permission, filters } = rowOf(short);
  const definitions = filters.map(filter => ({
    attributeFilter: { ...filter, operation: filter.operation.toLowerCase() },
  }));
  return { permission, resourceDefinitions: definitions };
};

async function createRoles(w: World, { roles }: WorldFile): Promise<Ids> {
  for (const [name, rows] of Object.entries(roles)) {
    await w.role(
      name,
      rows.map(rowOf).map(({ permission, filters }) => ({ permission, resourceDefinitions: filters })),
    );
  }
  const known = await w.admin.get('{ roles(first: 1000) { nodes { id name } } }');
  return new Map(known.roles.nodes.map(({ id, name }: { id: string; name: string }) => [name, id]));
}

async function addMember(w: World, gate: Gate, groupId: string, member: FileMember) {
  const { who, roles, forHours } = typeof member === 'string' ? { who: member, roles: [], forHours: 0 } : member;
  const input = { groupId, usernames: [who], roles, ...(forHours && { expiresAt: inHours(gate, forHours) }) };
  const source = 'mutation ($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { __typename } }';
  await w.admin.get(source, { input });
}

async function createGroups(w: World, gate: Gate, file: WorldFile, roles: Ids): Promise<Ids> {
  const made: Ids = new Map();
  const give = (id: string, names: readonly string[]) => w.give(id, ...names.map(name => roles.get(name)!));
  for (const [name, { parent, members, roles: given, autoShareWith: _, ...flags }] of Object.entries(file.groups)) {
    const id = await w.group(name, { ...flags, ...(parent !== undefined && { parentId: made.get(parent) }) });
    made.set(name, id);
    for (const member of members) await addMember(w, gate, id, member);
    await give(id, given);
  }
  for (const [name, { autoShareWith }] of Object.entries(file.groups)) {
    if (autoShareWith.length === 0) continue;
    const input = { id: made.get(name), autoShareWithIds: autoShareWith.map(other => made.get(other)) };
    await w.admin.get('mutation ($input: UpdateGroupInput!) { updateGroup(input: $input) { __typename } }', { input });
  }
  if (file.defaultGroup.length > 0) {
    const { group } = await w.admin.get('{ group(name: "Default access") { id } }');
    await give(group.id, file.defaultGroup);
  }
  return made;
}
