import { seedFolder } from '../../src/catalogue/seeding/seed-folder.js';
import type { TenantId } from '../../src/kernel/ids.js';
import type { Database } from '../../src/store/database.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import {
  emptyCatalogue,
  folderOf,
  groupWith,
  permissions,
  removeFolders,
  revision,
  seed,
  systemRoles,
  tenant,
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

const role = (name: string, version = 1) => ({ name, version, access: [{ permission: 'inventory:hosts:write' }] });
const FILES = {
  'permissions/inventory.json': { hosts: [{ verb: 'read' }, { verb: 'write', requires: ['read'] }] },
  'roles/inventory.json': { roles: [role('A'), role('B')] },
};

describe('seedings at once', () => {
  it('of the same folder write everything once', async () => {
    const dir = await folderOf(FILES);
    const at = await revision(db);
    const reports = await Promise.all([1, 2, 3, 4].map(() => seedFolder(db, dir, { origin: 'FOLDER', prune: true })));
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
    expect(reports.flatMap(({ roles }) => roles.created).sort()).toEqual(['A', 'B']);
    expect(reports.flatMap(({ roles }) => roles.unchanged)).toHaveLength(6);
    expect(Object.keys(await permissions(db))).toEqual(['inventory:hosts:read', 'inventory:hosts:write']);
    expect(await revision(db)).toBe(at + 1);
  });

  it('of two versions leave one of them, whole', async () => {
    const dirs = [FILES, { 'roles/inventory.json': { roles: [role('A', 2), role('B', 2), role('C', 2)] } }];
    const seeded = dirs.map(async files => seedFolder(db, await folderOf(files), { origin: 'FOLDER', prune: false }));
    await Promise.all(seeded);
    const { A, B, C } = await systemRoles(db);
    expect([1, 2]).toContain(A!.version);
    expect(B!.version).toBe(A!.version);
    expect(C!.version).toBe(2);
  });

  it('that prune the same role delete it once', async () => {
    const tenantId = await tenant(db);
    await seed(db, FILES);
    await groupWith(db, tenantId, ['A', 'B']);
    const dir = await folderOf({ 'roles/inventory.json': { roles: [role('A')] } });
    const reports = await Promise.all([1, 2, 3].map(() => seedFolder(db, dir, { origin: 'FOLDER', prune: true })));
    expect(reports.flatMap(({ roles }) => roles.pruned)).toEqual(['B']);
    expect(reports.flatMap(({ errors }) => errors)).toEqual([]);
    expect(Object.keys(await systemRoles(db))).toEqual(['A']);
  });
});

describe('a role that is being given to groups while it is pruned', () => {
  /** The database, on which somebody gives the role to a group just before each of the first `times` catalogue writes. */
  const meddledWith = (tenantId: TenantId, times: number): Database =>
    new Proxy(db, {
      get(target, property) {
        if (property !== 'writeCatalogue') return (target[property as keyof Database] as () => void).bind(target);
        return async (work: Parameters<Database['writeCatalogue']>[0]) => {
          if (times-- > 0) await groupWith(target, tenantId, ['B'], `Group ${times}`);
          return target.writeCatalogue(work);
        };
      },
    });
  const FEWER = { 'roles/inventory.json': { roles: [role('A')] } };

  it('is taken from them as well, and deleted', async () => {
    const tenantId = await tenant(db);
    await seed(db, FILES);
    const { roles, errors } = await seed(meddledWith(tenantId, 2), FEWER, { prune: true });
    expect([roles.pruned, errors]).toEqual([['B'], []]);
    expect(Object.keys(await systemRoles(db))).toEqual(['A']);
  });

  it('stays and is reported when that does not end', async () => {
    const tenantId = await tenant(db);
    await seed(db, FILES);
    const { roles, errors } = await seed(meddledWith(tenantId, 5), FEWER, { prune: true });
    expect([roles.pruned, roles.unchanged]).toEqual([[], ['A']]);
    expect(errors).toEqual([
      { file: 'roles', path: '', message: expect.stringContaining('"B" is being given to groups') },
    ]);
    expect(Object.keys(await systemRoles(db))).toEqual(['A', 'B']);
  });
});
