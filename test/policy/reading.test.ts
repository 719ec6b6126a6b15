import type { Asker, Gate, World } from '../world.js';
import { did, eq, isIn, names, openPolicyGate, policy, robot, systemRole, where, wrong, wrongs } from './asking.js';

let gate: Gate;
let w: World;
const ids: Record<string, string> = {};
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  await w.principal('ada');
  await w.principal('bob');
  ids.system = await systemRole(gate, ['cost:*:*'], { name: 'System' });
  for (const name of ['Ada', 'Bob']) {
    const group = (ids[`group ${name}`] = await w.group(`Group ${name}`));
    const role = (ids[`role ${name}`] = await w.role(`Role ${name}`, ['inventory:hosts:read']));
    ids[`policy ${name}`] = await policy(w, `Policy ${name}`, group, role, ids.system);
    await w.member(group, name.toLowerCase());
  }
});
afterAll(() => gate.close());

const ownRoles = async (asker: Asker) => names(asker, 'roles', { system: false });
/** Whether objects are seen: by id, by name, by node and by nodes. */
async function sees(asker: Asker, noun: 'Role' | 'Policy', name: string): Promise<boolean> {
  const field = noun.toLowerCase();
  const source = `query ($id: ID!, $name: String) { one: ${field}(id: $id) { name } two: ${field}(name: $name) { name }
    three: node(id: $id) { ... on ${noun} { name } } four: nodes(ids: [$id]) { ... on ${noun} { name } } }`;
  const id = ids[`${field} ${name}`]!;
  const { one, two, three, four } = await asker.get(source, { id, name: `${noun} ${name}` });
  const all = [one, two, three, four[0]].map(found => found?.name === `${noun} ${name}`);
  expect(new Set(all).size).toBe(1);
  return all[0]!;
}

