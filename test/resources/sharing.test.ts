import type { Gate, World } from '../world.js';
import { canOn, did, does, grantBooks, listed, openLibrary, putBooks, refused, setType, why } from './asking.js';
import { book, look, plainTypes, shelf } from './looking.js';

let gate: Gate;
let w: World;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
});
afterEach(() => plainTypes(gate, 'lib:book', 'lib:shelf', 'lib:page'));
afterAll(() => gate.close());

const share = (ids: string[], groupIds: string[], type = 'lib:book') =>
  does(w.admin, 'shareResources', { type, resourceIds: ids, groupIds });
const unshare = (ids: string[], groupIds: string[], type = 'lib:book') =>
  does(w.admin, 'unshareResources', { type, resourceIds: ids, groupIds });
const sharedWith = async (id: string) => (await look(w.admin, id))?.sharedWith;
/** On which of these books somebody may do something. */
const among = async (username: string, ids: string[], verb = 'view') => {
  const may = await Promise.all(ids.map(id => canOn(w.admin, verb, id, { subject: { username } })));
  return ids.filter((_, at) => may[at]);
};

describe('sharing', () => {
  it('adds groups to those that there are, and registers what was not known', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    const { resources } = await share(['2', '1', '2'], [a]);
    expect(resources).toEqual([{ resourceId: '2' }, { resourceId: '1' }]);
    await share(['1'], [b, a]);
    expect([await sharedWith('1'), await sharedWith('2')]).toEqual([['A', 'B'], ['A']]);
  });

  it('does nothing with an empty list', async () => {
    const a = await w.group('A');
    expect(await share([], [a])).toEqual({ resources: [] });
    expect(await share(['1'], [])).toEqual({ resources: [] });
    expect(await look(w.admin, '1')).toBeNull();
  });

  it('is taken back group by group; what is not shared is no error', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    await share(['1', '2'], [a, b]);
    expect((await unshare(['2', 'never'], [a])).resources).toEqual([{ resourceId: '2' }]);
    expect([await sharedWith('1'), await sharedWith('2')]).toEqual([['A', 'B'], ['B']]);
    await unshare(['2'], [a, b]);
    expect([await sharedWith('2'), await look(w.admin, 'never')]).toEqual([[], null]);
  });

  it('ends with the group', async () => {
    const [a, b] = [await w.group('A'), await w.group('B')];
    await share(['1'], [a, b]);
    await did(w.admin, 'deleteGroup', { id: a });
    expect(await sharedWith('1')).toEqual(['B']);
  });

  it('gives the shared verbs to the members of the group, and to no others', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['view'] });
    const a = await w.group('A');
    await w.member(a, 'ben');
    await w.principal('cy');
    await share(['1'], [a]);
    await putBooks(w, '2');
    expect(await among('ben', ['1', '2', 'never'])).toEqual(['1']);
    expect([await among('ben', ['1'], 'change'), await among('cy', ['1'])]).toEqual([[], []]);
    expect(await why(w.user('ben'), 'view', '1')).toEqual(['SHARED']);
    expect(await listed(w.user('ben'), { permissions: ['lib:book:view'] })).toEqual(['1']);
    await unshare(['1'], [a]);
    expect(await among('ben', ['1'])).toEqual([]);
  });

  it('reaches members of subgroups of a group that includes them, and nobody whose membership has expired', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['*'] });
    const above = await w.group('Above', { includesSubgroups: true });
    const below = await w.group('Below', { parentId: above });
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    await did(w.admin, 'addGroupMembers', { groupId: below, usernames: ['ben'], expiresAt });
    await share(['1'], [above]);
    expect(await among('ben', ['1'], 'delete')).toEqual(['1']);
    gate.now = () => new Date(Date.now() + 120_000);
    expect(await among('ben', ['1'], 'delete')).toEqual([]);
    gate.now = () => new Date();
  });

  it.each<[string, object, unknown]>([
    ['a type that there is not', { type: 'lib:cat' }, ['BAD_USER_INPUT', 'input.type']],
    ['an empty id', { resourceIds: ['1', ''] }, ['BAD_USER_INPUT', 'input.resourceIds.1']],
    ['no id of a group', { groupIds: ['x'] }, ['BAD_USER_INPUT', 'input.groupIds.0']],
    ['too many pairs', { resourceIds: Array(1_001).fill('1') }, ['LIMIT_EXCEEDED', 'input']],
  ])('refuses %s, in both directions', async (_, wrong, error) => {
    const input = { type: 'lib:book', resourceIds: ['1'], groupIds: [await w.group('A')], ...wrong };
    expect(await refused(w.admin, 'shareResources', input)).toEqual([error]);
    expect(await refused(w.admin, 'unshareResources', input)).toEqual([error]);
    const [a, not] = [await w.group('B'), await w.principal('cy')];
    const named = { type: 'lib:book', resourceIds: ['1'], groupIds: [a, not] };
    expect(await refused(w.admin, 'shareResources', named)).toEqual([['NOT_FOUND', 'input.groupIds.1']]);
    expect(await refused(w.admin, 'unshareResources', named)).toEqual([['NOT_FOUND', 'input.groupIds.1']]);
    expect(await look(w.admin, '1')).toBeNull();
  });
});

