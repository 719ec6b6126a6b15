import { sql } from 'kysely';
import { did, may, names, openPolicyGate, policy, rolesOf, systemRole, wrong } from './asking.js';
import type { Asker, Gate, World } from '../world.js';

let gate: Gate;
let w: World;
let [platform, admins] = ['', ''];
beforeAll(async () => {
  gate = await openPolicyGate();
});
beforeEach(async () => {
  w = await gate.tenant();
  await systemRole(gate, ['inventory:hosts:read'], { name: 'Basic', platformDefault: true });
  [platform, admins] = [await idOf('Default access'), await idOf('Default admin access')];
});
// They reach every tenant of this database.
afterEach(() => unflag('Basic', 'Later', 'Admin', 'Both'));
afterAll(() => gate.close());

const idOf = async (name: string, asker: Asker = w.admin): Promise<string> =>
  (await asker.get('query ($name: String) { group(name: $name) { id } }', { name })).group.id;
const unflag = (...roles: string[]) =>
  gate.db.writeCatalogue(async tx => {
    for (const name of roles) {
      await tx.query(sql`update system_role set platform_default = false, admin_default = false, name = id::text,
        name_key = id::text, display_name_key = id::text where name = ${name}`);
    }
    tx.raise('revision');
  });
const give = (...roleIds: string[]) => did(w.admin, 'addGroupRoles', { groupId: platform, roleIds });
const take = (...roleIds: string[]) => did(w.admin, 'removeGroupRoles', { groupId: platform, roleIds });
const GROUP = 'name description system platformDefault adminDefault';
const groupOf = async (id: string) =>
  (await w.admin.get(`query ($id: ID) { group(id: $id) { ${GROUP} } }`, { id })).group;
const CUSTOM = { name: 'Custom default access', system: false, platformDefault: true, adminDefault: false };
const ORIGINAL = { name: 'Default access', system: true, platformDefault: true, adminDefault: false };
const mayRead = (asker: Asker = w.user('ada')) => may(asker, 'inventory:hosts:read');

describe('default groups that nobody has changed', () => {
  it('have the flagged system roles', async () => {
    await systemRole(gate, ['cost:report:read'], { name: 'Admin', adminDefault: true });
    await systemRole(gate, [], { name: 'Both', platformDefault: true, adminDefault: true });
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Both']);
    expect(await rolesOf(w.admin, admins)).toEqual(['Admin', 'Both']);
    const counts = 'query ($id: ID) { group(id: $id) { roleCount policyCount policies { totalCount } } }';
    expect(await w.admin.get(counts, { id: platform })).toEqual({
      group: { roleCount: 2, policyCount: 0, policies: { totalCount: 0 } },
    });
    const groups = '{ role(name: "Both") { groups { totalCount nodes { name } } } }';
    expect((await w.admin.get(groups)).role.groups).toEqual({
      totalCount: 2,
      nodes: [{ name: 'Default access' }, { name: 'Default admin access' }],
    });
    expect(await names(w.admin, 'roles', { groupId: platform })).toEqual(['Basic', 'Both']);
    expect(await names(w.admin, 'roles', { notInGroupId: platform, system: true })).toContain('Admin');
  });

  it('give them to users, and to those of them who administrate; to no service account', async () => {
    await systemRole(gate, ['cost:report:read'], { name: 'Admin', adminDefault: true });
    const both = async (asker: Asker) => [await mayRead(asker), await may(asker, 'cost:report:read')];
    expect(await both(w.user('ada'))).toEqual([true, false]);
    expect(await both(w.admin)).toEqual([true, true]);
    expect(await both(w.user('robot', { serviceAccount: true, orgAdmin: true }))).toEqual([false, false]);
    expect(await both(w.anonymous())).toEqual([false, false]);
    expect(await both(w.user('cy', { orgAdmin: true }))).toEqual([true, true]);
    expect(await both(w.user('cy', { orgAdmin: false }))).toEqual([true, false]);
  });

  it('name no policy in the reasons', async () => {
    const source =
      '{ check(permission: "inventory:hosts:read") { reasons { kind group { name } policy { id } role { name } } } }';
    expect((await w.user('ada').get(source)).check.reasons).toEqual([
      { kind: 'ROLE', group: { name: 'Default access' }, policy: null, role: { name: 'Basic' } },
    ]);
  });

  it('have a newly seeded default role at once, in every tenant, and lose it as soon', async () => {
    const other = await gate.tenant();
    const users = [w.user('ada'), other.user('ada')];
    const all = () => Promise.all(users.map(user => may(user, 'cost:report:read')));
    expect(await all()).toEqual([false, false]);
    await systemRole(gate, ['cost:report:read'], { name: 'Later', platformDefault: true });
    expect(await all()).toEqual([true, true]);
    await unflag('Later');
    expect(await all()).toEqual([false, false]);
  });
});

