import { MikroORM as EmbeddedORM } from '@mikro-orm/pglite';
import { MikroORM as ServerORM, type EntityManager } from '@mikro-orm/postgresql';
import { ReflectMetadataProvider } from '@mikro-orm/decorators/legacy';
import { Migrator } from '@mikro-orm/migrations';
import type { PGlite } from '@electric-sql/pglite';
import { CompiledQuery, type ControlledTransaction } from 'kysely';
import pg from 'pg';
import { unavailable } from '../kernel/errors.js';
import type { TenantId } from '../kernel/ids.js';
import { EmbeddedStatements } from './embedded-statements.js';
import { emptyCluster } from './empty-cluster.js';
import { asFailure } from './failures.js';
import { MIGRATIONS } from './migrations.js';
import { withoutJit } from './jit.js';
import { survivesOutages } from './outages.js';
import { Scope } from './scope.js';
import { lockDataDir, unusable } from './data-dir.js';
import type { Run, Statement } from './statement.js';
import { CatalogueTx, Tx } from './tx.js';

/** Where the data lives. `url` is a PostgreSQL connection string; `dataDir` a folder of the embedded one, or `memory://`. */
export type DatabaseOptions = {
  readonly url?: string;
  readonly dataDir?: string;
  /** Connections at most, on PostgreSQL. */
  readonly poolSize?: number;
  /** How long PostgreSQL may take to accept a connection, 5 seconds unless told. */
  readonly connectTimeoutMs?: number;
  /** How long one statement may take on PostgreSQL, 30 seconds unless told. */
  readonly queryTimeoutMs?: number;
  /** The entity classes of the rooms. */
  readonly entities: readonly (new (...args: never[]) => object)[];
  /** Sees the text of each statement before it runs. */
  readonly trace?: (sql: string) => void;
  /** A dumped data folder that an embedded database in memory starts from. */
  readonly image?: Blob;
};

const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 30_000;
const FIRST_LATER_OID = 10_000;
const OID = { int8: 20, timestamptz: 1184 } as const;
const PARSERS = { [OID.int8]: Number, [OID.timestamptz]: (text: string) => new Date(text) };
const types = { getTypeParser: (oid: number, format?: unknown) => parserOf(oid, format) };
const parserOf = (oid: number, format: unknown) =>
  PARSERS[oid as keyof typeof PARSERS] ?? pg.types.getTypeParser(oid, format as 'text');

/**
 * The one door to the database. Reads run on the native client, which is several times faster than the ORM. The
 * embedded database has one connection: a read that is awaited inside a transaction must go through it, or waits for ever.
 */
export class Database {
  private constructor(
    readonly orm: ServerORM,
    readonly embedded: boolean,
    private readonly run: Run,
    private readonly release: () => Promise<void>,
    private readonly statements?: EmbeddedStatements,
  ) {}

  static async open(options: DatabaseOptions): Promise<Database> {
    try {
      return await (options.url ? openServer(options, options.url) : openEmbedded(options));
    } catch (error) {
      throw asFailure(error);
    }

    async function openServer({ trace }: DatabaseOptions, clientUrl: string) {
      const driverOptions = {
        types,
        connectionTimeoutMillis: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
        query_timeout: options.queryTimeoutMs ?? QUERY_TIMEOUT_MS,
        keepAlive: true,
        application_name: 'grantry',
        onPoolCreated: survivesOutages,
        onConnect: withoutJit,
      };
      const orm = await ServerORM.init({
        ...common(options),
        clientUrl,
        pool: { max: options.poolSize ?? 10 },
        driverOptions,
      });
      const pool = await orm.em.getConnection().getNativeClient();
      // Otherwise the migrator would make a database of a name that is misspelt.
      await pool.query('select 1').catch(async (error: unknown) => {
        await orm.close(true);
        throw Object.assign(unavailable(), { cause: error });
      });
      const run: Run = async <Row>({ name, text, values }: Statement) => {
        trace?.(text);
        return (await pool.query({ name, text, values: [...values], types })).rows as Row[];
      };
      const release = async () => {
        if (!pool.ended) await pool.end(); // the ORM closes only what it has itself used
      };
      return new Database(orm, false, run, release);
    }

    async function openEmbedded({ trace, dataDir = 'memory://', image }: DatabaseOptions) {
      const folder = await lockDataDir(dataDir);
      const loadDataDir = folder.isNew ? (image ?? (await emptyCluster())) : undefined;
      const driverOptions = () => ({ parsers: PARSERS, loadDataDir }); // called: an object would be copied, and a Blob cannot be
      const orm = await EmbeddedORM.init({ ...common(options), dbName: folder.path, driverOptions });
      const opening: Promise<PGlite> = orm.em.getConnection().getNativeClient();
      const client = await opening.catch(async (error: unknown) => {
        await folder.release();
        throw unusable(dataDir, error);
      });
      await folder.complete();
      client.parsers = withoutArraysOfRows(client.parsers);
      const statements = new EmbeddedStatements(client);
      const run: Run = async <Row>(statement: Statement) => {
        trace?.(statement.text);
        return statements.run<Row>(statement);
      };
      const release = async () => {
        if (!client.closed) await client.close(); // see openServer
        await folder.release();
      };
      return new Database(orm as unknown as ServerORM, true, run, release, statements);
    }
  }

