import { openGate, type Gate, type World } from '../world.js';
import { DEFAULTS, did, groupNames } from './asking.js';

let gate: Gate;
let w: World;
const ids: Record<string, string> = {};
const MINUTE = (minute: number) => () => new Date(Date.UTC(2030, 0, 1, 0, minute));
beforeAll(async () => {
  gate = await openGate();
  gate.now = MINUTE(0);
  w = await gate.tenant();
  for (const username of ['ada', 'bob', 'cy']) await w.principal(username);
  await w.principal('robot', { type: 'SERVICE_ACCOUNT' });
  const made: [string, object, string[]][] = [
    ['alpha', {}, ['ada', 'bob', 'cy']],
    ['Beta', { parentId: 'alpha' }, ['ada', 'robot']],
    ['gamma 100%', { parentId: 'alpha', includesSubgroups: true }, []],
    ['Delta_x', { parentId: 'gamma 100%' }, ['bob', 'cy']],
  ];
  for (const [i, [name, { parentId, ...more }, members]] of (
    made as [string, { parentId?: string }, string[]][]
  ).entries()) {
    gate.now = MINUTE(i + 1);
    ids[name] = await w.group(name, { ...more, parentId: parentId && ids[parentId] });
    if (members.length > 0) await w.member(ids[name], ...members);
  }
  gate.now = MINUTE(9);
  await did(w.admin, 'updateGroup', { id: ids.alpha, description: 'changed' });
  await did(w.admin, 'addGroupMembers', { groupId: ids.alpha, usernames: ['cy'], expiresAt: '2030-01-01T00:09:30Z' });
  gate.now = MINUTE(10);
});
afterAll(() => gate.close());

const OWN = ['alpha', 'Beta', 'Delta_x', 'gamma 100%'];

