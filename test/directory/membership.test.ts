import { openGate, type Gate, type World } from '../world.js';
import { did, groupsOf, manyPrincipals, membersOf, send, wrong } from './asking.js';

let gate: Gate;
let w: World;
let groupId: string;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  gate.now = () => new Date('2030-01-01T00:00:00Z');
  w = await gate.tenant();
  groupId = await w.group('Team');
  for (const username of ['ada', 'bob']) await w.principal(username);
});
afterAll(() => gate.close());

const add = (input: object) => did(w.admin, 'addGroupMembers', { groupId, ...input });
const refusal = (input: object) => wrong(w.admin, 'addGroupMembers', { groupId, ...input });
const EDGES = 'members { totalCount edges { node { username } roles expiresAt addedAt } }';
/** Each member with what its edge says. */
async function edges(): Promise<Record<string, { roles: string[]; expiresAt: Date | null; addedAt: Date }>> {
  const { group } = await w.admin.get(`query ($id: ID!) { group(id: $id) { ${EDGES} } }`, { id: groupId });
  return Object.fromEntries(group.members.edges.map(({ node, ...edge }: any) => [node.username, edge]));
}

describe('adding members', () => {
  it('makes them members without roles and without an end, unless told', async () => {
    await add({ usernames: ['ada'] });
    expect(await edges()).toEqual({ ada: { roles: [], expiresAt: null, addedAt: new Date('2030-01-01T00:00:00Z') } });
  });

  it('keeps roles, each once, and the end', async () => {
    await add({
      usernames: ['ada', 'bob'],
      roles: ['owner', 'dev_1', 'owner'],
      expiresAt: '2030-06-01T12:00:00.500+02:00',
    });
    const edge = { roles: ['owner', 'dev_1'], expiresAt: new Date('2030-06-01T10:00:00.500Z') };
    expect(await edges()).toMatchObject({ ada: edge, bob: edge });
  });

  it('finds usernames in any letter case, takes each once, and does nothing with none', async () => {
    await add({ usernames: ['ADA', 'ada', 'Ada'] });
    await add({ usernames: [] });
    expect(await membersOf(w.admin, groupId)).toEqual(['ada']);
    expect(await groupsOf(w.admin, 'ada')).toEqual(['Team']);
  });

  it('takes inactive principals and service accounts', async () => {
    await w.principal('gone', { active: false });
    await w.principal('robot', { type: 'SERVICE_ACCOUNT' });
    await add({ usernames: ['gone', 'robot'] });
    expect(await membersOf(w.admin, groupId)).toEqual(['gone', 'robot']);
  });

  it('updates those who are members already: absent stays, null clears', async () => {
    await add({ usernames: ['ada'], roles: ['owner'], expiresAt: '2030-06-01T00:00:00Z' });
    const addedAt = new Date('2030-01-01T00:00:00Z');
    gate.now = () => new Date('2030-02-01T00:00:00Z');
    await add({ usernames: ['ada'] });
    expect((await edges()).ada).toEqual({ roles: ['owner'], expiresAt: new Date('2030-06-01T00:00:00Z'), addedAt });
    await add({ usernames: ['ada'], expiresAt: '2031-01-01T00:00:00Z' });
    expect((await edges()).ada).toEqual({ roles: ['owner'], expiresAt: new Date('2031-01-01T00:00:00Z'), addedAt });
    await add({ usernames: ['ada'], roles: ['dev'] });
    expect((await edges()).ada).toEqual({ roles: ['dev'], expiresAt: new Date('2031-01-01T00:00:00Z'), addedAt });
    await add({ usernames: ['ada'], expiresAt: null });
    expect((await edges()).ada).toEqual({ roles: ['dev'], expiresAt: null, addedAt });
    await add({ usernames: ['ada'], roles: null });
    expect((await edges()).ada).toEqual({ roles: [], expiresAt: null, addedAt });
  });

  it('updates some and adds others in one go', async () => {
    await add({ usernames: ['ada'], roles: ['owner'] });
    await add({ usernames: ['bob', 'ada'], expiresAt: '2031-01-01T00:00:00Z' });
    const expiresAt = new Date('2031-01-01T00:00:00Z');
    expect(await edges()).toMatchObject({ ada: { roles: ['owner'], expiresAt }, bob: { roles: [], expiresAt } });
  });

  it.each([
    ['an unknown username', { usernames: ['ada', 'nobody'] }, ['NOT_FOUND', 'input.usernames.1']],
    ['an empty username', { usernames: ['', 'ada'] }, ['NOT_FOUND', 'input.usernames.0']],
    ['a username that none can have', { usernames: ['ada', 'bob', 'a\0'] }, ['NOT_FOUND', 'input.usernames.2']],
    [
      'a role that is no codename',
      { usernames: ['ada'], roles: ['ok', 'Not Ok'] },
      ['BAD_USER_INPUT', 'input.roles.1'],
    ],
    [
      'an end that has passed',
      { usernames: ['ada'], expiresAt: '2029-12-31T23:59:59Z' },
      ['BAD_USER_INPUT', 'input.expiresAt'],
    ],
    [
      'an end that is now',
      { usernames: ['ada'], expiresAt: '2030-01-01T00:00:00Z' },
      ['BAD_USER_INPUT', 'input.expiresAt'],
    ],
    [
      'an end that has passed, and nobody',
      { usernames: [], expiresAt: '2029-01-01T00:00:00Z' },
      ['BAD_USER_INPUT', 'input.expiresAt'],
    ],
    ['more than 1000 usernames', { usernames: Array(1001).fill('ada') }, ['LIMIT_EXCEEDED', 'input.usernames']],
  ])('is refused with %s, and nothing is written', async (_, input, error) => {
    await add({ usernames: ['bob'], roles: ['owner'] });
    const before = await edges();
    expect(await refusal(input)).toEqual([error]);
    expect(await edges()).toEqual(before);
  });

  it('is NOT_FOUND with a group that is unknown, and BAD_USER_INPUT without a proper id', async () => {
    const gone = await w.group('Gone');
    await did(w.admin, 'deleteGroup', { id: gone });
    for (const mutation of ['addGroupMembers', 'removeGroupMembers']) {
      for (const id of [gone, await w.principal(`p-${mutation}`), await (await gate.tenant()).group('Team')]) {
        expect(await wrong(w.admin, mutation, { groupId: id, usernames: [] })).toEqual([
          ['NOT_FOUND', 'input.groupId'],
        ]);
      }
      expect(await wrong(w.admin, mutation, { groupId: 'x', usernames: [] })).toEqual([
        ['BAD_USER_INPUT', 'input.groupId'],
      ]);
    }
  });

  it('does not find the principals of another tenant', async () => {
    const other = await gate.tenant();
    await other.principal('stranger');
    expect(await refusal({ usernames: ['stranger'] })).toEqual([['NOT_FOUND', 'input.usernames.0']]);
  });

  it('takes a thousand in one go', async () => {
    const big = await gate.tenant();
    const id = await big.group('Big');
    const names = Array.from({ length: 1000 }, (_, i) => `user-${String(i).padStart(4, '0')}`);
    await manyPrincipals(gate, big, names);
    await big.member(id, ...names);
    expect(await membersOf(big.admin, id)).toEqual(names);
  });

  it('answers the group with its members as they are then', async () => {
    const reply = await send(
      w.admin,
      'addGroupMembers',
      { groupId, usernames: ['bob'] },
      'group { members { totalCount nodes { username } } }',
    );
    expect(reply.data.done.group.members).toEqual({ totalCount: 1, nodes: [{ username: 'bob' }] });
  });
});

