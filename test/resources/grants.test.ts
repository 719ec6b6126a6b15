import type { Gate, World } from '../world.js';
import { canOn, does, grantBooks, listed, openLibrary, putBooks, refused, why } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
});
afterEach(() => void (gate.now = () => new Date()));
afterAll(() => gate.close());

const HOUR = 3_600_000;
const later = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();
const move = (hours: number) => void (gate.now = () => new Date(Date.now() + hours * HOUR));

describe('granting', () => {
  it('gives a permission on one resource and on no other', async () => {
    await grantBooks(w, 'ben', ['view'], ['1']);
    const ben = w.user('ben');
    expect([await canOn(ben, 'view', '1'), await canOn(ben, 'change', '1'), await canOn(ben, 'view', '2')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(await why(ben, 'view', '1')).toEqual(['GRANT']);
  });

  it('on a type gives it on every resource, registered or not', async () => {
    await putBooks(w, '1');
    const { grants } = await grantBooks(w, 'ben', ['view'], null);
    expect(grants[0].resource).toBeNull();
    const ben = w.user('ben');
    expect([await canOn(ben, 'view', '1'), await canOn(ben, 'view', 'never seen')]).toEqual([true, true]);
    expect(await why(ben, 'view', '1')).toEqual(['TYPE_GRANT']);
    expect(await listed(ben, { permissions: ['lib:book:view'] })).toEqual(['*', '1']);
    await does(w.admin, 'revokePermissions', { permissions: ['lib:book:view'], subjects: [{ username: 'ben' }] });
    expect(await canOn(ben, 'view', '1')).toBe(false);
  });

  it('twice answers the same grant, with what is given anew', async () => {
    const [first] = (await grantBooks(w, 'ben', ['view'], ['1'], { reason: 'reads it', expiresAt: later(1) })).grants;
    const again = await grantBooks(w, 'ben', ['view'], ['1']);
    expect(again.created).toBe(0);
    expect(again.grants).toEqual([first]);
    const [cleared] = (await grantBooks(w, 'ben', ['view'], ['1'], { reason: null, expiresAt: null })).grants;
    expect(cleared).toEqual({ ...first, reason: null, expiresAt: null });
    expect(first).toMatchObject({ grantedBy: 'admin', reason: 'reads it', permission: 'lib:book:view' });
  });

  it('ends when it expires, is then neither listed nor counted, and starts anew when it is given again', async () => {
    const [first] = (await grantBooks(w, 'ben', ['view'], ['1'], { expiresAt: later(1), reason: 'for a while' }))
      .grants;
    await grantBooks(w, 'ben', ['change'], null, { expiresAt: later(1) });
    const ben = w.user('ben');
    expect([await canOn(ben, 'view', '1'), await canOn(ben, 'change', '1')]).toEqual([true, true]);
    move(2);
    expect([await canOn(ben, 'view', '1'), await canOn(ben, 'change', '1')]).toEqual([false, false]);
    expect(await listed(ben, { permissions: ['lib:book:view'] })).toEqual([]);
    expect(await listed(ben, { type: 'lib:book' })).toEqual([]);
    const revoked = { permissions: ['lib:book:view'], subjects: [{ username: 'ben' }], resourceIds: ['1'] };
    expect((await does(w.admin, 'revokePermissions', revoked)).count).toBe(0);
    const again = await grantBooks(w, 'ben', ['view'], ['1']);
    expect(again).toMatchObject({ created: 1, grants: [{ reason: null, expiresAt: null }] });
    expect(again.grants[0].id).not.toBe(first.id);
  });

  it('takes many permissions, subjects and resources in one go, all or nothing', async () => {
    const group = await w.group('Readers');
    const input = {
      permissions: ['lib:book:view', 'lib:book:*'],
      subjects: [{ username: 'BEN' }, { groupId: group }, { groupName: 'readers' }],
      resourceIds: ['1', '2'],
    };
    expect(
      await refused(w.admin, 'grantPermissions', { ...input, subjects: [...input.subjects, { username: 'nobody' }] }),
    ).toEqual([['NOT_FOUND', 'input.subjects.3.username']]);
    expect(await listed(w.user('ben'), { type: 'lib:book' })).toEqual([]);
    expect((await does(w.admin, 'grantPermissions', input)).created).toBe(8);
    expect(await listed(w.user('ben'), { type: 'lib:book' })).toEqual(['1', '2']);
    expect(await canOn(w.user('ben'), 'delete', '2')).toBe(true);
    const taken = { ...input, permissions: ['lib:book:*'], subjects: [{ username: 'ben' }] };
    expect((await does(w.admin, 'revokePermissions', taken)).count).toBe(2);
    expect([await canOn(w.user('ben'), 'delete', '2'), await canOn(w.user('ben'), 'view', '2')]).toEqual([false, true]);
  });

  it('does nothing with an empty list, which is never type-wide', async () => {
    await grantBooks(w, 'ben', ['view'], []);
    await does(w.admin, 'grantPermissions', { permissions: [], subjects: [{ username: 'ben' }] });
    await does(w.admin, 'grantPermissions', { permissions: ['lib:book:view'], subjects: [] });
    expect(await canOn(w.user('ben'), 'view', '1')).toBe(false);
    await grantBooks(w, 'ben', ['view'], null);
    expect(
      (
        await does(w.admin, 'revokePermissions', {
          permissions: ['lib:book:view'],
          subjects: [{ username: 'ben' }],
          resourceIds: [],
        })
      ).count,
    ).toBe(0);
    expect(await canOn(w.user('ben'), 'view', '1')).toBe(true);
  });

  const ben = [{ username: 'ben' }];
  it.each<[string, Record<string, unknown>, unknown]>([
    ['a verb that the type lacks', { permissions: ['lib:book:fly'] }, ['BAD_USER_INPUT', 'input.permissions.0']],
    ['a type that there is not', { permissions: ['lib:cat:view'] }, ['BAD_USER_INPUT', 'input.permissions.0']],
    ['a wildcard as type', { permissions: ['lib:*:view'] }, ['BAD_USER_INPUT', 'input.permissions.0']],
    [
      'permissions of two types',
      { permissions: ['lib:book:view', 'lib:shelf:view'] },
      ['BAD_USER_INPUT', 'input.permissions.1'],
    ],
    ['the anonymous caller', { subjects: [{ anonymous: true }] }, ['BAD_USER_INPUT', 'input.subjects.0.anonymous']],
    ['two names at once', { subjects: [{ username: 'ben', groupName: 'x' }] }, ['BAD_USER_INPUT', 'input.subjects.0']],
    ['a group that there is not', { subjects: [{ groupName: 'x' }] }, ['NOT_FOUND', 'input.subjects.0.groupName']],
    ['an empty id', { resourceIds: ['1', ''] }, ['BAD_USER_INPUT', 'input.resourceIds.1']],
    ['NUL in an id', { resourceIds: ['a\0'] }, ['BAD_USER_INPUT', 'input.resourceIds.0']],
    ['an id that is too long', { resourceIds: ['x'.repeat(256)] }, ['BAD_USER_INPUT', 'input.resourceIds.0']],
    ['an expiry that has passed', { expiresAt: '2020-01-01T00:00:00Z' }, ['BAD_USER_INPUT', 'input.expiresAt']],
    [
      'more than a thousand combinations',
      { resourceIds: Array.from({ length: 1_001 }, (_, at) => `${at}`) },
      ['LIMIT_EXCEEDED', 'input'],
    ],
  ])('refuses %s, naming it', async (_, wrong, error) => {
    const input = { permissions: ['lib:book:view'], subjects: ben, resourceIds: ['1'], ...wrong };
    expect(await refused(w.admin, 'grantPermissions', input)).toEqual([error]);
  });

  it('to a group reaches its members, and revoking from a principal never touches it', async () => {
    const group = await w.group('Readers');
    await w.member(group, 'ben');
    const on = { permissions: ['lib:book:view'], resourceIds: ['1'] };
    await does(w.admin, 'grantPermissions', { ...on, subjects: [{ groupId: group }] });
    await grantBooks(w, 'ben', ['view'], ['1']);
    expect((await does(w.admin, 'revokePermissions', { ...on, subjects: ben })).count).toBe(1);
    expect(await canOn(w.user('ben'), 'view', '1')).toBe(true);
  });

  it('to an inactive principal is stored, and counts when it is active', async () => {
    const ada = await w.principal('ada', { active: false });
    await grantBooks(w, 'ada', ['view'], ['1']);
    const about = { subject: { username: 'ada' } };
    expect(await canOn(w.admin, 'view', '1', about)).toBe(false);
    const source = 'mutation ($input: UpdatePrincipalInput!) { updatePrincipal(input: $input) { principal { id } } }';
    await w.admin.get(source, { input: { id: ada, active: true } });
    expect(await canOn(w.admin, 'view', '1', about)).toBe(true);
  });
});
