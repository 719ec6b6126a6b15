import { openGate, type Gate, type World } from '../world.js';
import { did, membersOf } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  gate.now = () => new Date('2030-01-01T00:00:00Z');
  w = await gate.tenant();
  for (const username of ['ada', 'bob', 'cy']) await w.principal(username);
});
afterAll(() => gate.close());

const join = (groupId: string, username: string, role: string, more: object = {}) =>
  did(w.admin, 'addGroupMembers', { groupId, usernames: [username], roles: [role], ...more });
const EDGES = 'members(transitive: true) { totalCount edges { node { username } roles expiresAt } }';
const edgesOf = async (id: string) => {
  const { members } = (await w.admin.get(`query ($id: ID!) { group(id: $id) { ${EDGES} } }`, { id })).group;
  expect(members.totalCount).toBe(members.edges.length);
  return members.edges.map(({ node, roles }: any) => [node.username, ...roles]);
};

describe('members with those of subgroups', () => {
  it('are those of the whole subtree, whether or not groups include their subgroups', async () => {
    const a = await w.group('a');
    const b = await w.group('b', { parentId: a });
    const c = await w.group('c', { parentId: b });
    await w.group('beside', { parentId: a });
    await join(a, 'ada', 'x');
    await join(b, 'bob', 'y');
    await join(c, 'cy', 'z');
    expect(await edgesOf(a)).toEqual([
      ['ada', 'x'],
      ['bob', 'y'],
      ['cy', 'z'],
    ]);
    expect(await edgesOf(b)).toEqual([
      ['bob', 'y'],
      ['cy', 'z'],
    ]);
    expect(await edgesOf(c)).toEqual([['cy', 'z']]);
    expect(await membersOf(w.admin, a)).toEqual(['ada']);
  });

  it('are each named once, with the nearest membership', async () => {
    const a = await w.group('a');
    const b = await w.group('b', { parentId: a });
    const c = await w.group('c', { parentId: b });
    await join(c, 'ada', 'far');
    expect(await edgesOf(a)).toEqual([['ada', 'far']]);
    await join(b, 'ada', 'near');
    expect(await edgesOf(a)).toEqual([['ada', 'near']]);
    await join(a, 'ada', 'own');
    expect(await edgesOf(a)).toEqual([['ada', 'own']]);
    expect(await edgesOf(b)).toEqual([['ada', 'near']]);
  });

  it('are live ones: one that has expired gives way to one that is further off', async () => {
    const a = await w.group('a');
    const b = await w.group('b', { parentId: a });
    await join(a, 'ada', 'own', { expiresAt: '2030-01-02T00:00:00Z' });
    await join(b, 'ada', 'far');
    await join(b, 'bob', 'far', { expiresAt: '2030-01-02T00:00:00Z' });
    expect(await edgesOf(a)).toEqual([
      ['ada', 'own'],
      ['bob', 'far'],
    ]);
    gate.now = () => new Date('2030-01-02T00:00:00Z');
    expect(await edgesOf(a)).toEqual([['ada', 'far']]);
  });

  it('are paged and counted for each of many groups in one go', async () => {
    const a = await w.group('a');
    const b = await w.group('b', { parentId: a });
    for (const username of ['ada', 'bob', 'cy']) await join(b, username, 'x');
    await w.admin.get('{ __typename }');
    gate.statements.length = 0;
    const { groups } = await w.admin.get(
      '{ groups(filter: { system: false }) { nodes { name members(transitive: true, first: 2) { totalCount nodes { username } pageInfo { hasNextPage } } } } }',
    );
    const page = { totalCount: 3, nodes: [{ username: 'ada' }, { username: 'bob' }], pageInfo: { hasNextPage: true } };
    expect(groups.nodes).toEqual([
      { name: 'a', members: page },
      { name: 'b', members: page },
    ]);
    expect(gate.statements).toHaveLength(4); // revision, groups, members, totals
  });
});
