import type { Gate, World } from '../world.js';
import { assign, endsOf, heldOn, join, leave, unassign } from './assigning.js';
import { canOn, did, does, grantBooks, listed, openLibrary, putBooks } from './asking.js';
import { inHours, moveClock } from './looking.js';

let gate: Gate;
let w: World;
let top: string;
let team: string;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
  top = await w.group('Top');
  team = await w.group('Team', { parentId: top });
});
afterEach(() => void (gate.now = () => new Date()));
afterAll(() => gate.close());

describe('the grants of the member', () => {
  const policy = { owner: ['view'], group: ['change'], groupsUpstream: [] };
  const toBen = () => assign(w, team, { username: 'ben', policy });

  it('end with the membership, and are prolonged with it', async () => {
    const [end, later] = [inHours(1), inHours(3)];
    await join(w, team, 'ben', { expiresAt: end });
    await toBen();
    expect(await endsOf(w, 'ben')).toEqual([end]);
    await join(w, team, 'ben', { roles: ['chief'] });
    expect(await endsOf(w, 'ben')).toEqual([end]);
    await join(w, team, 'ben', { expiresAt: later });
    expect(await endsOf(w, 'ben')).toEqual([later]);
    moveClock(gate, 2);
    expect(await canOn(w.user('ben'), 'view', '1')).toBe(true);
    moveClock(gate, 4);
    expect(await canOn(w.user('ben'), 'view', '1')).toBe(false);
    expect(await heldOn(w)).toEqual({ Team: ['change'] });
  });

  it('are cut short, or last, as the membership is and does', async () => {
    await join(w, team, 'ben', { expiresAt: inHours(5) });
    await toBen();
    await join(w, team, 'ben', { expiresAt: null });
    expect(await endsOf(w, 'ben')).toEqual([null]);
    const end = inHours(1);
    await join(w, team, 'ben', { expiresAt: end });
    expect(await endsOf(w, 'ben')).toEqual([end]);
  });

  it('last as long as the longest of two memberships that gave them', async () => {
    const other = await w.group('Other');
    const end = inHours(1);
    await join(w, team, 'ben', { expiresAt: end });
    await join(w, other, 'ben', { expiresAt: inHours(2) });
    await toBen();
    await assign(w, other, { username: 'ben', policy });
    await join(w, other, 'ben', { expiresAt: null });
    expect(await endsOf(w, 'ben')).toEqual([null]);
    await leave(w, other, 'ben');
    expect(await endsOf(w, 'ben')).toEqual([end]);
  });

  it('go when the member is removed, and do not come back with it', async () => {
    await join(w, team, 'ben');
    await toBen();
    await leave(w, team, 'ben');
    expect(await heldOn(w)).toEqual({ Team: ['change'] });
    expect(await listed(w.user('ben'), { type: 'lib:book' })).toEqual([]);
    await join(w, team, 'ben');
    expect(await heldOn(w)).toEqual({ Team: ['change'] });
    expect(await unassign(w, team, { username: 'ben' })).toBe(1);
  });

  it('stay when another member is removed, and when it leaves another group', async () => {
    const other = await w.group('Other');
    await w.principal('cy');
    await w.member(team, 'ben', 'cy');
    await w.member(other, 'ben');
    await toBen();
    await leave(w, team, 'cy');
    await leave(w, other, 'ben');
    expect(await heldOn(w)).toEqual({ ben: ['view'], Team: ['change'] });
  });

  it('do not come back when an expired membership is added again', async () => {
    await join(w, team, 'ben', { expiresAt: inHours(1) });
    await toBen();
    moveClock(gate, 2);
    await join(w, team, 'ben');
    expect(await heldOn(w)).toEqual({ Team: ['change'] });
    expect(await canOn(w.user('ben'), 'delete', '1')).toBe(false);
  });

  it('that somebody made by hand too stay with their own end when it is removed', async () => {
    await join(w, team, 'ben');
    await toBen();
    const end = inHours(1);
    await grantBooks(w, 'ben', ['view'], ['1'], { expiresAt: end });
    expect(await endsOf(w, 'ben')).toEqual([null]);
    await leave(w, team, 'ben');
    expect(await endsOf(w, 'ben')).toEqual([end]);
  });
});

describe('what takes assignments back', () => {
  beforeEach(() => join(w, team, 'ben'));

  it('is deleting the group: also what it gave to others', async () => {
    await w.group('Below', { parentId: team });
    await assign(w, team, { username: 'ben', policy: { groupsDownstream: ['view'] } });
    await assign(w, team, { resourceId: '2' });
    await grantBooks(w, 'ben', ['view'], ['2']);
    await did(w.admin, 'deleteGroup', { id: team });
    expect([await heldOn(w), await heldOn(w, '2')]).toEqual([{}, { ben: ['view'] }]);
  });

  it('is deleting the principal: what was assigned for it, and what it owned has no owner', async () => {
    await putBooks(w, { resourceId: '1', owner: 'ben' });
    await assign(w, team, { username: 'ben' });
    await assign(w, team, { resourceId: '2' });
    await grantBooks(w, 'ben', ['manage'], ['2']);
    const { principal } = await w.admin.get('{ principal(username: "ben") { id } }');
    await did(w.admin, 'deletePrincipal', { id: principal.id });
    expect([await heldOn(w), await heldOn(w, '2')]).toEqual([{}, { Team: ['change', 'view'], Top: ['view'] }]);
    const source = '{ resource(type: "lib:book", resourceId: "1") { owner { username } } }';
    expect((await w.admin.get(source)).resource).toEqual({ owner: null });
    await w.principal('ben');
    expect(await listed(w.user('ben'), { type: 'lib:book' })).toEqual([]);
  });

  it('is deleting the resource', async () => {
    await assign(w, team, { username: 'ben' });
    await does(w.admin, 'deleteResources', { type: 'lib:book', resourceIds: ['1'] });
    await putBooks(w, '1');
    expect(await heldOn(w)).toEqual({});
    expect(await unassign(w, team, { username: 'ben' })).toBe(0);
  });
});
