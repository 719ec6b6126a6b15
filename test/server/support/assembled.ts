import { createHash } from 'node:crypto';
import { readConfig } from '../../../src/config.js';
import { signDevelopmentToken, type TokenRequest } from '../../../src/authn/development-token.js';
import { createLogger } from '../../../src/server/log.js';
import { start, type Running } from '../../../src/server/start.js';
import type { DatabaseOptions } from '../../../src/store/database.js';
import { watchStatements } from '../../distribution/watched-statements.js';
import { migratedImage } from '../../migrated-image.js';
import { createTestDatabase } from '../../postgres.js';
import { post, type Line, type Reply } from '../serving.js';

type Env = Record<string, string>;
type Init = { headers?: Record<string, string>; variables?: unknown };

/** The whole server in this process, on a free port and a database of its own, as the environment configures it. */
export type Assembled = Running & {
  readonly url: string;
  readonly lines: Line[];
  /** The text of each statement so far. */
  readonly statements: readonly string[];
  ask(query: string, init?: Init): Promise<Reply>;
};

export const SECRET = 'a secret of thirty-two bytes or more';

/** A hash as GRANTRY_CLIENTS has it. */
export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

/** A token that a server with SECRET accepts, as an Authorization header. */
export const bearer = async (username: string, tenant: string, more: Partial<TokenRequest> = {}) => ({
  authorization: `Bearer ${await signDevelopmentToken({ secret: SECRET, username, tenant, ...more })}`,
});

/** The credentials of a service client as headers. */
export const basic = (id: string, secret: string, tenant?: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  ...(tenant === undefined ? {} : { 'x-grantry-tenant': tenant }),
});

type More = Pick<DatabaseOptions, 'connectTimeoutMs' | 'queryTimeoutMs' | 'poolSize'> & { readonly url?: string };

/** Starts it; `database` says how it reaches a database that the test has made itself. */
export async function assembled(env: Env, database: More = {}): Promise<Assembled> {
  const config = readConfig({ NODE_ENV: 'test', HOST: '127.0.0.1', PORT: '0', GRANTRY_LOG_LEVEL: 'debug', ...env });
  const lines: Line[] = [];
  const log = createLogger(config.logLevel, { write: text => lines.push(JSON.parse(text)) });
  const server = process.env.GRANTRY_TEST_DATABASE_URL;
  const place = server && database.url === undefined ? await createTestDatabase(server) : null;
  const where = place ? { url: place.url } : server ? {} : { dataDir: 'memory://', image: await migratedImage() };
  const watch = watchStatements();
  const all = { ...config.database, ...where, trace: watch.trace, ...database };
  const running = await start({ ...config, database: all }, log);
  const close = async () => {
    await running.close();
    await place?.drop();
    watch.assertAllowed();
  };
  const { url } = running.gateway;
  return { ...running, url, lines, statements: watch.statements, close, ask: (query, init) => post(url, query, init) };
}

/** An operator that may create tenants, for GRANTRY_CLIENTS. */
export const OPERATOR = { id: 'operator', secretHashes: [hashOf('operate it')], tenants: ['*'], scopes: ['operate'] };

/** Creates a tenant over HTTP; answers its slug. */
export async function createTenant(server: Assembled, slug: string, more: object = {}): Promise<string> {
  const query = 'mutation ($input: CreateTenantInput!) { createTenant(input: $input) { tenant { slug } } }';
  const headers = basic('operator', 'operate it');
  const { body } = await server.ask(query, { headers, variables: { input: { slug, name: slug, ...more } } });
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  return body.data.createTenant.tenant.slug;
}
