import { globalId } from '../../src/kernel/ids.js';
import type { Gate, World } from '../world.js';
import { assign, heldOn, join } from './assigning.js';
import { did, does, grantBooks, openLibrary, putBooks, refused, setType } from './asking.js';
import { look, plainTypes } from './looking.js';

let gate: Gate;
let w: World;
/** A tree: Top above Middle and Beside; Middle above Left and Right; Left above Leaf. */
let tree: Record<'top' | 'middle' | 'beside' | 'left' | 'right' | 'leaf', string>;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
  const top = await w.group('Top', { type: 'company' });
  const middle = await w.group('Middle', { parentId: top, type: 'unit' });
  const left = await w.group('Left', { parentId: middle, type: 'team' });
  tree = {
    ...{ top, middle, left },
    beside: await w.group('Beside', { parentId: top, type: 'unit' }),
    right: await w.group('Right', { parentId: middle }),
    leaf: await w.group('Leaf', { parentId: left, type: 'team' }),
  };
});
afterAll(() => gate.close());

type Input = Record<string, unknown>;
const verbs = { groupsUpstream: [], groupsDownstream: [], groupsSiblings: [], group: [], owner: [] };
const tenants = async (policy: Input | null, asker = gate.as(OPERATOR)) =>
  did(asker, 'updateTenant', { id: globalId('Tenant', w.tenantId as never), assignmentPolicy: policy });
const OPERATOR = {
  kind: 'service',
  ...{ clientId: 'operator', scopes: new Set(['operate']), tenants: ['*'], tenant: null },
} as Parameters<Gate['as']>[0];

describe('assigning a resource', () => {
  it('gives by default: the group view and change, those above and beside it view, those below nothing', async () => {
    const { grants } = await assign(w, tree.middle);
    expect(await heldOn(w)).toEqual({ Middle: ['change', 'view'], Top: ['view'], Beside: ['view'] });
    expect(grants).toHaveLength(4);
    expect(await look(w.admin, '1')).not.toBeNull();
  });

  it('gives the member view, change and delete', async () => {
    await join(w, tree.left, 'ben');
    await assign(w, tree.left, { username: ' BEN ' });
    expect(await heldOn(w)).toEqual({
      ...{ ben: ['change', 'delete', 'view'], Left: ['change', 'view'] },
      ...{ Middle: ['view'], Top: ['view'], Right: ['view'] },
    });
  });

  it('to a root group gives nothing to other roots, which are no siblings', async () => {
    await w.group('Other root');
    await assign(w, tree.top);
    expect(await heldOn(w)).toEqual({ Top: ['change', 'view'] });
  });

  it('reaches every ancestor and every descendant, and replaces one key at a time', async () => {
    await assign(w, tree.middle, { policy: { groupsDownstream: ['view'] } });
    expect(await heldOn(w)).toEqual({
      ...{ Middle: ['change', 'view'], Top: ['view'], Beside: ['view'] },
      ...{ Left: ['view'], Right: ['view'], Leaf: ['view'] },
    });
    await assign(w, tree.leaf, { resourceId: '2', policy: { groupsUpstream: ['delete'], group: null } });
    expect(await heldOn(w, '2')).toEqual({
      ...{ Leaf: ['change', 'view'], Left: ['delete'], Middle: ['delete'], Top: ['delete'] },
    });
  });

  it('gives the member by its roles in the group, and what stands under default in any case', async () => {
    const policy = { ...verbs, owner: { default: ['view'], editor: ['change'], chief: ['delete', 'view'] } };
    await join(w, tree.left, 'ben', { roles: ['editor', 'chief', 'guest'] });
    await w.principal('cy');
    await join(w, tree.left, 'cy');
    await assign(w, tree.left, { username: 'ben', policy });
    await assign(w, tree.left, { username: 'cy', policy });
    expect(await heldOn(w)).toEqual({ ben: ['change', 'delete', 'view'], cy: ['view'] });
    await assign(w, tree.left, { resourceId: '2', username: 'cy', policy: { ...verbs, owner: { editor: ['view'] } } });
    expect(await heldOn(w, '2')).toEqual({});
  });

  it('gives groups around it by their type, and what stands under default in any case', async () => {
    const policy = {
      ...{ owner: [], group: ['manage'], groupsUpstream: { unit: ['view'], company: ['delete'] } },
      groupsDownstream: { team: ['change'], default: ['view'] },
      groupsSiblings: { team: ['delete'], default: ['view'] },
    };
    await assign(w, tree.left, { policy });
    expect(await heldOn(w)).toEqual({
      ...{ Left: ['manage'], Middle: ['view'], Top: ['delete'], Leaf: ['change', 'view'], Right: ['view'] },
    });
  });

  it('gives * as a row of its own', async () => {
    await assign(w, tree.top, { policy: { ...verbs, group: ['*', 'view', '*'] } });
    expect(await heldOn(w)).toEqual({ Top: ['*', 'view'] });
  });

  it('skips what the type lacks of the defaults, and takes any verb of an open type', async () => {
    const onPage = { type: 'lib:page', resourceId: '1', groupId: tree.top };
    const given = async (more: Input = {}) =>
      (await does(w.admin, 'assignResource', { ...onPage, ...more })).grants.map((one: Input) => one.permission);
    expect(await given()).toEqual(['lib:page:view']);
    await setType(gate, 'lib:page', { openVerbs: true });
    expect(await given({ policy: { group: ['fly'] } })).toEqual(['lib:page:fly']);
    await plainTypes(gate, 'lib:page');
  });

  it('goes by the defaults of the tenant, key by key, for keys that the call leaves out', async () => {
    await tenants({ group: ['delete', 'fly'], groupsSiblings: { unit: ['change'] }, owner: null });
    await join(w, tree.middle, 'ben');
    await assign(w, tree.middle, { username: 'ben', policy: { group: null } });
    expect(await heldOn(w)).toEqual({
      ...{ ben: ['change', 'delete', 'view'], Middle: ['delete'], Top: ['view'], Beside: ['change'] },
    });
    await assign(w, tree.middle, { resourceId: '2', policy: { group: [] } });
    expect(await heldOn(w, '2')).toEqual({ Top: ['view'], Beside: ['change'] });
    const { viewer } = await w.admin.get('{ viewer { tenant { assignmentPolicy } } }');
    expect(viewer.tenant.assignmentPolicy).toEqual({
      ...{ group: ['delete', 'fly'], groupsSiblings: { unit: ['change'] } },
    });
    await tenants(null);
    await assign(w, tree.top, { resourceId: '3' });
    expect(await heldOn(w, '3')).toEqual({ Top: ['change', 'view'] });
  });

  it('is all or nothing, and registers nothing when it is refused', async () => {
    const input = { type: 'lib:book', resourceId: '1', groupId: tree.left, username: 'ben' };
    expect(await refused(w.admin, 'assignResource', input)).toEqual([['BAD_USER_INPUT', 'input.username']]);
    expect(await look(w.admin, '1')).toBeNull();
  });
});

