import type { World } from '../world.js';
import { does, openLibrary, putBooks, refused, setType } from './asking.js';
import { book, EMPTY, look, page, plainTypes, shelf } from './looking.js';
import type { Gate } from '../world.js';

let gate: Gate;
let w: World;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
});
afterAll(() => gate.close());

type Input = Record<string, unknown>;
const put = (type: string, ...resources: Input[]) => does(w.admin, 'putResources', { type, resources });
const refusedBooks = (...resources: Input[]) => refused(w.admin, 'putResources', { type: 'lib:book', resources });

describe('putting resources', () => {
  it('registers them with nothing to them, and answers them in the order of the call', async () => {
    const { created, resources } = await putBooks(w, 'b', 'c', 'a');
    expect(created).toBe(3);
    expect(resources.map((one: { resourceId: string }) => one.resourceId)).toEqual(['b', 'c', 'a']);
    expect(await look(w.admin, 'b')).toEqual(EMPTY);
    expect(await look(w.admin, 'd')).toBeNull();
  });

  it('counts only those as created that were not registered', async () => {
    const [first] = (await putBooks(w, 'a')).resources;
    const again = await putBooks(w, 'a', 'b');
    expect(again.created).toBe(1);
    expect(again.resources[0]).toEqual(first);
    expect((await putBooks(w, 'a', 'b')).created).toBe(0);
    expect(await putBooks(w)).toEqual({ created: 0, resources: [] });
  });

  it('stores owner, attributes, parents and shares', async () => {
    const group = await w.group('Readers');
    const whole = { owner: 'ben', attributes: { genre: 'crime' }, parents: [shelf('s')], sharedWith: [group] };
    await putBooks(w, { resourceId: '1', ...whole });
    expect(await look(w.admin, '1')).toEqual({
      ...{ owner: 'ben', attributes: { genre: 'crime' }, parents: ['lib:shelf s'], children: [] },
      sharedWith: ['Readers'],
    });
  });

  it('leaves what is absent, clears what is null or empty, and replaces lists', async () => {
    const [a, b, c] = [await w.group('A'), await w.group('B'), await w.group('C')];
    const whole = { owner: 'ben', attributes: { x: 'y' }, parents: [shelf('s'), book('0')], sharedWith: [a, b] };
    await putBooks(w, { resourceId: '1', ...whole });
    const before = await look(w.admin, '1');
    await putBooks(w, '1');
    expect(await look(w.admin, '1')).toEqual(before);
    await putBooks(w, { resourceId: '1', parents: [page('p'), book('0')], sharedWith: [c, b, c] });
    const changed = { ...before, parents: ['0', 'lib:page p'], sharedWith: ['B', 'C'] };
    expect(await look(w.admin, '1')).toEqual(changed);
    await putBooks(w, { resourceId: '1', attributes: { only: 'this' }, parents: [], sharedWith: [] });
    expect(await look(w.admin, '1')).toEqual({ ...EMPTY, owner: 'ben', attributes: { only: 'this' } });
    await putBooks(w, { resourceId: '1', ...whole });
    await putBooks(w, { resourceId: '1', owner: null, attributes: null, parents: null, sharedWith: null });
    expect(await look(w.admin, '1')).toEqual(EMPTY);
  });

  it('changes each resource by what is said of it alone', async () => {
    const group = await w.group('A');
    await putBooks(w, { resourceId: '1', owner: 'ben', attributes: { a: '1' } }, { resourceId: '2', owner: 'ben' });
    await putBooks(
      w,
      { resourceId: '1', owner: null, sharedWith: [group] },
      { resourceId: '2', attributes: { b: '2' }, parents: [book('1')] },
    );
    expect(await look(w.admin, '1')).toEqual({ ...EMPTY, attributes: { a: '1' }, children: ['2'], sharedWith: ['A'] });
    expect(await look(w.admin, '2')).toEqual({ ...EMPTY, owner: 'ben', attributes: { b: '2' }, parents: ['1'] });
  });

  it('finds the owner whatever the letter case, and the empty object is an object', async () => {
    await putBooks(w, { resourceId: '1', owner: ' BEN ', attributes: {} });
    expect(await look(w.admin, '1')).toEqual({ ...EMPTY, owner: 'ben', attributes: {} });
  });

  it('registers parents that are unknown, once, also of the same type and within the same call', async () => {
    await putBooks(
      w,
      { resourceId: '1', parents: [shelf('s'), shelf('s'), book('2')] },
      { resourceId: '2', parents: [shelf('s')] },
    );
    expect(await look(w.admin, 's', 'lib:shelf')).toEqual({ ...EMPTY, children: ['1', '2'] });
    expect(await look(w.admin, '2')).toEqual({ ...EMPTY, parents: ['lib:shelf s'], children: ['1'] });
    expect((await put('lib:shelf', { resourceId: 's' })).created).toBe(0);
  });

  it('compares ids byte by byte: letter case, blanks and ways to write an accent are differences', async () => {
    const ids = ['a', 'A', 'a ', ' a', 'é', 'e\u0301', '日本', '👩‍🚀', 'a\nb', '%', '_', "'", '"\\'];
    const { created, resources } = await putBooks(w, ...ids);
    expect(created).toBe(ids.length);
    expect(resources.map((one: { resourceId: string }) => one.resourceId)).toEqual(ids);
    await putBooks(w, { resourceId: 'A', attributes: { is: 'A' } }, { resourceId: 'e\u0301', owner: 'ben' });
    expect([await look(w.admin, 'a'), await look(w.admin, 'é')]).toEqual([EMPTY, EMPTY]);
    expect(await look(w.admin, 'e\u0301')).toMatchObject({ owner: 'ben' });
    expect((await does(w.admin, 'deleteResources', { type: 'lib:book', resourceIds: ['%', 'E'] })).count).toBe(1);
  });

  it('takes ids of 1 to 255 characters, however many bytes these are', async () => {
    expect((await putBooks(w, '📚'.repeat(255), 'x')).created).toBe(2);
    expect(await look(w.admin, '📚'.repeat(255))).toEqual(EMPTY);
    for (const id of ['', '📚'.repeat(256), 'a\0b', '\ud800']) {
      expect(await refusedBooks({ resourceId: 'y' }, { resourceId: id })).toEqual([
        ['BAD_USER_INPUT', 'input.resources.1.resourceId'],
      ]);
    }
    expect(await look(w.admin, 'y')).toBeNull();
  });

  it('keeps the resources of one type apart from those of another', async () => {
    await put('lib:shelf', { resourceId: '1', owner: 'ben' });
    expect(await look(w.admin, '1')).toBeNull();
    expect((await putBooks(w, '1')).created).toBe(1);
    expect(await look(w.admin, '1')).toEqual(EMPTY);
  });

  it('takes a thousand at once, and no more', async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => ({ resourceId: `${at}` }));
    expect(await refusedBooks(...many)).toEqual([['LIMIT_EXCEEDED', 'input.resources']]);
    expect((await put('lib:book', ...many.slice(1))).created).toBe(1_000);
  });

  it.each<[string, Input, unknown]>([
    ['an owner that there is not', { owner: 'cy' }, ['NOT_FOUND', 'input.resources.1.owner']],
    ['an owner that cannot be', { owner: 'c\0' }, ['NOT_FOUND', 'input.resources.1.owner']],
    ['a list as attributes', { attributes: [] }, ['BAD_USER_INPUT', 'input.resources.1.attributes']],
    ['text as attributes', { attributes: 'x' }, ['BAD_USER_INPUT', 'input.resources.1.attributes']],
    ['a number as attributes', { attributes: 0 }, ['BAD_USER_INPUT', 'input.resources.1.attributes']],
    ['NUL in attributes', { attributes: { a: 'b\0' } }, ['BAD_USER_INPUT', 'input.resources.1.attributes']],
    [
      'a parent of a type that there is not',
      { parents: [shelf('s'), { type: 'lib:cat', resourceId: 's' }] },
      ['BAD_USER_INPUT', 'input.resources.1.parents.1.type'],
    ],
    ['a parent without an id', { parents: [shelf('')] }, ['BAD_USER_INPUT', 'input.resources.1.parents.0.resourceId']],
    ['no id of a group', { sharedWith: ['x'] }, ['BAD_USER_INPUT', 'input.resources.1.sharedWith.0']],
  ])('refuses %s, naming it, and then writes nothing', async (_, wrong, error) => {
    expect(await refusedBooks({ resourceId: '1' }, { resourceId: '2', ...wrong })).toEqual([error]);
    expect([await look(w.admin, '1'), await look(w.admin, '2')]).toEqual([null, null]);
  });

  it('refuses the same id twice, a type that there is not, and groups that there are not', async () => {
    expect(await refusedBooks({ resourceId: '1' }, { resourceId: '2' }, { resourceId: '1', owner: 'ben' })).toEqual([
      ['BAD_USER_INPUT', 'input.resources.2.resourceId'],
    ]);
    expect(await refused(w.admin, 'putResources', { type: 'lib:cat', resources: [] })).toEqual([
      ['BAD_USER_INPUT', 'input.type'],
    ]);
    const gone = await w.group('Gone');
    await w.admin.get('mutation ($id: ID!) { deleteGroup(input: { id: $id }) { deletedId } }', { id: gone });
    const notGroup = await w.principal('cy');
    const here = await w.group('Here');
    for (const id of [gone, notGroup]) {
      expect(await refusedBooks({ resourceId: '1', sharedWith: [here, id] })).toEqual([
        ['NOT_FOUND', 'input.resources.0.sharedWith.1'],
      ]);
    }
  });
});

