import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authnConfigured } from '../src/authn/authn-config.js';
import { ConfigError, readConfig } from '../src/config.js';
import { AppError } from '../src/kernel/errors.js';

const SECRET = 'a secret of at least thirty-two bytes';
const HASH = 'ab'.repeat(32);
const POSTGRES = 'postgresql://ada:hidden@db.example.com:5432/grantry';
const CLIENT = { id: 'billing', secretHashes: [HASH], tenants: ['acme'], scopes: ['check'] };

/** What readConfig says is wrong. */
function problems(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
const clients = (...list: unknown[]) => ({ GRANTRY_CLIENTS: JSON.stringify(list) });

describe('an empty environment', () => {
  it('gives the defaults, and a demo', () => {
    expect(readConfig({})).toEqual({
      production: false,
      demo: true,
      logLevel: 'info',
      database: { poolSize: 10, dataDir: '.grantry' },
      authn: { clients: [], trustIdentityHeader: false },
      directory: { createTenants: false },
      policy: { roleApplications: ['*'] },
      engine: { subjectCacheEntries: 10_000 },
      http: { port: 4000, corsOrigins: [], bodyLimitBytes: 1_048_576, introspection: true, shutdownSeconds: 20 },
      metrics: null,
    });
  });

  it('is the same as one of empty variables', () => {
    const empty = [
      'PORT',
      'NODE_ENV',
      'DATABASE_URL',
      'GRANTRY_JWT_SECRET',
      'GRANTRY_CLIENTS',
      'GRANTRY_METRICS',
      'HOST',
    ];
    expect(readConfig(Object.fromEntries(empty.map(name => [name, ''])))).toEqual(readConfig({}));
  });
});

describe('each variable', () => {
  it('has its place', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '::1',
      NODE_ENV: 'production',
      DATABASE_URL: POSTGRES,
      GRANTRY_DATABASE_POOL: '3',
      GRANTRY_DATA_DIR: 'memory://',
      GRANTRY_JWT_SECRET: SECRET,
      GRANTRY_JWKS_URL: 'https://id.example.com/keys',
      GRANTRY_JWT_ISSUER: 'https://id.example.com',
      GRANTRY_JWT_AUDIENCE: 'grantry',
      GRANTRY_TRUST_IDENTITY_HEADER: 'TRUE',
      GRANTRY_CREATE_TENANTS: '1',
      GRANTRY_ROLE_APPLICATIONS: '*, rbac',
      GRANTRY_SEED_DIR: 'seeds/mine',
      GRANTRY_PUBLIC_URL: 'https://Access.example.com/pdp/',
      GRANTRY_ROUTER_SECRET: SECRET,
      GRANTRY_CORS_ORIGINS: 'https://App.example.com/, http://localhost:3000',
      GRANTRY_METRICS: '9090',
      GRANTRY_INTROSPECTION: 'true',
      GRANTRY_LOG_LEVEL: 'debug',
      GRANTRY_SUBJECT_CACHE: '5',
      GRANTRY_BODY_LIMIT: '1000',
      GRANTRY_SHUTDOWN_SECONDS: '0',
    });
    expect(config).toEqual({
      production: true,
      demo: false,
      logLevel: 'debug',
      database: { url: POSTGRES, poolSize: 3, dataDir: 'memory://' },
      authn: {
        jwtSecret: SECRET,
        jwksUrl: new URL('https://id.example.com/keys'),
        jwtIssuer: 'https://id.example.com',
        jwtAudience: 'grantry',
        clients: [],
        trustIdentityHeader: true,
      },
      directory: { createTenants: true },
      policy: { roleApplications: ['*', 'rbac'] },
      engine: { subjectCacheEntries: 5 },
      seedDir: 'seeds/mine',
      http: {
        port: 0,
        host: '::1',
        publicUrl: 'https://access.example.com/pdp',
        routerSecret: SECRET,
        corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
        bodyLimitBytes: 1000,
        introspection: true,
        shutdownSeconds: 0,
      },
      metrics: { port: 9090 },
    });
  });

  it.each([
    ['PORT', ['x', '-1', '1.5', '65536', '0x10', ' ', '1e3']],
    ['HOST', ['a b', 'http://localhost']],
    ['NODE_ENV', ['prod', 'Production', 'staging']],
    ['DATABASE_URL', ['localhost', 'mysql://localhost/x', 'host=localhost']],
    ['GRANTRY_DATABASE_POOL', ['0', 'many']],
    ['GRANTRY_DATA_DIR', ['postgres://localhost/x', 'idb://x']],
    ['GRANTRY_JWT_SECRET', ['short', 'x'.repeat(31)]],
    [
      'GRANTRY_JWKS_URL',
      [
        'http://id.example.com/k',
        'http://localhost.evil.example/k',
        'file:///keys',
        'keys',
        'https://a:b@id.example.com',
      ],
    ],
    ['GRANTRY_TRUST_IDENTITY_HEADER', ['yes', 'on', '2']],
    ['GRANTRY_CREATE_TENANTS', ['maybe']],
    ['GRANTRY_ROLE_APPLICATIONS', ['a,,b', 'a b', 'app:*', ',']],
    [
      'GRANTRY_CORS_ORIGINS',
      [
        'app.example.com',
        'https://a.example/path',
        'https://a.example,*',
        'null',
        'https://a.example,',
        'ftp://a.example',
      ],
    ],
    ['GRANTRY_PUBLIC_URL', ['access.example.com', 'ftp://a.example', 'https://a.example?x', 'https://a:b@c.example']],
    ['GRANTRY_ROUTER_SECRET', ['short', 'x'.repeat(31)]],
    ['GRANTRY_METRICS', ['on', '0', '70000', 'metrics', '/', '/graphql', '/health/live', '/a b', '/m?x', '4000']],
    ['GRANTRY_INTROSPECTION', ['nope']],
    ['GRANTRY_LOG_LEVEL', ['verbose', 'INFO']],
    ['GRANTRY_SUBJECT_CACHE', ['0', '-5']],
    ['GRANTRY_BODY_LIMIT', ['0', '1MB']],
    ['GRANTRY_SHUTDOWN_SECONDS', ['forever', '3601']],
  ])('%s is refused by name when it is wrong', (name, values) => {
    for (const value of values)
      expect(problems({ GRANTRY_JWT_SECRET: SECRET, [name]: value })).toEqual([
        expect.stringMatching(`^${name}: must be|^${name}: must have`),
      ]);
  });

  it('is accepted in each form that it may have', () => {
    const urls = ['http://localhost:1/k', 'http://127.0.0.1/k', 'http://[::1]:1/k', 'https://id.example.com/k?x=1'];
    for (const url of urls) expect(readConfig({ GRANTRY_JWKS_URL: url }).authn.jwksUrl).toEqual(new URL(url));
    expect(readConfig({ GRANTRY_JWT_SECRET: 'ß'.repeat(16) }).authn.jwtSecret).toBe('ß'.repeat(16));
    expect(readConfig({ GRANTRY_METRICS: '/metrics' }).metrics).toEqual({ path: '/metrics' });
    expect(readConfig({ GRANTRY_METRICS: 'off' }).metrics).toBeNull();
    expect(readConfig({ GRANTRY_CORS_ORIGINS: '*' }).http.corsOrigins).toBe('*');
    expect(readConfig({ GRANTRY_DATA_DIR: '/var/lib/grantry' }).database.dataDir).toBe('/var/lib/grantry');
  });
});

