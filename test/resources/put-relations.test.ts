import type { Gate, World } from '../world.js';
import { canOn, does, grantBooks, listed, openLibrary, putBooks, refused } from './asking.js';
import { book, EMPTY, look, page, shelf } from './looking.js';

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
const refusedPut = (type: string, ...resources: Input[]) => refused(w.admin, 'putResources', { type, resources });
const conflictAt = (at: number) => [['CONFLICT', `input.resources.${at}.parents`]];

describe('rings of resources', () => {
  it('are refused: a resource above itself', async () => {
    expect(await refusedPut('lib:book', { resourceId: '0' }, { resourceId: '1', parents: [book('1')] })).toEqual(
      conflictAt(1),
    );
    expect([await look(w.admin, '0'), await look(w.admin, '1')]).toEqual([null, null]);
  });

  it('are refused: longer ones, over types, and also when only one call closes them', async () => {
    await putBooks(w, { resourceId: '1', parents: [shelf('s')] });
    await put('lib:shelf', { resourceId: 's', parents: [page('p')] });
    expect(await refusedPut('lib:page', { resourceId: 'x' }, { resourceId: 'p', parents: [book('1')] })).toEqual(
      conflictAt(1),
    );
    expect(await look(w.admin, 'p', 'lib:page')).toEqual({ ...EMPTY, children: ['lib:shelf s'] });
  });

  it('are refused within one call', async () => {
    const ring = [
      { resourceId: '1', parents: [book('2')] },
      { resourceId: '2', parents: [book('3')] },
    ];
    expect(await refusedPut('lib:book', ...ring, { resourceId: '3', parents: [book('1')] })).toEqual(conflictAt(0));
    expect(await refusedPut('lib:book', ...ring, { resourceId: '3' })).toEqual([]);
  });

  it('are not what one call takes apart while it puts together', async () => {
    await putBooks(w, { resourceId: '1', parents: [book('2')] });
    await putBooks(w, { resourceId: '2', parents: [book('1')] }, { resourceId: '1', parents: [] });
    expect(await look(w.admin, '1')).toEqual({ ...EMPTY, children: ['2'] });
  });

  it('are not several ways up to one resource, nor the same id in two types', async () => {
    await putBooks(
      w,
      { resourceId: '1', parents: [book('2'), book('3'), shelf('1')] },
      { resourceId: '2', parents: [book('4')] },
      { resourceId: '3', parents: [book('4')] },
    );
    expect(await look(w.admin, '4')).toEqual({ ...EMPTY, children: ['2', '3'] });
  });
});

const CHILDREN = `query ($first: Int, $after: String) { resource(type: "lib:shelf", resourceId: "s") {
  children(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } nodes { type resourceId } } } }`;

describe('the children of a resource', () => {
  it('come in pages, by type and then in byte order of their ids', async () => {
    const ids = ['é', 'b', 'B', '10', '9'];
    await putBooks(w, ...ids.map(resourceId => ({ resourceId, parents: [shelf('s')] })));
    await put('lib:page', { resourceId: 'a', parents: [shelf('s')] });
    const found: string[] = [];
    for (let after: string | null = null; ;) {
      const { resource }: any = await w.admin.get(CHILDREN, { first: 2, after });
      const { nodes, pageInfo, totalCount } = resource.children;
      found.push(...nodes.map((node: any) => `${node.type} ${node.resourceId}`));
      expect(totalCount).toBe(6);
      after = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) break;
    }
    expect(found).toEqual([...['10', '9', 'B', 'b', 'é'].map(id => `lib:book ${id}`), 'lib:page a']);
  });

  it('are those that the caller may read, and so are the parents', async () => {
    const group = await w.group('Readers');
    await putBooks(
      w,
      ...['1', '2', '3', '4'].map(resourceId => ({ resourceId, parents: [shelf('s'), shelf('t')], owner: 'ben' })),
    );
    await grantBooks(w, 'ben', ['view'], ['2', '4']);
    const onShelf = { permissions: ['lib:shelf:view'], subjects: [{ username: 'ben' }], resourceIds: ['s'] };
    await does(w.admin, 'grantPermissions', onShelf);
    const ben = w.user('ben');
    expect(await look(ben, 's', 'lib:shelf')).toEqual({ ...EMPTY, children: ['2', '4'] });
    const { resource } = await ben.get(CHILDREN, { first: 1 });
    expect(resource.children).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true } });
    const next = await ben.get(CHILDREN, { first: 1, after: resource.children.pageInfo.endCursor });
    expect(next.resource.children).toMatchObject({
      pageInfo: { hasNextPage: false },
      nodes: [{ resourceId: '4' }],
    });
    await putBooks(w, { resourceId: '2', sharedWith: [group] });
    expect(await look(ben, '2')).toEqual({ ...EMPTY, owner: 'ben', parents: ['lib:shelf s'] });
  });

  it('take no cursor of another resource, and none that is none', async () => {
    await putBooks(w, { resourceId: '1', parents: [shelf('s'), shelf('t')] });
    const { resource } = await w.admin.get(CHILDREN.replace('"s"', '"t"'));
    for (const after of [resource.children.pageInfo.endCursor, 'x']) {
      const { codes } = await w.admin.ask(CHILDREN, { after });
      expect(codes).toEqual(['BAD_USER_INPUT']);
    }
  });
});

const count = async (mutation: string, input: Input) =>
  (await does(w.admin, mutation, { type: 'lib:book', ...input })).count;

