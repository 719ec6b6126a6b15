import { newId, type PrincipalId, type TenantId } from '../../src/kernel/ids.js';
import { Principal, PrincipalType } from '../../src/directory/principal.entity.js';
import type { Asker, Gate, Reply, World } from '../world.js';

type Input = object;

const PAYLOADS = { Group: 'group { id }', Principal: 'principal { id }', Tenant: 'tenant { id }' };
const INPUTS: Record<string, string> = { addGroupRoles: 'GroupRolesInput', removeGroupRoles: 'GroupRolesInput' };

const inputOf = (mutation: string) =>
  mutation.startsWith('delete')
    ? 'DeleteInput'
    : (INPUTS[mutation] ?? `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`);

const selectionOf = (mutation: string) =>
  mutation.startsWith('delete')
    ? 'deletedId'
    : (Object.entries(PAYLOADS).find(([noun]) => mutation.includes(noun))?.[1] ?? 'group { id }');

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

/** What went wrong with a mutation: codes and fields; empty when nothing did. */
export async function wrong(asker: Asker, mutation: string, input: Input): Promise<unknown[]> {
  const { codes, fields } = await send(asker, mutation, input);
  return codes.map((code, i) => (fields[i] === undefined ? code : [code, fields[i]]));
}

/** Names of the groups that a filter finds, in the order of the list. */
export async function groupNames(asker: Asker, filter: Input | null = null, orderBy?: Input): Promise<string[]> {
  const source =
    'query ($filter: GroupFilter, $orderBy: GroupOrder) { groups(filter: $filter, orderBy: $orderBy, first: 1000) { nodes { name } } }';
  const { groups } = await asker.get(source, { filter, orderBy });
  return groups.nodes.map((group: { name: string }) => group.name);
}

/** Usernames of the principals that a filter finds, in the order of the list. */
export async function usernames(asker: Asker, filter: Input | null = null, orderBy?: Input): Promise<string[]> {
  const source =
    'query ($filter: PrincipalFilter, $orderBy: PrincipalOrder) { principals(filter: $filter, orderBy: $orderBy, first: 1000) { nodes { username } } }';
  const { principals } = await asker.get(source, { filter, orderBy });
  return principals.nodes.map((principal: { username: string }) => principal.username);
}

const GROUP = `id name description type entities properties platformDefault adminDefault anonymousDefault system
  includesSubgroups supergroup parent { name } autoShareWith { name } canShareWith { name }`;

/** All fields of a group. */
export const groupOf = async (asker: Asker, id: string): Promise<Reply['data']> =>
  (await asker.get(`query ($id: ID!) { group(id: $id) { ${GROUP} } }`, { id })).group;

/** Usernames of the members of a group; null when the caller may not read them. */
export async function membersOf(asker: Asker, id: string, transitive = false): Promise<string[] | null> {
  const source = `query ($id: ID!, $transitive: Boolean) { group(id: $id) { members(transitive: $transitive, first: 1000) { nodes { username } } } }`;
  const { group } = await asker.get(source, { id, transitive });
  return group.members?.nodes.map((node: { username: string }) => node.username) ?? null;
}

/** Names of the groups that a principal is in; with `effective`, of those that it counts as a member of. */
export async function groupsOf(asker: Asker, username: string, effective = false): Promise<string[]> {
  const source = `query ($username: String!, $effective: Boolean) {
    principal(username: $username) { groups(effective: $effective, first: 1000) { nodes { name } } } }`;
  const { principal } = await asker.get(source, { username, effective });
  return principal.groups.nodes.map((node: { name: string }) => node.name);
}

/** The names that every list of groups of a new tenant begins with. */
export const DEFAULTS = ['Default access', 'Default admin access'];

/** Makes users of these names in one go, past the API. */
export async function manyPrincipals(gate: Gate, w: World, names: readonly string[]): Promise<void> {
  const now = gate.now();
  const flags = {
    type: PrincipalType.USER,
    email: null,
    externalId: null,
    active: true,
    orgAdmin: false,
    superuser: false,
  };
  const rows = names.map(username => ({
    id: newId<PrincipalId>(),
    username,
    ...flags,
    createdAt: now,
    modifiedAt: now,
  }));
  await gate.db.write(w.tenantId as TenantId, tx => tx.insert(Principal, rows));
}
