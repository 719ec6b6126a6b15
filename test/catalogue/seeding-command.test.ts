import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seed, seedCommand } from '../../src/cli/seed.js';
import { folderOf, removeFolders } from './seeding-world.js';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'grantry-data-'));
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await removeFolders();
});

const run = async (options: { dir?: string; prune?: boolean }, seedDir?: string) => {
  const lines: string[] = [];
  const isClean = await seed({ database: { dataDir, poolSize: 2 }, seedDir }, options, line => lines.push(line));
  return { isClean, lines };
};
const role = (name: string) => ({ name, access: [{ permission: 'inventory:hosts:read' }] });

describe('the seed command', () => {
  it('migrates, seeds the release and then the folder, and says what it did', async () => {
    const dir = await folderOf({
      'permissions/inventory.json': { hosts: ['read', { verb: 'write', requires: ['read'] }] },
      'roles/inventory.json': { roles: [role('A'), { name: 'W', access: [{ permission: 'inventory:hosts:write' }] }] },
    });
    expect(await run({ dir })).toEqual({
      isClean: true,
      lines: [
        'this release:',
        '  permissions: 31 created, 0 updated, 0 unchanged',
        '  roles: 6 created, 0 updated, 0 unchanged, 0 pruned',
        '  warnings: 0, errors: 0',
        `${dir}:`,
        '  permissions: 2 created, 0 updated, 0 unchanged',
        '  roles: 2 created, 0 updated, 0 unchanged, 0 pruned',
        '  warning: roles/inventory.json roles[1]: "W" is loaded without inventory:hosts:read, which inventory:hosts:write requires',
        '  warnings: 1, errors: 0',
      ],
    });
  });

  it('does the rest, says where the faults are, and is not clean', async () => {
    const dir = await folderOf({
      'roles/inventory.json': { roles: [role('A'), { ...role('B'), version: 0 }, role('C')] },
    });
    const { isClean, lines } = await run({ prune: true }, dir);
    expect(isClean).toBe(false);
    expect(lines.slice(4)).toEqual([
      `${dir}:`,
      '  permissions: 0 created, 0 updated, 0 unchanged',
      '  roles: 1 created, 0 updated, 1 unchanged, 1 pruned',
      '  pruned: W',
      '  error: roles/inventory.json roles[1].version: must be a whole number from 1',
      '  warnings: 0, errors: 1',
    ]);
  });

  it('fails without a folder to prune by, and with one that is missing', async () => {
    await expect(run({ prune: true })).rejects.toThrow('--prune: needs --dir or GRANTRY_SEED_DIR');
    await expect(run({ dir: join(dataDir, 'missing') })).rejects.toThrow('must be a folder');
  });

  it('ends with status 1 when there were errors', async () => {
    const status = async (files: Record<string, unknown>) => {
      const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
      const before = { ...process.env };
      Object.assign(process.env, { GRANTRY_DATA_DIR: dataDir, GRANTRY_SEED_DIR: '', DATABASE_URL: '' });
      try {
        await seedCommand().parseAsync(['node', 'seed', '--dir', await folderOf(files)]);
        return process.exitCode ?? 0;
      } finally {
        process.exitCode = undefined;
        process.env = before;
        written.mockRestore();
      }
    };
    expect(await status({ 'roles/inventory.json': { roles: [role('A')] } })).toBe(0);
    expect(await status({ 'roles/inventory.json': { roles: [{ name: 'A' }] } })).toBe(1);
  });
});
