import { seedFolder } from '../../src/catalogue/seeding/seed-folder.js';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Gate, type World } from '../world.js';
import { DEFAULTS, did, groupNames, groupOf, wrong } from './asking.js';
import { manager, openManagedGate } from './managed.js';

let gate: Gate;
let w: World;
let id: string;
let role: string;
let folder: string;
beforeAll(async () => {
  gate = await openManagedGate();
  folder = await mkdtemp(join(tmpdir(), 'roles-'));
  await Promise.all([mkdir(join(folder, 'permissions')), mkdir(join(folder, 'roles'))]);
  await writeFile(
    join(folder, 'roles', 'all.json'),
    JSON.stringify({
      roles: [
        {
          name: 'Everyone',
          system: true,
          platform_default: true,
          version: 1,
          access: [{ permission: 'app:thing:read' }],
        },
      ],
    }),
  );
  const report = await seedFolder(gate.db, folder, { origin: 'FOLDER', prune: false });
  expect([report.roles.created, report.errors]).toEqual([['Everyone'], []]);
});
beforeEach(async () => {
  w = await gate.tenant();
  id = (await w.admin.get('{ group(name: "Default access") { id } }')).group.id;
  role = await w.role('Writers', ['app:thing:write']);
});
afterAll(async () => {
  await gate.close();
  await rm(folder, { recursive: true });
});

const rolesOf = async (groupId: string): Promise<string[]> => {
  const source = 'query ($id: ID!) { group(id: $id) { roleCount roles { nodes { name } } } }';
  const { group } = await w.admin.get(source, { id: groupId });
  expect(group.roleCount).toBe(group.roles.nodes.length);
  return group.roles.nodes.map((node: { name: string }) => node.name);
};

describe('the default group of a tenant that changed its roles', () => {
  it('is the tenant’s own: another name, no system group, the roles of that moment and the change', async () => {
    expect(await rolesOf(id)).toEqual(['Everyone']);
    await w.give(id, role);
    expect(await groupOf(w.admin, id)).toMatchObject({
      name: 'Custom default access',
      system: false,
      platformDefault: true,
    });
    expect(await rolesOf(id)).toEqual(['Everyone', 'Writers']);
    expect(await groupNames(w.admin)).toEqual(['Custom default access', 'Default admin access']);
    expect(await groupNames(w.user('ada'))).toEqual(['Custom default access']);
  });

  it('takes no change but that of its description, from anybody', async () => {
    await w.give(id, role);
    await did(w.admin, 'updateGroup', { id, description: 'ours' });
    expect((await groupOf(w.admin, id)).description).toBe('ours');
    await did(w.admin, 'updateGroup', { id, description: null });
    const team = await w.group('Team');
    const changes = [
      { name: 'Ours' },
      { name: 'Custom default access' },
      { parentId: team },
      { parentId: null },
      { type: 'x' },
      { entities: [] },
      { properties: {} },
      { includesSubgroups: true },
      { supergroup: false },
      { anonymousDefault: true },
      { autoShareWithIds: [team] },
      { canShareWithIds: null },
    ];
    for (const change of changes) {
      for (const asker of [w.admin, w.service('write', 'grant', 'operate')]) {
        expect([change, await wrong(asker, 'updateGroup', { id, description: 'x', ...change })]).toEqual([
          change,
          ['FORBIDDEN'],
        ]);
      }
    }
    expect((await groupOf(w.admin, id)).description).toBeNull();
  });

  it('takes no members', async () => {
    await w.give(id, role);
    for (const mutation of ['addGroupMembers', 'removeGroupMembers']) {
      expect(await wrong(w.admin, mutation, { groupId: id, usernames: ['admin'] })).toEqual(['FORBIDDEN']);
    }
  });

  it('goes back to the platform’s when it is deleted, and keeps its id', async () => {
    const before = await groupOf(w.admin, id);
    await w.give(id, role);
    await did(w.admin, 'updateGroup', { id, description: 'ours' });
    const below = await w.group('Below', { parentId: id });
    expect(await did(w.admin, 'deleteGroup', { id })).toEqual({ deletedId: id });
    expect(await groupOf(w.admin, id)).toEqual(before);
    expect(await rolesOf(id)).toEqual(['Everyone']);
    expect((await groupOf(w.admin, below)).parent).toEqual({ name: 'Default access' });
    expect(await groupNames(w.admin)).toEqual(['Below', ...DEFAULTS]);
    expect(await wrong(w.admin, 'deleteGroup', { id })).toEqual(['FORBIDDEN']);
  });

  it('goes back only by who holds what everybody then gets', async () => {
    await did(w.admin, 'removeGroupRoles', {
      groupId: id,
      roleIds: [(await w.admin.get('{ role(name: "Everyone") { id } }')).role.id],
    });
    expect(await rolesOf(id)).toEqual([]);
    expect(await wrong(await manager(w, 'ada'), 'deleteGroup', { id })).toEqual(['FORBIDDEN']);
    expect(await wrong(w.service('write'), 'deleteGroup', { id })).toEqual(['FORBIDDEN']);
    expect(await wrong(await manager(w, 'cy', 'app:thing:read'), 'deleteGroup', { id })).toEqual([]);
    expect(await rolesOf(id)).toEqual(['Everyone']);
  });

  it('is customised again after it went back', async () => {
    await w.give(id, role);
    await did(w.admin, 'deleteGroup', { id });
    await w.give(id, role);
    expect(await rolesOf(id)).toEqual(['Everyone', 'Writers']);
  });

  it('keeps its reserved names from other groups, whatever it is called at the moment', async () => {
    await w.give(id, role);
    for (const name of ['default access', 'Custom Default Access']) {
      expect(await wrong(w.admin, 'createGroup', { name })).toEqual([['BAD_USER_INPUT', 'input.name']]);
    }
  });

  it('is that of its tenant alone', async () => {
    const other = await gate.tenant();
    await w.give(id, role);
    expect(await groupNames(other.admin)).toEqual(DEFAULTS);
  });
});
