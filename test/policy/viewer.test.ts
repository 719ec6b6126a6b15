import type { TenantId } from '../../src/kernel/ids.js';
import type { Asker, Gate, World } from '../world.js';
import { did, eq, openPolicyGate, policy, robot, systemRole, where, wrongs } from './asking.js';

let gate: Gate;
let w: World;
let ada: Asker;
const HOSTS = 'inventory:hosts:read';
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  ada = await w.holder('ada', HOSTS, where('cost:report:read', eq('zone', 'eu')) as never);
});
afterAll(() => gate.close());

const WHO = '{ viewer { kind principal { username } tenant { slug } } }';

describe('the viewer', () => {
  it('is a user with its principal, in its tenant', async () => {
    const expected = { kind: 'USER', principal: { username: 'ada' }, tenant: { slug: w.slug } };
    expect((await ada.get(WHO)).viewer).toEqual(expected);
    expect((await w.user('new').get(WHO)).viewer).toEqual({ ...expected, principal: { username: 'new' } });
  });

  it('is a service client without a principal, in the tenant that it names, if it does', async () => {
    const expected = { kind: 'SERVICE', principal: null, tenant: { slug: w.slug } };
    expect((await w.service('check').get(WHO)).viewer).toEqual(expected);
    expect((await w.service().get(WHO)).viewer).toEqual(expected);
    const operator = gate.as({
      kind: 'service',
      clientId: 'o',
      scopes: new Set(['operate']),
      tenants: ['*'],
      tenant: null,
    });
    expect((await operator.get(WHO)).viewer).toEqual({ ...expected, tenant: null });
  });

  it('is nobody when it is anonymous, and sees no tenant', async () => {
    const expected = { kind: 'ANONYMOUS', principal: null, tenant: null };
    expect((await w.anonymous().get(WHO)).viewer).toEqual(expected);
    expect((await gate.as({ kind: 'anonymous', tenant: null }).get(WHO)).viewer).toEqual(expected);
  });

  const CAN = `{ viewer { reads: can(permission: "${HOSTS}") writes: can(permission: "inventory:hosts:write")
    one: can(permission: "${HOSTS}", resourceId: "h1") none: can(permission: "inventory:hosts:fly") } }`;

  it('may what it holds', async () => {
    expect((await ada.get(CAN)).viewer).toEqual({ reads: true, writes: false, one: true, none: false });
    const nothing = { reads: false, writes: false, one: false, none: false };
    expect((await w.user('new').get(CAN)).viewer).toEqual(nothing);
    expect((await w.anonymous().get(CAN)).viewer).toEqual(nothing);
  });

  it('may neither this nor that as a service client, which is no subject', async () => {
    expect((await w.service('check', 'read').get(CAN)).viewer).toEqual({
      reads: null,
      writes: null,
      one: null,
      none: null,
    });
  });

  it('is told what is wrong with its question, and the rest all the same', async () => {
    const reply = await ada.ask(
      '{ viewer { kind a: can(permission: "x") b: can(permission: "inventory:hosts:read", resourceId: "") } }',
    );
    expect(reply.data).toEqual({ viewer: { kind: 'USER', a: null, b: null } });
    expect(wrongs(reply).sort()).toEqual([
      ['BAD_USER_INPUT', 'permission'],
      ['BAD_USER_INPUT', 'resourceId'],
    ]);
  });

  it('has the access list of a user, and none otherwise', async () => {
    const source =
      '{ viewer { access(application: "cost, inventory", first: 1) { totalCount nodes { permission roles { name } } pageInfo { hasNextPage } } } }';
    expect((await ada.get(source)).viewer.access).toEqual({
      ...{ totalCount: 2, nodes: [{ permission: 'cost:report:read', roles: [{ name: 'role of ada' }] }] },
      pageInfo: { hasNextPage: true },
    });
    expect((await w.user('new').get(source)).viewer.access.totalCount).toBe(0);
    expect((await w.service('check').get(source)).viewer).toEqual({ access: null });
    expect((await w.anonymous().get(source)).viewer).toEqual({ access: null });
  });

  it('sees what it has just come to hold, in the same request as the change', async () => {
    const source = `mutation ($input: GroupRolesInput!) { addGroupRoles(input: $input) { group { name } } }`;
    const group = (await w.admin.get('{ group(name: "Default access") { id } }')).group.id;
    await w.admin.get(source, { input: { groupId: group, roleIds: [await w.role('All', ['cost:*:*'])] } });
    expect((await w.user('new').get('{ viewer { can(permission: "cost:report:read") } }')).viewer.can).toBe(true);
    await did(w.admin, 'deleteGroup', { id: group });
  });
});

