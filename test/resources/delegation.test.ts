import type { Asker, Gate, World } from '../world.js';
import { eq, robot, where } from '../policy/asking.js';
import { canOn, does, grantBooks, openLibrary, putBooks, refused, setType } from './asking.js';
import { book, inHours, moveClock, plainTypes, shelf } from './looking.js';

let gate: Gate;
let w: World;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
  await w.principal('cy');
});
afterEach(async () => {
  gate.now = () => new Date();
  await plainTypes(gate, 'lib:book', 'lib:shelf');
});
afterAll(() => gate.close());

type Input = Record<string, unknown>;
const cy = [{ username: 'cy' }];
const give = (verb: string, resourceIds: string[] | null = ['1'], more: Input = {}) => ({
  ...{ permissions: [`lib:book:${verb}`], subjects: cy, ...(resourceIds && { resourceIds }) },
  ...more,
});
const grants = (asker: Asker, input: Input) => refused(asker, 'grantPermissions', input);
const revokes = (asker: Asker, input: Input) => refused(asker, 'revokePermissions', input);
const idOf = async (asker: Asker, source: string) => Object.values<{ id: string }>(await asker.get(source))[0]!.id;
const idOfBook = (id: string) => idOf(w.admin, `{ resource(type: "lib:book", resourceId: "${id}") { id } }`);

describe('a resource is administered', () => {
  it('by its owner, by whoever holds manage, and by nobody who merely holds something else', async () => {
    await setType(gate, 'lib:book', { ownerVerbs: ['view'] });
    await putBooks(w, { resourceId: '1', owner: 'ben' }, '2', '3');
    await grantBooks(w, 'ben', ['manage', 'view'], ['2']);
    await grantBooks(w, 'ben', ['view', 'change'], ['3']);
    expect(await grants(w.user('ben'), give('view', ['1', '2']))).toEqual([]);
    expect(await grants(w.user('ben'), give('view', ['3']))).toEqual(['FORBIDDEN']);
    expect(await revokes(w.user('ben'), give('view', ['2', '3']))).toEqual(['FORBIDDEN']);
    expect([await canOn(w.user('cy'), 'view', '1'), await canOn(w.user('cy'), 'view', '3')]).toEqual([true, false]);
  });

  it.each<[string, (w: World) => Promise<[string, string[]]>]>([
    ['in general', async () => ['', ['1', '2']]],
    ['on the resource', async () => [await idOfBook('1'), ['1']]],
    ['on its type', async () => [await idOf(w.admin, '{ resourceType(name: "lib:book") { id } }'), ['1', '2']]],
    ['on another type', async () => [await idOf(w.admin, '{ resourceType(name: "lib:shelf") { id } }'), []]],
  ])('by rbac:grant:write %s, of a role or of a grant', async (_, where_) => {
    await putBooks(w, '1', '2');
    await grantBooks(w, 'ben', ['view'], null);
    const [id, reached] = await where_(w);
    const row = id ? where('rbac:grant:write', eq('id', id)) : 'rbac:grant:write';
    const byRole = await robot(gate, w, 'bot', row, 'lib:book:view');
    const granted = {
      permissions: ['rbac:grant:write'],
      subjects: [{ username: 'ben' }],
      ...(id && { resourceIds: [id] }),
    };
    await does(w.admin, 'grantPermissions', granted);
    for (const asker of [byRole, w.user('ben')]) {
      for (const at of ['1', '2']) {
        expect(await grants(asker, give('view', [at]))).toEqual(reached.includes(at) ? [] : ['FORBIDDEN']);
      }
    }
  });

  it('no longer, once the grant of rbac:grant:write was taken back or has expired', async () => {
    await putBooks(w, '1');
    await grantBooks(w, 'ben', ['view'], ['1']);
    const id = await idOfBook('1');
    const on = { permissions: ['rbac:grant:write'], subjects: [{ username: 'ben' }], resourceIds: [id] };
    await does(w.admin, 'grantPermissions', { ...on, expiresAt: inHours(1) });
    expect(await grants(w.user('ben'), give('view'))).toEqual([]);
    moveClock(gate, 2);
    expect(await grants(w.user('ben'), give('view'))).toEqual(['FORBIDDEN']);
    await does(w.admin, 'grantPermissions', on);
    expect(await grants(w.user('ben'), give('view'))).toEqual([]);
    await does(w.admin, 'revokePermissions', on);
    expect(await grants(w.user('ben'), give('view'))).toEqual(['FORBIDDEN']);
  });
});

