import { globalId, newId } from '../../src/kernel/ids.js';
import type { Asker, Gate, World } from '../world.js';
import { did, may, openPolicyGate, robot, wrongs } from './asking.js';

let gate: Gate;
let w: World;
let stranger: string;
let [ada, team] = ['', ''];
const HOSTS = 'inventory:hosts:read';
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  stranger = await (await gate.tenant()).principal('stranger');
  ada = await w.principal('ada');
  team = await w.group('Team');
  await w.member(team, 'ada');
  await w.give(team, await w.role('Reader', [HOSTS]));
});
afterAll(() => gate.close());

const SOURCE = `query ($subject: SubjectInput) { check(permission: "${HOSTS}", subject: $subject) { allowed reasons { kind } } }`;
const ask = (asker: Asker, subject: object | null) => asker.ask(SOURCE, { subject });
const UNKNOWN = () => [
  ...[{ username: 'nobody' }, { username: '' }, { username: 'a\0' }, { username: 'stranger' }, { username: '\ud800' }],
  ...[{ groupName: 'Nothing' }, { groupName: '' }, { groupName: 'a\0' }],
  ...[{ principalId: stranger }, { principalId: team }, { principalId: globalId('Principal', newId()) }],
  ...[{ groupId: ada }, { groupId: globalId('Group', newId()) }],
];
const KNOWN = () => [
  ...[{ username: 'ada' }, { username: ' ADA ' }, { principalId: ada }],
  ...[{ groupId: team }, { groupName: 'Team' }, { groupName: ' tEAM' }],
];

