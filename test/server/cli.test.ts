import { PGlite } from '@electric-sql/pglite';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MIGRATIONS } from '../../src/store/migrations.js';
import { migratedImage } from '../migrated-image.js';
import { assembled, bearer, createTenant, OPERATOR, SECRET } from './support/assembled.js';
import { killAll, run } from './support/child.js';

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grantry-cli-'));
  const dataDir = join(folder, 'data');
  await mkdir(dataDir);
  await (await PGlite.create(join(dataDir, 'pg'), { loadDataDir: await migratedImage() })).close();
  env = { GRANTRY_DATA_DIR: dataDir, GRANTRY_JWT_SECRET: SECRET };
});
afterAll(async () => {
  killAll();
  await rm(folder, { recursive: true, force: true });
});

const grantry = (args: string[], more: Record<string, string> = {}) =>
  run('grantry', { ...env, ...more }, ...args).ended;

/** What it says about a mistake: one status, nothing on standard output, and no stack. */
async function mistake(args: string[], more: Record<string, string> = {}): Promise<string> {
  const { status, out, err } = await grantry(args, more);
  expect([status, out]).toEqual([1, '']);
  expect(err).not.toMatch(/\n +at |file:\/\//);
  return err;
}

describe('grantry', () => {
  it('lists its commands', async () => {
    const { status, out } = await grantry(['--help']);
    expect(status).toBe(0);
    for (const command of ['migrate', 'seed', 'token']) expect(out).toMatch(new RegExp(`^  ${command} `, 'm'));
  });

  it.each<[string, string[], RegExp]>([
    ['a command that there is not', ['nonsense'], /unknown command 'nonsense'/],
    ['no command', [], /Usage: grantry/],
    ['half a command', ['migrate'], /Usage: grantry migrate/],
    ['an option that there is not', ['seed', '--nope'], /unknown option '--nope'/],
    ['an argument too many', ['migrate', 'status', 'now'], /too many arguments/],
    ['a way to migrate that there is not', ['migrate', 'sideways'], /unknown command 'sideways'/],
  ])('refuses %s, saying what is wrong', async (_, args, says) => {
    expect(await mistake(args)).toMatch(says);
  });

  it('refuses a setting that is wrong, without showing it', async () => {
    const err = await mistake(['migrate', 'status'], { DATABASE_URL: 'mysql://root:hunter2@localhost/x' });
    expect(err).toMatch(/DATABASE_URL: must be a URL as in postgresql:/);
    expect(err).not.toContain('hunter2');
  });

  it('says that the database is away, and what was found', async () => {
    const away = { DATABASE_URL: 'postgresql://grantry:hunter2@127.0.0.1:1/x' };
    const err = await mistake(['migrate', 'status'], away);
    expect(err).toBe('The database cannot be reached; try again (connect ECONNREFUSED 127.0.0.1:1)\n');
  });
});

describe('grantry token', () => {
  const who = ['--username', 'Ada', '--tenant', 'acme'];

  it('signs one with the configured secret, for half a day, and prints nothing else', async () => {
    const { status, out, err } = await grantry(['token', ...who]);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^\S+\n$/);
    const { iat, exp, ...claims } = decodeJwt(out.trim());
    expect(claims).toEqual({ sub: 'ada', tenant: 'acme' });
    expect(exp! - iat!).toBe(12 * 3600);
    expect(decodeProtectedHeader(out.trim()).alg).toBe('HS256');
  });

  it('puts the other claims into it that it is told, and those that the server checks', async () => {
    const more = ['--org-admin', '--email', 'ada@acme.example', '--service-account', '--expires-in', '5m'];
    const checked = { GRANTRY_JWT_ISSUER: 'https://issuer.example', GRANTRY_JWT_AUDIENCE: 'grantry' };
    const { iat, exp, ...claims } = decodeJwt((await grantry(['token', ...who, ...more], checked)).out.trim());
    expect(claims).toEqual({
      sub: 'ada',
      tenant: 'acme',
      org_admin: true,
      email: 'ada@acme.example',
      service_account: true,
      iss: 'https://issuer.example',
      aud: 'grantry',
    });
    expect(exp! - iat!).toBe(300);
  });

  it('is accepted by a server with the same secret', async () => {
    const server = await assembled({ GRANTRY_JWT_SECRET: SECRET, GRANTRY_CLIENTS: JSON.stringify([OPERATOR]) });
    await createTenant(server, 'acme');
    const { out } = await grantry(['token', ...who, '--org-admin']);
    const headers = { authorization: `Bearer ${out.trim()}` };
    const { body } = await server.ask('{ viewer { principal { username orgAdmin } } }', { headers });
    await server.close();
    expect(body.data).toEqual({ viewer: { principal: { username: 'ada', orgAdmin: true } } });
    expect(Object.keys(await bearer('ada', 'acme'))).toEqual(Object.keys(headers));
  });

  it.each<[string, string[], RegExp]>([
    ['whom it is for', ['--tenant', 'acme'], /required option '--username <name>'/],
    ['which tenant', ['--username', 'ada'], /required option '--tenant <slug>'/],
    ['a username that can be one', ['--username', '  ', '--tenant', 'acme'], /^--username: must be 1 to 150/],
    ['a tenant that can be one', ['--username', 'ada', '--tenant', ''], /^--tenant: must be 1 to 150/],
    ['a time that is one', [...who, '--expires-in', 'never'], /^--expires-in: must be a duration such as 30m/],
    [
      'an address of a length that can be',
      [...who, '--email', `${'a'.repeat(300)}@b.c`],
      /^--email: must be at most 254/,
    ],
  ])('has to be told %s', async (_, args, says) => {
    expect(await mistake(['token', ...args])).toMatch(says);
  });

  it('needs a secret of at least 32 bytes, and never makes one up', async () => {
    expect(await mistake(['token', ...who], { GRANTRY_JWT_SECRET: '' })).toMatch(
      /^GRANTRY_JWT_SECRET: must be set, to the secret of the server/,
    );
    const err = await mistake(['token', ...who], { GRANTRY_JWT_SECRET: 'hunter2' });
    expect(err).toMatch(/GRANTRY_JWT_SECRET: must have at least 32 bytes/);
    expect(err).not.toContain('hunter2');
  });
});

