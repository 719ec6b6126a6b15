import { type Asker, type Gate, type World } from '../world.js';
import { did, groupNames } from './asking.js';
import { onIds, openManagedGate } from './managed.js';

let gate: Gate;
let w: World;
let reader: Asker;
const roles: Record<string, string> = {};
beforeAll(async () => {
  gate = await openManagedGate();
  w = await gate.tenant();
  for (const name of ['Read all', 'Write all', 'Ready']) roles[name] = await w.role(name, []);
  const [a, b, c] = [await w.group('a'), await w.group('b'), await w.group('c')];
  await w.give(a, roles['Read all']!);
  await w.give(b, roles['Read all']!, roles['Write all']!);
  const policy = { name: 'p', groupId: c, roleIds: [roles.Ready, roles['Read all']] };
  await w.admin.get('mutation ($i: CreatePolicyInput!) { createPolicy(input: $i) { policy { id } } }', { i: policy });
  await w.admin.get('mutation ($i: CreatePolicyInput!) { createPolicy(input: $i) { policy { id } } }', {
    i: { ...policy, name: 'q', roleIds: [roles.Ready] },
  });
  reader = await w.holder('reader', 'rbac:group:read', onIds('rbac:role:read', roles['Write all']!));
});
afterAll(() => gate.close());

describe('groups by their roles', () => {
  it.each([
    ['part of a role name', { roleNames: ['EAD AL'] }, ['a', 'b', 'c']],
    ['a whole role name', { roleNames: ['read all'], match: 'EXACT' }, ['a', 'b', 'c']],
    ['what is no whole role name', { roleNames: ['read'], match: 'EXACT' }, []],
    ['any of many names unless told', { roleNames: ['ready', 'write'] }, ['b', 'c']],
    ['any of many names, said', { roleNames: ['ready', 'write'], roleMatch: 'ANY' }, ['b', 'c']],
    ['all of many names', { roleNames: ['read all', 'write'], roleMatch: 'ALL' }, ['b']],
    ['all of many names, of which nobody has all', { roleNames: ['ready', 'write'], roleMatch: 'ALL' }, []],
    ['all of none, which finds nothing', { roleNames: [], roleMatch: 'ALL' }, []],
    ['names that none can have', { roleNames: ['a\0'] }, []],
    [
      'a role of the system that a default group has',
      { roleNames: ['grantry administrator'] },
      ['Default admin access'],
    ],
  ])('are found by %s', async (_, filter, names) => {
    expect(await groupNames(w.admin, filter)).toEqual(names);
  });

  it('are found as far as one may read the roles', async () => {
    expect(await groupNames(reader, { roleNames: ['read all'] })).toEqual([]);
    expect(await groupNames(reader, { roleNames: ['write all'] })).toEqual(['b']);
    expect(await groupNames(reader, { roleNames: ['read all', 'write all'], roleMatch: 'ALL' })).toEqual([]);
  });

  it('are ordered by the number of policies, both ways, as far as one may read these', async () => {
    const own = { system: false, name: '' };
    const order = (direction: string) => ({ field: 'POLICY_COUNT', direction });
    expect((await groupNames(w.admin, own, order('DESC')))[0]).toBe('c');
    expect((await groupNames(w.admin, own, order('ASC'))).at(-1)).toBe('c');
    const byId = await groupNames(reader, own, order('ASC'));
    expect(await groupNames(reader, own, order('DESC'))).toEqual(byId);
    expect(byId.at(-1)).toBe('group of reader');
  });

  it('take their policies with them when they are deleted, named and hidden ones', async () => {
    const other = await gate.tenant();
    const [id, role] = [await other.group('Team'), await other.role('Role', [])];
    await other.give(id, role);
    const policy = { name: 'p', groupId: id, roleIds: [role] };
    await other.admin.get('mutation ($i: CreatePolicyInput!) { createPolicy(input: $i) { policy { id } } }', {
      i: policy,
    });
    await did(other.admin, 'deleteGroup', { id });
    expect(await other.admin.get('{ policies { totalCount } role(name: "Role") { policyCount } }')).toEqual({
      policies: { totalCount: 0 },
      role: { policyCount: 0 },
    });
    const left = await gate.db.query({ text: 'select 1 from policy where tenant_id = $1', values: [other.tenantId] });
    expect(left).toEqual([]);
  });

  it('count policies without the hidden one', async () => {
    const { groups } = await w.admin.get(
      '{ groups(filter: { name: "", system: false }) { nodes { name policyCount roleCount } } }',
    );
    expect(groups.nodes).toEqual([
      { name: 'a', policyCount: 0, roleCount: 1 },
      { name: 'b', policyCount: 0, roleCount: 2 },
      { name: 'c', policyCount: 2, roleCount: 2 },
      { name: 'group of reader', policyCount: 0, roleCount: 1 },
    ]);
  });
});
