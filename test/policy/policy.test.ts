import { did, may, names, openPolicyGate, policy, rolesOf, systemRole, wrong } from './asking.js';
import type { Gate, World } from '../world.js';

let gate: Gate;
let w: World;
let [group, role] = ['', ''];
beforeAll(async () => {
  gate = await openPolicyGate();
});
beforeEach(async () => {
  w = await gate.tenant();
  group = await w.group('Team');
  role = await w.role('Reader', ['inventory:hosts:read']);
});
afterAll(() => gate.close());

const POLICY = 'id name description system createdAt modifiedAt group { name } roles { name }';
const policyOf = async (id: string) =>
  (await w.admin.get(`query ($id: ID) { policy(id: $id) { ${POLICY} } }`, { id })).policy;

describe('creating a policy', () => {
  it('gives the roles, each once, to the group', async () => {
    gate.now = () => new Date('2030-01-01T00:00:00Z');
    const system = await systemRole(gate, [], { name: 'Zeta' });
    const input = {
      name: ' Readers ',
      description: 'Who\nreads',
      groupId: group,
      roleIds: [system, role, role, system],
    };
    const at = new Date('2030-01-01T00:00:00Z');
    const { policy: made } = await did(w.admin, 'createPolicy', input, `policy { ${POLICY} }`);
    expect(made).toEqual({
      ...{
        id: expect.any(String),
        name: 'Readers',
        description: 'Who\nreads',
        system: false,
        createdAt: at,
        modifiedAt: at,
      },
      ...{ group: { name: 'Team' }, roles: [{ name: 'Reader' }, { name: 'Zeta' }] },
    });
    expect(await rolesOf(w.admin, group)).toEqual(['Reader', 'Zeta']);
    gate.now = () => new Date();
  });

  it('reaches the members of the group with their next question, and no one after it is deleted', async () => {
    const ada = w.user('ada');
    await w.principal('ada');
    await w.member(group, 'ada');
    expect(await may(ada, 'inventory:hosts:read')).toBe(false);
    const id = await policy(w, 'Readers', group, role);
    expect(await may(ada, 'inventory:hosts:read')).toBe(true);
    expect(await did(w.admin, 'deletePolicy', { id })).toEqual({ deletedId: id });
    expect(await may(ada, 'inventory:hosts:read')).toBe(false);
    expect(await policyOf(id)).toBeNull();
  });

  it.each([
    ['an empty name', { name: '' }, ['BAD_USER_INPUT', 'input.name']],
    ['a name of 151 characters', { name: 'x'.repeat(151) }, ['BAD_USER_INPUT', 'input.name']],
    ['a name with NUL', { name: 'a\0' }, ['BAD_USER_INPUT', 'input.name']],
    ['a description with NUL', { description: 'a\0' }, ['BAD_USER_INPUT', 'input.description']],
    ['no role at all', { roleIds: [] }, ['BAD_USER_INPUT', 'input.roleIds']],
    ['1001 roles', { roleIds: Array(1001).fill('x') }, ['LIMIT_EXCEEDED', 'input.roleIds']],
    ['an id of a role that is none', { roleIds: ['x'] }, ['BAD_USER_INPUT', 'input.roleIds.0']],
    ['an id of a group that is none', { groupId: 'Team' }, ['BAD_USER_INPUT', 'input.groupId']],
    ['the name of another policy', { name: 'Readers' }, ['CONFLICT', 'input.name']],
    ['it in another letter case', { name: ' rEADERS' }, ['CONFLICT', 'input.name']],
  ])('is refused with %s', async (_, input, error) => {
    await policy(w, 'Readers', group, role);
    const fine = { name: 'Writers', groupId: group, roleIds: [role] };
    expect(await wrong(w.admin, 'createPolicy', { ...fine, ...input })).toEqual([error]);
    expect(await names(w.admin, 'policies')).toEqual(['Readers']);
  });

  it('is NOT_FOUND naming the group or the role that is unknown, foreign, or of another kind', async () => {
    const other = await gate.tenant();
    const [foreignGroup, foreignRole] = [await other.group('Team'), await other.role('Reader', [])];
    for (const groupId of [foreignGroup, role]) {
      const error = [['NOT_FOUND', 'input.groupId']];
      expect(await wrong(w.admin, 'createPolicy', { name: 'P', groupId, roleIds: [role] })).toEqual(error);
    }
    for (const unknown of [foreignRole, group]) {
      const roleIds = [role, unknown];
      expect(await wrong(w.admin, 'createPolicy', { name: 'P', groupId: group, roleIds })).toEqual([
        ['NOT_FOUND', 'input.roleIds.1'],
      ]);
    }
    expect(await names(w.admin, 'policies')).toEqual([]);
  });

  it('takes the name of a policy of another tenant', async () => {
    await policy(w, 'Readers', group, role);
    const other = await gate.tenant();
    await policy(other, 'Readers', await other.group('Team'), await other.role('Reader', []));
  });

  it('is won by one of two who are at it at once', async () => {
    const input = { name: 'Readers', groupId: group, roleIds: [role] };
    const both = await Promise.all([1, 2].map(() => wrong(w.admin, 'createPolicy', input)));
    expect(both.sort()).toEqual([[], [['CONFLICT', 'input.name']]]);
  });
});