describe('removing members', () => {
  it('ends the membership; whoever is no member, or nobody at all, is no error', async () => {
    await add({ usernames: ['ada', 'bob'] });
    await did(w.admin, 'removeGroupMembers', { groupId, usernames: ['ADA', 'nobody', 'admin', 'a\0'] });
    expect(await membersOf(w.admin, groupId)).toEqual(['bob']);
    await did(w.admin, 'removeGroupMembers', { groupId, usernames: ['ada'] });
    await did(w.admin, 'removeGroupMembers', { groupId, usernames: [] });
    expect(await membersOf(w.admin, groupId)).toEqual(['bob']);
  });

  it('knows usernames whatever their case, and with blanks around them', async () => {
    await add({ usernames: [' Ada ', 'bob\t'] });
    expect(await membersOf(w.admin, groupId)).toEqual(['ada', 'bob']);
    const filter = { usernames: [' ADA '] };
    const source = 'query ($filter: PrincipalFilter) { principals(filter: $filter) { nodes { username } } }';
    expect((await w.admin.get(source, { filter })).principals.nodes).toEqual([{ username: 'ada' }]);
    await did(w.admin, 'removeGroupMembers', { groupId, usernames: [' Ada '] });
    expect(await membersOf(w.admin, groupId)).toEqual(['bob']);
  });

  it('forgets roles and end', async () => {
    await add({ usernames: ['ada'], roles: ['owner'], expiresAt: '2031-01-01T00:00:00Z' });
    await did(w.admin, 'removeGroupMembers', { groupId, usernames: ['ada'] });
    await add({ usernames: ['ada'] });
    expect((await edges()).ada).toMatchObject({ roles: [], expiresAt: null });
  });

  it('takes at most 1000 usernames', async () => {
    const usernames = Array(1001).fill('ada');
    expect(await wrong(w.admin, 'removeGroupMembers', { groupId, usernames })).toEqual([
      ['LIMIT_EXCEEDED', 'input.usernames'],
    ]);
  });
});
