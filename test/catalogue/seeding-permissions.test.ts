import { sql } from 'kysely';
import { openTestDatabase, type TestDatabase } from '../database.js';
import { emptyCatalogue, permissions, removeFolders, revision, rows, seed } from './seeding-world.js';

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

const INVENTORY = {
  '*': [{ verb: '*', description: 'Everything in inventory' }],
  hosts: [
    { verb: 'read', description: 'Read hosts' },
    { verb: 'write', description: 'Change hosts', requires: ['read', 'inventory:groups:read'] },
  ],
  groups: [{ verb: 'read' }],
};

describe('permissions of a folder', () => {
  it('are created with descriptions, requirements and resource types', async () => {
    const report = await seed(db, {
      'permissions/inventory.json': INVENTORY,
      'permissions/cost-management.json': { 'aws.account': ['read', '*'] },
    });
    expect(report).toMatchObject({ permissions: { created: 6, updated: 0, unchanged: 0 }, errors: [], warnings: [] });
    expect(await permissions(db)).toEqual({
      'cost-management:aws.account:*': { description: '', requires: [] },
      'cost-management:aws.account:read': { description: '', requires: [] },
      'inventory:*:*': { description: 'Everything in inventory', requires: [] },
      'inventory:groups:read': { description: '', requires: [] },
      'inventory:hosts:read': { description: 'Read hosts', requires: [] },
      'inventory:hosts:write': {
        description: 'Change hosts',
        requires: ['inventory:groups:read', 'inventory:hosts:read'],
      },
    });
    const types = await rows<{ name: string }>(db, sql`select name from resource_type order by name`);
    expect(types.map(({ name }) => name)).toEqual([
      'cost-management:aws.account',
      'inventory:groups',
      'inventory:hosts',
    ]);
  });

  it('may require what only a later file defines', async () => {
    const report = await seed(db, {
      'permissions/advisor.json': { results: [{ verb: 'read', requires: ['inventory:hosts:read'] }] },
      'permissions/inventory.json': INVENTORY,
    });
    expect(report.errors).toEqual([]);
    expect((await permissions(db))['advisor:results:read']?.requires).toEqual(['inventory:hosts:read']);
  });

  it('may require what an earlier seeding has left', async () => {
    await seed(db, { 'permissions/inventory.json': INVENTORY });
    const report = await seed(db, {
      'permissions/advisor.json': { results: [{ verb: 'read', requires: ['inventory:hosts:read'] }] },
    });
    expect(report.errors).toEqual([]);
  });

  it('are not touched when they are as the files say', async () => {
    await seed(db, { 'permissions/inventory.json': INVENTORY });
    const before = await revision(db);
    const report = await seed(db, { 'permissions/inventory.json': INVENTORY });
    expect(report.permissions).toEqual({ created: 0, updated: 0, unchanged: 4 });
    expect(await revision(db)).toBe(before);
  });

  it('follow a file that says otherwise', async () => {
    await seed(db, { 'permissions/inventory.json': INVENTORY });
    const before = await revision(db);
    const report = await seed(db, {
      'permissions/inventory.json': {
        ...INVENTORY,
        hosts: [
          { verb: 'read', description: 'See hosts' },
          { verb: 'write', description: 'Change hosts', requires: ['read'] },
        ],
      },
    });
    expect(report.permissions).toEqual({ created: 0, updated: 2, unchanged: 2 });
    expect(await permissions(db)).toMatchObject({
      'inventory:hosts:read': { description: 'See hosts' },
      'inventory:hosts:write': { requires: ['inventory:hosts:read'] },
    });
    expect(await revision(db)).toBe(before + 1);
  });

  it('keep what is stored when a file gives the bare verb', async () => {
    await seed(db, { 'permissions/inventory.json': INVENTORY });
    const before = await permissions(db);
    await seed(db, { 'permissions/inventory.json': { hosts: ['read', 'write'] } });
    expect(await permissions(db)).toEqual(before);
  });

  it('stay when a file does not have them any more', async () => {
    await seed(db, { 'permissions/inventory.json': INVENTORY });
    await seed(db, { 'permissions/inventory.json': {}, 'roles/none.json': { roles: [] } }, { prune: true });
    expect(Object.keys(await permissions(db))).toHaveLength(4);
  });
});

describe('a permissions file with faults', () => {
  const other = { 'permissions/other.json': { things: ['read'] } };
  const loaded = async () => Object.keys(await permissions(db));

  it('is reported with its place when it is no JSON, and does not stop the others', async () => {
    const { errors } = await seed(db, { 'permissions/inventory.json': '{"hosts": [', ...other });
    expect(errors).toEqual([
      { file: 'permissions/inventory.json', path: '', message: expect.stringContaining('JSON') },
    ]);
    expect(await loaded()).toEqual(['other:things:read']);
  });

  it('is reported when it is no object of resources', async () => {
    const { errors } = await seed(db, {
      'permissions/inventory.json': ['read'],
      'permissions/b.json': { hosts: 'read' },
      ...other,
    });
    expect(errors).toEqual([
      { file: 'permissions/b.json', path: 'hosts', message: expect.stringContaining('must be a list of verbs') },
      {
        file: 'permissions/inventory.json',
        path: '',
        message: expect.stringContaining('must be an object of resources'),
      },
    ]);
    expect(await loaded()).toEqual(['other:things:read']);
  });

  it('is reported when its name is no application', async () => {
    const { errors } = await seed(db, { 'permissions/in ventory.json': INVENTORY, ...other });
    expect(errors).toEqual([
      { file: 'permissions/in ventory.json', path: '', message: expect.stringContaining('must be the application') },
    ]);
  });

  it('has each broken entry reported, and the rest loaded', async () => {
    const { errors } = await seed(db, {
      'permissions/inventory.json': {
        hosts: [{ verb: 'a b' }, { description: 'No verb' }, { verb: 'write', description: 7 }, 5, 'read'],
        'bad resource': ['read'],
        groups: [{ verb: 'read', description: 'with \u0000' }],
      },
    });
    expect(errors.map(({ path }) => path)).toEqual([
      'hosts[0]',
      'hosts[1].verb',
      'hosts[2].description',
      'hosts[3]',
      '["bad resource"][0]',
      'groups[0].description',
    ]);
    expect(errors[0]!.message).toContain('must be application:resource:verb');
    expect(errors[1]!.message).toBe('is missing; it must be a verb, or * for all');
    expect(await loaded()).toEqual(['inventory:hosts:read']);
  });

  it('has a requirement that nobody defines reported, and the permission loaded without it', async () => {
    const { errors } = await seed(db, {
      'permissions/inventory.json': { hosts: ['read', { verb: 'write', requires: ['read', 'fly', 'a:b', 'write'] }] },
    });
    expect(errors.map(({ path }) => path)).toEqual([
      'hosts[1].requires[1]',
      'hosts[1].requires[2]',
      'hosts[1].requires[3]',
    ]);
    expect(errors[0]!.message).toContain('there is no permission inventory:hosts:fly');
    expect(await permissions(db)).toMatchObject({ 'inventory:hosts:write': { requires: ['inventory:hosts:read'] } });
  });

  it('has a permission that is listed twice reported, and the first one counts', async () => {
    const { warnings, errors } = await seed(db, {
      'permissions/inventory.json': {
        hosts: [
          { verb: 'read', description: 'First' },
          { verb: 'read', description: 'Second' },
        ],
      },
    });
    expect([warnings, errors]).toMatchObject([[{ path: 'hosts[1]' }], []]);
    expect((await permissions(db))['inventory:hosts:read']?.description).toBe('First');
  });
});
