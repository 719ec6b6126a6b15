import { did, may, names, openPolicyGate, policy, robot, rolesOf, systemRole, wrong } from './asking.js';
import type { Asker, Gate, World } from '../world.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openPolicyGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

describe('deleting a role', () => {
  it('deletes the policies that it leaves empty, and no others', async () => {
    const [one, two, system] = [await w.role('One', []), await w.role('Two', []), await systemRole(gate, [])];
    const [group, other] = [await w.group('Team'), await w.group('Crew')];
    await policy(w, 'one alone', group, one);
    await policy(w, 'one elsewhere', other, one);
    await policy(w, 'one and two', group, one, two);
    await policy(w, 'one and a system role', group, one, system);
    await policy(w, 'two alone', group, two);
    expect(await did(w.admin, 'deleteRole', { id: one })).toEqual({ deletedId: one });
    expect(await names(w.admin, 'policies')).toEqual(['one and a system role', 'one and two', 'two alone']);
    expect(await names(w.admin, 'roles', { system: false })).toEqual(['Two']);
    expect(await rolesOf(w.admin, other)).toEqual([]);
  });

  it('takes it from groups that had it directly, which keep the rest', async () => {
    const [one, two] = [await w.role('One', ['cost:report:read']), await w.role('Two', ['inventory:hosts:read'])];
    const group = await w.group('Team');
    await w.give(group, one, two);
    const ada = w.user('ada');
    await ada.get('{ viewer { kind } }');
    await w.member(group, 'ada');
    expect([await may(ada, 'cost:report:read'), await may(ada, 'inventory:hosts:read')]).toEqual([true, true]);
    await did(w.admin, 'deleteRole', { id: one });
    expect([await may(ada, 'cost:report:read'), await may(ada, 'inventory:hosts:read')]).toEqual([false, true]);
    expect(await rolesOf(w.admin, group)).toEqual(['Two']);
    await did(w.admin, 'deleteRole', { id: two });
    expect(await rolesOf(w.admin, group)).toEqual([]);
    await w.give(group, await w.role('One', []));
    expect(await rolesOf(w.admin, group)).toEqual(['One']);
  });

  it('is NOT_FOUND for what is gone, foreign or of another kind, and BAD_USER_INPUT for what is no id', async () => {
    const id = await w.role('One', []);
    await did(w.admin, 'deleteRole', { id });
    const foreign = await (await gate.tenant()).role('One', []);
    for (const mutation of ['deleteRole', 'updateRole']) {
      for (const unknown of [id, foreign, await w.group(mutation)]) {
        expect(await wrong(w.admin, mutation, { id: unknown })).toEqual([['NOT_FOUND', 'input.id']]);
      }
      for (const bad of ['', 'One', `${id}=`, ` ${id}`]) {
        expect(await wrong(w.admin, mutation, { id: bad })).toEqual([['BAD_USER_INPUT', 'input.id']]);
      }
    }
  });
});

describe('a system role', () => {
  let id: string;
  beforeEach(async () => {
    id = await systemRole(gate, ['inventory:hosts:read'], { platformDefault: false });
  });
  const refused = async (asker: Asker) => {
    for (const input of [{ name: 'Mine' }, { description: 'x' }, { access: [] }, {}]) {
      expect(await wrong(asker, 'updateRole', { id, ...input })).toEqual(['FORBIDDEN']);
    }
    expect(await wrong(asker, 'deleteRole', { id })).toEqual(['FORBIDDEN']);
  };

  it('can be changed or deleted by nobody, in whatever tenant', async () => {
    await did(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });
    await refused(w.admin);
    await refused(w.user('root'));
    await refused(w.user('ada'));
    await refused(await robot(gate, w, 'manager', 'rbac:*:*'));
    await refused(w.service('read', 'write', 'grant', 'operate', 'check', 'catalogue'));
    await refused((await gate.tenant()).admin);
    expect(
      await w.admin.get('query ($id: ID!) { node(id: $id) { ... on Role { version accessCount } } }', { id }),
    ).toEqual({
      node: { version: 1, accessCount: 1 },
    });
  });

  it('is unknown to the anonymous caller, who has to sign in', async () => {
    expect(await wrong(w.anonymous(), 'updateRole', { id, name: 'Mine' })).toEqual(['UNAUTHENTICATED']);
    expect(await wrong(w.anonymous(), 'deleteRole', { id })).toEqual(['UNAUTHENTICATED']);
    expect((await w.anonymous().ask('query ($id: ID!) { node(id: $id) { id } }', { id })).codes).toEqual([
      'UNAUTHENTICATED',
    ]);
  });

  it('that came later does not keep a role of the same names from being changed', async () => {
    const own = await w.role('Namesake', [], { displayName: 'Shown alike' });
    await systemRole(gate, [], { name: 'NAMESAKE', displayName: 'shown ALIKE' });
    await did(w.admin, 'updateRole', { id: own, description: 'mine', access: [{ permission: 'cost:report:read' }] });
    await did(w.admin, 'updateRole', { id: own, name: 'namesake', displayName: 'Shown Alike' });
    await did(w.admin, 'updateRole', { id: own, name: 'Mine' });
    expect(await wrong(w.admin, 'updateRole', { id: own, name: 'Namesake' })).toEqual([['CONFLICT', 'input.name']]);
  });
});
