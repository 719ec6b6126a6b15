import { sql } from 'kysely';
import type { Asker, Gate, World } from '../world.js';
import { did, eq, may, openPolicyGate, policy, robot, rolesOf, systemRole, where, wrong } from './asking.js';

let gate: Gate;
let w: World;
let eve: Asker;
let own: string;
beforeAll(async () => {
  gate = await openPolicyGate();
});
beforeEach(async () => {
  w = await gate.tenant();
  eve = await robot(gate, w, 'eve', 'rbac:group:*', 'rbac:role:*', 'rbac:policy:*', 'rbac:principal:*', READ);
  own = (await w.admin.get('{ group(name: "group of eve") { id } }')).group.id;
});
afterEach(() => expectNothingGained());
afterAll(() => gate.close());

const READ = 'inventory:hosts:read';
const WRITE = 'inventory:hosts:write';
const DENIED = ['FORBIDDEN'];
/** Whatever was tried, eve holds what she held. */
async function expectNothingGained() {
  const held = (await eve.get('{ access(application: "") { nodes { permission } } }')).access.nodes;
  const rbac = ['group', 'policy', 'principal', 'role'].map(type => `rbac:${type}:*`);
  expect(held.map(({ permission }: any) => permission)).toEqual([READ, ...rbac]);
  expect(await may(eve, WRITE)).toBe(false);
}
const made = async (name: string, ...permissions: string[]): Promise<string> =>
  (await did(eve, 'createRole', { name, access: permissions.map(permission => ({ permission })) })).role.id;

describe('a right that one lacks does not come by a role', () => {
  it('that is made with it and then given, or put into a policy', async () => {
    const id = await made('Mine', WRITE);
    expect(await wrong(eve, 'addGroupRoles', { groupId: own, roleIds: [id] })).toEqual(DENIED);
    expect(await wrong(eve, 'createPolicy', { name: 'Mine', groupId: own, roleIds: [id] })).toEqual(DENIED);
    expect(await wrong(eve, 'removeGroupRoles', { groupId: own, roleIds: [id] })).toEqual([]);
  });

  it('that is given empty and filled then', async () => {
    const id = await made('Mine');
    await did(eve, 'addGroupRoles', { groupId: own, roleIds: [id] });
    expect(await wrong(eve, 'updateRole', { id, access: [{ permission: WRITE }] })).toEqual(DENIED);
    await did(eve, 'updateRole', { id, access: [{ permission: READ }] });
  });

  it('that is taken away, filled, and given back', async () => {
    const id = await made('Mine', READ);
    await did(eve, 'addGroupRoles', { groupId: own, roleIds: [id] });
    await did(eve, 'removeGroupRoles', { groupId: own, roleIds: [id] });
    await did(eve, 'updateRole', { id, access: [{ permission: WRITE }] });
    expect(await wrong(eve, 'addGroupRoles', { groupId: own, roleIds: [id] })).toEqual(DENIED);
  });

  it('by which one holds something oneself, and to which it is added', async () => {
    const id = await made('Mine', READ);
    await did(eve, 'addGroupRoles', { groupId: own, roleIds: [id] });
    for (const permission of [WRITE, 'inventory:hosts:*', 'inventory:*:*', 'cost:report:read']) {
      expect(await wrong(eve, 'updateRole', { id, access: [{ permission: READ }, { permission }] })).toEqual(DENIED);
    }
  });

  it('whose definitions are taken away or replaced', async () => {
    const id = await w.role('Some', [where(WRITE, eq('zone', 'eu')) as never]);
    await w.give(await w.group('Others'), id);
    for (const definitions of [[], [eq('zone', 'us')], [eq('zone', null)]]) {
      expect(await wrong(eve, 'updateRole', { id, access: [where(WRITE, ...definitions)] })).toEqual(DENIED);
    }
    await did(eve, 'updateRole', { id, access: [where(WRITE, eq('zone', 'eu')), { permission: READ }] });
  });

  it('that was emptied, and is filled again with what it had', async () => {
    const id = await w.role('Writer', [WRITE]);
    await w.give(await w.group('Others'), id);
    await did(eve, 'updateRole', { id, access: [] });
    expect(await wrong(eve, 'updateRole', { id, access: [{ permission: WRITE }] })).toEqual(DENIED);
  });

  it('that is deleted and made anew under its name', async () => {
    const id = await w.role('Writer', [WRITE]);
    const group = await w.group('Others');
    await w.give(group, id);
    await did(eve, 'deleteRole', { id });
    const again = await made('Writer', WRITE);
    expect(await rolesOf(w.admin, group)).toEqual([]);
    expect(await wrong(eve, 'addGroupRoles', { groupId: group, roleIds: [again] })).toEqual(DENIED);
  });
});