describe('the list of groups', () => {
  it('is in the order of names without letter case unless told', async () => {
    const sorted = ['alpha', 'Beta', ...DEFAULTS, 'Delta_x', 'gamma 100%'];
    expect(await groupNames(w.admin)).toEqual(sorted);
    expect(await groupNames(w.admin, null, { field: 'NAME', direction: 'ASC' })).toEqual(sorted);
    expect(await groupNames(w.admin, null, { field: 'NAME', direction: 'DESC' })).toEqual(sorted.reverse());
  });

  it.each([
    ['last change', 'MODIFIED', ['Beta', 'gamma 100%', 'Delta_x', 'alpha']],
    ['the number of users', 'PRINCIPAL_COUNT', ['gamma 100%', 'Beta', 'alpha', 'Delta_x']],
    ['the number of policies', 'POLICY_COUNT', ['alpha', 'Beta', 'gamma 100%', 'Delta_x']],
  ])('is ordered by %s both ways, ties by id', async (_, field, names) => {
    const byId = (a: string, b: string) => (atob(ids[a]!) < atob(ids[b]!) ? -1 : 1);
    expect(await groupNames(w.admin, { system: false }, { field })).toEqual(names);
    const descending = await groupNames(w.admin, { system: false }, { field, direction: 'DESC' });
    if (field === 'MODIFIED') expect(descending).toEqual([...names].reverse());
    if (field === 'PRINCIPAL_COUNT') expect(descending).toEqual(['alpha', 'Delta_x', 'Beta', 'gamma 100%']);
    if (field === 'POLICY_COUNT') expect(descending).toEqual([...names].sort(byId));
  });

  it('counts users with a live membership alone', async () => {
    const { groups } = await w.admin.get(
      '{ groups(filter: { system: false }) { nodes { name principalCount policyCount } } }',
    );
    const counts = groups.nodes.map((group: Record<string, unknown>) => [
      group.name,
      group.principalCount,
      group.policyCount,
    ]);
    expect(counts).toEqual([
      ['alpha', 2, 0], // cy has expired
      ['Beta', 1, 0], // the robot is no user
      ['Delta_x', 2, 0],
      ['gamma 100%', 0, 0],
    ]);
  });

  it.each([
    ['part of a name', { name: 'ELTA' }, ['Delta_x']],
    ['part of a name with a blank', { name: 'a 1' }, ['gamma 100%']],
    ['a percent sign, which stands for itself', { name: '%' }, ['gamma 100%']],
    ['an underscore, which stands for itself', { name: '_' }, ['Delta_x']],
    ['a backslash, which stands for itself', { name: '\\' }, []],
    ['a quote, which stands for itself', { name: "'" }, []],
    ['a whole name', { name: ' BETA ', match: 'EXACT' }, ['Beta']],
    ['what is no whole name', { name: 'Bet', match: 'EXACT' }, []],
    ['text that no name can have', { name: 'a\0' }, []],
    ['an empty name, which is part of each', { name: '', system: false }, OWN],
    ['a username', { username: 'BOB', system: false }, ['alpha', 'Delta_x', 'gamma 100%']],
    ['the username of a service account', { username: 'robot' }, ['Beta']],
    ['a username that has expired', { username: 'cy', system: false }, ['Delta_x', 'gamma 100%']],
    ['an unknown username', { username: 'nobody' }, []],
    ['a username that none can have', { username: 'a\0' }, []],
    ['a username to leave out', { excludeUsername: 'bob', system: false }, ['Beta']],
    ['an unknown username to leave out', { excludeUsername: 'nobody', system: false }, OWN],
    ['one username, and another left out', { username: 'ada', excludeUsername: 'bob' }, ['Beta']],
    ['no ids', { ids: [] }, []],
    ['no role names', { roleNames: [] }, []],
    ['an unknown role name', { roleNames: ['nothing'] }, []],
    ['the parent null, which finds roots', { parentId: null }, ['alpha', ...DEFAULTS]],
    [
      'conditions that are null, which are none',
      { ids: null, name: null, username: null, system: false, roleNames: null },
      OWN,
    ],
    ['all conditions at once', { name: 'a', system: false, username: 'ada', parentId: null }, ['alpha']],
  ])('finds by %s', async (_, filter, names) => {
    expect(await groupNames(w.admin, filter)).toEqual(names);
  });

  it('finds by ids, in the order of the list, each once', async () => {
    const wanted = [ids.Beta, ids.alpha, ids.Beta];
    expect(await groupNames(w.admin, { ids: wanted })).toEqual(['alpha', 'Beta']);
    expect(await groupNames(w.admin, { ids: wanted, name: 'bet' })).toEqual(['Beta']);
  });

  it('finds nothing by ids that are unknown, of another tenant, or of another kind', async () => {
    const theirs = await (await gate.tenant()).group('alpha');
    const { principals } = await w.admin.get('{ principals { nodes { id } } }');
    expect(await groupNames(w.admin, { ids: [theirs, principals.nodes[0].id] })).toEqual([]);
    expect(await groupNames(w.admin, { ids: [theirs, ids.Beta] })).toEqual(['Beta']);
    expect(await groupNames(w.admin, { parentId: theirs })).toEqual([]);
    expect(await groupNames(w.admin, { parentId: principals.nodes[0].id })).toEqual([]);
  });

  it('finds by the group above', async () => {
    expect(await groupNames(w.admin, { parentId: ids.alpha })).toEqual(['Beta', 'gamma 100%']);
    expect(await groupNames(w.admin, { parentId: ids.Beta })).toEqual([]);
  });

  it.each([
    [{ ids: ['x'] }, 'filter.ids.0'],
    [{ ids: ['ok', 'x'] }, 'filter.ids.1'],
    [{ parentId: 'x' }, 'filter.parentId'],
    [{ parentId: '' }, 'filter.parentId'],
  ])('refuses what is no id: %j', async (filter, field) => {
    const sent = JSON.parse(JSON.stringify(filter).replace('"ok"', JSON.stringify(ids.alpha)));
    const { data, codes, fields } = await w.admin.ask('query ($f: GroupFilter) { groups(filter: $f) { totalCount } }', {
      f: sent,
    });
    expect([data.groups, codes, fields]).toEqual([null, ['BAD_USER_INPUT'], [field]]);
  });

  it('finds the caller’s own groups by scope, as its filter by username does', async () => {
    const bob = w.user('bob');
    expect(await groupNames(bob, { scope: 'PRINCIPAL' })).toEqual(['alpha', 'Default access', 'Delta_x', 'gamma 100%']);
    expect(await groupNames(bob, { username: 'bob' })).toEqual(['alpha', 'Default access', 'Delta_x', 'gamma 100%']);
    expect(await groupNames(w.service('read'), { scope: 'PRINCIPAL' })).toEqual([]);
  });

  it('counts what the filter finds, whatever the page', async () => {
    const source = '{ groups(filter: { system: false }, first: 1) { totalCount nodes { name } } }';
    expect((await w.admin.get(source)).groups).toEqual({ totalCount: 4, nodes: [{ name: 'alpha' }] });
    expect((await w.admin.get('{ groups(filter: { ids: [] }) { totalCount } }')).groups).toEqual({ totalCount: 0 });
  });
});
