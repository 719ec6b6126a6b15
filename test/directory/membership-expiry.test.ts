import { openGate, type Gate, type World } from '../world.js';
import { did, groupNames, groupsOf, membersOf, usernames } from './asking.js';

let gate: Gate;
let w: World;
let groupId: string;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  at('2030-01-01T00:00:00Z');
  w = await gate.tenant();
  groupId = await w.group('Team');
  await w.principal('ada');
  await did(w.admin, 'addGroupMembers', {
    groupId,
    usernames: ['ada'],
    roles: ['owner'],
    expiresAt: '2030-01-02T00:00:00Z',
  });
});
afterAll(() => gate.close());

const at = (time: string) => {
  gate.now = () => new Date(time);
};
const END = '2030-01-02T00:00:00Z';
const JUST_BEFORE = '2030-01-01T23:59:59.999Z';

describe('a membership that expires', () => {
  it('counts until its end and not from then on, in every reading, with warm caches', async () => {
    const ada = w.user('ada');
    const readings = async () => ({
      members: await membersOf(w.admin, groupId),
      transitive: await membersOf(w.admin, groupId, true),
      groups: await groupsOf(w.admin, 'ada'),
      effective: await groupsOf(w.admin, 'ada', true),
      own: await groupNames(ada),
      scope: await groupNames(ada, { scope: 'PRINCIPAL' }),
      byUsername: await groupNames(w.admin, { username: 'ada' }),
      byGroup: await usernames(w.admin, { groupId }),
      counts: (
        await w.admin.get('query ($id: ID!) { group(id: $id) { principalCount members { totalCount } } }', {
          id: groupId,
        })
      ).group,
    });
    at(JUST_BEFORE);
    expect(await readings()).toEqual({
      members: ['ada'],
      transitive: ['ada'],
      groups: ['Team'],
      effective: ['Default access', 'Team'],
      own: ['Default access', 'Team'],
      scope: ['Default access', 'Team'],
      byUsername: ['Default access', 'Team'],
      byGroup: ['ada'],
      counts: { principalCount: 1, members: { totalCount: 1 } },
    });
    at(END);
    expect(await readings()).toEqual({
      members: [],
      transitive: [],
      groups: [],
      effective: ['Default access'],
      own: ['Default access'],
      scope: ['Default access'],
      byUsername: ['Default access'],
      byGroup: [],
      counts: { principalCount: 0, members: { totalCount: 0 } },
    });
  });

  it('hides the group from its former member, by id and by name', async () => {
    const ada = w.user('ada');
    const source = 'query ($id: ID) { group(id: $id) { name } }';
    at(JUST_BEFORE);
    expect((await ada.get(source, { id: groupId })).group).toEqual({ name: 'Team' });
    at(END);
    expect((await ada.get(source, { id: groupId })).group).toBeNull();
    expect((await ada.get('{ group(name: "Team") { name } }')).group).toBeNull();
  });

  it('starts anew when it is added again: roles, end and beginning', async () => {
    at('2030-01-03T00:00:00Z');
    await did(w.admin, 'addGroupMembers', { groupId, usernames: ['ada'] });
    const source = 'query ($id: ID!) { group(id: $id) { members { edges { roles expiresAt addedAt } } } }';
    const { group } = await w.admin.get(source, { id: groupId });
    expect(group.members.edges).toEqual([{ roles: [], expiresAt: null, addedAt: new Date('2030-01-03T00:00:00Z') }]);
  });

  it('is prolonged, also with caches that know the former end', async () => {
    const ada = w.user('ada');
    expect(await groupNames(ada)).toContain('Team');
    await did(w.admin, 'addGroupMembers', { groupId, usernames: ['ada'], expiresAt: '2030-01-05T00:00:00Z' });
    at('2030-01-04T00:00:00Z');
    expect(await groupNames(ada)).toContain('Team');
    at('2030-01-05T00:00:00Z');
    expect(await groupNames(ada)).not.toContain('Team');
  });

  it('is shortened', async () => {
    const ada = w.user('ada');
    expect(await groupNames(ada)).toContain('Team');
    await did(w.admin, 'addGroupMembers', { groupId, usernames: ['ada'], expiresAt: '2030-01-01T01:00:00Z' });
    at('2030-01-01T01:00:00Z');
    expect(await groupNames(ada)).not.toContain('Team');
  });

  it('can be removed after its end, which is no error', async () => {
    at(END);
    await did(w.admin, 'removeGroupMembers', { groupId, usernames: ['ada'] });
    at(JUST_BEFORE);
    expect(await membersOf(w.admin, groupId)).toEqual([]);
  });

  it('leaves others of the same principal alone', async () => {
    const other = await w.group('Other');
    await w.member(other, 'ada');
    at(END);
    expect(await groupsOf(w.admin, 'ada')).toEqual(['Other']);
  });
});