describe('whoever has no right to read roles or policies', () => {
  it('sees its own, and the roles of the system', async () => {
    const ada = w.user('ada');
    expect(await names(ada, 'roles', { name: 'system', match: 'EXACT' })).toEqual(['System']);
    expect(await ownRoles(ada)).toEqual(['Role Ada']);
    expect(await names(ada, 'policies')).toEqual(['Policy Ada']);
    expect([await sees(ada, 'Role', 'Ada'), await sees(ada, 'Policy', 'Ada')]).toEqual([true, true]);
    expect([await sees(ada, 'Role', 'Bob'), await sees(ada, 'Policy', 'Bob')]).toEqual([false, false]);
    const source = `{ policy(name: "Policy Ada") { name group { name } roles { name access { permission } } } }`;
    expect((await ada.get(source)).policy).toMatchObject({
      group: { name: 'Group Ada' },
      roles: [{ name: 'Role Ada' }, { name: 'System' }],
    });
  });

  it('does not learn from its own roles who else has them, or in how many policies they are', async () => {
    const source = '{ roles(first: 1000) { nodes { name policyCount groups { totalCount } } } }';
    const { nodes } = (await w.user('ada').get(source)).roles;
    expect(nodes.map(({ policyCount, groups }: any) => [policyCount, groups])).toEqual(nodes.map(() => [null, null]));
  });

  it('finds by no filter what it may not read', async () => {
    const ada = w.user('ada');
    const own = { system: false };
    const none: [string, object][] = [
      ['roles', { ...own, ids: [ids['role Bob']] }],
      ['roles', { ...own, name: 'bob' }],
      ['roles', { ...own, displayName: 'bob' }],
      ['roles', { username: 'bob' }],
      ['roles', { groupId: ids['group Bob'] }],
      ['roles', { groupId: ids['group Ada'] }], // its own group, whose roles take a right of their own
      ['policies', { name: 'bob' }],
      ['policies', { groupId: ids['group Bob'] }],
      ['policies', { groupName: 'Bob' }],
    ];
    for (const [list, filter] of none) expect([filter, await names(ada, list, filter as never)]).toEqual([filter, []]);
    for (const filter of [{ permissions: ['inventory:hosts:read'] }, { applications: ['inventory'] }]) {
      expect(await names(ada, 'roles', { ...own, ...filter })).toEqual(['Role Ada']);
    }
    for (const notInGroupId of [ids['group Bob'], ids['group Ada'], ids['role Bob']]) {
      expect(await names(ada, 'roles', { notInGroupId, ids: [ids['role Ada'], ids.system] })).toEqual([
        'Role Ada',
        'System',
      ]);
    }
    expect(await names(ada, 'roles', { username: 'ada' })).toEqual(['Role Ada', 'System']);
    expect(await names(ada, 'policies', { groupName: 'Group' })).toEqual(['Policy Ada']);
  });

  it('sees no order by what it may not count', async () => {
    const more = await policy(w, 'More', ids['group Bob']!, ids['role Ada']!);
    const ada = await robot(gate, w, 'eve', 'rbac:role:read');
    const orders = await Promise.all(
      ['ASC', 'DESC'].map(direction => names(ada, 'roles', { system: false }, { field: 'POLICY_COUNT', direction })),
    );
    expect(orders[0]).toEqual(orders[1]);
    const { roles } = await ada.get(
      '{ roles(orderBy: { field: POLICY_COUNT, direction: DESC }) { edges { cursor } } }',
    );
    const keys = roles.edges.map(({ cursor }: any) => JSON.parse(Buffer.from(cursor, 'base64url').toString())[1]);
    expect(new Set(keys)).toEqual(new Set([0]));
    await did(w.admin, 'deletePolicy', { id: more });
  });

  it('is told NOT_FOUND of what it would change, and FORBIDDEN of its own', async () => {
    const ada = w.user('ada');
    for (const [field, mutations] of [
      ['role', ['updateRole', 'deleteRole']],
      ['policy', ['updatePolicy', 'deletePolicy']],
    ] as const) {
      for (const mutation of mutations) {
        expect(await wrong(ada, mutation, { id: ids[`${field} Bob`] })).toEqual([['NOT_FOUND', 'input.id']]);
        expect(await wrong(ada, mutation, { id: ids[`${field} Ada`] })).toEqual(['FORBIDDEN']);
        expect(await wrong(w.anonymous(), mutation, { id: ids[`${field} Ada`] })).toEqual(['UNAUTHENTICATED']);
      }
    }
    const roleIds = [ids['role Ada']];
    for (const mutation of ['addGroupRoles', 'removeGroupRoles']) {
      expect(await wrong(ada, mutation, { groupId: ids['group Bob'], roleIds })).toEqual([
        ['NOT_FOUND', 'input.groupId'],
      ]);
      expect(await wrong(ada, mutation, { groupId: ids['group Ada'], roleIds })).toEqual(['FORBIDDEN']);
      expect(await wrong(w.anonymous(), mutation, { groupId: ids['group Ada'], roleIds })).toEqual(['UNAUTHENTICATED']);
    }
    expect(await wrong(ada, 'createRole', { name: 'Mine', access: [] })).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'createPolicy', { name: 'Mine', groupId: ids['group Ada'], roleIds })).toEqual([
      'FORBIDDEN',
    ]);
    expect(await wrong(w.anonymous(), 'createRole', { name: 'Mine', access: [] })).toEqual(['UNAUTHENTICATED']);
  });

  it('has to sign in to read at all', async () => {
    const sources = [
      '{ roles { totalCount } }',
      '{ policies { totalCount } }',
      '{ role(name: "x") { id } }',
      '{ policy(name: "x") { id } }',
    ];
    for (const source of [
      ...sources,
      '{ permissions { totalCount } }',
      '{ resourceTypes { name } }',
      '{ resourceType(name: "x") { id } }',
    ]) {
      const reply = await w.anonymous().ask(source);
      expect([wrongs(reply), Object.values(reply.data)]).toEqual([['UNAUTHENTICATED'], [null]]);
    }
  });
});

