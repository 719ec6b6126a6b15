import { sql } from 'kysely';
import { Asking } from '../../src/engine/asking.js';
import { createEngine } from '../../src/engine/engine.js';
import { newId, type PrincipalId, type TenantId } from '../../src/kernel/ids.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import {
  customRole,
  emptyCatalogue,
  groupWith,
  permissions,
  removeFolders,
  revision,
  rows,
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

const COST_VIEWER = {
  name: 'Cost AWS viewer',
  display_name: 'Cost viewer for AWS',
  description: 'Reads what two accounts cost',
  system: true,
  platform_default: true,
  admin_default: false,
  version: 3,
  access: [
    {
      permission: 'cost-management:aws.account:read',
      resourceDefinitions: [
        { attributeFilter: { key: 'cost-management.aws.account', operation: 'in', value: ['123456', '654321', null] } },
        { attributeFilter: { key: 'cost-management.region', operation: 'equal', value: 'eu-1' } },
        { attributeFilter: { key: 'cost-management.team', operation: 'equal', value: null } },
      ],
    },
    { permission: 'cost-management:*:*', resourceDefinitions: [] },
  ],
};
const roles = (...list: unknown[]) => ({ 'roles/cost-management.json': { roles: list } });

describe('a role of a folder', () => {
  it('is created with its fields, its rows and their filters', async () => {
    const report = await seed(db, roles(COST_VIEWER));
    expect(report).toMatchObject({
      roles: { created: ['Cost AWS viewer'], updated: [], unchanged: [], pruned: [] },
      errors: [],
    });
    expect((await systemRoles(db))['Cost AWS viewer']).toMatchObject({
      display_name: 'Cost viewer for AWS',
      description: 'Reads what two accounts cost',
      platform_default: true,
      admin_default: false,
      version: 3,
      origin: 'FOLDER',
      access: [
        {
          permission: 'cost-management:aws.account:read',
          definitions: [
            { key: 'cost-management.aws.account', operation: 'IN', value: ['123456', '654321', null] },
            { key: 'cost-management.region', operation: 'EQUAL', value: 'eu-1' },
            { key: 'cost-management.team', operation: 'EQUAL', value: null },
          ],
        },
        { permission: 'cost-management:*:*', definitions: [] },
      ],
    });
  });

  it('needs no more than a name and a list of rows; what else it says is ignored', async () => {
    const report = await seed(db, roles({ name: ' Plain  role ', access: [], external: { id: 7 } }));
    expect(report.errors).toEqual([]);
    expect((await systemRoles(db))['Plain  role']).toMatchObject({
      display_name: 'Plain  role',
      description: null,
      platform_default: false,
      admin_default: false,
      version: 1,
      access: [],
    });
  });

  it('creates the permissions that it names and no file has', async () => {
    const report = await seed(db, {
      'permissions/cost-management.json': { 'aws.account': [{ verb: 'read', description: 'Read costs' }] },
      ...roles(COST_VIEWER),
    });
    expect(report.permissions).toEqual({ created: 2, updated: 0, unchanged: 0 });
    expect(await permissions(db)).toMatchObject({
      'cost-management:aws.account:read': { description: 'Read costs' },
      'cost-management:*:*': { description: '' },
    });
    expect(await rows(db, sql`select name from resource_type`)).toEqual([{ name: 'cost-management:aws.account' }]);
  });

  it('in the version that is stored is not touched, whatever else the file says', async () => {
    await seed(db, roles(COST_VIEWER));
    const [before, at] = [await systemRoles(db), await revision(db)];
    const report = await seed(
      db,
      roles({ ...COST_VIEWER, description: 'Other', access: [{ permission: 'cost-management:new:read' }] }),
    );
    expect(report.roles).toEqual({ created: [], updated: [], unchanged: ['Cost AWS viewer'], pruned: [] });
    expect(await systemRoles(db)).toEqual(before);
    expect(await permissions(db)).not.toHaveProperty(['cost-management:new:read']);
    expect(await revision(db)).toBe(at);
  });

  it.each([4, 2])(
    'in another version (%i after 3) replaces fields and rows, and stays the same role',
    async version => {
      await seed(db, roles(COST_VIEWER));
      const [before, at] = [await systemRoles(db), await revision(db)];
      const report = await seed(
        db,
        roles({
          name: 'COST aws Viewer',
          admin_default: true,
          version,
          access: [{ permission: 'cost-management:azure:read' }],
        }),
      );
      expect(report.roles).toMatchObject({ created: [], updated: ['COST aws Viewer'] });
      const after = await systemRoles(db);
      expect(Object.keys(after)).toEqual(['COST aws Viewer']);
      expect(after['COST aws Viewer']).toMatchObject({
        id: before['Cost AWS viewer']!.id,
        display_name: 'COST aws Viewer',
        description: null,
        platform_default: false,
        admin_default: true,
        version,
        access: [{ permission: 'cost-management:azure:read', definitions: [] }],
      });
      expect(await revision(db)).toBe(at + 1);
    },
  );

  it('may exchange its display name with another', async () => {
    const [a, b] = [
      { name: 'A', display_name: 'One', access: [] },
      { name: 'B', display_name: 'Two', access: [] },
    ];
    await seed(db, roles(a, b));
    const report = await seed(
      db,
      roles({ ...a, display_name: 'Two', version: 2 }, { ...b, display_name: 'One', version: 2 }),
    );
    expect(report.errors).toEqual([]);
    expect(await systemRoles(db)).toMatchObject({ A: { display_name: 'Two' }, B: { display_name: 'One' } });
  });

  it('cannot take the display name of a role that keeps it', async () => {
    const [a, b] = [
      { name: 'A', display_name: 'One', access: [] },
      { name: 'B', display_name: 'Two', access: [] },
    ];
    await seed(db, roles(a, b));
    // B cannot have the name of A, so it keeps its own, so C cannot have that.
    const { errors } = await seed(
      db,
      roles(
        { ...b, display_name: 'ONE', version: 2 },
        { name: 'C', display_name: 'two', access: [] },
        { name: 'D', access: [] },
      ),
    );
    expect(errors.map(({ path, message }) => [path, message])).toEqual([
      ['roles[0]', 'the display name "ONE" is taken by the role "A" from a seed folder'],
      ['roles[1]', 'the display name "two" is taken by the role "B" from a seed folder'],
    ]);
    expect(await systemRoles(db)).toMatchObject({
      A: { display_name: 'One' },
      B: { display_name: 'Two', version: 1 },
      D: {},
    });
  });

  it('that lacks a required permission is loaded and reported, also when a wildcard of it would cover that', async () => {
    const files = {
      'permissions/inventory.json': {
        hosts: ['read', { verb: 'write', requires: ['read'] }, { verb: 'admin', requires: ['write'] }],
      },
      'roles/inventory.json': {
        roles: [
          { name: 'Host admin', access: [{ permission: 'inventory:hosts:admin' }, { permission: 'inventory:*:*' }] },
          {
            name: 'Complete',
            access: ['admin', 'write', 'read'].map(verb => ({ permission: `inventory:hosts:${verb}` })),
          },
        ],
      },
    };
    const first = await seed(db, files);
    expect(first.roles.created).toEqual(['Host admin', 'Complete']);
    expect(first.errors).toEqual([]);
    expect(first.warnings).toEqual([
      {
        file: 'roles/inventory.json',
        path: 'roles[0]',
        message: '"Host admin" is loaded without inventory:hosts:write, which inventory:hosts:admin requires',
      },
      {
        file: 'roles/inventory.json',
        path: 'roles[0]',
        message: '"Host admin" is loaded without inventory:hosts:read, which inventory:hosts:write requires',
      },
    ]);
    expect((await seed(db, files)).warnings).toEqual(first.warnings);
  });

  it('leaves the roles that tenants have made under its name as they are, and says how many', async () => {
    const [one, two, three] = [await tenant(db), await tenant(db), await tenant(db)];
    await seed(db, { 'permissions/inventory.json': { hosts: ['read'] } });
    await customRole(db, one, 'cost AWS VIEWER', 'inventory:hosts:read');
    await customRole(db, two, 'Mine', 'inventory:hosts:read', 'Cost viewer for AWS');
    await customRole(db, three, 'Other', 'inventory:hosts:read');
    const custom = () =>
      rows(
        db,
        sql`
        select r.*, a.permission_id from role r join role_access a on a.role_id = r.id
          where r.tenant_id = any(${[one, two, three]}::uuid[]) and a.tenant_id = any(${[one, two, three]}::uuid[])
          order by r.id`,
      );
    const before = await custom();
    const { warnings, errors, roles: done } = await seed(db, roles(COST_VIEWER));
    expect([done.created, errors]).toEqual([['Cost AWS viewer'], []]);
    expect(warnings).toEqual([
      { file: 'roles/cost-management.json', path: 'roles[0]', message: expect.stringMatching(/^2 tenants have roles/) },
    ]);
    expect(await custom()).toEqual(before);
  });
});