const NAMES = MIGRATIONS.map(({ name }) => name);
const said = (names: readonly string[], what: string) => names.map(name => `${what} ${name}\n`).join('');

describe('grantry migrate', () => {
  it('says which migrations have run', async () => {
    const { status, out, err } = await grantry(['migrate', 'status']);
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(new RegExp(`^${NAMES.map(name => `\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z  ${name}\n`).join('')}$`));
  });

  it('takes them back and runs them again; while one waits the status is 1', async () => {
    for (const name of [...NAMES].reverse()) {
      const down = await grantry(['migrate', 'down']);
      expect(down).toEqual({ status: 0, out: `took back ${name}\n`, err: '' });
    }
    const status = await grantry(['migrate', 'status']);
    expect([status.status, status.out]).toEqual([1, said(NAMES, `${'waiting'.padEnd(24)} `)]);
    expect((await grantry(['migrate', 'down'])).out).toBe('nothing to take back: no migration has run\n');
    expect((await grantry(['migrate', 'up'])).out).toBe(said(NAMES, 'migrated'));
    expect((await grantry(['migrate', 'up'])).out).toBe('nothing to do: all migrations have run\n');
    expect((await grantry(['migrate', 'distribute'])).out).toMatch(/^nothing to do: the Citus extension/);
  });
});

describe('grantry seed', () => {
  const roles = join('roles', 'inventory.json');

  it('loads a folder, says what it did, and ends with 1 when something was wrong', async () => {
    const dir = join(folder, 'seeds');
    await mkdir(join(dir, 'roles'), { recursive: true });
    const role = { name: 'Host viewer', access: [{ permission: 'inventory:hosts:read' }] };
    await writeFile(join(dir, roles), JSON.stringify({ roles: [role] }));
    const first = await grantry(['seed', '--dir', dir]);
    expect([first.status, first.err]).toEqual([0, '']);
    expect(first.out).toMatch(/this release:\n.*31 created[^]*seeds:\n.*1 created, 0 updated[^]*roles: 1 created/);
    await writeFile(join(dir, roles), JSON.stringify({ roles: [role, { ...role, name: 3 }] }));
    const second = await grantry(['seed'], { GRANTRY_SEED_DIR: dir });
    expect(second.status).toBe(1);
    expect(second.out).toMatch(
      /roles: 0 created, 0 updated, 1 unchanged[^]*error: roles\/inventory\.json roles\[1\]\.name: /,
    );
  });

  it.each<[string, string[], RegExp]>([
    ['no folder after --dir', ['--dir'], /option '--dir <dir>' argument missing/],
    ['--prune without a folder', ['--prune'], /^--prune: needs --dir or GRANTRY_SEED_DIR/],
  ])('refuses %s', async (_, args, says) => {
    expect(await mistake(['seed', ...args])).toMatch(says);
  });

  it('refuses a folder that is missing, or is none', async () => {
    for (const dir of [join(folder, 'missing'), join(import.meta.dirname, 'cli.test.ts')]) {
      const { status, err } = await grantry(['seed', '--dir', dir]);
      expect([status, err]).toEqual([
        1,
        `dir: ${dir} must be a folder with the subfolder permissions or roles; nothing was changed\n`,
      ]);
    }
  });

  it('gives the data folder back, whatever happens', async () => {
    expect(await readdir(env.GRANTRY_DATA_DIR!)).toEqual(['pg']);
  });
});