describe('a wrong configuration', () => {
  const wrong = {
    PORT: 'x',
    NODE_ENV: 'production',
    GRANTRY_JWT_SECRET: 'hidden',
    DATABASE_URL: 'mysql://ada:hidden@db',
  };

  it('is one error that names every variable at fault', () => {
    expect(problems(wrong).map(line => line.split(':')[0])).toEqual(['PORT', 'DATABASE_URL', 'GRANTRY_JWT_SECRET']);
    expect(() => readConfig(wrong)).toThrow(AppError);
    expect(() => readConfig(wrong)).toThrow(/PORT: .*\n.*DATABASE_URL: .*\n.*GRANTRY_JWT_SECRET: /);
  });

  it('shows no value', () => {
    const all = [wrong, { GRANTRY_CLIENTS: '[{"id": hidden}]' }, clients({ ...CLIENT, secretHashes: ['hidden'] })];
    for (const env of all) expect(problems(env).join()).not.toContain('hidden');
  });
});

describe('introspection', () => {
  it('is on but for production, unless it is said', () => {
    const production = { NODE_ENV: 'production', GRANTRY_JWT_SECRET: SECRET };
    expect(readConfig({ NODE_ENV: 'test' }).http.introspection).toBe(true);
    expect(readConfig(production).http.introspection).toBe(false);
    expect(readConfig({ GRANTRY_INTROSPECTION: '0' }).http.introspection).toBe(false);
  });
});

