import { openGate, type Gate, type World } from '../world.js';
import { did, groupNames, groupOf, wrong } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const parentOf = async (id: string) => (await groupOf(w.admin, id)).parent?.name ?? null;
const subgroupsOf = async (id: string) =>
  (await w.admin.get('query ($id: ID!) { group(id: $id) { subgroups { totalCount nodes { name } } } }', { id })).group
    .subgroups;

/** a above b above c. */
async function chain() {
  const a = await w.group('a');
  const b = await w.group('b', { parentId: a });
  return { a, b, c: await w.group('c', { parentId: b }) };
}

describe('the tree of groups', () => {
  it('is read upwards and downwards', async () => {
    const { a, c } = await chain();
    await w.group('B2', { parentId: a });
    expect(await subgroupsOf(a)).toEqual({ totalCount: 2, nodes: [{ name: 'b' }, { name: 'B2' }] });
    const { group } = await w.admin.get(
      'query ($id: ID!) { group(id: $id) { parent { name parent { name parent { name } } } } }',
      {
        id: c,
      },
    );
    expect(group).toEqual({ parent: { name: 'b', parent: { name: 'a', parent: null } } });
  });

  it('moves a group with all that is below it', async () => {
    const { b, c } = await chain();
    const other = await w.group('other');
    await did(w.admin, 'updateGroup', { id: b, parentId: other });
    expect([await parentOf(b), await parentOf(c)]).toEqual(['other', 'b']);
    await did(w.admin, 'updateGroup', { id: b, parentId: null });
    expect([await parentOf(b), await parentOf(c)]).toEqual([null, 'b']);
  });

  it('is not moved by an update that does not speak of the parent', async () => {
    const { b } = await chain();
    await did(w.admin, 'updateGroup', { id: b, description: 'x' });
    expect(await parentOf(b)).toBe('a');
  });

  it('takes the same parent again', async () => {
    const { a, b } = await chain();
    await did(w.admin, 'updateGroup', { id: b, parentId: a });
    expect(await parentOf(b)).toBe('a');
  });

  it('refuses a move that would close a ring, of any length', async () => {
    const { a, b, c } = await chain();
    for (const parentId of [a, b, c]) {
      expect(await wrong(w.admin, 'updateGroup', { id: a, parentId })).toEqual([['CONFLICT', 'input.parentId']]);
    }
    expect(await wrong(w.admin, 'updateGroup', { id: b, parentId: c })).toEqual([['CONFLICT', 'input.parentId']]);
    expect([await parentOf(a), await parentOf(b), await parentOf(c)]).toEqual([null, 'a', 'b']);
  });

  it('refuses one of two moves into each other that come at once', async () => {
    const [a, b] = [await w.group('a'), await w.group('b')];
    const answers = await Promise.all([
      wrong(w.admin, 'updateGroup', { id: a, parentId: b }),
      wrong(w.admin, 'updateGroup', { id: b, parentId: a }),
    ]);
    expect(answers.flat()).toEqual([['CONFLICT', 'input.parentId']]);
    expect([await parentOf(a), await parentOf(b)].filter(parent => parent !== null)).toHaveLength(1);
  });

  it.each(['createGroup', 'updateGroup'])('says which parent is unknown or malformed in %s', async mutation => {
    const input = mutation === 'createGroup' ? { name: 'new' } : { id: await w.group('new') };
    const gone = await w.group('gone');
    await did(w.admin, 'deleteGroup', { id: gone });
    for (const parentId of [gone, await w.principal('ada'), await (await gate.tenant()).group('theirs')]) {
      expect(await wrong(w.admin, mutation, { ...input, parentId })).toEqual([['NOT_FOUND', 'input.parentId']]);
    }
    expect(await wrong(w.admin, mutation, { ...input, parentId: 'a' })).toEqual([['BAD_USER_INPUT', 'input.parentId']]);
  });
});

describe('deleting a group of the tree', () => {
  it('moves its subgroups up to its parent, with all that is below them', async () => {
    const { a, b, c } = await chain();
    const d = await w.group('d', { parentId: c });
    const c2 = await w.group('c2', { parentId: b });
    await did(w.admin, 'deleteGroup', { id: b });
    expect([await parentOf(c), await parentOf(c2), await parentOf(d)]).toEqual(['a', 'a', 'c']);
    await did(w.admin, 'deleteGroup', { id: a });
    expect([await parentOf(c), await parentOf(c2), await parentOf(d)]).toEqual([null, null, 'c']);
    expect(await groupNames(w.admin, { parentId: null, system: false })).toEqual(['c', 'c2']);
  });
});

describe('groups of everybody (anonymousDefault)', () => {
  it('take no parent, in any order of doing it', async () => {
    const top = await w.group('top');
    const conflict = (field: string) => [['CONFLICT', field]];
    expect(await wrong(w.admin, 'createGroup', { name: 'x', parentId: top, anonymousDefault: true })).toEqual(
      conflict('input.anonymousDefault'),
    );
    const all = await w.group('all', { anonymousDefault: true });
    expect(await wrong(w.admin, 'updateGroup', { id: all, parentId: top })).toEqual(conflict('input.parentId'));
    const below = await w.group('below', { parentId: top });
    expect(await wrong(w.admin, 'updateGroup', { id: below, anonymousDefault: true })).toEqual(
      conflict('input.anonymousDefault'),
    );
    await did(w.admin, 'updateGroup', { id: below, anonymousDefault: true, parentId: null });
    await did(w.admin, 'updateGroup', { id: below, anonymousDefault: false, parentId: top });
  });

  it('may stand above others', async () => {
    const all = await w.group('all', { anonymousDefault: true });
    expect(await parentOf(await w.group('below', { parentId: all }))).toBe('all');
  });

  it('are not made of a group that has live members, and forget expired ones', async () => {
    const id = await w.group('team');
    await w.principal('ada');
    await did(w.admin, 'addGroupMembers', { groupId: id, usernames: ['ada'], expiresAt: '2099-01-01T00:00:00Z' });
    expect(await wrong(w.admin, 'updateGroup', { id, anonymousDefault: true })).toEqual([
      ['CONFLICT', 'input.anonymousDefault'],
    ]);
    gate.now = () => new Date('2099-01-01T00:00:00Z');
    await did(w.admin, 'updateGroup', { id, anonymousDefault: true });
    gate.now = () => new Date();
    await did(w.admin, 'updateGroup', { id, anonymousDefault: false });
    const { group } = await w.admin.get('query ($id: ID!) { group(id: $id) { members { totalCount } } }', { id });
    expect(group.members.totalCount).toBe(0);
  });

  it('take no members', async () => {
    const groupId = await w.group('all', { anonymousDefault: true });
    await w.principal('ada');
    for (const mutation of ['addGroupMembers', 'removeGroupMembers']) {
      expect(await wrong(w.admin, mutation, { groupId, usernames: ['ada'] })).toEqual(['FORBIDDEN']);
    }
  });

  it('can be more than one, and are updated and deleted like others', async () => {
    const one = await w.group('one', { anonymousDefault: true });
    await w.group('two', { anonymousDefault: true });
    await did(w.admin, 'updateGroup', { id: one, name: 'uno', description: 'x' });
    await did(w.admin, 'deleteGroup', { id: one });
    expect(await groupNames(w.admin, { system: false })).toEqual(['two']);
  });
});
