import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { createAuthenticator } from '../authn/authenticator.js';
import { seedFolder, type SeedReport } from '../catalogue/seeding/seed-folder.js';
import { seedPlatform } from '../catalogue/seeding/seed-platform.js';
import type { Config } from '../config.js';
import { createEngine, type Engine } from '../engine/engine.js';
import { AppError } from '../kernel/errors.js';
import { Database } from '../store/database.js';
import { migrateUp } from '../store/migrate.js';
import { contextMaker } from './context.js';
import { createDemo } from './demo.js';
import { ENTITIES } from './entities.js';
import { authzenPlaces } from './http/authzen.js';
import { routerPlaces } from './http/router.js';
import { startGateway, type Gateway } from './gateway.js';
import { createMetrics } from './metrics.js';
import { createSchema } from './schema.js';
import { welcome, type Welcome } from './welcome.js';

/** A server that answers; `welcome` is for the person who started it, on a first run. */
export type Running = {
  readonly gateway: Gateway;
  readonly db: Database;
  readonly welcome: Welcome | null;
  /** Ends the server without losing a request, then the database. */
  close(): Promise<void>;
};

/** Opens the database, brings it up to date, and serves. Throws when the database is away, or in use. */
export async function start(config: Config, log: Logger): Promise<Running> {
  const db = await Database.open({ ...config.database, entities: ENTITIES });
  try {
    await bringUpToDate(db, config, log);
    const engine = createEngine(db, config.engine.subjectCacheEntries);
    const { gateway, welcome } = await serve(engine, config, log);
    const close = async () => {
      await gateway.close();
      await db.close();
    };
    return { gateway, db, welcome, close };
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function bringUpToDate(db: Database, { seedDir, demo }: Config, log: Logger): Promise<void> {
  const migrated = await migrateUp(db);
  if (migrated.length > 0) log.info({ migrated }, 'migrated');
  tell(log, 'this release', await seedPlatform(db));
  if (seedDir !== undefined) tell(log, seedDir, await seedConfigured(db, seedDir));
  if (demo) await createDemo(db, new Date());
}

/** A folder that is not there is a setting that is wrong: to serve without it would deny what its roles allow. */
const seedConfigured = (db: Database, dir: string): Promise<SeedReport> =>
  seedFolder(db, dir, { origin: 'FOLDER', prune: false }).catch((error: unknown) => {
    if (!(error instanceof AppError) || error.field !== 'dir') throw error;
    throw new AppError(error.code, error.message.replace(/^dir/, 'GRANTRY_SEED_DIR'), 'GRANTRY_SEED_DIR');
  });

/** What is wrong with seeds is said, and stops nothing: the catalogue that is there goes on to serve. */
function tell(log: Logger, source: string, { permissions, roles, warnings, errors }: SeedReport): void {
  for (const finding of warnings) log.warn({ source, ...finding }, 'seed warning');
  for (const finding of errors) log.error({ source, ...finding }, 'seed error');
  const { created, updated } = roles;
  if (permissions.created + permissions.updated + created.length + updated.length > 0) {
    log.info({ source, permissions, roles: { created: created.length, updated: updated.length } }, 'seeded');
  }
}

async function serve(
  engine: Engine,
  config: Config,
  log: Logger,
): Promise<{ gateway: Gateway; welcome: Welcome | null }> {
  // A first run has no secret of its own: one that nobody knows is made, and forgotten at the end.
  const authn = config.demo ? { ...config.authn, jwtSecret: randomBytes(48).toString('base64url') } : config.authn;
  await engine.catalogue.at(1);
  const contextOf = contextMaker({
    engine,
    authenticate: createAuthenticator(authn),
    settings: config.policy,
    createTenants: config.directory.createTenants,
    log,
  });
  const viewOf = async (headers: IncomingHttpHeaders, requestId: string) => (await contextOf(headers, requestId)).view;
  const decisions = { ...config.http, viewOf, log };
  const isReady = () => engine.db.isThere();
  const greeting = authn.jwtSecret && config.demo ? await welcome(authn.jwtSecret) : null;
  const gateway = await startGateway({
    schema: createSchema({ textIsOpen: config.http.introspection }),
    contextOf,
    extensionsOf: ({ view: { revision } }) => (revision === null ? null : { grantry: { revision } }),
    isReady,
    log,
    metrics: createMetrics(),
    http: { ...config.http, metrics: config.metrics },
    decisionPlaces: new Map([...authzenPlaces(decisions), ...routerPlaces(decisions)]),
    graphiql: greeting?.graphiql ?? (config.production ? null : { headers: {}, tabs: [] }),
  });
  return { gateway, welcome: greeting };
}