describe('the first change of the platform default group', () => {
  it('makes it the tenant’s own, with what it had and the role that was added', async () => {
    await give(await w.role('Extra', ['cost:report:read']));
    expect(await groupOf(platform)).toMatchObject(CUSTOM);
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Extra']);
    expect([await mayRead(), await may(w.user('ada'), 'cost:report:read')]).toEqual([true, true]);
    expect(await names(w.admin, 'policies')).toEqual([]);
  });

  it('makes it the tenant’s own, without the role that was taken', async () => {
    const { role } = await w.admin.get('{ role(name: "Basic") { id } }');
    expect(await mayRead()).toBe(true);
    await take(role.id);
    expect(await groupOf(platform)).toMatchObject(CUSTOM);
    expect(await rolesOf(w.admin, platform)).toEqual([]);
    expect(await mayRead()).toBe(false);
    expect(await mayRead((await gate.tenant()).user('ada'))).toBe(true);
  });

  it('may be a policy, made there or moved there, beside which it keeps what it had', async () => {
    const extra = await w.role('Extra', ['cost:report:read']);
    await policy(w, 'Extras', platform, extra);
    expect(await groupOf(platform)).toMatchObject(CUSTOM);
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Extra']);
    await did(w.admin, 'deleteGroup', { id: platform });
    const id = await policy(w, 'Extras', await w.group('Team'), extra);
    expect(await groupOf(platform)).toMatchObject(ORIGINAL);
    await did(w.admin, 'updatePolicy', { id, groupId: platform });
    expect(await groupOf(platform)).toMatchObject(CUSTOM);
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Extra']);
    await did(w.admin, 'deletePolicy', { id });
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic']);
    expect(await groupOf(platform)).toMatchObject(CUSTOM);
  });

  it('is none when it changes nothing, or fails', async () => {
    const { role } = await w.admin.get('{ role(name: "Basic") { id } }');
    await give(role.id);
    await give();
    await take(await w.role('Extra', []));
    expect(await wrong(w.admin, 'addGroupRoles', { groupId: platform, roleIds: [platform] })).toHaveLength(1);
    const input = { name: '', groupId: platform, roleIds: [role.id] };
    expect(await wrong(w.admin, 'createPolicy', input)).toHaveLength(1);
    expect(await groupOf(platform)).toMatchObject(ORIGINAL);
    await systemRole(gate, [], { name: 'Later', platformDefault: true });
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Later']);
  });
});

describe('a default group of the tenant’s own', () => {
  beforeEach(async () => {
    await give(await w.role('Extra', []));
  });

  it('is not reached by later defaults of the platform, and keeps those that are none any more', async () => {
    await systemRole(gate, ['cost:report:read'], { name: 'Later', platformDefault: true });
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Extra']);
    expect(await may(w.user('ada'), 'cost:report:read')).toBe(false);
    await gate.db.writeCatalogue(async tx => {
      await tx.query(sql`update system_role set platform_default = false`);
      tx.raise('revision');
    });
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Extra']);
    expect(await mayRead()).toBe(true);
  });

  it('goes back to the platform’s when it is deleted, and follows it again', async () => {
    const { role } = await w.admin.get('{ role(name: "Extra") { id } }');
    await policy(w, 'Extras', platform, role.id);
    await did(w.admin, 'updateGroup', { id: platform, description: 'ours' });
    await systemRole(gate, ['cost:report:read'], { name: 'Later', platformDefault: true });
    const fresh = await gate.tenant();
    expect(await did(w.admin, 'deleteGroup', { id: platform })).toEqual({ deletedId: platform });
    const { group } = await fresh.admin.get(`{ group(name: "Default access") { ${GROUP} } }`);
    expect(await groupOf(platform)).toEqual(group);
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Later']);
    expect(await may(w.user('ada'), 'cost:report:read')).toBe(true);
    expect(await names(w.admin, 'policies')).toEqual([]);
    expect(await wrong(w.admin, 'deleteGroup', { id: platform })).toEqual(['FORBIDDEN']);
    await give(role.id);
    expect(await rolesOf(w.admin, platform)).toEqual(['Basic', 'Extra', 'Later']);
  });

  it('has a description that can be changed, and nothing else', async () => {
    await did(w.admin, 'updateGroup', { id: platform, description: 'ours' });
    expect(await groupOf(platform)).toMatchObject({ ...CUSTOM, description: 'ours' });
    const clients = w.service('read', 'write', 'grant', 'operate');
    await w.principal('ada');
    for (const asker of [w.admin, clients]) {
      for (const change of [{ name: 'Mine' }, { parentId: null }, { includesSubgroups: true }, { type: 'team' }]) {
        expect(await wrong(asker, 'updateGroup', { id: platform, ...change })).toEqual(['FORBIDDEN']);
      }
      expect(await wrong(asker, 'addGroupMembers', { groupId: platform, usernames: ['ada'] })).toEqual(['FORBIDDEN']);
    }
  });

  it('loses the role that is deleted, and stays the tenant’s own without any', async () => {
    const { one, other } = await w.admin.get('{ one: role(name: "Extra") { id } other: role(name: "Basic") { id } }');
    await take(other.id);
    await did(w.admin, 'deleteRole', { id: one.id });
    expect(await groupOf(platform)).toMatchObject(CUSTOM);
    expect(await rolesOf(w.admin, platform)).toEqual([]);
  });
});

describe('the admin default group', () => {
  it('cannot be changed by anybody, in whatever way', async () => {
    const [role, team] = [await w.role('Extra', []), await w.group('Team')];
    const id = await policy(w, 'Extras', team, role);
    await did(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });
    for (const asker of [
      w.admin,
      w.user('root'),
      w.service('read', 'write', 'grant', 'operate', 'catalogue', 'check'),
    ]) {
      for (const roleIds of [[role], []]) {
        expect(await wrong(asker, 'addGroupRoles', { groupId: admins, roleIds })).toEqual(['FORBIDDEN']);
        expect(await wrong(asker, 'removeGroupRoles', { groupId: admins, roleIds })).toEqual(['FORBIDDEN']);
      }
      const input = { name: 'More', groupId: admins, roleIds: [role] };
      expect(await wrong(asker, 'createPolicy', input)).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'updatePolicy', { id, groupId: admins })).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'deleteGroup', { id: admins })).toEqual(['FORBIDDEN']);
    }
    expect(await names(w.admin, 'policies', { groupId: team })).toEqual(['Extras']);
    expect(await groupOf(admins)).toMatchObject({ name: 'Default admin access', system: true });
  });
});
