import { did, names, openPolicyGate, policy, rolesOf, systemRole, wrong } from './asking.js';
import type { Gate, World } from '../world.js';

let gate: Gate;
let w: World;
let [group, reader, writer] = ['', '', ''];
beforeAll(async () => {
  gate = await openPolicyGate();
});
beforeEach(async () => {
  w = await gate.tenant();
  group = await w.group('Team');
  reader = await w.role('Reader', ['inventory:hosts:read']);
  writer = await w.role('Writer', ['inventory:hosts:write']);
});
afterAll(() => gate.close());

const add = (...roleIds: string[]) => did(w.admin, 'addGroupRoles', { groupId: group, roleIds });
const remove = (...roleIds: string[]) => did(w.admin, 'removeGroupRoles', { groupId: group, roleIds });
const COUNTS = 'roleCount policyCount policies { totalCount nodes { name } } roles { totalCount }';
const counts = async () => (await w.admin.get(`query ($id: ID) { group(id: $id) { ${COUNTS} } }`, { id: group })).group;

describe('giving roles to a group', () => {
  it('is done once for each, however often it is said', async () => {
    const system = await systemRole(gate, [], { name: 'Zeta of all' });
    expect(await add(reader, system, reader)).toEqual({ group: { id: group } });
    await add(system);
    await add(reader, writer);
    await add();
    expect(await rolesOf(w.admin, group)).toEqual(['Reader', 'Writer', 'Zeta of all']);
    expect(await counts()).toMatchObject({ roleCount: 3, roles: { totalCount: 3 } });
  });

  it('answers the group as it is then', async () => {
    const selection = 'group { name roleCount roles { nodes { name } } }';
    const payload = await did(w.admin, 'addGroupRoles', { groupId: group, roleIds: [reader] }, selection);
    expect(payload.group).toEqual({ name: 'Team', roleCount: 1, roles: { nodes: [{ name: 'Reader' }] } });
  });

  it('shows in no list and no count of policies, of the group or of the tenant', async () => {
    await add(reader);
    const nothing = { totalCount: 0, nodes: [] };
    expect(await counts()).toMatchObject({ policyCount: 0, policies: nothing });
    expect(await names(w.admin, 'policies')).toEqual([]);
    expect(await w.admin.get('{ role(name: "Reader") { policyCount } }')).toEqual({ role: { policyCount: 0 } });
    for (const filter of [{ groupId: group }, { groupName: 'Team' }, { name: 'roles' }, { name: '' }]) {
      expect(await names(w.admin, 'policies', filter)).toEqual([]);
    }
  });

  it.each(['addGroupRoles', 'removeGroupRoles'])('is refused to %s with what does not exist', async mutation => {
    const other = await gate.tenant();
    const foreign = await other.role('Reader', []);
    const refusal = (input: object) => wrong(w.admin, mutation, { groupId: group, roleIds: [reader], ...input });
    for (const unknown of [foreign, group]) {
      expect(await refusal({ roleIds: [reader, unknown] })).toEqual([['NOT_FOUND', 'input.roleIds.1']]);
    }
    expect(await refusal({ roleIds: [reader, 'x'] })).toEqual([['BAD_USER_INPUT', 'input.roleIds.1']]);
    expect(await refusal({ roleIds: Array(1001).fill(reader) })).toEqual([['LIMIT_EXCEEDED', 'input.roleIds']]);
    for (const groupId of [await other.group('Team'), reader]) {
      expect(await refusal({ groupId })).toEqual([['NOT_FOUND', 'input.groupId']]);
    }
    expect(await refusal({ groupId: 'Team' })).toEqual([['BAD_USER_INPUT', 'input.groupId']]);
    expect(await rolesOf(w.admin, group)).toEqual([]);
  });

  it('takes both of two who give a role at once', async () => {
    await Promise.all([add(reader), add(writer), add(reader)]);
    expect(await rolesOf(w.admin, group)).toEqual(['Reader', 'Writer']);
  });
});

describe('taking roles from a group', () => {
  it('is no error for roles that it does not have, or does not have any more', async () => {
    await add(reader, writer);
    await remove(reader, reader);
    await remove(reader);
    await remove();
    expect(await rolesOf(w.admin, group)).toEqual(['Writer']);
    await remove(writer, reader);
    expect(await rolesOf(w.admin, group)).toEqual([]);
    await add(reader);
    expect(await rolesOf(w.admin, group)).toEqual(['Reader']);
  });

  it('leaves what a named policy gives, which counts once beside what is given directly', async () => {
    const id = await policy(w, 'Readers', group, reader);
    await add(reader, writer);
    expect(await counts()).toEqual({
      ...{ roleCount: 2, roles: { totalCount: 2 }, policyCount: 1 },
      policies: { totalCount: 1, nodes: [{ name: 'Readers' }] },
    });
    await remove(reader, writer);
    expect(await rolesOf(w.admin, group)).toEqual(['Reader']);
    await did(w.admin, 'deletePolicy', { id });
    expect(await rolesOf(w.admin, group)).toEqual([]);
  });

  it('leaves what was given directly, when the named policy goes', async () => {
    const id = await policy(w, 'Readers', group, reader);
    await add(reader);
    await did(w.admin, 'deletePolicy', { id });
    expect(await rolesOf(w.admin, group)).toEqual(['Reader']);
  });
});

describe('the policy behind it', () => {
  const SOURCE = `query ($group: ID!) {
    check(permission: "inventory:hosts:read", subject: { groupId: $group }) {
      reasons { group { name } role { name } policy { id name system description group { name } roles { name } } } } }`;

  it('shows as the policy of a reason, and can neither be looked up nor changed', async () => {
    await add(reader);
    const [reason] = (await w.admin.get(SOURCE, { group })).check.reasons;
    expect(reason).toMatchObject({ group: { name: 'Team' }, role: { name: 'Reader' } });
    const { id, name, ...hidden } = reason.policy;
    expect(hidden).toEqual({ system: true, description: null, group: { name: 'Team' }, roles: [{ name: 'Reader' }] });
    const LOOK =
      'query ($id: ID!, $name: String) { node(id: $id) { id } nodes(ids: [$id]) { id } one: policy(id: $id) { id } other: policy(name: $name) { id } }';
    expect(await w.admin.get(LOOK, { id, name })).toEqual({ node: null, nodes: [null], one: null, other: null });
    expect(await wrong(w.admin, 'updatePolicy', { id, description: 'x' })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await wrong(w.admin, 'deletePolicy', { id })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await wrong(w.user('ada'), 'deletePolicy', { id })).toEqual([['NOT_FOUND', 'input.id']]);
  });

  it('keeps its name from nobody', async () => {
    await add(reader);
    const [reason] = (await w.admin.get(SOURCE, { group })).check.reasons;
    await policy(w, reason.policy.name, group, writer);
    expect(await names(w.admin, 'policies')).toEqual([reason.policy.name]);
  });
});
