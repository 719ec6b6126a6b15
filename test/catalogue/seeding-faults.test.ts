import { openTestDatabase, type TestDatabase } from '../database.js';
import { seedFolder } from '../../src/catalogue/seeding/seed-folder.js';
import { emptyCatalogue, folderOf, permissions, removeFolders, revision, seed, systemRoles } from './seeding-world.js';

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

const GOOD = { name: 'Good', access: [{ permission: 'inventory:hosts:read' }] };
const filtered = (attributeFilter: unknown) => ({
  name: 'Filtered',
  access: [
    { permission: 'inventory:hosts:read' },
    { permission: 'inventory:hosts:read', resourceDefinitions: [{ attributeFilter }] },
  ],
});
const FILTER = 'access[1].resourceDefinitions[0].attributeFilter';

describe('a broken role', () => {
  it.each([
    ['no object', 'text', '', 'must be an object'],
    ['no name', { access: [] }, 'name', 'is missing; it must be a text'],
    ['an empty name', { name: '  ', access: [] }, 'name', 'must not be empty'],
    ['a name that is too long', { name: 'x'.repeat(151), access: [] }, 'name', 'must have at most 150 characters'],
    ['a name with control characters', { name: 'a\nb', access: [] }, 'name', 'must consist of printable characters'],
    ['a display name that is no text', { name: 'A', display_name: 5, access: [] }, 'display_name', 'must be a text'],
    [
      'a description that cannot be stored',
      { name: 'A', description: '\u0000', access: [] },
      'description',
      'must not contain NUL',
    ],
    ['no list of rows', { name: 'A' }, 'access', 'is missing; it must be a list'],
    ['system: false', { name: 'A', system: false, access: [] }, 'system', 'only system roles can be seeded'],
    [
      'a flag that is no flag',
      { name: 'A', platform_default: 'yes', access: [] },
      'platform_default',
      'must be true or false',
    ],
    ['version 0', { name: 'A', version: 0, access: [] }, 'version', 'must be a whole number from 1'],
    ['version 1.5', { name: 'A', version: 1.5, access: [] }, 'version', 'must be a whole number from 1'],
    ['a version in quotes', { name: 'A', version: '2', access: [] }, 'version', 'must be a whole number from 1'],
    [
      'a version beyond all',
      { name: 'A', version: 3_000_000_000, access: [] },
      'version',
      'must be at most 2147483647',
    ],
    ['a row without permission', { name: 'A', access: [{}] }, 'access[0].permission', 'is missing'],
    [
      'a malformed permission',
      { name: 'A', access: [GOOD.access[0], { permission: 'a:b' }] },
      'access[1].permission',
      'must be application:resource:verb',
    ],
    [
      'a wildcard for all',
      { name: 'A', access: [{ permission: '*:*:*' }] },
      'access[0].permission',
      'must be application:resource:verb',
    ],
    [
      'an unknown operation',
      filtered({ key: 'a', operation: 'like', value: 'x' }),
      `${FILTER}.operation`,
      'must be "equal" or "in"',
    ],
    ['an empty key', filtered({ key: '', operation: 'equal', value: 'x' }), `${FILTER}.key`, 'must be a dotted path'],
    [
      'a hole in the key',
      filtered({ key: 'a..b', operation: 'equal', value: 'x' }),
      `${FILTER}.key`,
      'must be a dotted path',
    ],
    ['no value', filtered({ key: 'a', operation: 'equal' }), `${FILTER}.value`, 'is missing'],
    ['a number to equal', filtered({ key: 'a', operation: 'equal', value: 1 }), `${FILTER}.value`, 'must be a string'],
    [
      'a list to equal',
      filtered({ key: 'a', operation: 'equal', value: ['x'] }),
      `${FILTER}.value`,
      'must be a string',
    ],
    ['a text to be in', filtered({ key: 'a', operation: 'in', value: 'x,y' }), `${FILTER}.value`, 'must be a list'],
    [
      'a list with a number',
      filtered({ key: 'a', operation: 'in', value: ['x', 1] }),
      `${FILTER}.value`,
      'must be a list',
    ],
    [
      'a definition without filter',
      { name: 'A', access: [{ ...GOOD.access[0], resourceDefinitions: [{}] }] },
      'access[0].resourceDefinitions[0].attributeFilter',
      'is missing',
    ],
  ])('with %s is reported with its place, and the others are loaded', async (_, broken, path, message) => {
    const report = await seed(db, {
      'roles/a.json': { roles: [broken, GOOD] },
      'roles/b.json': { roles: [{ ...GOOD, name: 'Too' }] },
    });
    expect(report.errors).toEqual([
      { file: 'roles/a.json', path: path ? `roles[0].${path}` : 'roles[0]', message: expect.stringContaining(message) },
    ]);
    expect(Object.keys(await systemRoles(db))).toEqual(['Good', 'Too']);
    expect(Object.keys(await permissions(db))).toEqual(['inventory:hosts:read']);
  });

  it('has all its faults reported', async () => {
    const { errors } = await seed(db, {
      'roles/a.json': { roles: [{ name: '', version: 0, access: [{}, { permission: 'x' }] }] },
    });
    expect(errors.map(({ path }) => path).sort()).toEqual([
      'roles[0].access[0].permission',
      'roles[0].access[1].permission',
      'roles[0].name',
      'roles[0].version',
    ]);
  });

  it('stays what it was', async () => {
    await seed(db, { 'roles/a.json': { roles: [GOOD] } });
    const before = [await systemRoles(db), await revision(db)];
    await seed(db, { 'roles/a.json': { roles: [{ ...GOOD, version: 2, access: [{ permission: 'x' }] }] } });
    expect([await systemRoles(db), await revision(db)]).toEqual(before);
  });
});

