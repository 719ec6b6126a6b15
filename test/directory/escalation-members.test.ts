import { type Asker, type Gate, type World } from '../world.js';
import { did, membersOf, send, wrong } from './asking.js';
import { groupWith, manager, openManagedGate } from './managed.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openManagedGate();
});
beforeEach(async () => {
  gate.now = () => new Date('2030-01-01T00:00:00Z');
  w = await gate.tenant();
  await w.principal('bob');
});
afterAll(() => gate.close());

const row = (value: unknown, operation = 'EQUAL', permission = 'app:thing:read') => ({
  permission,
  resourceDefinitions: [{ key: 'region', operation, value }],
});
const add = (asker: Asker, groupId: string) => wrong(asker, 'addGroupMembers', { groupId, usernames: ['bob'] });

describe('whoever adds members', () => {
  it('has to hold what the group gives', async () => {
    const [read, write] = [
      await groupWith(w, 'Read', ['app:thing:read']),
      await groupWith(w, 'Write', ['app:thing:write']),
    ];
    const ada = await manager(w, 'ada', 'app:thing:read');
    expect(await add(ada, read)).toEqual([]);
    expect(await add(ada, write)).toEqual(['FORBIDDEN']);
    expect(await membersOf(w.admin, write)).toEqual([]);
  });

  it('has to hold each row of each role, be there one that it does not', async () => {
    const id = await groupWith(w, 'Both', ['app:thing:read', 'app:thing:write']);
    expect(await add(await manager(w, 'ada', 'app:thing:read'), id)).toEqual(['FORBIDDEN']);
    expect(await add(await manager(w, 'cy', 'app:thing:write', 'app:thing:read'), id)).toEqual([]);
  });

  it('covers by a wildcard, which only one as wide covers', async () => {
    const [one, all] = [await groupWith(w, 'One', ['app:thing:read']), await groupWith(w, 'All', ['app:*:*'])];
    const wide = await manager(w, 'wide', 'app:*:*');
    expect(await add(wide, one)).toEqual([]);
    expect(await add(wide, all)).toEqual([]);
    expect(await add(await manager(w, 'ada', 'app:thing:read', 'app:thing:write'), all)).toEqual(['FORBIDDEN']);
  });

  it('covers a row with definitions by one without, or with the same ones in whatever order', async () => {
    const id = await groupWith(w, 'Filtered', [row(['eu', 'us'], 'IN')]);
    expect(await add(await manager(w, 'plain', 'app:thing:read'), id)).toEqual([]);
    expect(await add(await manager(w, 'same', row(['us', 'eu', 'us'], 'IN')), id)).toEqual([]);
    expect(await add(await manager(w, 'fewer', row(['us'], 'IN')), id)).toEqual(['FORBIDDEN']);
    expect(await add(await manager(w, 'more', row(['us', 'eu', 'as'], 'IN')), id)).toEqual(['FORBIDDEN']);
    expect(await add(await manager(w, 'other', row('eu')), id)).toEqual(['FORBIDDEN']);
  });

  it('does not cover a row without definitions by one that has some', async () => {
    const id = await groupWith(w, 'Plain', ['app:thing:read']);
    expect(await add(await manager(w, 'ada', row('eu')), id)).toEqual(['FORBIDDEN']);
  });

  it('has to hold what the groups above give that include their subgroups, and no more', async () => {
    const top = await groupWith(w, 'Top', ['app:thing:write'], { includesSubgroups: true });
    const middle = await w.group('Middle', { parentId: top });
    const leaf = await w.group('Leaf', { parentId: middle });
    const ada = await manager(w, 'ada');
    expect(await add(ada, middle)).toEqual(['FORBIDDEN']);
    expect(await add(ada, leaf)).toEqual([]);
    await did(w.admin, 'updateGroup', { id: middle, includesSubgroups: true });
    expect(await add(ada, leaf)).toEqual(['FORBIDDEN']);
    expect(await add(await manager(w, 'cy', 'app:thing:write'), leaf)).toEqual([]);
  });

  it('may be a live member instead', async () => {
    const id = await groupWith(w, 'Write', ['app:thing:write']);
    const ada = await manager(w, 'ada');
    expect(await add(ada, id)).toEqual(['FORBIDDEN']);
    await did(w.admin, 'addGroupMembers', { groupId: id, usernames: ['ada'], expiresAt: '2030-01-02T00:00:00Z' });
    expect(await add(ada, id)).toEqual([]);
    gate.now = () => new Date('2030-01-02T00:00:00Z');
    expect(await add(ada, id)).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'addGroupMembers', { groupId: id, usernames: ['ada'] })).toEqual(['FORBIDDEN']);
  });

  it('does not hold by being a member of a group below', async () => {
    const top = await groupWith(w, 'Top', ['app:thing:write']);
    const below = await w.group('Below', { parentId: top });
    const ada = await manager(w, 'ada');
    await w.member(below, 'ada');
    expect(await add(ada, top)).toEqual(['FORBIDDEN']);
  });

  it('does not prolong or revive others either, and may always remove them', async () => {
    const id = await groupWith(w, 'Write', ['app:thing:write']);
    await did(w.admin, 'addGroupMembers', { groupId: id, usernames: ['bob'], expiresAt: '2030-01-02T00:00:00Z' });
    const ada = await manager(w, 'ada');
    const prolong = { groupId: id, usernames: ['bob'], expiresAt: null };
    expect(await wrong(ada, 'addGroupMembers', prolong)).toEqual(['FORBIDDEN']);
    await did(ada, 'removeGroupMembers', { groupId: id, usernames: ['bob'] });
    expect(await membersOf(w.admin, id)).toEqual([]);
  });

  it('has to be in a supergroup to add to one', async () => {
    const id = await w.group('Super', { supergroup: true });
    const ada = await manager(w, 'ada');
    expect(await add(ada, id)).toEqual(['FORBIDDEN']);
    const other = await w.group('Other super', { supergroup: true });
    await w.member(other, 'ada');
    expect(await add(ada, id)).toEqual([]);
  });

  it('may add to a group that gives nothing', async () => {
    expect(await add(await manager(w, 'ada'), await w.group('Empty'))).toEqual([]);
  });

  it('is free of all this as an administrator, a superuser, or a client that may grant', async () => {
    const id = await groupWith(w, 'All', ['app:*:*'], { supergroup: true });
    await did(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });
    for (const asker of [w.admin, w.user('root'), w.service('write', 'grant')])
      expect(await add(asker, id)).toEqual([]);
    const empty = await w.group('Empty');
    const client = w.service('write', 'read', 'check', 'catalogue', 'operate');
    expect(await add(client, id)).toEqual(['FORBIDDEN']);
    expect(await add(client, empty)).toEqual([]);
  });

  it('is told what is lacking as far as it may read roles', async () => {
    const groupId = await groupWith(w, 'Write', ['app:thing:write']);
    const messages = async (asker: Asker) =>
      (await send(asker, 'addGroupMembers', { groupId, usernames: ['bob'] })).messages.join();
    expect(await messages(await manager(w, 'ada'))).not.toContain('app:thing:write');
    expect(await messages(await manager(w, 'cy', 'rbac:role:read'))).toContain('app:thing:write');
  });
});
