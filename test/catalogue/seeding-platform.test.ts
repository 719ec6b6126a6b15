import { sql } from 'kysely';
import { platformPermissions } from '../../src/catalogue/seeding/platform-folder.js';
import { seedFolder } from '../../src/catalogue/seeding/seed-folder.js';
import { seedPlatform } from '../../src/catalogue/seeding/seed-platform.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import {
  emptyCatalogue,
  folderOf,
  permissions,
  removeFolders,
  revision,
  rows,
  seed,
  systemRoles,
} from './seeding-world.js';

let db: TestDatabase['db'];
let close: TestDatabase['close'] | undefined;
beforeAll(async () => {
  ({ db, close } = await openTestDatabase({ entities: [] }));
});
beforeEach(() => emptyCatalogue(db));
afterAll(async () => {
  await removeFolders();
  await close?.();
});

const TYPES = ['access', 'audit', 'grant', 'group', 'permission', 'policy', 'principal', 'resource', 'role', 'tenant'];

describe('the catalogue that comes with the product', () => {
  it('has read, write and * of each type that is managed, and everything', async () => {
    const { errors, warnings } = await seedPlatform(db);
    expect([errors, warnings]).toEqual([[], []]);
    const stored = await permissions(db);
    const expected = TYPES.flatMap(type => ['*', 'read', 'write'].map(verb => `rbac:${type}:${verb}`));
    expect(Object.keys(stored)).toEqual(['rbac:*:*', ...expected]);
    expect(new Set(await platformPermissions())).toEqual(new Set(Object.keys(stored)));
    expect(
      Object.values(stored).filter(({ description, requires }) => description === '' || requires.length > 0),
    ).toEqual([]);
    const types = await rows<{ name: string }>(db, sql`select name from resource_type order by name`);
    expect(types.map(({ name }) => name)).toEqual(TYPES.map(type => `rbac:${type}`));
  });

  it('has roles under names of its own: one for administrators by default, none for everybody', async () => {
    await seedPlatform(db);
    const roles = Object.values(await systemRoles(db));
    expect(roles.map(({ name }) => name).filter(name => !name.startsWith('Grantry '))).toEqual([]);
    expect(roles.filter(role => role.admin_default).map(({ name, access }) => [name, access])).toEqual([
      ['Grantry administrator', [{ permission: 'rbac:*:*', definitions: [] }]],
    ]);
    expect(roles.filter(role => role.platform_default)).toEqual([]);
    expect(roles.every(({ origin }) => origin === 'PLATFORM')).toBe(true);
  });

  it('names no permission in a role that is not in its own files', async () => {
    await seedPlatform(db);
    const own = await platformPermissions();
    const used = Object.values(await systemRoles(db)).flatMap(({ access }) =>
      access.map(({ permission }) => permission),
    );
    expect(used.filter(permission => !own.has(permission))).toEqual([]);
  });

  it('is not touched by the next start', async () => {
    await seedPlatform(db);
    const at = await revision(db);
    const { permissions: counts, roles } = await seedPlatform(db);
    expect([counts.unchanged, counts.created + counts.updated, roles.unchanged.length]).toEqual([31, 0, 6]);
    expect(await revision(db)).toBe(at);
  });
});

describe('a folder beside it', () => {
  it('keeps out of the names of its roles', async () => {
    await seedPlatform(db);
    const before = await systemRoles(db);
    const { errors } = await seed(db, {
      'roles/a.json': {
        roles: [
          { name: 'Viewer', display_name: 'Grantry viewer', access: [] },
          { name: 'grantry AUDITOR', version: 7, access: [] },
        ],
      },
    });
    expect(errors.map(({ path, message }) => [path, message])).toEqual([
      ['roles[1]', 'the name "grantry AUDITOR" is taken by a role that comes with the product; choose another'],
      [
        'roles[0]',
        'the display name "Grantry viewer" is taken by the role "Grantry viewer" that comes with the product',
      ],
    ]);
    expect(await systemRoles(db)).toEqual(before);
  });

  it('keeps its own role when a release comes with one of the same name', async () => {
    await seed(db, { 'roles/a.json': { roles: [{ name: 'Grantry viewer', access: [] }] } });
    const { errors } = await seedPlatform(db);
    expect(errors.map(({ message }) => message)).toEqual([
      'the name "Grantry viewer" is taken by a role from a seed folder; choose another',
    ]);
    expect((await systemRoles(db))['Grantry viewer']).toMatchObject({ origin: 'FOLDER', access: [] });
  });

  it('may have rbac permissions of its own, and leaves those of the product as they are', async () => {
    await seedPlatform(db);
    const before = await permissions(db);
    const files = {
      'permissions/rbac.json': {
        group: [{ verb: 'read' }, { verb: 'write', description: 'Other', requires: ['read'] }],
        workspace: [{ verb: 'read', description: 'Read workspaces' }],
      },
    };
    const { warnings, errors, permissions: counts } = await seed(db, files);
    expect([errors, counts]).toEqual([[], { created: 1, updated: 0, unchanged: 2 }]);
    expect(warnings).toEqual([
      { file: 'permissions/rbac.json', path: '', message: expect.stringContaining('come with the product') },
    ]);
    const { 'rbac:workspace:read': own, ...rest } = await permissions(db);
    expect([own?.description, rest]).toEqual(['Read workspaces', before]);
  });
});

describe('progress', () => {
  it('is told up to the last role', async () => {
    const told: [number, number][] = [];
    const dir = await folderOf({ 'roles/a.json': { roles: ['A', 'B', 'C'].map(name => ({ name, access: [] })) } });
    const seedIt = () =>
      seedFolder(db, dir, { origin: 'FOLDER', prune: false, onProgress: (done, total) => told.push([done, total]) });
    await seedIt();
    expect(told.splice(0)).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    await seedIt();
    expect(told).toEqual([[3, 3]]);
  });
});
