import { openGate, type Gate, type World } from '../world.js';
import { did, groupOf, wrong } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const names = (groups: { name: string }[] | null) => groups?.map(({ name }) => name) ?? null;
const sharing = async (id: string) => {
  const group = await groupOf(w.admin, id);
  return { auto: names(group.autoShareWith), can: names(group.canShareWith) };
};

describe('the groups that a group shares with', () => {
  it('are any at first, and none by itself', async () => {
    expect(await sharing(await w.group('a'))).toEqual({ auto: [], can: null });
  });

  it('are replaced as a list, cleared by null and by the empty list, and directed', async () => {
    const [a, b, c] = [await w.group('a'), await w.group('b'), await w.group('c')];
    await did(w.admin, 'updateGroup', { id: a, autoShareWithIds: [c, b, c], canShareWithIds: [b] });
    expect(await sharing(a)).toEqual({ auto: ['b', 'c'], can: ['b'] });
    expect(await sharing(b)).toEqual({ auto: [], can: null });
    await did(w.admin, 'updateGroup', { id: a, autoShareWithIds: [b] });
    expect(await sharing(a)).toEqual({ auto: ['b'], can: ['b'] });
    await did(w.admin, 'updateGroup', { id: a, autoShareWithIds: null, canShareWithIds: [] });
    expect(await sharing(a)).toEqual({ auto: [], can: [] });
    await did(w.admin, 'updateGroup', { id: a, canShareWithIds: null });
    expect(await sharing(a)).toEqual({ auto: [], can: null });
  });

  it('may be the group itself', async () => {
    const a = await w.group('a');
    await did(w.admin, 'updateGroup', { id: a, autoShareWithIds: [a], canShareWithIds: [a] });
    expect(await sharing(a)).toEqual({ auto: ['a'], can: ['a'] });
  });

  it('are forgotten when they are deleted, which does not open a closed list', async () => {
    const b = await w.group('b');
    const a = await w.group('a', { autoShareWithIds: [b], canShareWithIds: [b] });
    await did(w.admin, 'deleteGroup', { id: b });
    expect(await sharing(a)).toEqual({ auto: [], can: [] });
  });

  it.each(['autoShareWithIds', 'canShareWithIds'])('are named in the error when one is wrong: %s', async list => {
    const [a, b] = [await w.group('a'), await w.group('b', { [list]: [] })];
    for (const bad of [await w.principal('ada'), await (await gate.tenant()).group('theirs')]) {
      const error = [['NOT_FOUND', `input.${list}.1`]];
      expect(await wrong(w.admin, 'updateGroup', { id: b, name: 'new', [list]: [a, bad] })).toEqual(error);
      expect(await wrong(w.admin, 'createGroup', { name: 'new', [list]: [a, bad] })).toEqual(error);
    }
    expect(await wrong(w.admin, 'updateGroup', { id: b, [list]: ['a'] })).toEqual([
      ['BAD_USER_INPUT', `input.${list}.0`],
    ]);
    expect(await sharing(b)).toEqual({ auto: [], can: list === 'canShareWithIds' ? [] : null });
    expect((await groupOf(w.admin, b)).name).toBe('b');
  });
});