describe('a type that is not ownable', () => {
  beforeAll(() => setType(gate, 'lib:page', { ownable: false }));
  afterAll(() => plainTypes(gate, 'lib:page'));

  it('has resources without owner, and nobody is one', async () => {
    const input = { type: 'lib:page', resources: [{ resourceId: '1', owner: 'ben' }] };
    expect(await refused(w.admin, 'putResources', input)).toEqual([['BAD_USER_INPUT', 'input.resources.0.owner']]);
    expect((await put('lib:page', { resourceId: '1', owner: null })).created).toBe(1);
  });
});

describe('who may put', () => {
  it('is a client with the scope write, whatever other scopes it has', async () => {
    const input = { type: 'lib:book', resources: [{ resourceId: '1', owner: 'ben' }] };
    expect(await refused(w.service('grant'), 'putResources', input)).toEqual(['FORBIDDEN']);
    expect(await refused(w.service('read', 'check', 'catalogue'), 'putResources', input)).toEqual(['FORBIDDEN']);
    expect(await refused(w.anonymous(), 'putResources', input)).toEqual(['UNAUTHENTICATED']);
    expect(await refused(w.user('ben'), 'putResources', input)).toEqual(['FORBIDDEN']);
    expect((await does(w.service('write'), 'putResources', input)).created).toBe(1);
  });
});
