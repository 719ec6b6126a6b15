import type { Asker, Gate, World } from '../world.js';
import { did, may, names, openPolicyGate, policy, wrong, wrongs } from './asking.js';

let gate: Gate;
let [one, other]: World[] = [];
type Ids = { group: string; role: string; policy: string; principal: string };
const ids = new Map<World, Ids>();
const HOSTS = 'inventory:hosts:read';

/** The same names in each; only the first gives anything. */
async function fill(w: World, ...access: string[]): Promise<void> {
  const [group, role, principal] = [await w.group('Team'), await w.role('Reader', access), await w.principal('ada')];
  await w.member(group, 'ada');
  await w.give(group, role);
  ids.set(w, { group, role, principal, policy: await policy(w, 'Readers', group, role) });
}
beforeAll(async () => {
  gate = await openPolicyGate();
  [one, other] = [await gate.tenant(), await gate.tenant()];
  await fill(one, HOSTS, 'cost:*:*');
  await fill(other);
});
afterAll(() => gate.close());

const everybody = (w: World): Asker[] => [
  w.admin,
  w.user('ada'),
  w.service('read', 'write', 'grant', 'check', 'operate', 'catalogue'),
];

describe('two tenants with the same names everywhere', () => {
  it('decide for themselves', async () => {
    expect([await may(one!.user('ada'), HOSTS), await may(other!.user('ada'), HOSTS)]).toEqual([true, false]);
    for (const subject of [{ username: 'ada' }, { groupName: 'Team' }]) {
      expect([await may(one!.admin, HOSTS, { subject }), await may(other!.admin, HOSTS, { subject })]).toEqual([
        true,
        false,
      ]);
    }
    const { group, principal } = ids.get(one!)!;
    for (const subject of [{ groupId: group }, { principalId: principal }]) {
      expect(await may(other!.admin, HOSTS, { subject })).toBe(false);
    }
  });

  it('list their own roles, policies and access alone', async () => {
    const source = '{ access(application: "", username: "ada") { totalCount nodes { permission roles { id } } } }';
    expect((await one!.admin.get(source)).access.nodes.map((node: any) => node.roles)).toEqual(
      Array(2).fill([{ id: ids.get(one!)!.role }]),
    );
    expect((await other!.admin.get(source)).access).toEqual({ totalCount: 0, nodes: [] });
    for (const w of [one!, other!]) {
      for (const asker of everybody(w)) {
        const { roles, policies } = await asker.get(
          '{ roles { nodes { id } } policies { nodes { id group { id } roles { id } } } }',
        );
        const { role, policy: id, group } = ids.get(w)!;
        expect(roles.nodes).toEqual([{ id: role }]);
        expect(policies.nodes).toEqual([{ id, group: { id: group }, roles: [{ id: role }] }]);
      }
    }
  });

  it('find nothing of each other by id, in filters, in node and nodes', async () => {
    const { role, policy: id, group } = ids.get(one!)!;
    const source = `query ($role: ID!, $policy: ID!) { role(id: $role) { name } policy(id: $policy) { name }
      a: node(id: $role) { id } b: node(id: $policy) { id } nodes(ids: [$role, $policy]) { id } }`;
    for (const asker of everybody(other!)) {
      expect(await asker.get(source, { role, policy: id })).toEqual({
        role: null,
        policy: null,
        a: null,
        b: null,
        nodes: [null, null],
      });
      expect(await names(asker, 'roles', { ids: [role] })).toEqual([]);
      expect(await names(asker, 'roles', { groupId: group })).toEqual([]);
      expect(await names(asker, 'roles', { notInGroupId: group })).toEqual(['Reader']);
      expect(await names(asker, 'policies', { groupId: group })).toEqual([]);
      expect(await names(asker, 'roles', { permissions: [HOSTS] })).toEqual([]);
    }
  });

  it('write nothing of each other, and name nothing of each other', async () => {
    const [mine, foreign] = [ids.get(other!)!, ids.get(one!)!];
    const attempts: [string, object, string][] = [
      ['updateRole', { id: foreign.role, name: 'x' }, 'input.id'],
      ['deleteRole', { id: foreign.role }, 'input.id'],
      ['updatePolicy', { id: foreign.policy, name: 'x' }, 'input.id'],
      ['deletePolicy', { id: foreign.policy }, 'input.id'],
      ['addGroupRoles', { groupId: foreign.group, roleIds: [mine.role] }, 'input.groupId'],
      ['addGroupRoles', { groupId: mine.group, roleIds: [foreign.role] }, 'input.roleIds.0'],
      ['removeGroupRoles', { groupId: mine.group, roleIds: [foreign.role] }, 'input.roleIds.0'],
      ['createPolicy', { name: 'x', groupId: foreign.group, roleIds: [mine.role] }, 'input.groupId'],
      ['createPolicy', { name: 'x', groupId: mine.group, roleIds: [foreign.role] }, 'input.roleIds.0'],
      ['updatePolicy', { id: mine.policy, groupId: foreign.group }, 'input.groupId'],
      ['updatePolicy', { id: mine.policy, roleIds: [mine.role, foreign.role] }, 'input.roleIds.1'],
    ];
    for (const asker of [other!.admin, other!.service('read', 'write', 'grant')]) {
      for (const [mutation, input, field] of attempts) {
        expect([mutation, await wrong(asker, mutation, input as never)]).toEqual([mutation, [['NOT_FOUND', field]]]);
      }
    }
    expect(await names(one!.admin, 'policies')).toEqual(['Readers']);
  });

  it('page with cursors that tell each other nothing', async () => {
    const source =
      'query ($after: String) { roles(first: 1, after: $after) { nodes { id } edges { cursor } totalCount } }';
    const { edges } = (await one!.admin.get(source)).roles;
    const { nodes, totalCount } = (await other!.admin.get(source, { after: edges[0].cursor })).roles;
    expect([totalCount, nodes.filter(({ id }: any) => id === ids.get(one!)!.role)]).toEqual([1, []]);
  });

  it('are not told apart from one that has nothing, by what is said of an error', async () => {
    const source = 'query ($id: ID!) { role(id: $id) { id } }';
    expect(wrongs(await other!.admin.ask(source, { id: `${ids.get(one!)!.role}x` }))).toEqual([
      ['BAD_USER_INPUT', 'id'],
    ]);
    const fresh = await gate.tenant();
    const replies = await Promise.all(
      [other!, fresh].map(w => w.admin.ask('{ access(application: "", username: "nobody") { totalCount } }')),
    );
    expect(replies[0]!.messages).toEqual(replies[1]!.messages);
  });

  it('delete what is theirs, and nothing else', async () => {
    await did(other!.admin, 'deleteRole', { id: ids.get(other!)!.role });
    expect(await names(other!.admin, 'policies')).toEqual([]);
    expect(await names(one!.admin, 'policies')).toEqual(['Readers']);
    expect(await may(one!.user('ada'), HOSTS)).toBe(true);
  });
});