describe('a right that one lacks does not come by a policy', () => {
  let id: string;
  beforeEach(async () => {
    id = await policy(
      w,
      'Writers',
      await w.group('Others'),
      await w.role('Writer', [WRITE]),
      await w.role('Reader', [READ]),
    );
  });

  it('that is moved to one’s own group, also together with other changes', async () => {
    const { policy: found } = await w.admin.get('query ($id: ID) { policy(id: $id) { roles { id name } } }', { id });
    const [reader, writer] = found.roles;
    expect(await wrong(eve, 'updatePolicy', { id, groupId: own })).toEqual(DENIED);
    expect(await wrong(eve, 'updatePolicy', { id, groupId: own, roleIds: [reader.id, writer.id] })).toEqual(DENIED);
    expect(await wrong(eve, 'updatePolicy', { id, groupId: own, name: 'Mine', description: null })).toEqual(DENIED);
  });

  it('from which the role is taken, and then put back when it has moved', async () => {
    const { policy: found } = await w.admin.get('query ($id: ID) { policy(id: $id) { roles { id name } } }', { id });
    const [reader, writer] = found.roles;
    await did(eve, 'updatePolicy', { id, groupId: own, roleIds: [reader.id] });
    expect(await wrong(eve, 'updatePolicy', { id, roleIds: [reader.id, writer.id] })).toEqual(DENIED);
    expect(await wrong(eve, 'updatePolicy', { id, roleIds: [writer.id] })).toEqual(DENIED);
  });

  it('that stays where it is, however it is called', async () => {
    await did(eve, 'updatePolicy', { id, name: 'Harmless', description: 'x' });
    await did(eve, 'updatePolicy', { id, groupId: (await w.admin.get('{ group(name: "Others") { id } }')).group.id });
  });

  it('whose role one adds to a group that has it already by another', async () => {
    const other = (await w.admin.get('{ group(name: "Others") { id } }')).group.id;
    const writer = (await w.admin.get('{ role(name: "Writer") { id } }')).role.id;
    expect(await wrong(eve, 'addGroupRoles', { groupId: other, roleIds: [writer] })).toEqual(DENIED);
    await w.give(other, writer);
    await did(eve, 'addGroupRoles', { groupId: other, roleIds: [writer] }); // it has it directly: nothing changes
  });
});

describe('a right that one lacks does not come by a group', () => {
  let writers: string;
  beforeEach(async () => {
    writers = await w.group('Writers');
    await w.give(writers, await w.role('Writer', [WRITE]));
  });

  it('that one joins, or lets everybody into', async () => {
    expect(await wrong(eve, 'addGroupMembers', { groupId: writers, usernames: ['eve'] })).toEqual(DENIED);
    expect(await wrong(eve, 'updateGroup', { id: writers, anonymousDefault: true })).toEqual(DENIED);
  });

  it('under which one puts one’s own, in whatever order', async () => {
    await did(eve, 'updateGroup', { id: own, parentId: writers });
    expect(await wrong(eve, 'updateGroup', { id: writers, includesSubgroups: true })).toEqual(DENIED);
    await did(eve, 'updateGroup', { id: own, parentId: null });
    await did(w.admin, 'updateGroup', { id: writers, includesSubgroups: true });
    expect(await wrong(eve, 'updateGroup', { id: own, parentId: writers })).toEqual(DENIED);
    const { group } = await did(eve, 'createGroup', { name: 'Between', parentId: writers });
    expect(await wrong(eve, 'addGroupMembers', { groupId: group.id, usernames: ['eve'] })).toEqual(DENIED);
    await did(eve, 'updateGroup', { id: own, parentId: group.id });
    expect(await wrong(eve, 'updateGroup', { id: group.id, includesSubgroups: true })).toEqual(DENIED);
    expect(await wrong(eve, 'deleteGroup', { id: group.id })).toEqual(DENIED);
  });

  it('whose member one is below, when a role is given further up', async () => {
    const above = await w.group('Above', { includesSubgroups: true });
    await did(eve, 'updateGroup', { id: own, parentId: above });
    const roleIds = [await made('Mine', WRITE)];
    expect(await wrong(eve, 'addGroupRoles', { groupId: above, roleIds })).toEqual(DENIED);
  });

  it('of everybody, whether it is the platform’s or the tenant’s own', async () => {
    const { group } = await w.admin.get('{ group(name: "Default access") { id } }');
    const roleIds = [await made('Mine', WRITE)];
    expect(await wrong(eve, 'addGroupRoles', { groupId: group.id, roleIds })).toEqual(DENIED);
    expect(await wrong(eve, 'createPolicy', { name: 'All', groupId: group.id, roleIds })).toEqual(DENIED);
    const id = await systemRole(gate, [WRITE], { platformDefault: true });
    await did(eve, 'removeGroupRoles', { groupId: group.id, roleIds: [id] });
    expect(await wrong(eve, 'addGroupRoles', { groupId: group.id, roleIds: [id] })).toEqual(DENIED);
    expect(await wrong(eve, 'deleteGroup', { id: group.id })).toEqual(DENIED);
    await gate.db.writeCatalogue(async tx => {
      await tx.query(sql`update system_role set platform_default = false`);
      tx.raise('revision');
    });
    await did(eve, 'deleteGroup', { id: group.id });
  });
});

describe('a right that one lacks does not come by a principal', () => {
  it('that holds it, and is renamed for one to sign in as', async () => {
    const id = await w.principal('bob');
    const writers = await w.group('Writers');
    await w.give(writers, await w.role('Writer', [WRITE]));
    await w.member(writers, 'bob');
    expect(await wrong(eve, 'updatePrincipal', { id, username: 'eve2' })).toEqual(DENIED);
    expect(await wrong(eve, 'updatePrincipal', { id, orgAdmin: true })).toEqual(DENIED);
  });
});
