import { sql } from 'kysely';
import { seedFolder } from '../../src/catalogue/seeding/seed-folder.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import {
  emptyCatalogue,
  folderOf,
  groupWith,
  removeFolders,
  revision,
  rows,
  seed,
  systemRoles,
  tenant,
  tenantRevision,
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

const role = (name: string) => ({ name, access: [{ permission: 'inventory:hosts:read' }] });
const files = (...names: string[]) => ({ 'roles/inventory.json': { roles: names.map(role) } });
const names = async () => Object.keys(await systemRoles(db));

describe('a role that is in the folder no more', () => {
  it('stays without prune', async () => {
    await seed(db, files('A', 'B'));
    const at = await revision(db);
    expect((await seed(db, files('A'))).roles.pruned).toEqual([]);
    expect([await names(), await revision(db)]).toEqual([['A', 'B'], at]);
  });

  it('is deleted with prune', async () => {
    await seed(db, files('A', 'B'));
    const at = await revision(db);
    expect((await seed(db, files('a'), { prune: true })).roles).toMatchObject({ unchanged: ['a'], pruned: ['B'] });
    expect([await names(), await revision(db)]).toEqual([['A'], at + 1]);
  });

  it('makes way for one that takes its display name', async () => {
    await seed(db, files('A'));
    const { errors } = await seed(
      db,
      { 'roles/a.json': { roles: [{ ...role('B'), display_name: 'A' }] } },
      { prune: true },
    );
    expect([errors, await names()]).toEqual([[], ['B']]);
  });

  it('is taken from the groups of every tenant, together with the policies that this empties', async () => {
    const [one, two, three] = [await tenant(db), await tenant(db), await tenant(db)];
    await seed(db, files('A', 'B'));
    const both = await groupWith(db, one, ['A', 'B'], 'Both');
    await groupWith(db, one, ['B'], 'Only that');
    await groupWith(db, two, ['B']);
    const kept = await groupWith(db, three, ['A']);
    const before = await Promise.all([one, two, three].map(id => tenantRevision(db, id)));
    expect((await seed(db, files('A'), { prune: true })).roles.pruned).toEqual(['B']);
    const left = sql`
      select p.id, count(r.id) as roles from tenant t
        join policy p on p.tenant_id = t.id
        left join policy_role r on r.tenant_id = t.id and r.policy_id = p.id
      group by p.id order by p.id`;
    expect(await rows(db, left)).toEqual([both, kept].sort().map(id => ({ id, roles: 1 })));
    const after = await Promise.all([one, two, three].map(id => tenantRevision(db, id)));
    expect(after.map((revision, at) => revision - before[at]!)).toEqual([1, 1, 0]);
  });

  it('is not deleted when it came with the product', async () => {
    await seedFolder(db, await folderOf(files('Own')), { origin: 'PLATFORM', prune: false });
    expect((await seed(db, files(), { prune: true })).roles.pruned).toEqual([]);
    expect(await names()).toEqual(['Own']);
  });

  it('is not deleted by what comes with the product', async () => {
    await seed(db, files('A'));
    await seedFolder(db, await folderOf(files('Own')), { origin: 'PLATFORM', prune: true });
    expect(await names()).toEqual(['A', 'Own']);
  });
});

describe('a role that cannot be read', () => {
  it('does not count as removed', async () => {
    await seed(db, files('A', 'B', 'C'));
    const broken = { name: ' b ', access: 'everything' };
    const { roles, errors } = await seed(
      db,
      { 'roles/inventory.json': { roles: [role('A'), broken] } },
      { prune: true },
    );
    expect([roles.pruned, errors.length, await names()]).toEqual([['C'], 1, ['A', 'B']]);
  });

  it.each([
    ['in a file that is no JSON', { ...files('A'), 'roles/other.json': '{' }],
    ['in a file without a list', { ...files('A'), 'roles/other.json': '{"roles": 1}' }],
    ['because it has no name', { 'roles/inventory.json': { roles: [role('A'), { access: [] }] } }],
    ['because there is no folder of roles', { 'permissions/inventory.json': { hosts: ['read'] } }],
  ])('%s has nothing pruned, and that is said', async (_, folder) => {
    await seed(db, files('A', 'B'));
    const { roles, warnings } = await seed(db, folder, { prune: true });
    expect([roles.pruned, await names()]).toEqual([[], ['A', 'B']]);
    expect(warnings).toEqual([{ file: 'roles', path: '', message: expect.stringContaining('no role was pruned') }]);
  });
});