describe('a type whose resources have to be seen', () => {
  beforeEach(async () => {
    await setType(gate, 'lib:book', { visibility: 'SHARED' });
    await w.give(await withBen('Staff'), await w.role('Reader', ['lib:book:view']));
  });
  const withBen = async (name: string, more = {}) => {
    const id = await w.group(name, more);
    await w.member(id, 'ben');
    return id;
  };

  it('gives what a role says on what is shared with one, and on what is one’s own', async () => {
    await putBooks(w, '1', '2', { resourceId: '3', owner: 'ben' });
    await share(['2'], [await withBen('Others')]);
    await grantBooks(w, 'ben', ['view'], ['4']);
    expect(await among('ben', ['1', '2', '3', '4', 'never'])).toEqual(['2', '3', '4']);
    expect(await why(w.user('ben'), 'view', '2')).toEqual(['ROLE']);
    expect(await why(w.user('ben'), 'view', '4')).toEqual(['GRANT']);
    expect(await listed(w.user('ben'), { permissions: ['lib:book:view'] })).toEqual(['2', '3', '4']);
  });

  it('lets everybody see what is not shared, when unshared resources are public', async () => {
    await setType(gate, 'lib:book', { unsharedArePublic: true, sharedVerbs: ['change'] });
    await putBooks(w, '1', '2');
    const others = await w.group('Others');
    await share(['2'], [others]);
    expect(await among('ben', ['1', '2', 'never'])).toEqual(['1']);
    expect(await among('ben', ['1', '2', 'never'], 'change')).toEqual(['1']);
    expect(await canOn(w.anonymous(), 'change', '1')).toBe(true);
    await unshare(['2'], [others]);
    expect(await among('ben', ['1', '2'])).toEqual(['1', '2']);
  });

  it('lets the members of a supergroup see everything', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['change'] });
    await putBooks(w, '1');
    await share(['2'], [await w.group('Others')]);
    expect(await among('ben', ['1', '2'])).toEqual([]);
    await withBen('Super', { supergroup: true });
    expect(await among('ben', ['1', '2'])).toEqual(['1', '2']);
    expect(await among('ben', ['1', '2'], 'change')).toEqual(['1', '2']);
    expect(await among('ben', ['1'], 'delete')).toEqual([]);
  });

  it('is seen through its parents, of any depth along controlled types', async () => {
    for (const type of ['lib:book', 'lib:shelf']) await setType(gate, type, { controlledBy: 'PARENTS' });
    await putBooks(
      w,
      { resourceId: '1', parents: [shelf('s')] },
      { resourceId: '2', parents: [shelf('t'), shelf('s')] },
    );
    await putBooks(w, { resourceId: '3', parents: [shelf('t')] });
    const place = { resourceId: 's', parents: [shelf('hall')] };
    await does(w.admin, 'putResources', {
      type: 'lib:shelf',
      resources: [place, { resourceId: 't', parents: [shelf('cellar')] }],
    });
    await setType(gate, 'lib:shelf', { visibleWithoutRelated: false });
    expect(await among('ben', ['1', '2', '3'])).toEqual([]);
    await share(['hall'], [await withBen('Others')], 'lib:shelf');
    expect(await among('ben', ['1', '2', '3'])).toEqual(['1', '2']);
    await setType(gate, 'lib:shelf', { controlledBy: 'NONE' });
    expect(await among('ben', ['1', '2', '3'])).toEqual([]);
    await share(['3'], [await withBen('Own')]);
    expect(await among('ben', ['1', '2', '3'])).toEqual(['3']);
  });

  it('is seen through its children', async () => {
    await setType(gate, 'lib:book', { controlledBy: 'CHILDREN' });
    await putBooks(w, { resourceId: '2', parents: [book('1')] }, { resourceId: '3', parents: [book('2'), book('4')] });
    await does(w.admin, 'putResources', { type: 'lib:page', resources: [{ resourceId: 'p', parents: [book('5')] }] });
    await setType(gate, 'lib:book', { visibleWithoutRelated: false });
    expect(await among('ben', ['1', '2', '3', '4', '5'])).toEqual([]);
    const others = await withBen('Others');
    await share(['2'], [others]);
    expect(await among('ben', ['1', '2', '3', '4', '5'])).toEqual(['1', '2']);
    await share(['3'], [others]);
    expect(await among('ben', ['1', '2', '3', '4', '5'])).toEqual(['1', '2', '3', '4']);
    await share(['p'], [others], 'lib:page');
    expect(await among('ben', ['1', '2', '3', '4', '5'])).toEqual(['1', '2', '3', '4', '5']);
  });

  it('is seen without related resources by whoever is signed in, unless the type says otherwise', async () => {
    await setType(gate, 'lib:book', { controlledBy: 'PARENTS', sharedVerbs: ['view'] });
    await putBooks(w, '1', { resourceId: '2', parents: [shelf('s')] });
    expect(await among('ben', ['1', '2'])).toEqual(['1']);
    expect(await canOn(w.anonymous(), 'view', '1')).toBe(false);
    await setType(gate, 'lib:book', { visibleWithoutRelated: false });
    expect(await among('ben', ['1', '2'])).toEqual([]);
  });

  it('cannot be both public when unshared and controlled by others', async () => {
    const source =
      'mutation ($input: UpdateResourceTypeInput!) { updateResourceType(input: $input) { resourceType { id } } }';
    const input = { name: 'lib:book', unsharedArePublic: true, controlledBy: 'PARENTS' };
    const reply = await w.service('catalogue').ask(source, { input });
    expect([reply.codes, reply.fields]).toEqual([['BAD_USER_INPUT'], ['input.unsharedArePublic']]);
  });
});