describe('names in a folder', () => {
  it('are there once: the first one wins, and the others are reported', async () => {
    const { errors } = await seed(db, {
      'roles/a.json': {
        roles: [
          { ...GOOD, version: 5 },
          { ...GOOD, name: 'GOOD', version: 6 },
        ],
      },
      'roles/b.json': {
        roles: [
          { ...GOOD, name: 'good ', version: 7 },
          { ...GOOD, name: 'Other', display_name: 'gooD' },
        ],
      },
    });
    expect(errors.map(({ file, path, message }) => [file, path, message])).toEqual([
      ['roles/a.json', 'roles[1]', 'the name "GOOD" is taken by roles[0] of roles/a.json, which counts'],
      ['roles/b.json', 'roles[0]', 'the name "good" is taken by roles[0] of roles/a.json, which counts'],
      ['roles/b.json', 'roles[1]', 'the display name "gooD" is taken by roles[0] of roles/a.json, which counts'],
    ]);
    expect(await systemRoles(db)).toEqual({ Good: expect.objectContaining({ version: 5 }) });
  });
});

describe('a broken file of roles', () => {
  it.each([
    ['{"roles": [', ''],
    ['[]', ''],
    ['{}', 'roles'],
    ['{"roles": {}}', 'roles'],
  ])('such as %s is reported and does not stop the others', async (text, path) => {
    const { errors } = await seed(db, { 'roles/a.json': text, 'roles/b.json': { roles: [GOOD] } });
    expect(errors).toMatchObject([{ file: 'roles/a.json', path }]);
    expect(Object.keys(await systemRoles(db))).toEqual(['Good']);
  });

  it('that begins with a byte order mark is not broken, and what is no JSON file is not read', async () => {
    const { errors, roles } = await seed(db, {
      'roles/a.json': `\ufeff${JSON.stringify({ roles: [GOOD] })}`,
      'roles/._a.json': 'from the file system',
      'roles/README.md': '# Roles',
    });
    expect([errors, roles.created]).toEqual([[], ['Good']]);
  });
});

describe('a folder', () => {
  const nothing = (dir: string) => seedFolder(db, dir, { origin: 'FOLDER', prune: true });

  it('that is missing, or has no permissions and no roles, fails and removes nothing', async () => {
    await seed(db, { 'roles/a.json': { roles: [GOOD] } });
    const before = [await systemRoles(db), await revision(db)];
    const wrong = [
      `${await folderOf({})}/missing`,
      await folderOf({}),
      await folderOf({ 'role/a.json': { roles: [] } }),
      await folderOf({ roles: '' }),
    ];
    for (const dir of wrong) {
      await expect(nothing(dir)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        message: expect.stringContaining(dir),
      });
    }
    expect([await systemRoles(db), await revision(db)]).toEqual(before);
  });

  it('may have roles alone or permissions alone', async () => {
    expect((await seed(db, { 'roles/a.json': { roles: [GOOD] } })).errors).toEqual([]);
    expect((await seed(db, { 'permissions/inventory.json': { hosts: ['read'] } })).errors).toEqual([]);
  });
});
