import type { Gate, World } from '../world.js';
import { did, may, openPolicyGate, systemRole, wrongs } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  await did(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });
  await w.holder('ada', 'inventory:hosts:*');
  await w.holder('bob', 'inventory:*:read');
  await w.holder('cy', 'inventory:*:*');
  await w.holder('dan', 'inventory:hosts:write');
});
afterAll(() => gate.close());

const SOURCE = `query ($permission: String!, $resourceId: String, $context: JSON) {
  check(permission: $permission, resourceId: $resourceId, context: $context) {
    allowed permission resourceId error { code } reasons { kind } filterSets { resourceDefinitions { attributeFilter { key } } } } }`;
const check = (username: string, permission: string, more: object = {}) =>
  w.user(username).ask(SOURCE, { permission, ...more });

describe('a decision', () => {
  it('says what was asked, and no or yes', async () => {
    const { data } = await check('ada', 'inventory:hosts:read', { resourceId: 'h1' });
    expect(data.check).toEqual({
      ...{ allowed: true, permission: 'inventory:hosts:read', resourceId: 'h1', error: null },
      ...{ reasons: [{ kind: 'ROLE' }], filterSets: [] },
    });
    const no = await check('ada', 'inventory:groups:read');
    expect(no.data.check).toEqual({
      ...{ allowed: false, permission: 'inventory:groups:read', resourceId: null, error: null },
      ...{ reasons: [], filterSets: [] },
    });
  });

  it.each([
    ['ada', 'inventory:hosts:*', ['hosts:read', 'hosts:write', 'hosts:delete']],
    ['bob', 'inventory:*:read', ['hosts:read', 'groups:read']],
    ['cy', 'inventory:*:*', ['hosts:read', 'hosts:write', 'hosts:delete', 'groups:read', 'groups:write']],
    ['dan', 'inventory:hosts:write', ['hosts:write']],
    ['eve', 'nothing', []],
  ])('to %s, who holds %s, is yes to %j alone', async (username, _, held) => {
    const tried = ['hosts:read', 'hosts:write', 'hosts:delete', 'groups:read', 'groups:write'];
    const user = w.user(username);
    const answers = await Promise.all(tried.map(text => may(user, `inventory:${text}`)));
    expect(tried.filter((_text, i) => answers[i])).toEqual(held);
    const onOne = await Promise.all(tried.map(text => may(user, `inventory:${text}`, { resourceId: 'any' })));
    expect(onOne).toEqual(answers);
    expect(await may(user, 'cost:report:read')).toBe(false);
    expect(await may(user, 'rbac:group:read')).toBe(false);
  });

  it('is yes to a superuser, whatever it holds, and not to an administrator by that alone', async () => {
    const answers = (username: string, more: Record<string, unknown>) =>
      Promise.all(
        ['inventory:hosts:read', 'rbac:group:write'].map(permission => may(w.user(username), permission, more)),
      );
    for (const more of [{}, { resourceId: 'h1' }, { context: { a: 'b' } }]) {
      expect(await answers('root', more)).toEqual([true, true]);
      expect(await answers('admin', more)).toEqual([false, false]);
    }
  });

  it('is no to an inactive principal, also when it is a superuser', async () => {
    const other = await gate.tenant();
    await other.holder('ada', 'inventory:hosts:read');
    const { principal } = await other.admin.get('{ principal(username: "ada") { id } }');
    const ask = (permission: string) => may(other.admin, permission, { subject: { username: 'ada' } });
    const operator = other.service('write', 'operate', 'grant');
    await did(operator, 'updatePrincipal', { id: principal.id, superuser: true });
    expect([await ask('inventory:hosts:read'), await ask('cost:report:read')]).toEqual([true, true]);
    await did(operator, 'updatePrincipal', { id: principal.id, active: false });
    expect([await ask('inventory:hosts:read'), await ask('cost:report:read')]).toEqual([false, false]);
    await did(operator, 'updatePrincipal', { id: principal.id, active: true, superuser: false });
    expect([await ask('inventory:hosts:read'), await ask('cost:report:read')]).toEqual([true, false]);
  });
});