describe('changing a policy', () => {
  let id: string;
  beforeEach(async () => {
    id = await policy(w, 'Readers', group, role);
  });

  it('leaves alone what is absent, and clears a description that is null', async () => {
    await did(w.admin, 'updatePolicy', { id, description: 'x' });
    const before = await policyOf(id);
    await did(w.admin, 'updatePolicy', { id });
    expect(await policyOf(id)).toEqual({ ...before, modifiedAt: expect.any(Date) });
    await did(w.admin, 'updatePolicy', { id, name: 'READERS' });
    expect(await policyOf(id)).toMatchObject({ name: 'READERS', description: 'x', roles: [{ name: 'Reader' }] });
    await did(w.admin, 'updatePolicy', { id, description: null });
    expect(await policyOf(id)).toMatchObject({ name: 'READERS', description: null });
  });

  it('replaces the roles', async () => {
    const writer = await w.role('Writer', []);
    await did(w.admin, 'updatePolicy', { id, roleIds: [writer, role, writer] });
    expect((await policyOf(id)).roles).toEqual([{ name: 'Reader' }, { name: 'Writer' }]);
    await did(w.admin, 'updatePolicy', { id, roleIds: [writer] });
    expect((await policyOf(id)).roles).toEqual([{ name: 'Writer' }]);
    expect(await rolesOf(w.admin, group)).toEqual(['Writer']);
  });

  it('moves it to another group, whose members have the roles from then on', async () => {
    const crew = await w.group('Crew');
    for (const [username, of] of [
      ['ada', group],
      ['bob', crew],
    ] as const) {
      await w.principal(username);
      await w.member(of, username);
    }
    const both = async () => [
      await may(w.user('ada'), 'inventory:hosts:read'),
      await may(w.user('bob'), 'inventory:hosts:read'),
    ];
    expect(await both()).toEqual([true, false]);
    await did(w.admin, 'updatePolicy', { id, groupId: crew });
    expect(await both()).toEqual([false, true]);
    expect(await rolesOf(w.admin, group)).toEqual([]);
    expect((await policyOf(id)).group).toEqual({ name: 'Crew' });
  });

  it.each([
    ['no name', { name: null }, ['BAD_USER_INPUT', 'input.name']],
    ['a blank name', { name: ' ' }, ['BAD_USER_INPUT', 'input.name']],
    ['a taken name', { name: 'OTHER' }, ['CONFLICT', 'input.name']],
    ['no group', { groupId: null }, ['BAD_USER_INPUT', 'input.groupId']],
    ['roles that are null', { roleIds: null }, ['BAD_USER_INPUT', 'input.roleIds']],
    ['no roles', { roleIds: [] }, ['BAD_USER_INPUT', 'input.roleIds']],
    ['a role that is none', { roleIds: ['', 'x'] }, ['BAD_USER_INPUT', 'input.roleIds.0']],
    ['a description with NUL', { description: '\0' }, ['BAD_USER_INPUT', 'input.description']],
  ])('is refused with %s, and nothing of it is kept', async (_, input, error) => {
    await policy(w, 'Other', group, role);
    const before = await policyOf(id);
    expect(await wrong(w.admin, 'updatePolicy', { id, description: 'new', ...input })).toEqual([error]);
    expect(await policyOf(id)).toEqual(before);
  });

  it('is NOT_FOUND for what is gone, foreign or of another kind, and BAD_USER_INPUT for what is no id', async () => {
    const other = await gate.tenant();
    const foreign = await policy(other, 'Readers', await other.group('Team'), await other.role('Reader', []));
    await did(w.admin, 'deletePolicy', { id });
    for (const mutation of ['updatePolicy', 'deletePolicy']) {
      for (const unknown of [id, foreign, role]) {
        expect(await wrong(w.admin, mutation, { id: unknown })).toEqual([['NOT_FOUND', 'input.id']]);
      }
      expect(await wrong(w.admin, mutation, { id: 'Readers' })).toEqual([['BAD_USER_INPUT', 'input.id']]);
    }
  });

  it('ends with the group', async () => {
    await did(w.admin, 'deleteGroup', { id: group });
    expect(await policyOf(id)).toBeNull();
    expect(await names(w.admin, 'roles', { system: false })).toEqual(['Reader']);
  });
});

describe('looking a policy up', () => {
  it('finds it by id, and by name in any letter case', async () => {
    const id = await policy(w, 'Größe', group, role);
    const source = 'query ($id: ID, $name: String) { policy(id: $id, name: $name) { name } }';
    for (const way of [{ id }, { name: 'größe' }, { name: ' GRÖßE ' }, { name: 'gro\u0308ße' }]) {
      expect(await w.admin.get(source, way)).toEqual({ policy: { name: 'Größe' } });
    }
    for (const way of [{ name: 'Größ' }, { name: '' }, { name: 'a\0' }, { name: '\ud800' }, { id: role }]) {
      expect(await w.admin.get(source, way)).toEqual({ policy: null });
    }
    expect((await w.admin.ask(source, {})).codes).toEqual(['BAD_USER_INPUT']);
    expect((await w.admin.ask(source, { id, name: 'Größe' })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await w.admin.ask(source, { id: 'x' })).fields).toEqual(['id']);
  });
});
