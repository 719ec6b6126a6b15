import type { Asker, Gate, World } from '../world.js';
import { eq, robot, where } from '../policy/asking.js';
import { canOn, does, grantBooks, openLibrary, putBooks, refused, setType } from './asking.js';
import { plainTypes, shelf } from './looking.js';

let gate: Gate;
let w: World;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
  await w.principal('cy');
});
afterEach(() => plainTypes(gate, 'lib:book', 'lib:shelf'));
afterAll(() => gate.close());

type Input = Record<string, unknown>;
const manager = (name: string, ...rows: string[]) =>
  robot(gate, w, name, 'rbac:group:write', 'rbac:group:read', 'rbac:principal:write', 'rbac:principal:read', ...rows);
const mutate = async (asker: Asker, mutation: string, type: string, input: Input) =>
  (await asker.ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`, { input })).codes;
const add = (asker: Asker, groupId: string) =>
  mutate(asker, 'addGroupMembers', 'AddGroupMembersInput', { groupId, usernames: ['cy'] });
const update = (asker: Asker, id: string, input: Input) =>
  mutate(asker, 'updateGroup', 'UpdateGroupInput', { id, ...input });
const toGroup = (groupId: string, verb: string, resourceIds: string[] | null) =>
  does(w.admin, 'grantPermissions', {
    ...{ permissions: [`lib:book:${verb}`], subjects: [{ groupId }], ...(resourceIds && { resourceIds }) },
  });
const share = (groupId: string, type: string, ...resourceIds: string[]) =>
  does(w.admin, 'shareResources', { type, resourceIds, groupIds: [groupId] });

describe('a group conveys what it was granted and what is shared with it', () => {
  it.each<[string, string[] | null]>([
    ['on a resource', ['1']],
    ['on the whole type', null],
  ])('to members: %s', async (_, ids) => {
    const group = await w.group('Team');
    await toGroup(group, 'view', ids);
    const bot = await manager('bot');
    expect(await add(bot, group)).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'bot', ['view'], ['1']);
    expect(await add(bot, group)).toEqual(ids ? [] : ['FORBIDDEN']);
    await grantBooks(w, 'bot', ['view'], null);
    expect(await add(bot, group)).toEqual([]);
  });

  it('to members: of shares, the shared verbs; being a live member is enough', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['view'] });
    const group = await w.group('Team');
    await putBooks(w, '1');
    await share(group, 'lib:book', '1');
    const bot = await manager('bot');
    expect(await add(bot, group)).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'bot', ['change'], ['1']);
    expect(await add(bot, group)).toEqual(['FORBIDDEN']);
    await w.member(group, 'bot');
    expect(await add(bot, group)).toEqual([]);
  });

  it('to members: sight, where rights go by that', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['view'], controlledBy: 'PARENTS' });
    const group = await w.group('Team');
    await putBooks(w, { resourceId: '1', parents: [shelf('s')] });
    await share(group, 'lib:shelf', 's');
    const bot = await manager('bot');
    expect(await add(bot, group)).toEqual(['FORBIDDEN']);
    expect(await canOn(w.user('cy'), 'view', '1')).toBe(false);
    const other = await w.group('Others');
    await share(other, 'lib:shelf', 's');
    await w.member(other, 'bot');
    expect(await add(bot, group)).toEqual([]);
  });

  it('to those below and to everybody: by moving and switching', async () => {
    const [top, team] = [await w.group('Top', { includesSubgroups: true }), await w.group('Team')];
    await toGroup(top, 'view', ['1']);
    await toGroup(team, 'view', ['1']);
    const bot = await manager('bot');
    const changes: [string, Input][] = [
      [team, { parentId: top }],
      [team, { includesSubgroups: true }],
      [team, { anonymousDefault: true }],
      [team, { supergroup: true }],
    ];
    for (const [id, input] of changes) expect([input, await update(bot, id, input)]).toEqual([input, ['FORBIDDEN']]);
    await grantBooks(w, 'bot', ['view'], ['1']);
    expect(await update(bot, team, { parentId: top })).toEqual([]);
    expect(await update(bot, team, { includesSubgroups: true })).toEqual([]);
    expect(await update(bot, team, { supergroup: true })).toEqual(['FORBIDDEN']);
    await update(bot, team, { parentId: null });
    expect(await update(bot, team, { anonymousDefault: true })).toEqual([]);
  });
});

describe('a principal that is renamed or brought back', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['was granted', () => grantBooks(w, 'ben', ['view'], ['1'])],
    ['was granted on the whole type', () => grantBooks(w, 'ben', ['view'], null)],
    ['owns', () => putBooks(w, { resourceId: '1', owner: 'ben' })],
  ])('takes holding what it %s', async (_, has) => {
    await setType(gate, 'lib:book', { ownerVerbs: ['view'] });
    await has();
    const id = (await w.admin.get('{ principal(username: "ben") { id } }')).principal.id;
    const bot = await manager('bot');
    const change = (input: Input) => mutate(bot, 'updatePrincipal', 'UpdatePrincipalInput', { id, ...input });
    expect(await change({ username: 'mine' })).toEqual(['FORBIDDEN']);
    expect(await change({ active: false })).toEqual([]);
    expect(await change({ active: true })).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'bot', ['view'], null);
    expect(await change({ active: true, username: 'mine' })).toEqual([]);
  });
});

const put = (asker: Asker, ...resources: Input[]) => refused(asker, 'putResources', { type: 'lib:book', resources });

describe('putting a resource that exists', () => {
  it('is for its owner, its manager, and rbac:resource:write; for the others FORBIDDEN, as if it were unknown', async () => {
    await putBooks(w, { resourceId: 'own', owner: 'ben' }, 'managed', 'seen', 'hidden');
    await grantBooks(w, 'ben', ['manage'], ['managed']);
    await grantBooks(w, 'ben', ['view'], ['seen']);
    for (const id of ['own', 'managed'])
      expect(await put(w.user('ben'), { resourceId: id, attributes: {} })).toEqual([]);
    for (const id of ['seen', 'hidden', 'new'])
      expect(await put(w.user('ben'), { resourceId: id })).toEqual(['FORBIDDEN']);
    const bot = await robot(gate, w, 'bot', 'rbac:resource:write');
    for (const id of ['own', 'hidden', 'new']) expect(await put(bot, { resourceId: id, attributes: {} })).toEqual([]);
  });

  it('makes nobody its owner who comes to hold more than the caller does', async () => {
    await setType(gate, 'lib:book', { ownerVerbs: ['view'], sharedVerbs: ['change'] });
    await putBooks(w, '1');
    const bot = await robot(gate, w, 'bot', 'rbac:resource:write');
    expect(await put(bot, { resourceId: '1', owner: 'bot' })).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'bot', ['view'], ['1']);
    expect(await put(bot, { resourceId: '1', owner: 'cy' })).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'bot', ['change'], ['1']);
    expect(await put(bot, { resourceId: '1', owner: 'cy' })).toEqual([]);
  });

  it('puts it below a new parent only for whoever holds what is inherited; an old one is nothing new', async () => {
    await setType(gate, 'lib:book', { inheritedVerbs: ['view'] });
    await putBooks(w, { resourceId: '1', parents: [shelf('a')] });
    const bot = await robot(gate, w, 'bot', 'rbac:resource:write');
    expect(await put(bot, { resourceId: '1', parents: [shelf('a')] })).toEqual([]);
    expect(await put(bot, { resourceId: '1', parents: [shelf('a'), shelf('b')] })).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'bot', ['view'], ['1']);
    expect(await put(bot, { resourceId: '1', parents: [shelf('b')] })).toEqual([]);
  });

  it('shares it, with more or with fewer, only for whoever administers it', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['view'], unsharedArePublic: true });
    const [a, b] = [await w.group('A'), await w.group('B')];
    await putBooks(w, { resourceId: '1', sharedWith: [a] });
    const bot = await robot(gate, w, 'bot', 'rbac:resource:write');
    await w.member(b, 'bot');
    for (const sharedWith of [[], [a, b], null])
      expect(await put(bot, { resourceId: '1', sharedWith })).toEqual(['FORBIDDEN']);
    expect(await canOn(bot, 'view', '1')).toBe(false);
    await grantBooks(w, 'bot', ['manage'], ['1']);
    expect(await put(bot, { resourceId: '1', sharedWith: [a, b] })).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'bot', ['view'], ['1']);
    expect(await put(bot, { resourceId: '1', sharedWith: [a, b] })).toEqual([]);
    expect(await put(bot, { resourceId: '1', sharedWith: [] })).toEqual([]);
  });

  it('gives no attributes by which a role gives what the caller does not hold', async () => {
    await putBooks(w, { resourceId: '1', attributes: { region: 'us' } });
    const bot = await robot(gate, w, 'bot', 'rbac:resource:write', where('lib:book:view', eq('region', 'eu')));
    expect(await put(bot, { resourceId: '1', attributes: { region: 'eu' } })).toEqual(['FORBIDDEN']);
    expect(await put(bot, { resourceId: '1', attributes: { region: 'as' } })).toEqual([]);
    expect(await canOn(bot, 'view', '1')).toBe(false);
    await grantBooks(w, 'bot', ['view'], ['1']);
    expect(await put(bot, { resourceId: '1', attributes: { region: 'eu' } })).toEqual([]);
  });
});

describe('nobody comes to see more by', () => {
  it('putting what it owns below something that is seen through its children', async () => {
    await setType(gate, 'lib:shelf', { sharedVerbs: ['view'], controlledBy: 'CHILDREN', visibleWithoutRelated: false });
    await does(w.admin, 'putResources', { type: 'lib:shelf', resources: [{ resourceId: 's' }] });
    await putBooks(w, { resourceId: '1', owner: 'ben' });
    expect(await put(w.user('ben'), { resourceId: '1', parents: [shelf('s')] })).toEqual(['FORBIDDEN']);
    expect(await put(w.user('ben'), { resourceId: '1', parents: [shelf('new')] })).toEqual(['FORBIDDEN']);
    const source = '{ check(permission: "lib:shelf:view", resourceId: "s") { allowed } }';
    expect((await w.user('ben').get(source)).check.allowed).toBe(false);
  });

  it('taking a resource from its parents, or its parents away', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['view'], controlledBy: 'PARENTS' });
    await putBooks(w, { resourceId: '1', parents: [shelf('s')] });
    const on = { permissions: ['lib:shelf:manage'], subjects: [{ username: 'ben' }], resourceIds: ['s'] };
    await does(w.admin, 'grantPermissions', on);
    await grantBooks(w, 'ben', ['manage'], ['1']);
    const ben = w.user('ben');
    expect(await put(ben, { resourceId: '1', parents: [] })).toEqual(['FORBIDDEN']);
    expect(await refused(ben, 'deleteResources', { type: 'lib:shelf', resourceIds: ['s'] })).toEqual(['FORBIDDEN']);
    expect(await canOn(ben, 'view', '1')).toBe(false);
  });

  it('taking the last child, by whatever way, from what is seen through its children', async () => {
    await setType(gate, 'lib:shelf', { sharedVerbs: ['view'], controlledBy: 'CHILDREN', visibleWithoutRelated: true });
    await putBooks(w, { resourceId: '1', parents: [shelf('s')] });
    await grantBooks(w, 'ben', ['manage'], ['1']);
    const bot = await robot(gate, w, 'bot', 'rbac:resource:write');
    const source = '{ check(permission: "lib:shelf:view", resourceId: "s") { allowed } }';
    for (const asker of [w.user('ben'), bot]) {
      expect(await put(asker, { resourceId: '1', parents: [] })).toEqual(['FORBIDDEN']);
      expect(await put(asker, { resourceId: '1', parents: null })).toEqual(['FORBIDDEN']);
      expect(await put(asker, { resourceId: '1', parents: [{ type: 'lib:book', resourceId: '2' }] })).toEqual([
        'FORBIDDEN',
      ]);
      expect(await refused(asker, 'deleteResources', { type: 'lib:book', resourceIds: ['1'] })).toEqual(['FORBIDDEN']);
      expect((await asker.get(source)).check.allowed).toBe(false);
    }
    const prune = { type: 'lib:book', keepResourceIds: ['2'] };
    expect(await refused(bot, 'pruneResources', prune)).toEqual(['FORBIDDEN']);
    await putBooks(w, { resourceId: '1', owner: 'bot' });
    expect((await bot.get(source)).check.allowed).toBe(true);
    expect(await refused(bot, 'pruneResources', prune)).toEqual([]);
  });

  it('deleting the only group that something is shared with which is then public', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['view'], unsharedArePublic: true });
    await putBooks(w, '1', '2');
    const [sole, one, other] = [await w.group('Sole'), await w.group('One'), await w.group('Other')];
    await share(sole, 'lib:book', '1');
    await share(one, 'lib:book', '2');
    await share(other, 'lib:book', '2');
    const bot = await manager('bot');
    expect(await mutate(bot, 'deleteGroup', 'DeleteInput', { id: sole })).toEqual(['FORBIDDEN']);
    expect(await canOn(bot, 'view', '1')).toBe(false);
    expect(await mutate(bot, 'deleteGroup', 'DeleteInput', { id: one })).toEqual([]);
    expect(await mutate(bot, 'deleteGroup', 'DeleteInput', { id: other })).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'bot', ['view'], ['1']);
    expect(await mutate(bot, 'deleteGroup', 'DeleteInput', { id: sole })).toEqual([]);
    expect(await canOn(w.anonymous(), 'view', '1')).toBe(true);
  });

  it('sharing what only role rows and sight make readable, or that through which others are seen', async () => {
    await setType(gate, 'lib:book', { visibility: 'SHARED' });
    await putBooks(w, '1');
    const bot = await robot(gate, w, 'bot', 'rbac:grant:write', 'lib:book:view');
    const groupId = (await w.admin.get('{ group(name: "group of bot") { id } }')).group.id;
    const shared = { type: 'lib:book', resourceIds: ['1'], groupIds: [groupId] };
    expect(await refused(bot, 'shareResources', shared)).toEqual(['FORBIDDEN']);
    expect(await canOn(bot, 'view', '1')).toBe(false);
    await plainTypes(gate, 'lib:book');
    await setType(gate, 'lib:book', { sharedVerbs: ['view'], controlledBy: 'PARENTS' });
    await putBooks(w, { resourceId: '2', parents: [shelf('s')] });
    const other = await robot(gate, w, 'other', 'rbac:grant:write');
    const through = { type: 'lib:shelf', resourceIds: ['s'], groupIds: [groupId] };
    expect(await refused(other, 'shareResources', through)).toEqual(['FORBIDDEN']);
  });
});