describe('what is wrong with an assignment', () => {
  const wrongs: [string, Input, unknown][] = [
    ['a verb that the type lacks', { policy: { group: ['view', 'fly'] } }, ['BAD_USER_INPUT', 'input.policy.group.1']],
    [
      'a verb that the type lacks, for a role that nobody has',
      { policy: { owner: { pilot: ['fly'] } } },
      ['BAD_USER_INPUT', 'input.policy.owner.pilot.0'],
    ],
    [
      'a verb that the type lacks, for groups that there are not',
      { policy: { groupsDownstream: { default: ['view', 'fly'] } } },
      ['BAD_USER_INPUT', 'input.policy.groupsDownstream.default.1'],
    ],
    ['a permission in full', { policy: { group: ['lib:book:view'] } }, ['BAD_USER_INPUT', 'input.policy.group.0']],
    ['text for verbs', { policy: { owner: 'view' } }, ['BAD_USER_INPUT', 'input.policy.owner']],
    ['no list in a map', { policy: { owner: { chief: 'view' } } }, ['BAD_USER_INPUT', 'input.policy.owner.chief']],
    ['a number as verb', { policy: { groupsUpstream: [1] } }, ['BAD_USER_INPUT', 'input.policy.groupsUpstream.0']],
    [
      'no codename',
      { policy: { groupsSiblings: { 'Not One': [] } } },
      ['BAD_USER_INPUT', 'input.policy.groupsSiblings.Not One'],
    ],
    ['a type that there is not', { type: 'lib:cat' }, ['BAD_USER_INPUT', 'input.type']],
    ['an empty id', { resourceId: '' }, ['BAD_USER_INPUT', 'input.resourceId']],
    ['no id of a group', { groupId: 'x' }, ['BAD_USER_INPUT', 'input.groupId']],
    ['somebody who is no member', { username: 'ben' }, ['BAD_USER_INPUT', 'input.username']],
    ['somebody who does not exist', { username: 'nobody' }, ['BAD_USER_INPUT', 'input.username']],
    ['somebody who cannot exist', { username: 'b\0' }, ['BAD_USER_INPUT', 'input.username']],
  ];
  it.each(wrongs)('is said: %s', async (_, wrong, error) => {
    const input = { type: 'lib:book', resourceId: '1', groupId: tree.top, ...wrong };
    expect(await refused(w.admin, 'assignResource', input)).toEqual([error]);
  });

  it('is said: the id of something else, and members whose membership has expired or lies in a subgroup', async () => {
    const to = (groupId: string, username?: string) =>
      refused(w.admin, 'assignResource', { type: 'lib:book', resourceId: '1', groupId, username });
    expect(await to(await w.principal('cy'))).toEqual([['NOT_FOUND', 'input.groupId']]);
    await join(w, tree.leaf, 'ben', { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    await did(w.admin, 'updateGroup', { id: tree.left, includesSubgroups: true });
    expect(await to(tree.left, 'ben')).toEqual([['BAD_USER_INPUT', 'input.username']]);
    expect(await to(tree.leaf, 'ben')).toEqual([]);
    gate.now = () => new Date(Date.now() + 120_000);
    expect(await to(tree.leaf, 'ben')).toEqual([['BAD_USER_INPUT', 'input.username']]);
    gate.now = () => new Date();
  });

  it('is said of the defaults of a tenant, of which only an operator decides', async () => {
    const id = globalId('Tenant', w.tenantId as never);
    const source = 'mutation ($input: UpdateTenantInput!) { updateTenant(input: $input) { tenant { id } } }';
    const wrong = { input: { id, assignmentPolicy: { owner: { chief: ['a:b:c'] } } } };
    const reply = await gate.as(OPERATOR).ask(source, wrong);
    expect([reply.codes, reply.fields]).toEqual([['BAD_USER_INPUT'], ['input.assignmentPolicy.owner.chief.0']]);
    const asAdmin = await w.admin.ask(source, { input: { id, assignmentPolicy: null } });
    expect(asAdmin.codes).toEqual(['FORBIDDEN']);
  });
});

describe('who may assign', () => {
  const policy = { ...verbs, group: ['view'] };
  it('is whoever administers the resource, and holds there what it gives', async () => {
    await w.principal('cy');
    await putBooks(w, { resourceId: '1', owner: 'cy' });
    await grantBooks(w, 'ben', ['manage', 'view'], ['1']);
    const ben = w.user('ben');
    const input = { type: 'lib:book', resourceId: '1', groupId: tree.left, policy };
    expect(await refused(ben, 'assignResource', { ...input, policy: { ...policy, group: ['change'] } })).toEqual([
      'FORBIDDEN',
    ]);
    expect(await refused(ben, 'assignResource', { ...input, policy: { ...policy, group: ['*'] } })).toEqual([
      'FORBIDDEN',
    ]);
    expect(await refused(ben, 'assignResource', { ...input, policy: { ...policy, owner: ['delete'] } })).toEqual([]);
    expect(await heldOn(w)).toEqual({ ben: ['manage', 'view'], Left: ['view'] });
    const back = { type: 'lib:book', resourceId: '1', groupId: tree.left };
    expect((await does(ben, 'unassignResource', back)).count).toBe(1);
  });

  it('is not who merely sees it, or does not know that it exists', async () => {
    await putBooks(w, '1', '2');
    await grantBooks(w, 'ben', ['view'], ['1']);
    const ben = w.user('ben');
    for (const mutation of ['assignResource', 'unassignResource']) {
      const on = (resourceId: string) => refused(ben, mutation, { type: 'lib:book', resourceId, groupId: tree.left });
      expect(await on('1')).toEqual(['FORBIDDEN']);
      expect([await on('2'), await on('never')]).toEqual(Array(2).fill([['NOT_FOUND', 'input.resourceId']]));
    }
  });

  it('is a client with the scope grant', async () => {
    const input = { type: 'lib:book', resourceId: '1', groupId: tree.left };
    expect(await refused(w.service('write', 'read'), 'assignResource', input)).toEqual([
      ['NOT_FOUND', 'input.resourceId'],
    ]);
    expect((await does(w.service('grant'), 'assignResource', input)).grants).toHaveLength(5);
    expect(await refused(w.anonymous(), 'assignResource', input)).toEqual(['UNAUTHENTICATED']);
  });
});
