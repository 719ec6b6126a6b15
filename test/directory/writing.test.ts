import { type Gate, type World } from '../world.js';
import { did, groupNames, membersOf, send, usernames, wrong } from './asking.js';
import { manager, onIds, openManagedGate } from './managed.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openManagedGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

/** Every mutation of the directory on a group and a principal, and the argument that names the object. */
const mutations = (group: string, principal: string): [string, object, string][] => [
  ['updateGroup', { id: group, description: 'x' }, 'input.id'],
  ['deleteGroup', { id: group }, 'input.id'],
  ['addGroupMembers', { groupId: group, usernames: [] }, 'input.groupId'],
  ['removeGroupMembers', { groupId: group, usernames: [] }, 'input.groupId'],
  ['updatePrincipal', { id: principal, email: null }, 'input.id'],
  ['deletePrincipal', { id: principal }, 'input.id'],
];

describe('whoever may not write', () => {
  it('is told NOT_FOUND of what it may not read, as of what does not exist', async () => {
    const [group, principal] = [await w.group('Team'), await w.principal('bob')];
    const [gone, nobody] = [await w.group('Gone'), await w.principal('gone')];
    await did(w.admin, 'deleteGroup', { id: gone });
    await did(w.admin, 'deletePrincipal', { id: nobody });
    const ada = w.user('ada');
    for (const [mutation, input, field] of [...mutations(group, principal), ...mutations(gone, nobody)]) {
      expect([mutation, await wrong(ada, mutation, input)]).toEqual([mutation, [['NOT_FOUND', field]]]);
    }
    const [unseen] = (await send(ada, 'deleteGroup', { id: group })).messages;
    expect((await send(ada, 'deleteGroup', { id: gone })).messages).toEqual([unseen]);
  });

  it('is told FORBIDDEN of what it may read, by right or as its own', async () => {
    const [group, principal] = [await w.group('Team'), await w.principal('bob')];
    const reader = await w.holder('ada', 'rbac:group:read', 'rbac:principal:read');
    const client = w.service('read', 'grant', 'check', 'catalogue', 'operate');
    for (const asker of [reader, client]) {
      for (const [mutation, input] of mutations(group, principal)) {
        expect([mutation, await wrong(asker, mutation, input)]).toEqual([mutation, ['FORBIDDEN']]);
      }
    }
    await w.member(group, 'bob');
    for (const [mutation, input] of mutations(group, principal)) {
      expect([mutation, await wrong(w.user('bob'), mutation, input)]).toEqual([mutation, ['FORBIDDEN']]);
    }
  });

  it('is told UNAUTHENTICATED as an anonymous caller, whatever the arguments', async () => {
    for (const [mutation, input] of [
      ...mutations(await w.group('Team'), await w.principal('bob')),
      ...mutations('x', 'y'),
    ]) {
      expect([mutation, await wrong(w.anonymous(), mutation, input)]).toEqual([mutation, ['UNAUTHENTICATED']]);
    }
    expect(await wrong(w.anonymous(), 'createGroup', { name: 'x' })).toEqual(['UNAUTHENTICATED']);
    expect(await wrong(w.anonymous(), 'createPrincipal', { username: 'x' })).toEqual(['UNAUTHENTICATED']);
  });

  it('creates nothing, also with the right to read, or to write some', async () => {
    const [group, principal] = [await w.group('Team'), await w.principal('bob')];
    const askers = [
      w.user('cy'),
      await w.holder('ada', 'rbac:group:read', 'rbac:principal:read'),
      await w.holder('some', onIds('rbac:group:write', group), onIds('rbac:principal:write', principal)),
      await w.holder('other', 'rbac:role:write', 'rbac:policy:write', 'app:*:*'),
      w.service('read', 'grant', 'check', 'catalogue', 'operate'),
    ];
    for (const asker of askers) {
      expect(await wrong(asker, 'createGroup', { name: 'x' })).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'createPrincipal', { username: 'x' })).toEqual(['FORBIDDEN']);
    }
  });
});

describe('the right to write groups', () => {
  it('creates, updates and deletes them, and shows nothing of them without the right to read', async () => {
    const id = await w.group('Team');
    const ada = await w.holder('ada', 'rbac:group:write');
    expect(await did(ada, 'createGroup', { name: 'New' })).toEqual({ group: null });
    expect(await did(ada, 'updateGroup', { id, name: 'Crew' })).toEqual({ group: null });
    expect(await groupNames(w.admin, { name: 'crew' })).toEqual(['Crew']);
    expect(await did(ada, 'deleteGroup', { id })).toEqual({ deletedId: id });
    expect(await wrong(ada, 'deleteGroup', { id })).toEqual([['NOT_FOUND', 'input.id']]);
  });

  it('on one group is for that one alone', async () => {
    const [mine, other] = [await w.group('Mine'), await w.group('Other')];
    const ada = await w.holder('ada', onIds('rbac:group:write', mine));
    await did(ada, 'updateGroup', { id: mine, description: 'x' });
    expect(await wrong(ada, 'updateGroup', { id: other, description: 'x' })).toEqual([['NOT_FOUND', 'input.id']]);
    const bob = await w.holder('bob', onIds('rbac:group:write', mine), 'rbac:group:read');
    expect(await wrong(bob, 'updateGroup', { id: other, description: 'x' })).toEqual(['FORBIDDEN']);
    await did(bob, 'deleteGroup', { id: mine });
  });

  it('names other groups only as far as these may be read or written', async () => {
    const [mine, seen, hidden] = [await w.group('Mine'), await w.group('Seen'), await w.group('Hidden')];
    const ada = await w.holder('ada', onIds('rbac:group:write', mine), onIds('rbac:group:read', seen));
    const list = (ids: string[]) => ({ id: mine, autoShareWithIds: ids });
    await did(ada, 'updateGroup', list([mine, seen]));
    expect(await wrong(ada, 'updateGroup', list([seen, hidden]))).toEqual([['NOT_FOUND', 'input.autoShareWithIds.1']]);
    await did(ada, 'updateGroup', { id: mine, parentId: seen });
    expect(await wrong(ada, 'updateGroup', { id: mine, parentId: hidden })).toEqual([['NOT_FOUND', 'input.parentId']]);
  });
});