describe('a question about a subject', () => {
  it('is answered for the one that is named, in whatever way', async () => {
    for (const asker of [w.admin, w.service('check'), await robot(gate, w, 'auditor', 'rbac:access:read')]) {
      for (const subject of KNOWN()) expect((await ask(asker, subject)).data?.check).toMatchObject({ allowed: true });
      expect((await ask(asker, { anonymous: true })).data.check).toEqual({ allowed: false, reasons: [] });
    }
  });

  it('is answered no for one that is unknown, foreign, or of another kind', async () => {
    for (const subject of UNKNOWN()) {
      for (const asker of [w.admin, w.service('check')]) {
        expect((await ask(asker, subject)).data?.check).toEqual({ allowed: false, reasons: [] });
      }
    }
  });

  it('about somebody else is FORBIDDEN without the right to read access, the same for all', async () => {
    const eve = await robot(
      gate,
      w,
      'eve',
      'rbac:principal:*',
      'rbac:group:*',
      'rbac:role:*',
      'rbac:access:write',
      HOSTS,
    );
    const askers = [eve, w.user('dan'), w.service('read', 'write', 'grant', 'catalogue', 'operate')];
    for (const asker of askers) {
      const replies = await Promise.all([...KNOWN(), ...UNKNOWN()].map(subject => ask(asker, subject)));
      for (const reply of replies) {
        expect([wrongs(reply), reply.data, reply.messages]).toEqual([
          ['FORBIDDEN'],
          { check: null },
          replies[0]!.messages,
        ]);
      }
    }
  });

  it('about somebody else is UNAUTHENTICATED for the anonymous caller, the same for all', async () => {
    for (const subject of [...KNOWN(), ...UNKNOWN()]) {
      expect(wrongs(await ask(w.anonymous(), subject))).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('about oneself is for anybody, in whatever way one is named', async () => {
    for (const subject of [null, { username: 'ada' }, { username: ' Ada' }, { principalId: ada }]) {
      expect((await ask(w.user('ada'), subject)).data.check).toMatchObject({ allowed: true });
    }
  });

  it('about the anonymous caller is for anybody', async () => {
    for (const asker of [w.user('dan'), w.anonymous(), w.service('check')]) {
      expect((await ask(asker, { anonymous: true })).data.check).toEqual({ allowed: false, reasons: [] });
    }
  });

  it('about a group is for its live members too, and ends with the membership', async () => {
    const guest = w.user('guest');
    await guest.get('{ viewer { kind } }');
    const ways = [{ groupId: team }, { groupName: 'team' }];
    const answers = async () =>
      (await Promise.all(ways.map(subject => ask(guest, subject)))).map(
        reply => reply.codes[0] ?? reply.data.check.allowed,
      );
    expect(await answers()).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    const input = { groupId: team, usernames: ['guest'], expiresAt: '2090-01-01T00:00:00Z' };
    await did(w.admin, 'addGroupMembers', input);
    expect(await answers()).toEqual([true, true]);
    gate.now = () => new Date('2090-01-01T00:00:00Z');
    expect(await answers()).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    gate.now = () => new Date();
    await did(w.admin, 'removeGroupMembers', { groupId: team, usernames: ['guest'] });
    expect(await answers()).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  it('about a group means the group alone: neither what is above it, nor what everybody has', async () => {
    const above = await w.group('Above', { includesSubgroups: true });
    const below = await w.group('Below', { parentId: above });
    await w.give(above, (await w.admin.get('{ role(name: "Reader") { id } }')).role.id);
    expect((await ask(w.admin, { groupId: above })).data.check.allowed).toBe(true);
    expect((await ask(w.admin, { groupId: below })).data.check.allowed).toBe(false);
  });

  it('has to name one as a service client', async () => {
    expect(wrongs(await ask(w.service('check'), null))).toEqual([['BAD_USER_INPUT', 'subject']]);
  });

  it.each([
    ['no field', {}, 'subject'],
    ['null alone', { username: null }, 'subject'],
    ['two fields', { username: 'ada', groupName: 'Team' }, 'subject'],
    ['two that name the same', { username: 'ada', principalId: '' }, 'subject'],
    ['anonymous and another', { anonymous: true, username: 'ada' }, 'subject'],
    ['anonymous that is false', { anonymous: false }, 'subject.anonymous'],
    ['a false anonymous and another', { anonymous: false, username: 'ada' }, 'subject.anonymous'],
    ['an id of a principal that is none', { principalId: 'ada' }, 'subject.principalId'],
    ['an id of a group that is none', { groupId: '' }, 'subject.groupId'],
  ])('is BAD_USER_INPUT with %s', async (_, subject, field) => {
    for (const asker of [w.admin, w.user('dan'), w.service('check'), w.anonymous()]) {
      expect(wrongs(await ask(asker, subject))).toEqual([['BAD_USER_INPUT', field]]);
    }
  });

  it('takes one field beside others that are null', async () => {
    const subject = { username: 'ada', groupId: null, groupName: null, principalId: null, anonymous: null };
    expect((await ask(w.admin, subject)).data.check.allowed).toBe(true);
  });
});

describe('what a principal may', () => {
  const CAN = `query ($id: ID) { principal(id: $id) { username can(permission: "${HOSTS}") } }`;

  it('is told of oneself to anybody, and of others to who may read access', async () => {
    expect(await w.user('ada').get(CAN, { id: ada })).toEqual({ principal: { username: 'ada', can: true } });
    expect(await w.admin.get(CAN, { id: ada })).toEqual({ principal: { username: 'ada', can: true } });
    expect(await w.service('check', 'read').get(CAN, { id: ada })).toMatchObject({ principal: { can: true } });
    const reader = await robot(gate, w, 'reader', 'rbac:principal:read');
    for (const asker of [reader, w.service('read')]) {
      const reply = await asker.ask(CAN, { id: ada });
      expect([wrongs(reply), reply.data]).toEqual([['FORBIDDEN'], { principal: { username: 'ada', can: null } }]);
    }
  });

  it('is asked of a whole list at once', async () => {
    const source = `{ principals(filter: { usernames: ["ada", "dan"] }) { nodes { username
      can(permission: "${HOSTS}") on: can(permission: "${HOSTS}", resourceId: "h1") bad: can(permission: "x") } } }`;
    const reply = await w.admin.ask(source);
    expect(reply.data.principals.nodes).toEqual([
      { username: 'ada', can: true, on: true, bad: null },
      { username: 'dan', can: false, on: false, bad: null },
    ]);
    expect(wrongs(reply)).toEqual(Array(2).fill(['BAD_USER_INPUT', 'permission']));
    expect(await may(w.user('dan'), HOSTS)).toBe(false);
  });
});