describe('whoever administers a resource', () => {
  it('gives what it holds there and nothing else; * takes holding *; revoking takes no holding', async () => {
    await putBooks(w, '1');
    await grantBooks(w, 'ben', ['view', 'change', 'delete', 'manage'], ['1']);
    await grantBooks(w, 'cy', ['*'], ['1']);
    expect(await grants(w.user('ben'), give('delete'))).toEqual([]);
    expect(await grants(w.user('ben'), give('*'))).toEqual(['FORBIDDEN']);
    expect((await does(w.user('ben'), 'revokePermissions', give('*'))).count).toBe(1);
    await grantBooks(w, 'ben', ['*'], ['1']);
    expect(await grants(w.user('ben'), give('*'))).toEqual([]);
  });

  it('holds * by inheritance only as far as the parent has every verb', async () => {
    await setType(gate, 'lib:book', { inheritedVerbs: ['*'] });
    await putBooks(w, { resourceId: '1', parents: [shelf('s')] });
    const on = { permissions: ['lib:shelf:*'], subjects: [{ username: 'ben' }], resourceIds: ['s'] };
    await does(w.admin, 'grantPermissions', on);
    expect([await canOn(w.user('ben'), 'change', '1'), await canOn(w.user('ben'), 'delete', '1')]).toEqual([
      true,
      false,
    ]);
    expect(await grants(w.user('ben'), give('change'))).toEqual([]);
    expect(await grants(w.user('ben'), give('*'))).toEqual(['FORBIDDEN']);
  });

  it('gives on the whole type what it holds on the whole type, not what it holds where it sees', async () => {
    await setType(gate, 'lib:book', { visibility: 'SHARED' });
    await putBooks(w, '1');
    const bot = await robot(gate, w, 'bot', 'lib:book:view', 'lib:book:manage', 'rbac:grant:write');
    expect(await grants(bot, give('view', null))).toEqual(['FORBIDDEN']);
    expect(await grants(bot, give('view', null, { subjects: [{ username: 'bot' }] }))).toEqual(['FORBIDDEN']);
    expect(await canOn(bot, 'view', '1')).toBe(false);
    await grantBooks(w, 'bot', ['view'], null);
    expect(await grants(bot, give('view', null))).toEqual([]);
  });

  it('of the whole type is not the manager of one resource', async () => {
    await grantBooks(w, 'ben', ['manage', 'view'], ['1']);
    expect(await grants(w.user('ben'), give('view', null))).toEqual(['FORBIDDEN']);
    expect(await revokes(w.user('ben'), give('view', null))).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'ben', ['manage'], null);
    expect(await grants(w.user('ben'), give('view', null))).toEqual(['FORBIDDEN']);
    expect(await revokes(w.user('ben'), give('view', null))).toEqual([]);
  });

  it('is a client with the scope grant, whatever it holds, and none without', async () => {
    expect(await grants(w.service('grant'), give('*', null))).toEqual([]);
    expect(await grants(w.service('write', 'read', 'check', 'catalogue', 'operate'), give('view', null))).toEqual([
      'FORBIDDEN',
    ]);
    expect(await grants(w.service('write'), give('view'))).toEqual([['NOT_FOUND', 'input.resourceIds.0']]);
  });
});