describe('the right to change members', () => {
  it('needs the right to write the group and that to write principals', async () => {
    const groupId = await w.group('Team');
    await w.principal('bob');
    const [groups, principals] = [
      await w.holder('ada', 'rbac:group:write'),
      await w.holder('cy', 'rbac:principal:write'),
    ];
    for (const mutation of ['addGroupMembers', 'removeGroupMembers']) {
      for (const usernames of [['bob'], ['nobody'], []]) {
        expect(await wrong(groups, mutation, { groupId, usernames })).toEqual(['FORBIDDEN']);
        expect(await wrong(principals, mutation, { groupId, usernames })).toEqual([['NOT_FOUND', 'input.groupId']]);
      }
    }
    const both = await w.holder('dee', 'rbac:group:write', 'rbac:principal:write');
    expect(await did(both, 'addGroupMembers', { groupId, usernames: ['bob'] })).toEqual({ group: null });
    expect(await membersOf(w.admin, groupId)).toEqual(['bob']);
    await did(both, 'removeGroupMembers', { groupId, usernames: ['bob'] });
    expect(await membersOf(w.admin, groupId)).toEqual([]);
  });

  it('on some principals is for these: others are FORBIDDEN if they may be read, and else unknown', async () => {
    const groupId = await w.group('Team');
    const [bob, cy] = [await w.principal('bob'), await w.principal('cy')];
    await w.principal('dee');
    const rows = [onIds('rbac:principal:write', bob), onIds('rbac:principal:read', cy)];
    const ada = await w.holder('ada', 'rbac:group:write', ...rows);
    const add = (...names: string[]) => wrong(ada, 'addGroupMembers', { groupId, usernames: names });
    const remove = (...names: string[]) => wrong(ada, 'removeGroupMembers', { groupId, usernames: names });
    expect(await add('bob')).toEqual([]);
    expect(await add('bob', 'cy')).toEqual(['FORBIDDEN']);
    expect(await add('bob', 'dee')).toEqual([['NOT_FOUND', 'input.usernames.1']]);
    expect(await add('bob', 'nobody')).toEqual([['NOT_FOUND', 'input.usernames.1']]);
    await w.member(groupId, 'cy', 'dee');
    expect(await remove('bob', 'cy')).toEqual(['FORBIDDEN']);
    expect(await membersOf(w.admin, groupId)).toEqual(['bob', 'cy', 'dee']);
    expect(await remove('bob', 'dee', 'nobody')).toEqual([]);
    expect(await membersOf(w.admin, groupId)).toEqual(['cy', 'dee']);
  });

  it('shows the members in the answer to those who may read them', async () => {
    const groupId = await w.group('Team');
    await w.principal('bob');
    const ada = await manager(w, 'ada');
    const { group } = await did(
      ada,
      'addGroupMembers',
      { groupId, usernames: ['bob'] },
      'group { name members { nodes { username } } }',
    );
    expect(group).toEqual({ name: 'Team', members: { nodes: [{ username: 'bob' }] } });
  });
});

describe('the right to write principals', () => {
  it('creates, updates and deletes them, and shows nothing of them without the right to read', async () => {
    const id = await w.principal('bob');
    const ada = await w.holder('ada', 'rbac:principal:write');
    expect(await did(ada, 'createPrincipal', { username: 'cy' })).toEqual({ principal: null });
    expect(await did(ada, 'updatePrincipal', { id, email: 'x@y' })).toEqual({ principal: null });
    expect(await did(ada, 'deletePrincipal', { id })).toEqual({ deletedId: id });
    expect(await usernames(w.admin)).toEqual(['ada', 'admin', 'cy']);
  });

  it('sets neither superuser nor orgAdmin, nor takes them', async () => {
    const [bob, cy] = [await w.principal('bob'), await w.principal('cy', { orgAdmin: true })];
    const ada = await w.holder('ada', 'rbac:*:*');
    const { principal } = await ada.get('{ principal(username: "ada") { id } }');
    for (const id of [bob, principal.id]) {
      expect(await wrong(ada, 'updatePrincipal', { id, superuser: true })).toEqual(['FORBIDDEN']);
      expect(await wrong(ada, 'updatePrincipal', { id, orgAdmin: true })).toEqual(['FORBIDDEN']);
    }
    expect(await wrong(ada, 'createPrincipal', { username: 'x', orgAdmin: true })).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'createPrincipal', { username: 'x', superuser: true })).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'updatePrincipal', { id: cy, orgAdmin: false })).toEqual(['FORBIDDEN']);
    await did(ada, 'updatePrincipal', { id: cy, orgAdmin: true, superuser: false, email: 'x@y' });
  });

  it('on oneself alone changes oneself alone', async () => {
    const id = await w.principal('ada');
    const ada = await w.holder('ada-2', onIds('rbac:principal:write', id));
    await did(ada, 'updatePrincipal', { id, email: 'x@y' });
    expect(await wrong(ada, 'updatePrincipal', { id: await w.principal('bob'), email: 'x@y' })).toEqual([
      ['NOT_FOUND', 'input.id'],
    ]);
  });
});