describe('the right to read', () => {
  it('roles shows all of them, with their groups as far as these may be read', async () => {
    const reader = await robot(gate, w, 'reader', 'rbac:role:read');
    expect(await ownRoles(reader)).toEqual(['Role Ada', 'Role Bob']);
    expect(await sees(reader, 'Role', 'Bob')).toBe(true);
    expect(await names(reader, 'policies')).toEqual([]);
    const source =
      '{ role(name: "Role Bob") { access { permission } accessCount applications policyCount groups { totalCount nodes { name } } } }';
    expect((await reader.get(source)).role).toEqual({
      ...{
        access: [{ permission: 'inventory:hosts:read' }],
        accessCount: 1,
        applications: ['inventory'],
        policyCount: null,
      },
      groups: { totalCount: 0, nodes: [] },
    });
    const both = await robot(gate, w, 'both', 'rbac:role:read', 'rbac:group:read', 'rbac:policy:read');
    expect((await both.get(source)).role).toMatchObject({
      policyCount: 1,
      groups: { totalCount: 1, nodes: [{ name: 'Group Bob' }] },
    });
  });

  it('policies shows all of them, with group and roles as far as these may be read', async () => {
    const reader = await robot(gate, w, 'policy reader', 'rbac:policy:read');
    expect(await names(reader, 'policies')).toEqual(['Policy Ada', 'Policy Bob']);
    const { policy: found } = await reader.get('{ policy(name: "Policy Bob") { group { name } roles { name } } }');
    expect(found).toEqual({ group: null, roles: [{ name: 'System' }] });
    expect(await names(reader, 'policies', { groupName: 'Bob' })).toEqual([]);
    expect(await names(reader, 'policies', { groupId: ids['group Bob'] })).toEqual([]);
  });

  it('some by their ids shows these, and counts no others', async () => {
    const rows = [
      where('rbac:role:read', isIn('id', ids['role Bob']!)),
      where('rbac:policy:*', eq('id', ids['policy Bob']!)),
      where('rbac:group:read', eq('id', ids['group Bob']!)),
    ];
    const reader = await robot(gate, w, 'some', ...rows);
    expect(await ownRoles(reader)).toEqual(['Role Bob']);
    expect(await names(reader, 'policies')).toEqual(['Policy Bob']);
    expect([await sees(reader, 'Role', 'Bob'), await sees(reader, 'Role', 'Ada')]).toEqual([true, false]);
    const { role } = await reader.get('{ role(name: "System") { policyCount groups { nodes { name } } } }');
    expect(role).toEqual({ policyCount: 1, groups: { nodes: [{ name: 'Group Bob' }] } });
    await did(reader, 'updatePolicy', { id: ids['policy Bob'], description: 'x' });
    expect(await wrong(reader, 'updatePolicy', { id: ids['policy Ada'], description: 'x' })).toEqual([
      ['NOT_FOUND', 'input.id'],
    ]);
    expect(await wrong(reader, 'createPolicy', { name: 'x', groupId: ids['group Bob'], roleIds: [] })).toEqual([
      'FORBIDDEN',
    ]);
    expect(await wrong(reader, 'updateRole', { id: ids['role Bob'], description: 'x' })).toEqual(['FORBIDDEN']);
  });

  it('some by their ids is not had by saying that another one has that id', async () => {
    const reader = await robot(gate, w, 'liar', where('rbac:group:read', eq('id', ids['group Bob']!)));
    const source =
      'query ($id: String, $context: JSON) { check(permission: "rbac:group:read", resourceId: $id, context: $context) { allowed } }';
    const may = async (id: string | null, context: object | null) =>
      (await reader.get(source, { id, context })).check.allowed;
    expect(await may(ids['group Bob']!, null)).toBe(true);
    expect(await may(ids['group Bob']!, { id: ids['group Ada'] })).toBe(true);
    expect(await may(ids['group Ada']!, { id: ids['group Bob'] })).toBe(false);
    expect(await may(null, { id: ids['group Bob'] })).toBe(true);
  });

  it('is not needed to write, and then nothing is shown of what was written', async () => {
    const writer = await robot(
      gate,
      w,
      'writer',
      'rbac:role:write',
      'rbac:policy:write',
      'rbac:group:write',
      'inventory:hosts:read',
    );
    expect(await did(writer, 'createRole', { name: 'Written', access: [] })).toEqual({ role: null });
    expect(await did(writer, 'updateRole', { id: ids['role Bob'], description: 'x' })).toEqual({ role: null });
    const input = { name: 'Written', groupId: ids['group Bob'], roleIds: [ids['role Bob']] };
    expect(await did(writer, 'createPolicy', input)).toEqual({ policy: null });
    expect(await did(writer, 'addGroupRoles', { groupId: ids['group Bob'], roleIds: [ids['role Ada']] })).toEqual({
      group: null,
    });
    expect(await did(writer, 'updatePolicy', { id: ids['policy Bob'], name: 'Policy bob' })).toEqual({ policy: null });
    expect(await names(writer, 'roles', { system: false })).toEqual([]);
    expect(await names(w.admin, 'policies')).toEqual(['Policy Ada', 'Policy bob', 'Written']);
  });

  it('is what has to be had of each role and group that is named, or the right to write it', async () => {
    const writer = await robot(gate, w, 'policy writer', 'rbac:policy:write', 'inventory:hosts:read');
    const input = { name: 'New', groupId: ids['group Bob'], roleIds: [ids.system] };
    expect(await wrong(writer, 'createPolicy', input)).toEqual([['NOT_FOUND', 'input.groupId']]);
    const own = (await w.admin.get('{ group(name: "group of policy writer") { id } }')).group.id;
    const roleIds = [ids.system, ids['role Bob']];
    expect(await wrong(writer, 'createPolicy', { ...input, groupId: own, roleIds })).toEqual([
      ['NOT_FOUND', 'input.roleIds.1'],
    ]);
    expect(await wrong(writer, 'createPolicy', { ...input, groupId: own })).toEqual(['FORBIDDEN']); // not held
  });
});