describe('without any way to sign in', () => {
  const nobody = [expect.stringMatching(/GRANTRY_JWT_SECRET, .*set at least one/)];

  it('production is refused, and so is PostgreSQL', () => {
    expect(problems({ NODE_ENV: 'production' })).toEqual(nobody);
    expect(problems({ DATABASE_URL: POSTGRES })).toEqual(nobody);
    expect(problems({ DATABASE_URL: POSTGRES, GRANTRY_CLIENTS: '[]', GRANTRY_TRUST_IDENTITY_HEADER: 'false' })).toEqual(
      nobody,
    );
    expect(problems({ NODE_ENV: 'production', GRANTRY_JWT_ISSUER: 'me' })).toEqual(nobody);
  });

  it('that is said together with what else is wrong', () => {
    expect(problems({ NODE_ENV: 'production', PORT: 'x' })).toEqual([expect.stringMatching(/^PORT/), ...nobody]);
  });

  it('a variable that is wrong is not called missing', () => {
    for (const GRANTRY_CLIENTS of ['[', 'nowhere.json', '[{}]', '{}']) {
      const found = problems({ NODE_ENV: 'production', GRANTRY_CLIENTS });
      expect(found).toContainEqual(expect.stringMatching(/^GRANTRY_CLIENTS/));
      expect(found).not.toContainEqual(nobody[0]);
    }
    expect(problems({ NODE_ENV: 'production', GRANTRY_TRUST_IDENTITY_HEADER: 'x' })).toHaveLength(1);
  });

  it('work on the database alone goes on', () => {
    const env = { NODE_ENV: 'production', DATABASE_URL: POSTGRES };
    expect(readConfig(env, { serving: false })).toMatchObject({ demo: false, database: { url: POSTGRES } });
    expect(() => readConfig({ ...env, PORT: 'x' }, { serving: false })).toThrow(/PORT/);
  });

  it('there is a demo, but only on the embedded database outside production', () => {
    expect(readConfig({ GRANTRY_DATA_DIR: 'memory://', NODE_ENV: 'development' }).demo).toBe(true);
  });

  it.each([
    { GRANTRY_JWT_SECRET: SECRET },
    { GRANTRY_JWKS_URL: 'https://id.example.com/keys' },
    clients(CLIENT),
    { GRANTRY_TRUST_IDENTITY_HEADER: '1' },
  ])('and with one there is no demo, nor a refusal: %j', env => {
    expect(readConfig(env).demo).toBe(false);
    expect(authnConfigured(readConfig(env).authn)).toBe(true);
    expect(authnConfigured(readConfig({ ...env, NODE_ENV: 'production', DATABASE_URL: POSTGRES }).authn)).toBe(true);
  });
});

describe('service clients', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'grantry-config-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('are read from JSON', () => {
    const full = { id: 'ops', secretHashes: [HASH, HASH], tenants: ['*'], scopes: ['operate', 'read'], disabled: true };
    const env = clients(CLIENT, { ...full, expiresAt: '2030-01-31T12:00:00+01:00' });
    expect(readConfig(env).authn.clients).toEqual([
      { ...CLIENT, secretHashes: [Buffer.alloc(32, 0xab)], scopes: new Set(['check']), disabled: false },
      {
        ...full,
        secretHashes: [Buffer.alloc(32, 0xab), Buffer.alloc(32, 0xab)],
        scopes: new Set(['operate', 'read']),
        expiresAt: new Date('2030-01-31T11:00:00Z'),
      },
    ]);
  });

  it('are read from a file', async () => {
    const path = join(dir, 'clients.json');
    await writeFile(path, `\ufeff${JSON.stringify([CLIENT])}`);
    expect(readConfig({ GRANTRY_CLIENTS: path }).authn.clients).toHaveLength(1);
    await writeFile(path, 'no json');
    expect(problems({ GRANTRY_CLIENTS: path })).toEqual(['GRANTRY_CLIENTS: must be JSON, or the path of a JSON file']);
    expect(problems({ GRANTRY_CLIENTS: join(dir, 'none.json') })).toEqual([
      'GRANTRY_CLIENTS: names a file that cannot be read',
    ]);
  });

  it.each([
    ['id', { id: '' }],
    ['id', { id: 'a:b' }],
    ['id', { id: 'a b' }],
    ['id', { id: undefined }],
    ['secretHashes', { secretHashes: [] }],
    ['secretHashes', { secretHashes: [HASH, HASH, HASH] }],
    ['secretHashes[1]', { secretHashes: [HASH, HASH.slice(1)] }],
    ['secretHashes[0]', { secretHashes: ['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'] }],
    ['tenants', { tenants: ['*', 'acme'] }],
    ['tenants', { tenants: ['Acme'] }],
    ['tenants', { tenants: [] }],
    ['scopes[0]', { scopes: ['admin'] }],
    ['scopes', { scopes: [] }],
    ['expiresAt', { expiresAt: '2030-01-31' }],
    ['expiresAt', { expiresAt: '2030-02-30T00:00:00Z' }],
    ['disabled', { disabled: 'yes' }],
  ])('are refused by the place of what is wrong: %s %j', (place, over) => {
    expect(problems(clients(CLIENT, { ...CLIENT, id: 'second', ...over }))).toEqual([
      expect.stringContaining(`GRANTRY_CLIENTS[1].${place}: `),
    ]);
  });

  it('are refused with a name that means nothing, so that no end is lost by a slip', () => {
    expect(problems(clients({ ...CLIENT, expires_at: '2020-01-01T00:00:00Z' }))).toEqual([
      expect.stringMatching(/GRANTRY_CLIENTS\[0\]: .*expires_at/),
    ]);
  });

  it('are refused when two have one id', () => {
    expect(problems(clients(CLIENT, CLIENT))).toEqual(['GRANTRY_CLIENTS: must not have two clients of the same id']);
  });
});