describe('a question', () => {
  it.each([
    ['one part', 'inventory'],
    ['two parts', 'inventory:hosts'],
    ['four parts', 'inventory:hosts:read:x'],
    ['an empty part', 'inventory::read'],
    ['nothing', ''],
    ['NUL', 'inventory:hosts:re\0ad'],
    ['a blank', 'inventory:hosts:read '],
    ['a wildcard as verb', 'inventory:hosts:*'],
    ['a wildcard as type', 'inventory:*:read'],
    ['a wildcard as application', '*:hosts:read'],
    ['an unknown application', 'nothing:hosts:read'],
    ['an unknown type', 'inventory:engines:read'],
    ['another letter case', 'Inventory:hosts:read'],
    ['the name of an inherited property', 'constructor:toString:read'],
    ['a permission that is too long', `inventory:hosts:${'x'.repeat(300)}`],
  ])('with %s as permission is BAD_USER_INPUT, for superusers too', async (_, permission) => {
    for (const username of ['ada', 'root']) {
      for (const more of [{}, { resourceId: 'h1' }]) {
        const reply = await check(username, permission, more);
        expect([wrongs(reply), reply.data]).toEqual([[['BAD_USER_INPUT', 'permission']], { check: null }]);
      }
    }
  });

  it('about a verb that the type does not know is answered no, to superusers and to wildcards too', async () => {
    for (const verb of ['fly', 'Read', 'constructor', 'has']) {
      for (const username of ['ada', 'cy', 'root', 'eve']) {
        const { data } = await check(username, `inventory:hosts:${verb}`);
        expect(data.check).toMatchObject({ allowed: false, reasons: [], filterSets: [] });
      }
    }
  });

  it('about such a verb is answered like others once verbs are open, from the next question on', async () => {
    const open = (openVerbs: boolean) =>
      did(w.service('catalogue'), 'updateResourceType', { name: 'inventory:hosts', openVerbs });
    const answers = () =>
      Promise.all(['ada', 'bob', 'cy', 'root'].map(name => may(w.user(name), 'inventory:hosts:fly')));
    expect(await answers()).toEqual([false, false, false, false]);
    await open(true);
    expect(await answers()).toEqual([true, false, true, true]);
    expect(await may(w.user('cy'), 'inventory:groups:fly')).toBe(false);
    await open(false);
    expect(await answers()).toEqual([false, false, false, false]);
  });

  it.each([
    ['an empty one', ''],
    ['one of 256 characters', 'x'.repeat(256)],
    ['one with NUL', 'h\0'],
    ['one with a broken character', 'h\ud800'],
  ])('about a resource with %s as id is BAD_USER_INPUT', async (_, resourceId) => {
    expect(wrongs(await check('ada', 'inventory:hosts:read', { resourceId }))).toEqual([
      ['BAD_USER_INPUT', 'resourceId'],
    ]);
  });

  it('about a resource takes any id of up to 255 characters, registered or not', async () => {
    for (const resourceId of ['x'.repeat(255), '🐙'.repeat(255), ' ', 'a/b?c#d', '*', '__proto__', 'null']) {
      expect(await may(w.user('ada'), 'inventory:hosts:read', { resourceId })).toBe(true);
    }
  });

  it.each([['a text'], [1], [true], [['list']], [[]], [0], [false], ['']])(
    'with %j as context is BAD_USER_INPUT',
    async context => {
      expect(wrongs(await check('ada', 'inventory:hosts:read', { context }))).toEqual([['BAD_USER_INPUT', 'context']]);
    },
  );

  it('is put by the anonymous caller about itself', async () => {
    const answer = async () => (await w.anonymous().get(SOURCE, { permission: 'inventory:hosts:read' })).check.allowed;
    expect(await answer()).toBe(false);
    const id = await w.group('Everybody', { anonymousDefault: true });
    await w.give(id, await systemRole(gate, ['inventory:hosts:read']));
    expect(await answer()).toBe(true);
    expect([
      await may(w.user('eve'), 'inventory:hosts:read'),
      await may(w.user('eve'), 'inventory:hosts:write'),
    ]).toEqual([true, false]);
    await did(w.admin, 'deleteGroup', { id });
    expect(await answer()).toBe(false);
  });

  it('is put by an anonymous caller of no tenant, and answered no', async () => {
    const nobody = gate.as({ kind: 'anonymous', tenant: null });
    expect(await may(nobody, 'inventory:hosts:read')).toBe(false);
    expect(
      await may(gate.as({ kind: 'anonymous', tenant: { by: 'slug', value: 'nothing' } }), 'inventory:hosts:read'),
    ).toBe(false);
  });
});

describe('a type with visibility SHARED', () => {
  const set = (change: object) => did(w.service('catalogue'), 'updateResourceType', { name: 'cost:report', ...change });
  let answers: () => Promise<boolean[]>;
  beforeAll(async () => {
    const holder = await w.holder('fay', 'cost:report:read');
    const group = await w.group('Overseers', { supergroup: true });
    await w.holder('gil', 'cost:*:*');
    await w.member(group, 'gil');
    answers = async () =>
      Promise.all([
        ...[may(holder, 'cost:report:read'), may(holder, 'cost:report:read', { resourceId: 'r1' })],
        ...[
          may(w.user('gil'), 'cost:report:read', { resourceId: 'r1' }),
          may(w.user('root'), 'cost:report:read', { resourceId: 'r1' }),
        ],
        ...[{ groupName: 'group of fay' }, { groupName: 'Overseers' }].map(subject =>
          may(w.admin, 'cost:report:read', { resourceId: 'r1', subject }),
        ),
      ]);
    await w.give(group, await w.role('Overseer', ['cost:report:read']));
  });

  it('shows what is not registered to supergroups alone', async () => {
    expect(await answers()).toEqual([true, true, true, true, true, true]);
    await set({ visibility: 'SHARED' });
    expect(await answers()).toEqual([true, false, true, true, false, true]);
    await set({ unsharedArePublic: true });
    expect(await answers()).toEqual([true, false, true, true, false, true]);
    await set({ visibility: null, unsharedArePublic: null });
    expect(await answers()).toEqual([true, true, true, true, true, true]);
  });

  it('shows it to every principal, but to no group, when related resources control it', async () => {
    for (const controlledBy of ['PARENTS', 'CHILDREN']) {
      await set({ visibility: 'SHARED', controlledBy });
      expect(await answers()).toEqual([true, true, true, true, false, true]);
      await set({ visibleWithoutRelated: false });
      expect(await answers()).toEqual([true, false, true, true, false, true]);
      await set({ visibility: null, controlledBy: null, visibleWithoutRelated: null });
    }
  });

  it('gives nothing by sharedVerbs, ownerVerbs or inheritedVerbs on what is not registered', async () => {
    await set({ sharedVerbs: ['*'], ownerVerbs: ['*'], inheritedVerbs: ['*'], unsharedArePublic: true });
    expect(await may(w.user('eve'), 'cost:report:read', { resourceId: 'r1' })).toBe(false);
    await set({ sharedVerbs: null, ownerVerbs: null, inheritedVerbs: null, unsharedArePublic: null });
  });
});
