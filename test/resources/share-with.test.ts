import type { Asker, Gate, World } from '../world.js';
import { did, does, grantBooks, openLibrary, putBooks, refused, setType } from './asking.js';
import { inHours, look, moveClock, plainTypes, shelf } from './looking.js';

let gate: Gate;
let w: World;
let ben: Asker;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
  ben = w.user('ben');
});
afterEach(() => void (gate.now = () => new Date()));
afterAll(() => gate.close());

type Input = Record<string, unknown>;
const sharedWith = async (id = '1') => (await look(w.admin, id))?.sharedWith;
const ownedByBen = (id = '1', more: Input = {}) => putBooks(w, { resourceId: id, owner: 'ben', ...more });
const join = (groupId: string, more: Input = {}) =>
  did(w.admin, 'addGroupMembers', { groupId, usernames: ['ben'], ...more });

describe('sharing from the start', () => {
  it('is with the groups that each group of the owner says, one way', async () => {
    const [a, b, c] = [await w.group('A'), await w.group('B'), await w.group('C')];
    const from = await w.group('From', { autoShareWithIds: [a, b] });
    await w.group('Towards', { autoShareWithIds: [from] });
    await join(from);
    await join(await w.group('Too', { autoShareWithIds: [b, c] }));
    await ownedByBen();
    expect(await sharedWith()).toEqual(['A', 'B', 'C']);
  });

  it('may be with the group itself, and comes on top of what the put says', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    await did(w.admin, 'updateGroup', { id: a, autoShareWithIds: [a] });
    await join(a);
    await ownedByBen('1', { sharedWith: [b] });
    await ownedByBen('2', { sharedWith: [] });
    expect([await sharedWith('1'), await sharedWith('2')]).toEqual([['A', 'B'], ['A']]);
  });

  it('is at the first put, and at no later one', async () => {
    const from = await w.group('From', { autoShareWithIds: [await w.group('A')] });
    await join(from);
    await putBooks(w, '1');
    await ownedByBen('1');
    expect(await sharedWith('1')).toEqual([]);
    await ownedByBen('2');
    await putBooks(w, { resourceId: '2', owner: null, sharedWith: [] });
    await ownedByBen('2');
    expect(await sharedWith('2')).toEqual([]);
    await w.principal('cy');
    await putBooks(w, { resourceId: '3', owner: 'cy' });
    await ownedByBen('3');
    expect(await sharedWith('3')).toEqual([]);
    await does(w.admin, 'deleteResources', { type: 'lib:book', resourceIds: ['3'] });
    await ownedByBen('3');
    expect(await sharedWith('3')).toEqual(['A']);
  });

  it('is at the first put of what a grant, a share, a child or an assignment had only registered', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    await join(await w.group('From', { autoShareWithIds: [a] }));
    await grantBooks(w, 'ben', ['view'], ['1']);
    await does(w.admin, 'shareResources', { type: 'lib:book', resourceIds: ['2'], groupIds: [b] });
    await putBooks(w, { resourceId: 'child', parents: [{ type: 'lib:book', resourceId: '3' }] });
    await does(w.admin, 'assignResource', { type: 'lib:book', resourceId: '4', groupId: b });
    for (const id of ['1', '2', '3', '4']) await ownedByBen(id);
    expect(await Promise.all(['1', '2', '3', '4', 'child'].map(sharedWith))).toEqual([
      ['A'],
      ['A', 'B'],
      ['A'],
      ['A'],
      [],
    ]);
  });

  it('goes by live memberships of the owner alone: no expired ones, no including groups above', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    const above = await w.group('Above', { autoShareWithIds: [a], includesSubgroups: true });
    await join(await w.group('Below', { parentId: above }));
    await join(await w.group('Once', { autoShareWithIds: [b] }), { expiresAt: inHours(1) });
    await ownedByBen('1');
    moveClock(gate, 2);
    await ownedByBen('2');
    expect([await sharedWith('1'), await sharedWith('2')]).toEqual([['B'], []]);
  });

  it('is not bound by the groups with which the caller can share', async () => {
    const a = await w.group('A');
    await join(await w.group('From', { autoShareWithIds: [a], canShareWithIds: [] }));
    await does(w.admin, 'grantPermissions', { permissions: ['rbac:resource:write'], subjects: [{ username: 'ben' }] });
    await does(ben, 'putResources', { type: 'lib:book', resources: [{ resourceId: '1', owner: 'ben' }] });
    expect(await sharedWith()).toEqual(['A']);
  });
});

