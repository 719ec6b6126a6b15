import { openGate, type Gate, type World } from '../world.js';
import { did, usernames } from './asking.js';

let gate: Gate;
let w: World;
let team: string;
beforeAll(async () => {
  gate = await openGate();
  w = await gate.tenant();
  let minute = 0;
  gate.now = () => new Date(Date.UTC(2030, 0, 1, 0, minute));
  const made: [string, object][] = [
    ['ada', { email: 'ada@example.org' }],
    ['bob.ada', { active: false }],
    ['cy', { orgAdmin: true }],
    ['robot', { type: 'SERVICE_ACCOUNT' }],
  ];
  await w.admin.get('{ __typename }');
  const ids: string[] = [];
  for (const [username, more] of made) {
    minute++;
    ids.push(await w.principal(username, { ...more }));
  }
  minute++;
  await did(w.admin, 'updatePrincipal', { id: ids[1], externalId: '7' });
  team = await w.group('Team');
  await w.member(team, 'ada', 'robot');
  await did(w.admin, 'addGroupMembers', { groupId: team, usernames: ['cy'], expiresAt: '2030-01-01T01:00:00Z' });
});
afterAll(() => gate.close());

describe('the list of principals', () => {
  it('is in the order of usernames unless told', async () => {
    expect(await usernames(w.admin)).toEqual(['ada', 'admin', 'bob.ada', 'cy', 'robot']);
  });

  it.each([
    ['username', 'USERNAME', ['ada', 'admin', 'bob.ada', 'cy', 'robot']],
    ['creation', 'CREATED', ['admin', 'ada', 'bob.ada', 'cy', 'robot']],
    ['change', 'MODIFIED', ['admin', 'ada', 'cy', 'robot', 'bob.ada']],
  ])('is ordered by %s both ways', async (_, field, names) => {
    expect(await usernames(w.admin, null, { field })).toEqual(names);
    expect(await usernames(w.admin, null, { field, direction: 'DESC' })).toEqual([...names].reverse());
  });

  it.each([
    ['part of a username', { username: 'DA' }, ['ada', 'bob.ada']],
    ['part of a username, said twice', { username: 'ada', match: 'PARTIAL' }, ['ada', 'bob.ada']],
    ['a whole username', { username: ' Ada ', match: 'EXACT' }, ['ada']],
    ['an underscore, which stands for itself', { username: '_' }, []],
    ['a percent sign, which stands for itself', { username: '%' }, []],
    ['usernames', { usernames: ['ROBOT', 'ada', 'nobody', 'ada'] }, ['ada', 'robot']],
    ['no usernames', { usernames: [] }, []],
    ['an email', { email: 'ada@example.org' }, ['ada']],
    ['part of an email', { email: 'example.org' }, []],
    ['users', { type: 'USER' }, ['ada', 'admin', 'bob.ada', 'cy']],
    ['service accounts', { type: 'SERVICE_ACCOUNT' }, ['robot']],
    ['active ones', { active: true }, ['ada', 'admin', 'cy', 'robot']],
    ['inactive ones', { active: false }, ['bob.ada']],
    ['administrators', { orgAdmin: true }, ['admin', 'cy']],
    ['all but administrators', { orgAdmin: false }, ['ada', 'bob.ada', 'robot']],
    ['all conditions at once', { username: 'a', type: 'USER', orgAdmin: false, active: true }, ['ada']],
    ['an empty username, which is part of each', { username: '' }, ['ada', 'admin', 'bob.ada', 'cy', 'robot']],
    [
      'conditions that are null, which are none',
      { username: null, email: null, usernames: null, active: null, type: null },
      ['ada', 'admin', 'bob.ada', 'cy', 'robot'],
    ],
    ['text that no name can have', { username: 'a\0' }, []],
    ['an email that none can be', { email: 'a\0' }, []],
    ['usernames that none can be', { usernames: ['a\0'] }, []],
  ])('finds by %s', async (_, filter, names) => {
    expect(await usernames(w.admin, filter)).toEqual(names);
  });

  it('finds the live members of a group', async () => {
    expect(await usernames(w.admin, { groupId: team })).toEqual(['ada', 'cy', 'robot']);
    const before = gate.now;
    gate.now = () => new Date('2030-01-01T01:00:00Z');
    expect(await usernames(w.admin, { groupId: team })).toEqual(['ada', 'robot']);
    gate.now = before;
  });

  it('finds nothing by an unknown group, and refuses what is no id', async () => {
    const other = await gate.tenant();
    const source = 'query ($filter: PrincipalFilter) { principals(filter: $filter) { totalCount nodes { id } } }';
    const { principals } = await w.admin.get('{ principals { nodes { id } } }');
    for (const groupId of [await other.group('Team'), principals.nodes[0].id]) {
      expect((await w.admin.get(source, { filter: { groupId } })).principals).toEqual({ totalCount: 0, nodes: [] });
    }
    const reply = await w.admin.ask(source, { filter: { groupId: 'Team' } });
    expect([reply.codes, reply.fields]).toEqual([['BAD_USER_INPUT'], ['filter.groupId']]);
  });

  it('counts what the filter finds, whatever the page', async () => {
    const source = '{ principals(filter: { type: USER }, first: 1) { totalCount nodes { username } } }';
    expect((await w.admin.get(source)).principals).toEqual({ totalCount: 4, nodes: [{ username: 'ada' }] });
  });
});