describe('whoever does not', () => {
  it('is told NOT_FOUND of what it does not see, FORBIDDEN of what it does, UNAUTHENTICATED when anonymous', async () => {
    const group = await w.group('Readers');
    await putBooks(w, '1', '2');
    await grantBooks(w, 'ben', ['view'], ['1']);
    const on = (id: string): [string, Input][] => [
      ['grantPermissions', give('view', [id])],
      ['revokePermissions', give('view', [id])],
      ['shareResources', { type: 'lib:book', resourceIds: [id], groupIds: [group] }],
      ['unshareResources', { type: 'lib:book', resourceIds: [id], groupIds: [group] }],
      ['assignResource', { type: 'lib:book', resourceId: id, groupId: group }],
      ['unassignResource', { type: 'lib:book', resourceId: id, groupId: group }],
      ['deleteResources', { type: 'lib:book', resourceIds: [id] }],
    ];
    for (const [mutation, input] of on('1')) {
      expect([mutation, await refused(w.user('ben'), mutation, input)]).toEqual([mutation, ['FORBIDDEN']]);
      expect([mutation, await refused(w.anonymous(), mutation, input)]).toEqual([mutation, ['UNAUTHENTICATED']]);
    }
    for (const id of ['2', 'never']) {
      for (const [mutation, input] of on(id)) {
        const field = mutation.startsWith('assign') || mutation.startsWith('unassign') ? 'resourceId' : 'resourceIds.0';
        const error = [['NOT_FOUND', `input.${field}`]];
        expect([mutation, await refused(w.user('ben'), mutation, input)]).toEqual([mutation, error]);
      }
    }
  });

  it('does not learn which names and members there are', async () => {
    const group = await w.group('Hidden');
    await w.member(group, 'cy');
    const ben = w.user('ben');
    const replies = async (mutation: string, inputs: Input[]) => {
      const all = await Promise.all([...inputs.keys()].map(at => refused(ben, mutation, inputs[at]!)));
      return new Set(all.map(one => JSON.stringify(one))).size;
    };
    const named = ['cy', 'nobody'].map(username => give('view', ['1'], { subjects: [{ username }] }));
    for (const mutation of ['grantPermissions', 'revokePermissions']) {
      expect(await replies(mutation, named)).toBe(1);
      expect(
        await replies(
          mutation,
          named.map(input => ({ ...input, permissions: [] })),
        ),
      ).toBe(1);
    }
    const puts = ['cy', 'nobody'].map(owner => ({ type: 'lib:book', resources: [{ resourceId: '1', owner }] }));
    expect(await replies('putResources', puts)).toBe(1);
    const assigned = ['cy', 'ben', 'nobody'].map(username => ({ ...book('1'), groupId: group, username }));
    expect(await replies('assignResource', assigned)).toBe(1);
    expect(await replies('unassignResource', assigned)).toBe(1);
  });
});

describe('a grant on a group', () => {
  it('makes it readable and writable, until it is taken back or expires', async () => {
    const id = await w.group('Team');
    const look = async () => (await w.user('ben').get('query ($id: ID!) { group(id: $id) { name } }', { id })).group;
    const source = 'mutation ($id: ID!) { updateGroup(input: { id: $id, description: "x" }) { group { id } } }';
    const write = async () => (await w.user('ben').ask(source, { id })).codes;
    const on = (verb: string) => ({
      ...{ permissions: [`rbac:group:${verb}`], subjects: [{ username: 'ben' }], resourceIds: [id] },
    });
    expect([await look(), await write()]).toEqual([null, ['NOT_FOUND']]);
    await does(w.admin, 'grantPermissions', on('read'));
    expect([await look(), await write()]).toEqual([{ name: 'Team' }, ['FORBIDDEN']]);
    await does(w.admin, 'grantPermissions', { ...on('write'), expiresAt: inHours(1) });
    expect(await write()).toEqual([]);
    moveClock(gate, 2);
    expect(await write()).toEqual(['FORBIDDEN']);
    await does(w.admin, 'revokePermissions', on('read'));
    expect([await look(), await write()]).toEqual([null, ['NOT_FOUND']]);
  });

  it('also ends in time when an assignment that had prolonged it is taken back', async () => {
    const [id, team] = [await w.group('Team'), await w.group('Members')];
    await w.member(team, 'ben');
    const on = { permissions: ['rbac:group:read'], subjects: [{ username: 'ben' }], resourceIds: [id] };
    await does(w.admin, 'grantPermissions', { ...on, expiresAt: inHours(1) });
    const assigned = { type: 'rbac:group', resourceId: id, groupId: team, username: 'ben' };
    const none = { group: [], groupsUpstream: [], groupsDownstream: [], groupsSiblings: [] };
    await does(w.admin, 'assignResource', { ...assigned, policy: { ...none, owner: ['read'] } });
    const look = async () => (await w.user('ben').get('query ($id: ID!) { group(id: $id) { name } }', { id })).group;
    expect(await look()).toEqual({ name: 'Team' });
    await does(w.admin, 'unassignResource', assigned);
    expect(await look()).toEqual({ name: 'Team' });
    moveClock(gate, 2);
    expect(await look()).toBeNull();
  });
});
