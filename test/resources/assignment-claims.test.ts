import type { Gate, World } from '../world.js';
import { assign, endsOf, heldOn, join, unassign } from './assigning.js';
import { canOn, did, does, grantBooks, openLibrary, refused } from './asking.js';
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

const only = (key: string, ...verbs: string[]) => ({
  ...{ owner: [], group: [], groupsUpstream: [], groupsDownstream: [], groupsSiblings: [] },
  [key]: verbs,
});
const onOne = (username: string, verb = 'view') => ({
  ...{ permissions: [`lib:book:${verb}`], subjects: [{ username }], resourceIds: ['1'] },
});

describe('the record of an assignment', () => {
  it('is added to by assigning again, and taking it back takes all of it', async () => {
    await assign(w, team, { policy: only('group', 'view') });
    await w.group('New', { parentId: team });
    await assign(w, team, { policy: only('groupsDownstream', 'change') });
    expect(await heldOn(w)).toEqual({ Team: ['view'], New: ['change'] });
    expect(await unassign(w, team)).toBe(2);
    expect(await heldOn(w)).toEqual({});
    expect(await unassign(w, team)).toBe(0);
  });

  it('is one of the group by itself, and one of each member', async () => {
    await w.principal('cy');
    await join(w, team, 'ben');
    await join(w, team, 'cy');
    await assign(w, team);
    await assign(w, team, { username: 'ben', policy: only('owner', 'view') });
    await assign(w, team, { username: 'cy', policy: only('owner', 'view') });
    expect(await unassign(w, team, { username: 'ben' })).toBe(1);
    expect(await heldOn(w)).toEqual({ cy: ['view'], Team: ['change', 'view'], Top: ['view'] });
    expect(await unassign(w, team)).toBe(3);
    expect(await heldOn(w)).toEqual({ cy: ['view'] });
  });

  it('says what was given then, whatever the tree and the defaults have become', async () => {
    await assign(w, team);
    await did(w.admin, 'updateGroup', { id: team, parentId: null });
    expect(await heldOn(w)).toEqual({ Team: ['change', 'view'], Top: ['view'] });
    expect(await unassign(w, team)).toBe(3);
    expect(await heldOn(w)).toEqual({});
  });

  it('is asked for by what is known: a group and a principal that exist', async () => {
    const of = (more: object) =>
      refused(w.admin, 'unassignResource', { type: 'lib:book', resourceId: '1', groupId: team, ...more });
    expect(await of({ username: 'nobody' })).toEqual([['NOT_FOUND', 'input.username']]);
    expect(await of({ username: 'b\0' })).toEqual([['NOT_FOUND', 'input.username']]);
    expect(await of({ groupId: await w.principal('cy') })).toEqual([['NOT_FOUND', 'input.groupId']]);
    expect(await of({ groupId: 'x' })).toEqual([['BAD_USER_INPUT', 'input.groupId']]);
    expect(await of({ type: 'lib:cat' })).toEqual([['BAD_USER_INPUT', 'input.type']]);
    expect(await of({ resourceId: '' })).toEqual([['BAD_USER_INPUT', 'input.resourceId']]);
    expect(await of({ username: 'ben' })).toEqual([]);
  });
});

describe('a grant that several claim', () => {
  it('stays until the last assignment of it goes', async () => {
    const other = await w.group('Other', { parentId: top });
    await assign(w, team, { policy: only('groupsUpstream', 'view') });
    await assign(w, other, { policy: only('groupsUpstream', 'view') });
    await assign(w, top, { policy: only('group', 'view') });
    expect(await unassign(w, team)).toBe(0);
    expect(await unassign(w, top)).toBe(0);
    expect(await heldOn(w)).toEqual({ Top: ['view'] });
    expect(await unassign(w, other)).toBe(1);
    expect(await heldOn(w)).toEqual({});
  });

  it('stays when somebody made it by hand, before or after', async () => {
    await join(w, team, 'ben');
    await grantBooks(w, 'ben', ['view'], ['1']);
    await assign(w, team, { username: 'ben', policy: only('owner', 'view', 'change') });
    await grantBooks(w, 'ben', ['change'], ['1']);
    expect(await unassign(w, team, { username: 'ben' })).toBe(0);
    expect(await heldOn(w)).toEqual({ ben: ['change', 'view'] });
  });

  it('goes whole when somebody revokes it by hand, and comes back when it is assigned again', async () => {
    await join(w, team, 'ben');
    await grantBooks(w, 'ben', ['view'], ['1']);
    const given = { username: 'ben', policy: only('owner', 'view') };
    await assign(w, team, given);
    expect((await does(w.admin, 'revokePermissions', onOne('ben'))).count).toBe(1);
    expect(await heldOn(w)).toEqual({});
    expect(await unassign(w, team, { username: 'ben' })).toBe(0);
    await assign(w, team, given);
    expect(await heldOn(w)).toEqual({ ben: ['view'] });
    expect(await unassign(w, team, { username: 'ben' })).toBe(1);
  });

  it('ends with the last of its claims, and goes back to the end given by hand', async () => {
    const end = inHours(1);
    await join(w, team, 'ben', { expiresAt: inHours(3) });
    await grantBooks(w, 'ben', ['view'], ['1'], { expiresAt: end });
    await assign(w, team, { username: 'ben', policy: only('owner', 'view') });
    expect(Date.parse((await endsOf(w, 'ben'))[0]!)).toBeGreaterThan(Date.parse(end));
    await unassign(w, team, { username: 'ben' });
    expect(await endsOf(w, 'ben')).toEqual([end]);
  });

  it('by hand starts anew when only an assignment kept it', async () => {
    await join(w, team, 'ben');
    await grantBooks(w, 'ben', ['view'], ['1'], { expiresAt: inHours(1) });
    await assign(w, team, { username: 'ben', policy: only('owner', 'view') });
    moveClock(gate, 2);
    await grantBooks(w, 'ben', ['view'], ['1']);
    expect(await unassign(w, team, { username: 'ben' })).toBe(0);
    expect(await canOn(w.user('ben'), 'view', '1')).toBe(true);
    expect(await endsOf(w, 'ben')).toEqual([null]);
  });

  it('is counted as gone when nothing live is left of it, and not when it had ended before', async () => {
    await join(w, team, 'ben');
    await grantBooks(w, 'ben', ['view'], ['1'], { expiresAt: inHours(1) });
    await assign(w, team, { username: 'ben', policy: only('owner', 'view') });
    await w.principal('cy');
    await join(w, team, 'cy', { expiresAt: inHours(1) });
    await assign(w, team, { username: 'cy', policy: only('owner', 'view') });
    moveClock(gate, 2);
    expect(await unassign(w, team, { username: 'ben' })).toBe(1);
    expect(await unassign(w, team, { username: 'cy' })).toBe(0);
    expect(await heldOn(w)).toEqual({});
  });

  it('starts anew when it had expired', async () => {
    await grantBooks(w, 'ben', ['view'], ['1'], { expiresAt: inHours(1), reason: 'once' });
    moveClock(gate, 2);
    await join(w, team, 'ben');
    const { grants } = await assign(w, team, { username: 'ben', policy: only('owner', 'view') });
    expect(grants).toMatchObject([{ expiresAt: null }]);
    expect(await unassign(w, team, { username: 'ben' })).toBe(1);
    expect(await heldOn(w)).toEqual({});
  });
});