describe('deleting resources', () => {
  it('counts those that there were', async () => {
    await putBooks(w, '1', '2');
    expect(await count('deleteResources', { resourceIds: ['1', '3', '1'] })).toBe(1);
    expect(await count('deleteResources', { resourceIds: ['1'] })).toBe(0);
    expect(await count('deleteResources', { resourceIds: [] })).toBe(0);
    expect(await listed(w.admin, { permissions: ['lib:book:view'], subject: { username: 'ben' } })).toEqual([]);
    expect([await look(w.admin, '1'), await look(w.admin, '2')]).toEqual([null, EMPTY]);
  });

  it('deletes grants, shares, ownership and edges: the next of the same id starts empty', async () => {
    const group = await w.group('Readers');
    const whole = { owner: 'ben', attributes: { a: 'b' }, parents: [shelf('s')], sharedWith: [group] };
    await putBooks(w, { resourceId: '1', ...whole }, { resourceId: '2', parents: [book('1')] });
    await grantBooks(w, 'ben', ['view'], ['1', '2']);
    await does(w.admin, 'assignResource', { type: 'lib:book', resourceId: '1', groupId: group });
    expect(await count('deleteResources', { resourceIds: ['1'] })).toBe(1);
    expect(await canOn(w.user('ben'), 'view', '1')).toBe(false);
    expect(await listed(w.user('ben'), { type: 'lib:book' })).toEqual(['2']);
    expect(await look(w.admin, '2')).toEqual(EMPTY);
    expect(await look(w.admin, 's', 'lib:shelf')).toEqual(EMPTY);
    expect((await putBooks(w, '1')).created).toBe(1);
    expect(await look(w.admin, '1')).toEqual(EMPTY);
    expect(await canOn(w.user('ben'), 'view', '1')).toBe(false);
    const on = { type: 'lib:book', resourceId: '1', groupId: group };
    expect((await does(w.admin, 'unassignResource', on)).count).toBe(0);
  });

  it('says which id is wrong, and takes a thousand at once', async () => {
    const many = Array.from({ length: 1_001 }, (_, at) => `${at}`);
    const of = (resourceIds: string[], type = 'lib:book') => refused(w.admin, 'deleteResources', { type, resourceIds });
    expect(await of(many)).toEqual([['LIMIT_EXCEEDED', 'input.resourceIds']]);
    expect(await of(['1', ''])).toEqual([['BAD_USER_INPUT', 'input.resourceIds.1']]);
    expect(await of(['1'], 'lib:cat')).toEqual([['BAD_USER_INPUT', 'input.type']]);
  });

  it('is for whoever may write resources, owns or manages them; the others do not learn that they exist', async () => {
    await w.principal('cy');
    await putBooks(w, { resourceId: 'mine', owner: 'ben' }, 'managed', 'seen', 'hidden');
    await grantBooks(w, 'ben', ['manage'], ['managed']);
    await grantBooks(w, 'ben', ['view'], ['seen']);
    const of = (...resourceIds: string[]) =>
      refused(w.user('ben'), 'deleteResources', { type: 'lib:book', resourceIds });
    expect(await of('mine', 'mine', 'hidden')).toEqual([['NOT_FOUND', 'input.resourceIds.2']]);
    expect(await of('never')).toEqual([['NOT_FOUND', 'input.resourceIds.0']]);
    expect(await of('mine', 'seen')).toEqual(['FORBIDDEN']);
    expect(await of('mine', 'managed')).toEqual([]);
    const input = { type: 'lib:book', resourceIds: ['seen'] };
    expect(await refused(w.service('grant'), 'deleteResources', input)).toEqual(['FORBIDDEN']);
    expect(await refused(w.service('read'), 'deleteResources', input)).toEqual(['FORBIDDEN']);
    expect(await refused(w.service('check'), 'deleteResources', input)).toEqual([['NOT_FOUND', 'input.resourceIds.0']]);
    expect((await does(w.service('write'), 'deleteResources', input)).count).toBe(1);
  });
});

describe('pruning resources', () => {
  it('deletes what is not in the list, of this type and tenant', async () => {
    const other = await gate.tenant();
    await putBooks(other, '1', '2');
    await put('lib:shelf', { resourceId: '2' });
    await putBooks(w, '1', '2', '3', 'a', 'A');
    expect(await count('pruneResources', { keepResourceIds: ['1', 'A', 'never'] })).toBe(3);
    expect([await look(w.admin, '1'), await look(w.admin, 'A'), await look(w.admin, '2')]).toEqual([
      EMPTY,
      EMPTY,
      null,
    ]);
    expect(await look(w.admin, '2', 'lib:shelf')).toEqual(EMPTY);
    expect(await count('pruneResources', { keepResourceIds: [] })).toBe(2);
    expect(await look(other.admin, '2')).toEqual(EMPTY);
  });

  it('takes more than it does in one batch', async () => {
    for (let from = 0; from < 6_000; from += 1_000) {
      await putBooks(w, ...Array.from({ length: 1_000 }, (_, at) => `${from + at}`));
    }
    expect(await count('pruneResources', { keepResourceIds: ['0', '5999'] })).toBe(5_998);
    expect(await count('pruneResources', { keepResourceIds: Array.from({ length: 6_000 }, (_, at) => `${at}`) })).toBe(
      0,
    );
  });

  it('is for whoever may write all resources of the type', async () => {
    await putBooks(w, { resourceId: '1', owner: 'ben' });
    const input = { type: 'lib:book', keepResourceIds: [] };
    expect(await refused(w.user('ben'), 'pruneResources', input)).toEqual(['FORBIDDEN']);
    expect(await refused(w.service('grant', 'read'), 'pruneResources', input)).toEqual(['FORBIDDEN']);
    const writes = { permissions: ['rbac:resource:write'], subjects: [{ username: 'ben' }] };
    await does(w.admin, 'grantPermissions', writes);
    expect((await does(w.user('ben'), 'pruneResources', input)).count).toBe(1);
  });
});