describe('decisions after a seeding', () => {
  async function user(tenantId: TenantId): Promise<string> {
    const id = newId<PrincipalId>();
    const now = new Date();
    await db.write(tenantId, tx =>
      tx.query(sql`
        insert into principal (tenant_id, id, username, type, active, org_admin, superuser, created_at, modified_at)
        values (${tenantId}, ${id}, 'ada', 'USER', true, false, false, ${now}, ${now})`),
    );
    return id;
  }

  it('follow the flags and the rows of roles at once, in every tenant, with the caches warm', async () => {
    const engine = createEngine(db, 100);
    const tenants = [await tenant(db), await tenant(db)];
    for (const tenantId of tenants) await user(tenantId);
    const mayRead = () =>
      Promise.all(
        tenants.map(async tenantId => {
          const revision = await engine.revisions(tenantId);
          const catalogue = await engine.catalogue.at(revision.catalogue);
          const asking = new Asking(engine, db.scope(tenantId), catalogue, revision, new Date());
          const ask = { permission: 'inventory:hosts:read', resourceId: null, context: null };
          return (await asking.answer({ subject: { by: 'username', value: 'ada' }, ...ask }, 'permission')).allowed;
        }),
      );
    const role = { name: 'Host viewer', access: [{ permission: 'inventory:hosts:read' }] };
    await seed(db, roles(role));
    expect(await mayRead()).toEqual([false, false]);
    await seed(db, roles({ ...role, platform_default: true, version: 2 }));
    expect(await mayRead()).toEqual([true, true]);
    await seed(db, roles({ ...role, platform_default: true, version: 3, access: [] }));
    expect(await mayRead()).toEqual([false, false]);
    await seed(db, roles({ ...role, platform_default: true, version: 4 }));
    expect(await mayRead()).toEqual([true, true]);
    await seed(db, roles(), { prune: true });
    expect(await mayRead()).toEqual([false, false]);
  });

  it('keep a role that was given to a group when it is seeded in a new version', async () => {
    const tenantId = await tenant(db);
    await seed(db, roles(COST_VIEWER));
    const policy = await groupWith(db, tenantId, ['Cost AWS viewer']);
    await seed(db, roles({ ...COST_VIEWER, version: 9 }));
    const held = sql`
      select s.version from policy_role r join system_role s on s.id = r.system_role_id
      where r.tenant_id = ${tenantId} and r.policy_id = ${policy}`;
    expect(await rows(db, held)).toEqual([{ version: 9 }]);
  });
});
