import { createPermission, idsOf } from '../../src/catalogue/permission.commands.js';
import { createSystemRole } from '../../src/catalogue/system-role.commands.js';
import type { Definition } from '../../src/kernel/definitions.js';
import { globalId, newId } from '../../src/kernel/ids.js';
import { openGate, type Asker, type Gate, type Reply, type World } from '../world.js';

type Input = Record<string, unknown>;
/** A row of a role: a permission, or one with the definitions under which it holds. */
export type Row = string | { readonly permission: string; readonly resourceDefinitions: Definition[] };

const RBAC = ['tenant', 'principal', 'group', 'role', 'policy', 'permission', 'access', 'audit'];
const NOUNS = ['Group', 'Role', 'Policy', 'Permission', 'ResourceType', 'Principal', 'Tenant'];

/** What the tests of roles and policies are about: two applications beside Grantry's own. */
export const CATALOGUE = [
  ...['read', 'write', 'delete', '*'].map(verb => `inventory:hosts:${verb}`),
  ...['read', 'write', '*'].map(verb => `inventory:groups:${verb}`),
  ...['inventory:*:*', 'inventory:*:read', 'cost:report:read', 'cost:report:*', 'cost:*:*'],
  ...['rbac:*:*', ...RBAC.flatMap(type => ['read', 'write', '*'].map(verb => `rbac:${type}:${verb}`))],
];

/** A gateway whose catalogue has the permissions of `CATALOGUE`, and no system role. */
export async function openPolicyGate(): Promise<Gate> {
  const gate = await openGate();
  await addPermissions(gate, ...CATALOGUE);
  return gate;
}

/** Puts permissions into the catalogue. */
export const addPermissions = (gate: Gate, ...permissions: string[]): Promise<void> =>
  gate.db.writeCatalogue(async tx => {
    for (const permission of permissions) await createPermission(tx, { permission });
  });

export const eq = (key: string, value: string | null): Definition => ({ key, operation: 'EQUAL', value });
export const isIn = (key: string, ...value: (string | null)[]): Definition => ({ key, operation: 'IN', value });
export const where = (permission: string, ...resourceDefinitions: Definition[]): Row => ({
  permission,
  resourceDefinitions,
});

type SystemRole = { name?: string; displayName?: string; platformDefault?: boolean; adminDefault?: boolean };

/** A system role of a name of its own, as seeding makes it; answers its global id. */
export async function systemRole(gate: Gate, rows: readonly Row[], more: SystemRole = {}): Promise<string> {
  const name = more.name ?? `system ${newId()}`;
  const plain = { displayName: name, description: null, platformDefault: false, adminDefault: false, version: 1 };
  return gate.db.writeCatalogue(async tx => {
    const full = rows.map(row => (typeof row === 'string' ? { permission: row, resourceDefinitions: [] } : row));
    const ids = await idsOf(
      tx,
      full.map(row => row.permission),
    );
    const access = full.map(row => ({ permissionId: ids.get(row.permission)!, definitions: row.resourceDefinitions }));
    return globalId('Role', await createSystemRole(tx, 'FOLDER', { ...plain, ...more, name, access }, new Date()));
  });
}

/** A service account, which has no default groups, and who holds these rows through a group of its own. */
export async function robot(gate: Gate, w: World, username: string, ...rows: Row[]): Promise<Asker> {
  await w.principal(username, { type: 'SERVICE_ACCOUNT' });
  const group = await w.group(`group of ${username}`);
  await w.member(group, username);
  if (rows.length > 0) await w.give(group, await systemRole(gate, rows));
  return w.user(username, { serviceAccount: true });
}

/** A policy of the tenant; answers its global id. */
export const policy = async (w: World, name: string, groupId: string, ...roleIds: string[]): Promise<string> =>
  (await did(w.admin, 'createPolicy', { name, groupId, roleIds })).policy.id;

const inputOf = (mutation: string) => {
  if (mutation.startsWith('delete')) return 'DeleteInput';
  return mutation.endsWith('GroupRoles') ? 'GroupRolesInput' : `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
};

function selectionOf(mutation: string): string {
  if (mutation.startsWith('delete')) return 'deletedId';
  if (mutation.includes('Group')) return 'group { id }';
  const noun = NOUNS.find(name => mutation.endsWith(name))!;
  return `${noun[0]!.toLowerCase()}${noun.slice(1)} { id }`;
}

/** Sends a mutation with its one input; selects the id of what it answers, unless told. */
export const send = (asker: Asker, mutation: string, input: Input, selection = selectionOf(mutation)): Promise<Reply> =>
  asker.ask(`mutation ($input: ${inputOf(mutation)}!) { done: ${mutation}(input: $input) { ${selection} } }`, {
    input,
  });

/** As `send`, fails the test when there are errors, and answers the payload. */
export async function did(asker: Asker, mutation: string, input: Input, selection?: string): Promise<Reply['data']> {
  const reply = await send(asker, mutation, input, selection);
  if (reply.codes.length > 0) throw new Error(`${mutation}: ${reply.codes.join()}: ${reply.messages.join('; ')}`);
  return reply.data.done;
}

/** What went wrong: codes, with their fields if they have any; empty when nothing did. */
export const wrongs = ({ codes, fields }: Reply): unknown[] =>
  codes.map((code, i) => (fields[i] === undefined ? code : [code, fields[i]]));

/** What went wrong with a mutation. */
export const wrong = async (asker: Asker, mutation: string, input: Input): Promise<unknown[]> =>
  wrongs(await send(asker, mutation, input));

const FILTERS: Record<string, string> = { roles: 'Role', policies: 'Policy', groups: 'Group' };

/** Names in the order of a list of roles, policies or groups; fails the test when the length is not the total. */
export async function names(
  asker: Asker,
  list: string,
  filter: Input | null = null,
  orderBy?: Input,
): Promise<string[]> {
  const noun = FILTERS[list]!;
  const source = `query ($filter: ${noun}Filter, $orderBy: ${noun}Order) {
    list: ${list}(filter: $filter, orderBy: $orderBy, first: 1000) { totalCount nodes { name } } }`;
  const { nodes, totalCount } = (await asker.get(source, { filter, orderBy })).list;
  expect(totalCount).toBe(nodes.length);
  return nodes.map((node: { name: string }) => node.name);
}

/** The roles of a group by name, as `Group.roles` says; null when the caller may not read them. */
export async function rolesOf(asker: Asker, id: string): Promise<string[] | null> {
  const { group } = await asker.get('query ($id: ID!) { group(id: $id) { roles(first: 1000) { nodes { name } } } }', {
    id,
  });
  return group.roles?.nodes.map((node: { name: string }) => node.name) ?? null;
}

/** Whether the caller may, in general or under a context. */
export async function may(asker: Asker, permission: string, more: Input = {}): Promise<boolean> {
  const source = `query ($permission: String!, $resourceId: String, $subject: SubjectInput, $context: JSON) {
    check(permission: $permission, resourceId: $resourceId, subject: $subject, context: $context) { allowed } }`;
  return (await asker.get(source, { permission, ...more })).check.allowed;
}
