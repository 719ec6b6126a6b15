import { type Asker, type Gate, type World } from '../world.js';
import { did, groupNames, groupOf, groupsOf, membersOf, send, usernames, wrong } from './asking.js';
import { openManagedGate } from './managed.js';

let gate: Gate;
let [ours, theirs]: Made[] = [];
type Made = {
  w: World;
  askers: [string, Asker][];
  ids: Record<'Team' | 'Sub' | 'ada' | 'tenant' | 'Role' | 'Policy', string>;
};

/** The same names everywhere. */
async function make(): Promise<Made> {
  const w = await gate.tenant();
  const Team = await w.group('Team', { description: w.slug, includesSubgroups: true });
  const Sub = await w.group('Sub', { parentId: Team, autoShareWithIds: [Team], canShareWithIds: [Team] });
  const ada = await w.principal('ada', { email: `${w.slug}@example.org` });
  await w.member(Team, 'ada', 'admin');
  await w.member(Sub, 'ada');
  const Role = await w.role('Role', ['app:thing:read'], { description: w.slug });
  await w.give(Team, Role);
  const input = { name: 'Policy', description: w.slug, groupId: Team, roleIds: [Role] };
  const made = await w.admin.get('mutation ($i: CreatePolicyInput!) { createPolicy(input: $i) { policy { id } } }', {
    i: input,
  });
  const { tenants } = await w.admin.get('{ tenants { nodes { id } } }');
  await did(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });
  const askers: [string, Asker][] = [
    ['administrator', w.admin],
    ['superuser', w.user('root')],
    ['client', w.service('read', 'write', 'grant', 'check', 'catalogue')],
    ['holder', await w.holder('holder', 'rbac:*:*')],
  ];
  return { w, askers, ids: { Team, Sub, ada, tenant: tenants.nodes[0].id, Role, Policy: made.createPolicy.policy.id } };
}

beforeAll(async () => {
  gate = await openManagedGate();
  [ours, theirs] = [await make(), await make()];
});
afterAll(() => gate.close());

const EVERYTHING = `{
  tenants { totalCount nodes { slug } }
  groups(first: 1000) { totalCount nodes { id name description parent { id } subgroups { totalCount nodes { id } }
    autoShareWith { id } canShareWith { id } principalCount policyCount roleCount
    members { totalCount nodes { id email } } all: members(transitive: true) { totalCount nodes { id email } }
    roles { totalCount nodes { id description } } policies { totalCount nodes { id description } } } }
  principals(first: 1000) { totalCount nodes { id username email
    groups { totalCount nodes { id } } effective: groups(effective: true) { totalCount nodes { id } }
    roles { totalCount nodes { id } } policies { totalCount nodes { id } } } }
  roles(first: 1000, filter: { system: false }) { totalCount nodes { id description accessCount policyCount groups { totalCount nodes { id } } } }
  policies(first: 1000) { totalCount nodes { id description group { id } roles { id } } }
  viewer { tenant { slug } access(application: "") { nodes { permission roles { id } } } }
  access(application: "", username: "ada") { totalCount nodes { roles { id description } } }
  checks(requests: [{ permission: "app:thing:read", subject: { username: "ada" } }, { permission: "app:thing:read", subject: { groupName: "Team" } }]) {
    allowed reasons { group { id } role { id } policy { id } } }
}`;