describe('with whom one can share', () => {
  const shares = (groupIds: string[], asker: Asker = ben, mutation = 'shareResources') =>
    refused(asker, mutation, { type: 'lib:book', resourceIds: ['1'], groupIds });
  const unseen = (at = 0) => [['NOT_FOUND', `input.groupIds.${at}`]];
  beforeEach(() => ownedByBen());

  it('is any group, also one that one cannot read, when a group of one’s own says nothing', async () => {
    const any = await w.group('Any');
    expect(await shares([any])).toEqual(unseen());
    await join(await w.group('Own'));
    expect(await shares([any])).toEqual([]);
    expect(await sharedWith()).toEqual(['Any']);
  });

  it('is what one of one’s groups lists, one way, and each of these groups itself', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    const own = await w.group('Own', { canShareWithIds: [a] });
    const alone = await w.group('Alone', { canShareWithIds: [] });
    await did(w.admin, 'updateGroup', { id: b, canShareWithIds: [own] });
    await join(own);
    await join(alone);
    expect(await shares([a, own, alone])).toEqual([]);
    expect(await shares([a, b])).toEqual(unseen(1));
    expect(await sharedWith()).toEqual(['A', 'Alone', 'Own']);
    await did(w.admin, 'updateGroup', { id: alone, canShareWithIds: null });
    expect(await shares([b])).toEqual([]);
  });

  it('is FORBIDDEN for a group that one can read, and nothing is shared when one is wrong', async () => {
    const own = await w.group('Own', { canShareWithIds: [] });
    const other = await w.group('Other', { canShareWithIds: [] });
    await join(own);
    const reads = { permissions: ['rbac:group:read'], subjects: [{ username: 'ben' }] };
    await does(w.admin, 'grantPermissions', reads);
    expect(await shares([own, other])).toEqual(['FORBIDDEN']);
    expect(await sharedWith()).toEqual([]);
  });

  it('counts the including groups above one’s own, and not those that do not include', async () => {
    const [a, b, c] = [await w.group('A'), await w.group('B'), await w.group('C')];
    const root = await w.group('Root', { canShareWithIds: [c], includesSubgroups: true });
    const top = await w.group('Top', { parentId: root, canShareWithIds: [b] });
    const middle = await w.group('Middle', { parentId: top, canShareWithIds: [a], includesSubgroups: true });
    await join(await w.group('Own', { parentId: middle, canShareWithIds: [] }));
    expect(await shares([a, middle])).toEqual([]);
    expect([await shares([b]), await shares([top]), await shares([c])]).toEqual([unseen(), unseen(), unseen()]);
    await did(w.admin, 'updateGroup', { id: top, includesSubgroups: true });
    expect(await shares([b, c, top, root])).toEqual([]);
  });

  it('counts no expired membership, and no default group', async () => {
    const a = await w.group('A');
    await w.group('Everybody', { anonymousDefault: true });
    await join(await w.group('Own'), { expiresAt: inHours(1) });
    expect(await shares([a])).toEqual([]);
    moveClock(gate, 2);
    expect(await shares([a])).toEqual(unseen());
  });

  it('does not bind administrators, superusers and clients with the scope grant', async () => {
    const a = await w.group('A', { canShareWithIds: [] });
    expect(await shares([a], w.admin)).toEqual([]);
    expect(await shares([a], w.service('grant'))).toEqual([]);
    const source = 'mutation ($input: CreatePrincipalInput!) { createPrincipal(input: $input) { principal { id } } }';
    await w.service('write', 'operate').get(source, { input: { username: 'root', superuser: true } });
    expect(await shares([a], w.user('root'))).toEqual([]);
    expect(await shares([a], w.service('write', 'read'))).toEqual(['FORBIDDEN']);
    expect(await shares([a], w.service('write'))).toEqual([['NOT_FOUND', 'input.resourceIds.0']]);
  });

  it('binds a put in the same way', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    await join(await w.group('Own', { canShareWithIds: [a] }));
    const puts = (...sharedWith: string[]) =>
      refused(ben, 'putResources', { type: 'lib:book', resources: [{ resourceId: '1', sharedWith }] });
    expect(await puts(a, b)).toEqual([['NOT_FOUND', 'input.resources.0.sharedWith.1']]);
    expect(await sharedWith()).toEqual([]);
    expect(await puts(a)).toEqual([]);
    expect(await puts()).toEqual([]);
    expect(await sharedWith()).toEqual([]);
  });

  it('does not bind taking back, which needs administering the resource, and nothing else', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    await does(w.admin, 'shareResources', { type: 'lib:book', resourceIds: ['1'], groupIds: [a, b] });
    await w.principal('cy');
    await grantBooks(w, 'cy', ['view'], ['1']);
    expect(await shares([a], w.user('cy'), 'unshareResources')).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'cy', ['manage'], ['1']);
    expect(await shares([a], w.user('cy'), 'unshareResources')).toEqual([]);
    expect(await shares([b], ben, 'unshareResources')).toEqual([]);
    expect(await sharedWith()).toEqual([]);
  });

  it('needs administering the resource, and holding what sharing gives', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['change'] });
    await w.principal('cy');
    const own = await w.group('Own');
    await w.member(own, 'cy');
    const cy = w.user('cy');
    expect(await shares([own], cy)).toEqual([['NOT_FOUND', 'input.resourceIds.0']]);
    await grantBooks(w, 'cy', ['manage'], ['1']);
    expect(await shares([own], cy)).toEqual(['FORBIDDEN']);
    await grantBooks(w, 'cy', ['change'], ['1']);
    expect(await shares([own], cy)).toEqual([]);
    await plainTypes(gate, 'lib:book');
    const twice = { type: 'lib:book', resourceIds: ['1', '1', 'never'], groupIds: [own] };
    expect(await refused(cy, 'shareResources', twice)).toEqual([['NOT_FOUND', 'input.resourceIds.2']]);
  });

  it('lets one see the groups of a resource that one can read', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    await join(a);
    await grantBooks(w, 'ben', ['view'], ['1']);
    await putBooks(w, { resourceId: '1', sharedWith: [b, a], parents: [shelf('s')] });
    expect(await look(ben, '1')).toMatchObject({ owner: 'ben', sharedWith: ['A'], parents: [] });
  });
});