describe('the roles and policies of a principal', () => {
  const LISTS = `query ($username: String) { principal(username: $username) {
    roles(first: 100) { totalCount nodes { name } } policies(first: 100) { totalCount nodes { name } } } }`;
  const lists = async (asker: Asker, username: string) => {
    const { principal } = await asker.get(LISTS, { username });
    const names = (list: any) =>
      list && (expect(list.totalCount).toBe(list.nodes.length), list.nodes.map((node: any) => node.name));
    return principal && [names(principal.roles), names(principal.policies)];
  };
  beforeAll(async () => {
    await w.principal('bob');
    const above = await w.group('Above', { includesSubgroups: true });
    const [below, guests] = [await w.group('Below', { parentId: above }), await w.group('Guests')];
    await w.member(below, 'bob');
    const empty = await w.role('Empty', []);
    await policy(w, 'of Above', above, await w.role('Upper', [HOSTS]), empty);
    await policy(w, 'of Below', below, empty);
    await w.give(below, await w.role('lower', []), await systemRole(gate, [], { name: 'System' }));
    await w.give(await w.group('Everybody', { anonymousDefault: true }), await w.role('Everybody', []));
    await policy(w, 'of Guests', guests, await w.role('Guest', []));
    await did(w.admin, 'addGroupMembers', { groupId: guests, usernames: ['bob'], expiresAt: '2090-01-01T00:00:00Z' });
  });
  const ROLES = ['Empty', 'Everybody', 'Guest', 'lower', 'System', 'Upper'];
  const POLICIES = ['of Above', 'of Below', 'of Guests'];

  it('are those of all groups that it counts as a member of, each once, also without rows', async () => {
    expect(await lists(w.admin, 'bob')).toEqual([ROLES, POLICIES]);
    gate.now = () => new Date('2090-01-01T00:00:00Z');
    expect(await lists(w.admin, 'bob')).toEqual([ROLES.filter(name => name !== 'Guest'), POLICIES.slice(0, 2)]);
    gate.now = () => new Date();
    await gate.db.write(w.tenantId as TenantId, async tx => tx.raise()); // nothing is known from the future
  });

  it('are one’s own to read, and take the right to read roles, or policies, otherwise', async () => {
    expect(await lists(w.user('bob'), 'bob')).toEqual([ROLES, POLICIES]);
    expect(await lists(w.user('new'), 'bob')).toBeNull();
    const rights = { roles: 'rbac:role:read', policies: 'rbac:policy:read' };
    const reader = await robot(gate, w, 'reader', 'rbac:principal:read', 'rbac:group:*');
    const ofRoles = await robot(gate, w, 'of roles', 'rbac:principal:read', rights.roles);
    const ofPolicies = await robot(gate, w, 'of policies', 'rbac:principal:read', rights.policies);
    expect(await lists(reader, 'bob')).toEqual([null, null]);
    expect(await lists(ofRoles, 'bob')).toEqual([ROLES, null]);
    expect(await lists(ofPolicies, 'bob')).toEqual([null, POLICIES]);
    expect(await lists(w.service('read'), 'bob')).toEqual([ROLES, POLICIES]);
  });

  it('are as many as one may read', async () => {
    const id = (await w.admin.get('{ role(name: "Upper") { id } }')).role.id;
    const policyId = (await w.admin.get('{ policy(name: "of Below") { id } }')).policy.id;
    const rows = [where('rbac:role:read', eq('id', id)), where('rbac:policy:read', eq('id', policyId))];
    const reader = await robot(gate, w, 'of some', 'rbac:principal:read', ...rows);
    // Those of the system and of everybody are no secret.
    expect(await lists(reader, 'bob')).toEqual([['Everybody', 'System', 'Upper'], ['of Below']]);
  });

  it('come in pages of their own', async () => {
    const source = `query ($username: String, $after: String) { principal(username: $username) {
      roles(first: 4, after: $after) { nodes { name } pageInfo { hasNextPage endCursor } } } }`;
    const { roles } = (await w.admin.get(source, { username: 'bob' })).principal;
    expect(roles.nodes.map((node: any) => node.name)).toEqual(ROLES.slice(0, 4));
    const after = roles.pageInfo.endCursor;
    const rest = (await w.admin.get(source, { username: 'bob', after })).principal.roles;
    expect([rest.nodes.map((node: any) => node.name), rest.pageInfo.hasNextPage]).toEqual([ROLES.slice(4), false]);
    expect(wrongs(await w.admin.ask(source, { username: 'ada', after }))).toEqual([['BAD_USER_INPUT', 'after']]);
  });
});