describe('two tenants with the same names', () => {
  it('answer everything with their own, each in the same shape', async () => {
    const text = async ({ w }: Made) => JSON.stringify(await w.admin.get(EVERYTHING));
    const [a, b] = [await text(ours!), await text(theirs!)];
    for (const word of [theirs!.w.slug, ...Object.values(theirs!.ids)]) expect(a).not.toContain(word);
    for (const word of [ours!.w.slug, ...Object.values(ours!.ids)]) expect(b).not.toContain(word);
    const blank = (json: string) => json.replace(/"(id|slug|description|email)":"[^"]*"/g, '"$1":""');
    expect(blank(a)).toBe(blank(b));
  });

  it('hide their objects from every caller of the other: by id, in filters, in node and nodes', async () => {
    const { Team, Sub, ada, Role, Policy, tenant } = theirs!.ids;
    for (const [kind, asker] of ours!.askers) {
      const source = `query ($team: ID!, $ada: ID!, $role: ID!, $policy: ID!, $all: [ID!]!) {
        group(id: $team) { id } principal(id: $ada) { id } role(id: $role) { id } policy(id: $policy) { id }
        node(id: $team) { id } nodes(ids: $all) { id }
        byIds: groups(filter: { ids: [$team] }) { totalCount nodes { id } }
        byParent: groups(filter: { parentId: $team }) { totalCount nodes { id } }
        ofGroup: principals(filter: { groupId: $team }) { totalCount nodes { id } }
        rolesByIds: roles(filter: { ids: [$role] }) { totalCount nodes { id } }
        rolesOf: roles(filter: { groupId: $team }) { totalCount nodes { id } }
        policiesOf: policies(filter: { groupId: $team }) { totalCount nodes { id } }
      }`;
      const all = [Team, Sub, ada, Role, Policy, tenant];
      const nothing = { totalCount: 0, nodes: [] };
      expect([kind, await asker.get(source, { team: Team, ada, role: Role, policy: Policy, all })]).toEqual([
        kind,
        {
          ...{ group: null, principal: null, role: null, policy: null, node: null, nodes: all.map(() => null) },
          ...{
            byIds: nothing,
            byParent: nothing,
            ofGroup: nothing,
            rolesByIds: nothing,
            rolesOf: nothing,
            policiesOf: nothing,
          },
        },
      ]);
      expect(await usernames(asker, { email: `${theirs!.w.slug}@example.org` })).toEqual([]);
    }
  });

  it('refuse to write what is the other’s, and to name it, as if it did not exist', async () => {
    const before = JSON.stringify(await theirs!.w.admin.get(EVERYTHING));
    const { Team, ada, Role } = theirs!.ids;
    const own = ours!.ids;
    const attempts: [string, object, string][] = [
      ['updateGroup', { id: Team, name: 'Mine' }, 'input.id'],
      ['deleteGroup', { id: Team }, 'input.id'],
      ['addGroupMembers', { groupId: Team, usernames: ['ada'] }, 'input.groupId'],
      ['removeGroupMembers', { groupId: Team, usernames: ['ada'] }, 'input.groupId'],
      ['addGroupRoles', { groupId: Team, roleIds: [own.Role] }, 'input.groupId'],
      ['removeGroupRoles', { groupId: Team, roleIds: [own.Role] }, 'input.groupId'],
      ['addGroupRoles', { groupId: own.Team, roleIds: [Role] }, 'input.roleIds.0'],
      ['updatePrincipal', { id: ada, active: false }, 'input.id'],
      ['deletePrincipal', { id: ada }, 'input.id'],
      ['createGroup', { name: 'New', parentId: Team }, 'input.parentId'],
      ['updateGroup', { id: own.Sub, parentId: Team }, 'input.parentId'],
      ['updateGroup', { id: own.Sub, autoShareWithIds: [Team] }, 'input.autoShareWithIds.0'],
      ['updateGroup', { id: own.Sub, canShareWithIds: [own.Team, Team] }, 'input.canShareWithIds.1'],
      ['updateTenant', { id: theirs!.ids.tenant, name: 'Mine' }, 'input.id'],
      ['deleteTenant', { id: theirs!.ids.tenant }, 'input.id'],
    ];
    for (const [kind, asker] of ours!.askers) {
      for (const [mutation, input, field] of attempts) {
        const { codes, fields, messages } = await send(asker, mutation, { ...input });
        expect([kind, mutation, codes, fields]).toEqual([kind, mutation, ['NOT_FOUND'], [field]]);
        expect(messages.join()).toBe(`${field}: there is no such object`);
      }
    }
    expect(JSON.stringify(await theirs!.w.admin.get(EVERYTHING))).toBe(before);
  });

  it('take the same names, cursors of the other notwithstanding', async () => {
    const { w } = ours!;
    expect(await wrong(w.admin, 'createGroup', { name: 'team' })).toEqual([['CONFLICT', 'input.name']]);
    await did(theirs!.w.admin, 'createGroup', { name: 'Only theirs' });
    await did(w.admin, 'createGroup', { name: 'Only theirs' });
    const source = 'query ($after: String) { groups(first: 1, after: $after) { nodes { id } pageInfo { endCursor } } }';
    const { groups } = await theirs!.w.admin.get(source);
    const own = (await w.admin.get('{ groups(first: 1000) { nodes { id } } }')).groups.nodes;
    const behind = (await w.admin.get(source, { after: groups.pageInfo.endCursor })).groups.nodes;
    expect(own).toContainEqual(behind[0]);
  });

  it('keep memberships, expiries and inheritance apart', async () => {
    const [a, b] = [ours!, theirs!];
    await did(a.w.admin, 'removeGroupMembers', { groupId: a.ids.Sub, usernames: ['ada'] });
    expect(await membersOf(a.w.admin, a.ids.Sub)).toEqual([]);
    expect(await membersOf(b.w.admin, b.ids.Sub)).toEqual(['ada']);
    await did(a.w.admin, 'updateGroup', { id: a.ids.Team, includesSubgroups: false });
    expect((await groupOf(b.w.admin, b.ids.Team)).includesSubgroups).toBe(true);
    expect(await groupsOf(b.w.user('ada'), 'ada', true)).toEqual(['Default access', 'Sub', 'Team']);
    await did(a.w.admin, 'deleteGroup', { id: a.ids.Team });
    expect(await groupNames(b.w.admin, { name: 'Team' })).toEqual(['Team']);
    expect((await groupOf(b.w.admin, b.ids.Sub)).parent).toEqual({ name: 'Team' });
  });

  it('do not let one identity into the other: a principal is of its own tenant alone', async () => {
    const root = ours!.w.user('only-ours');
    await root.get('{ __typename }');
    expect(await usernames(theirs!.w.admin, { username: 'only-ours' })).toEqual([]);
    expect(await groupNames(theirs!.w.user('only-ours'))).toEqual(['Default access']);
  });
});
