import { openGate, type Gate, type World } from '../world.js';
import { did, groupNames, groupsOf } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ada', { type: 'SERVICE_ACCOUNT' }); // which has no default groups
});
afterAll(() => gate.close());

const effective = () => groupsOf(w.admin, 'ada', true);

/** a above b above c above d; those named include their subgroups. */
async function chain(...including: string[]): Promise<Record<'a' | 'b' | 'c' | 'd', string>> {
  const ids: Record<string, string> = {};
  let parentId: string | null = null;
  for (const name of ['a', 'b', 'c', 'd']) {
    parentId = await w.group(name, { parentId, includesSubgroups: including.includes(name) });
    ids[name] = parentId;
  }
  return ids as Record<'a' | 'b' | 'c' | 'd', string>;
}

describe('the groups that a principal counts as a member of', () => {
  it('are its own groups, and no group above that does not include its subgroups', async () => {
    const { c } = await chain();
    await w.member(c, 'ada');
    expect(await effective()).toEqual(['c']);
  });

  it('go up the tree as long as each step includes its subgroups', async () => {
    const { d } = await chain('a', 'b', 'c', 'd');
    await w.member(d, 'ada');
    expect(await effective()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('end at the first step that does not, whatever is above it', async () => {
    const { d } = await chain('a', 'c');
    await w.member(d, 'ada');
    expect(await effective()).toEqual(['c', 'd']);
  });

  it('need nothing of the group that one is a member of itself', async () => {
    const { c } = await chain('b');
    await w.member(c, 'ada');
    expect(await effective()).toEqual(['b', 'c']);
  });

  it('never go down the tree', async () => {
    const { a } = await chain('a', 'b', 'c', 'd');
    await w.member(a, 'ada');
    expect(await effective()).toEqual(['a']);
  });

  it('follow every change of the tree at once', async () => {
    const { b, c, d } = await chain('a', 'b', 'c');
    await w.member(d, 'ada');
    expect(await effective()).toEqual(['a', 'b', 'c', 'd']);
    await did(w.admin, 'updateGroup', { id: b, includesSubgroups: false });
    expect(await effective()).toEqual(['c', 'd']);
    await did(w.admin, 'updateGroup', { id: b, includesSubgroups: true });
    expect(await effective()).toEqual(['a', 'b', 'c', 'd']);
    await did(w.admin, 'deleteGroup', { id: c });
    expect(await effective()).toEqual(['a', 'b', 'd']);
    await did(w.admin, 'updateGroup', { id: d, parentId: null });
    expect(await effective()).toEqual(['d']);
    await did(w.admin, 'deleteGroup', { id: d });
    expect(await effective()).toEqual([]);
  });

  it('are each named once, by whatever ways they come', async () => {
    const { a, b, d } = await chain('a', 'b', 'c');
    for (const id of [a, b, d]) await w.member(id, 'ada');
    expect(await effective()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('include the groups of everybody, but not what is above or below them', async () => {
    const all = await w.group('all', { anonymousDefault: true, includesSubgroups: true });
    await w.group('below', { parentId: all });
    expect(await effective()).toEqual(['all']);
  });

  it('are without effect by an expired membership, also of groups above', async () => {
    const { c } = await chain('a', 'b');
    await did(w.admin, 'addGroupMembers', { groupId: c, usernames: ['ada'], expiresAt: '2090-01-01T00:00:00Z' });
    expect(await effective()).toEqual(['a', 'b', 'c']);
    gate.now = () => new Date('2090-01-01T00:00:00Z');
    expect(await effective()).toEqual([]);
    gate.now = () => new Date();
  });

  it('are what the filters by username and by scope mean', async () => {
    const { c } = await chain('b');
    await w.member(c, 'ada');
    await w.group('other');
    expect(await groupNames(w.admin, { username: 'ADA' })).toEqual(['b', 'c']);
    expect(await groupNames(w.user('ada', { serviceAccount: true }), { scope: 'PRINCIPAL' })).toEqual(['b', 'c']);
    const rest = ['Default access', 'Default admin access', 'a', 'd', 'other'];
    expect((await groupNames(w.admin, { excludeUsername: 'ada' })).sort()).toEqual(rest);
  });

  it('are asked about for many principals in one go', async () => {
    const { c, d } = await chain('b');
    await w.principal('bob', { type: 'SERVICE_ACCOUNT' });
    await w.member(c, 'ada');
    await w.member(d, 'bob');
    const source =
      '{ principals(filter: { type: SERVICE_ACCOUNT }) { nodes { username groups(effective: true) { totalCount nodes { name } } } } }';
    await w.admin.get('{ __typename }');
    gate.statements.length = 0;
    expect((await w.admin.get(source)).principals.nodes).toEqual([
      { username: 'ada', groups: { totalCount: 2, nodes: [{ name: 'b' }, { name: 'c' }] } },
      { username: 'bob', groups: { totalCount: 1, nodes: [{ name: 'd' }] } },
    ]);
    expect(gate.statements.length).toBeLessThanOrEqual(5); // revision, principals, subjects, groups, totals
  });
});
