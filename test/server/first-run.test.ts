import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { post, send } from './serving.js';
import { freePort, killAll, run, type Child } from './support/child.js';

let folder: string;
let dataDir: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grantry-first-'));
  dataDir = join(folder, 'data');
});
afterAll(async () => {
  killAll();
  await rm(folder, { recursive: true, force: true });
});

const start = async (dir = dataDir, env: Record<string, string> = {}) => {
  const port = await freePort();
  const child = run('server', { GRANTRY_DATA_DIR: dir, PORT: String(port), ...env });
  return { child, port, url: `http://localhost:${port}` };
};

/** The tokens that a start has printed, by who has them. */
const tokensIn = (out: string) =>
  Object.fromEntries(
    [...out.matchAll(/^ +(Admin|User) +(\w+)\n +(\S+)$/gm)].map(([, role, name, token]) => [role!, { name, token }]),
  ) as Record<'Admin' | 'User', { name: string; token: string }>;

const as = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** What a shell makes of the command that was printed: its arguments. */
const argumentsOf = (out: string): string[] => {
  const [, command] = /\n +Try\n([^]*?)\n\n/.exec(out)!;
  const show = 'curl() { for one; do printf "%s\\0" "$one"; done; }';
  return execFileSync('sh', ['-c', `${show}\n${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
};

type Tab = { query: string; headers: string };

/** The example tabs of the page. */
function tabsOf(page: string): Tab[] {
  const from = page.indexOf('{"title":"Grantry"');
  for (let end = page.indexOf('}', from); end > 0; end = page.indexOf('}', end + 1)) {
    try {
      return JSON.parse(page.slice(from, end + 1)).defaultTabs;
    } catch {
      // Not whole yet.
    }
  }
  throw new Error('The page has no options');
}

describe('the first start, with nothing configured', () => {
  let server: { child: Child; port: number; url: string };
  let out: string;
  beforeAll(async () => {
    server = await start();
    out = await server.child.says(/-d '.*'\n/);
  });

  it('says where it is, and gives tokens for an administrator and a user', async () => {
    const { url } = server;
    expect(out).toContain(`Open       ${url}/ `);
    const { Admin, User } = tokensIn(out);
    const viewer = '{ viewer { tenant { slug } principal { username orgAdmin superuser } } }';
    const whoIs = async (token: string) => (await post(url, viewer, as(token))).body.data.viewer;
    const tenant = { slug: 'demo' };
    expect(await whoIs(Admin.token)).toEqual({
      tenant,
      principal: { username: Admin.name, orgAdmin: true, superuser: false },
    });
    expect(await whoIs(User.token)).toEqual({
      tenant,
      principal: { username: User.name, orgAdmin: false, superuser: false },
    });
  });

  it('prints a query that works as it is pasted', async () => {
    const words = argumentsOf(out);
    expect(words.filter(word => !['-s', '-H', '-d'].includes(word))).toHaveLength(4);
    const after = (option: string) => words.filter((_, i) => words[i - 1] === option);
    const headers = Object.fromEntries(after('-H').map(header => header.split(': ') as [string, string]));
    const { status, body } = await send(words[1]!, { method: 'POST', headers, body: after('-d')[0]! });
    expect([status, body.errors]).toEqual([200, undefined]);
    const { viewer, check } = body.data;
    expect([viewer.principal.username, check.allowed]).toEqual([tokensIn(out).Admin.name, true]);
    expect(check.reasons[0].message).toMatch(/\w/);
  });

  it('serves GraphiQL with the tokens, and every example in it works', async () => {
    const page = await send(server.url, { headers: { accept: 'text/html' } });
    expect(page.status).toBe(200);
    const { Admin, User } = tokensIn(out);
    const tabs = tabsOf(page.body);
    expect(tabs.map(tab => JSON.parse(tab.headers).authorization)).toEqual(
      [Admin, User, Admin, User, Admin].map(({ token }) => `Bearer ${token}`),
    );
    const answers = await Promise.all(
      tabs.map(tab => post(server.url, tab.query, { headers: JSON.parse(tab.headers) })),
    );
    expect(answers.map(({ status, body }) => [status, body.errors])).toEqual(tabs.map(() => [200, undefined]));
    const [admin, user, filters, shelves, holders] = answers.map(({ body }) => body.data);
    expect(admin.groups.totalCount).toBeGreaterThanOrEqual(6);
    expect(admin.why).toMatchObject({
      allowed: true,
      reasons: [{ kind: 'ROLE', policy: { name: expect.any(String) } }],
    });
    expect(user.viewer).toMatchObject({ mayLend: true, mayRearrange: false });
    expect(user.viewer.access.nodes.length).toBeGreaterThan(2);
    expect(filters.check).toMatchObject({ allowed: false, filterSets: [{ resourceDefinitions: [{}] }] });
    expect(shelves.viewer.resources).toMatchObject({ everything: true });
    expect(shelves.why.reasons).toContainEqual(expect.objectContaining({ kind: 'INHERITED' }));
    expect(holders.resource.cleo).toEqual(['library:book:read']);
    expect(holders.resource.grants.nodes).toMatchObject([{ reason: 'Writes about old maps' }]);
    expect(holders.assigned.groups.edges.map(({ node }: any) => node.name)).toEqual(['Front desk', 'Staff']);
    expect(filters.checks.map(({ allowed }: { allowed: boolean }) => allowed)).toEqual([true, false]);
  });

  it('shows each user what is theirs: the user reads fewer groups than the administrator', async () => {
    const { Admin, User } = tokensIn(out);
    const count = async (token: string) =>
      (await post(server.url, '{ groups { totalCount } }', as(token))).body.data.groups.totalCount;
    expect(await count(User.token)).toBeLessThan(await count(Admin.token));
    expect((await post(server.url, '{ groups { totalCount } }')).status).toBe(200);
  });

  it('keeps the secret to itself: nothing in the log but the welcome has a token, and no file has', async () => {
    const { Admin, User } = tokensIn(out);
    const log = server.child.out.split('\n').filter(line => line.startsWith('{'));
    expect(log.length).toBeGreaterThan(3);
    for (const { token } of [Admin, User]) expect(log.join('\n')).not.toContain(token);
    expect((await readdir(dataDir)).sort()).toEqual(['grantry.pid', 'pg']);
  });

  it('lets no second process work in its folder, and is not disturbed by it', async () => {
    const second = await start();
    const { status, out: said, err } = await second.child.ended;
    expect([status, said]).toEqual([1, '']);
    expect(err).toBe(
      `${dataDir} is in use by another process (${server.child.process.pid}): stop it, or set GRANTRY_DATA_DIR or DATABASE_URL\n`,
    );
    expect((await send(`${server.url}/health/ready`)).status).toBe(200);
  });

  it('is not repeated: the next start finds its data, and makes no second demo', async () => {
    const create = 'mutation { createGroup(input: { name: "Made before" }) { group { id } } }';
    expect((await post(server.url, create, as(tokensIn(out).Admin.token))).body.errors).toBeUndefined();
    const { status, err } = await server.child.stop();
    expect([status, err]).toEqual([0, '']);
    expect(await readdir(dataDir)).toEqual(['pg']);
    const again = await start();
    const { Admin } = tokensIn(await again.child.says(/-d '.*'\n/));
    const query = '{ groups(first: 100) { nodes { name } } principals { totalCount } tenants { totalCount } }';
    const { data } = (await post(again.url, query, as(Admin.token))).body;
    const names = data.groups.nodes.map(({ name }: { name: string }) => name);
    expect(names).toContain('Made before');
    expect(new Set(names).size).toBe(names.length);
    expect([data.principals.totalCount, data.tenants.totalCount]).toEqual([4, 1]);
    // Its secret is another one.
    const old = await post(again.url, '{ viewer { kind } }', as(tokensIn(out).Admin.token));
    expect([old.status, old.body.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    server = again;
  });

  it('keeps what was written when it is killed, and takes over what it left', async () => {
    const token = tokensIn(server.child.out).Admin.token;
    const create = 'mutation { createGroup(input: { name: "Made at the last moment" }) { group { id } } }';
    expect((await post(server.url, create, as(token))).body.errors).toBeUndefined();
    await server.child.stop('SIGKILL');
    expect(await readdir(dataDir)).toContain('grantry.pid');
    const again = await start();
    const { Admin } = tokensIn(await again.child.says(/-d '.*'\n/));
    const query = '{ group(name: "made at the last moment") { name } }';
    expect((await post(again.url, query, as(Admin.token))).body.data.group).toEqual({
      name: 'Made at the last moment',
    });
    expect((await again.child.stop()).status).toBe(0);
  });

  it('goes on with another way to sign in, without a demo', async () => {
    const again = await start(dataDir, { GRANTRY_JWT_SECRET: 'a secret of thirty-two bytes or more' });
    const said = await again.child.says(/listening/);
    expect(said).not.toContain('demo');
    expect((await send(again.url, { headers: { accept: 'text/html' } })).body).not.toContain('Bearer ');
    expect((await again.child.stop()).status).toBe(0);
  });
});

describe('a start that cannot be', () => {
  const REFUSAL =
    'The configuration is wrong.\n  GRANTRY_JWT_SECRET, GRANTRY_JWKS_URL, GRANTRY_CLIENTS, ' +
    'GRANTRY_TRUST_IDENTITY_HEADER: set at least one of them. Nobody could sign in, and there is no demo in production ' +
    'or with DATABASE_URL\n';

  it.each<[string, Record<string, string>]>([
    ['in production', { NODE_ENV: 'production' }],
    ['with DATABASE_URL', { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' }],
  ])('%s, when nobody could sign in, says what to set and makes nothing', async (_, env) => {
    const none = join(folder, 'none');
    const { child } = await start(none, env);
    expect(await child.ended).toEqual({ status: 1, out: '', err: REFUSAL });
    expect(await readdir(folder)).not.toContain('none');
  });

  const secret = { GRANTRY_JWT_SECRET: 'a secret of thirty-two bytes or more' };

  it('because its port is taken says so without a stack, and gives the folder back', async () => {
    const other = createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const copy = join(folder, 'copy');
    await cp(dataDir, copy, { recursive: true });
    const { child } = await start(copy, {
      ...secret,
      PORT: String(port),
      HOST: '127.0.0.1',
      GRANTRY_LOG_LEVEL: 'error',
    });
    const ended = await child.ended;
    other.close();
    expect(ended).toEqual({
      status: 1,
      out: '',
      err: `Cannot listen on 127.0.0.1:${port}: another process has this port\n`,
    });
    expect(await readdir(copy)).toEqual(['pg']);
  });

  it('because there is no seed folder names the setting, and gives the data folder back', async () => {
    const { child } = await start(dataDir, {
      ...secret,
      GRANTRY_SEED_DIR: join(folder, 'no-seeds'),
      GRANTRY_LOG_LEVEL: 'error',
    });
    const { status, out, err } = await child.ended;
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(/^GRANTRY_SEED_DIR: .*no-seeds must be a folder with the subfolder permissions or roles/);
    expect(err).not.toMatch(/\n +at /);
    expect(await readdir(dataDir)).toEqual(['pg']);
  });

  it('because the database is away says so, and what was found', async () => {
    const { child } = await start(folder, { ...secret, DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    const { status, err } = await child.ended;
    expect([status, err]).toEqual([
      1,
      'The database cannot be reached; try again (connect ECONNREFUSED 127.0.0.1:1)\n',
    ]);
  });

  it('because its data folder is a file says which setting that is', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { child } = await start(file);
    const { status, err } = await child.ended;
    expect(status).toBe(1);
    expect(err).toMatch(`${file} cannot be used for the embedded database: see GRANTRY_DATA_DIR (EEXIST`);
    expect(err).not.toMatch(/\n +at /);
  });

  it('because the data is damaged says so, and leaves it alone', async () => {
    const damaged = join(folder, 'damaged');
    await mkdir(join(damaged, 'pg'), { recursive: true });
    await writeFile(join(damaged, 'pg', 'PG_VERSION'), 'x');
    const { child } = await start(damaged);
    const { status, err } = await child.ended;
    expect(status).toBe(1);
    expect(err).toMatch(`${damaged} cannot be used for the embedded database: see GRANTRY_DATA_DIR`);
    expect(await readdir(damaged)).toEqual(['pg']);
    expect(await readFile(join(damaged, 'pg', 'PG_VERSION'), 'utf8')).toBe('x');
  });
});
