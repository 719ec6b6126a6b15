import type { Asker, Gate, World } from '../world.js';
import { did, names, openPolicyGate, policy, wrongs } from './asking.js';

let gate: Gate;
let w: World;
const ids: Record<string, string> = {};
const MINUTE = (minute: number) => () => new Date(Date.UTC(2030, 0, 1, 0, minute));
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  const role = await w.role('Role', []);
  ids.role = role;
  ids.Team = await w.group('Team', { includesSubgroups: true });
  ids.Crew = await w.group('Crew 100%', { parentId: ids.Team });
  for (const [i, [name, group]] of [
    ['alpha', 'Team'],
    ['Beta', 'Crew'],
    ['gamma', 'Crew'],
    ['Delta_x', 'Team'],
  ].entries()) {
    gate.now = MINUTE(i);
    ids[name!] = await policy(w, name!, ids[group!]!, role);
  }
  gate.now = MINUTE(9);
  await did(w.admin, 'updatePolicy', { id: ids.alpha, description: 'changed' });
  await w.give(ids.Team, role);
  await w.principal('ada');
  await w.member(ids.Team, 'ada');
});
afterAll(() => gate.close());

const ALL = ['alpha', 'Beta', 'Delta_x', 'gamma'];
const found = (filter: object, asker: Asker = w.admin) => names(asker, 'policies', filter as never);

describe('the list of policies', () => {
  it('is in the order of names without letter case, or of the last change, both ways', async () => {
    const order = (field: string, direction = 'ASC') => names(w.admin, 'policies', null, { field, direction });
    expect(await names(w.admin, 'policies')).toEqual(ALL);
    expect(await order('NAME')).toEqual(ALL);
    expect(await order('NAME', 'DESC')).toEqual([...ALL].reverse());
    expect(await order('MODIFIED')).toEqual(['Beta', 'gamma', 'Delta_x', 'alpha']);
    expect(await order('MODIFIED', 'DESC')).toEqual(['alpha', 'Delta_x', 'gamma', 'Beta']);
  });

  it.each([
    ['a part of the name', { name: 'TA' }, ['Beta', 'Delta_x']],
    ['a part with a sign of patterns', { name: '_' }, ['Delta_x']],
    ['the whole name', { name: ' BETA', match: 'EXACT' }, ['Beta']],
    ['a part where the whole is wanted', { name: 'Bet', match: 'EXACT' }, []],
    ['a name that none can have', { name: 'a\0' }, []],
    ['a part of the name of the group', { groupName: 'EA' }, ['alpha', 'Delta_x']],
    ['a part of it with a sign of patterns', { groupName: '%' }, ['Beta', 'gamma']],
    ['the whole name of the group', { groupName: 'crew 100%', match: 'EXACT' }, ['Beta', 'gamma']],
    ['a part of it where the whole is wanted', { groupName: 'crew', match: 'EXACT' }, []],
    ['a name of a group that none can have', { groupName: '\0' }, []],
    ['both', { name: 'A', groupName: 'crew' }, ['Beta', 'gamma']],
    ['nothing but null', { name: null, groupName: null, groupId: null, scope: null, match: null }, ALL],
    ['one’s own, which are none here', { scope: 'PRINCIPAL' }, []],
  ])('is filtered by %s', async (_, filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  it('is filtered by group: unknown, foreign and other ids find nothing', async () => {
    expect(await found({ groupId: ids.Crew })).toEqual(['Beta', 'gamma']);
    expect(await found({ groupId: ids.Team, name: 'a' })).toEqual(['alpha', 'Delta_x']);
    const foreign = await (await gate.tenant()).group('Team');
    for (const unknown of [foreign, ids.role]) expect(await found({ groupId: unknown })).toEqual([]);
    const reply = await w.admin.ask('{ policies(filter: { groupId: "x" }) { totalCount } }');
    expect(wrongs(reply)).toEqual([['BAD_USER_INPUT', 'filter.groupId']]);
  });

  it('is filtered by the caller’s own, which are no service client’s', async () => {
    expect(await found({ scope: 'PRINCIPAL' }, w.user('ada'))).toEqual(['alpha', 'Delta_x']);
    expect(await found({}, w.user('ada'))).toEqual(['alpha', 'Delta_x']);
    expect(await found({ scope: 'PRINCIPAL' }, w.service('read'))).toEqual([]);
  });

  it('has each once in its pages, both ways, in every order', async () => {
    const source = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: PolicyOrder) {
      policies(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
        nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
    for (const orderBy of ['NAME', 'MODIFIED'].flatMap(field =>
      ['ASC', 'DESC'].map(direction => ({ field, direction })),
    )) {
      const all = await names(w.admin, 'policies', null, orderBy);
      const one = (await w.admin.get(source, { first: 3, orderBy })).policies;
      const two = (await w.admin.get(source, { first: 3, orderBy, after: one.pageInfo.endCursor })).policies;
      const back = (await w.admin.get(source, { last: 3, orderBy, before: two.pageInfo.startCursor })).policies;
      expect([...one.nodes, ...two.nodes].map(({ name }: any) => name)).toEqual(all);
      expect(back.nodes).toEqual(one.nodes);
      expect([one, two].map(({ pageInfo }) => [pageInfo.hasPreviousPage, pageInfo.hasNextPage])).toEqual([
        [false, true],
        [true, false],
      ]);
      const other = { ...orderBy, direction: orderBy.direction === 'ASC' ? 'DESC' : 'ASC' };
      const reply = await w.admin.ask(source, { after: one.pageInfo.endCursor, orderBy: other });
      expect(wrongs(reply)).toEqual([['BAD_USER_INPUT', 'after']]);
    }
  });
});

describe('the policies of a group', () => {
  it('are its own, by name, in pages of the group', async () => {
    const source = `query ($id: ID, $first: Int, $after: String) { group(id: $id) {
      policies(first: $first, after: $after) { totalCount nodes { name group { name } roles { name } } pageInfo { endCursor } } } }`;
    const { policies } = (await w.admin.get(source, { id: ids.Team, first: 1 })).group;
    expect(policies).toMatchObject({
      totalCount: 2,
      nodes: [{ name: 'alpha', group: { name: 'Team' }, roles: [{ name: 'Role' }] }],
    });
    const after = policies.pageInfo.endCursor;
    expect((await w.admin.get(source, { id: ids.Team, after })).group.policies.nodes).toMatchObject([
      { name: 'Delta_x' },
    ]);
    expect(wrongs(await w.admin.ask(source, { id: ids.Crew, after }))).toEqual([['BAD_USER_INPUT', 'after']]);
  });
});