  /** Runs one statement by itself, outside any transaction. */
  async query<Row>(statement: Statement): Promise<Row[]> {
    try {
      return await this.run<Row>(statement);
    } catch (error) {
      throw asFailure(error);
    }
  }

  /** Whether the database answers. */
  async isThere(): Promise<boolean> {
    return this.query({ text: 'select 1', values: [] }).then(
      () => true,
      () => false,
    );
  }

  /** Reads of one tenant. */
  scope(tenantId: TenantId): Scope {
    return new Scope(tenantId, statement => this.query(statement));
  }

  /**
   * Writes of one tenant, in one transaction, one after the other with its other writes. NOT_FOUND when the tenant is gone.
   */
  write<T>(tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction(async (em, run) => Tx.within(em, run, tenantId, work));
  }

  /** Writes of the catalogue and of tenants as such, in one transaction, one after the other. */
  writeCatalogue<T>(work: (tx: CatalogueTx) => Promise<T>): Promise<T> {
    return this.transaction(async (em, run) => CatalogueTx.within(em, run, work));
  }

  /** Closes all connections; what is under way is finished first. */
  async close(): Promise<void> {
    await this.orm.close(true);
    await this.release();
  }

  /** @internal One transaction, for this folder alone. */
  async transaction<T>(work: (em: EntityManager, run: Run) => Promise<T>): Promise<T> {
    try {
      return await this.orm.em.fork().transactional(em => work(em, runOf(em, this.statements)), { clear: true });
    } catch (error) {
      throw asFailure(error);
    }
  }
}

/**
 * The embedded database copies its parsers for each answer, and most are for arrays of the rows of tables, by ids that
 * were given after those of the types proper: nobody reads them.
 */
const withoutArraysOfRows = (parsers: PGlite['parsers']): PGlite['parsers'] =>
  Object.fromEntries(Object.entries(parsers).filter(([oid]) => Number(oid) < FIRST_LATER_OID));

const runOf = (em: EntityManager, statements?: EmbeddedStatements): Run => {
  const trace = em.config.get('onQuery');
  const transaction = em.getTransactionContext<ControlledTransaction<unknown>>();
  return async <Row>(statement: Statement) => {
    const { text, values } = statement;
    trace(text, values);
    if (statements && !statements.isNew(statement)) return statements.runWithin<Row>(statement);
    return (await transaction!.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;
  };
};

const common = ({ entities, trace }: DatabaseOptions) => ({
  entities: [...entities],
  metadataProvider: ReflectMetadataProvider,
  extensions: [Migrator],
  migrations: { snapshot: false, silent: true, migrationsList: MIGRATIONS, tableName: 'schema_migration' },
  onQuery: (sql: string) => {
    trace?.(sql);
    return sql;
  },
  ensureDatabase: false,
  discovery: { warnWhenNoEntities: false },
  preferReadReplicas: false,
});
