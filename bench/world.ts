import { Access } from '../src/engine/access.js';
import { Asking } from '../src/engine/asking.js';
import { createEngine, type Engine } from '../src/engine/engine.js';
import type { TenantId } from '../src/kernel/ids.js';
import { ENTITIES } from '../src/server/entities.js';
import { Database } from '../src/store/database.js';
import { Scope } from '../src/store/scope.js';
import type { Statement } from '../src/store/statement.js';
import type { Tx } from '../src/store/tx.js';
import { generate } from './generate.js';
import { sizesTimes, type Sizes } from './sizes.js';

const HOUR_MS = 3_600_000;

/** A generated tenant, and what is needed to ask about it as a request does. */
export class World {
  /** How long each statement took since this was last emptied, in milliseconds. */
  readonly statements: number[] = [];
  private readonly engine: Engine;

  private constructor(
    private readonly db: Database,
    private readonly tenantId: TenantId,
    readonly sizes: Sizes,
  ) {
    this.engine = createEngine(db, 10_000);
  }

  /** A database on the server with `scale` times the usual tenant: made, unless an earlier run has left one behind. */
  static async open(server: string, scale: number): Promise<World> {
    const name = `grantry_bench_${String(scale).replace('.', '_')}`;
    const admin = await Database.open({ url: server, entities: [] });
    const [there] = await admin.query({ text: 'select 1 from pg_database where datname = $1', values: [name] });
    const url = new URL(server);
    const sizes = sizesTimes(scale);
    if (!there) {
      const draft = `${name}_draft`;
      await admin.query({ text: `drop database if exists ${draft} with (force)`, values: [] });
      await admin.query({ text: `create database ${draft}`, values: [] });
      url.pathname = `/${draft}`;
      await load(url, sizes);
      await admin.query({ text: `alter database ${draft} rename to ${name}`, values: [] });
    }
    await admin.close();
    url.pathname = `/${name}`;
    const db = await Database.open({ url: url.href, entities: ENTITIES });
    const [tenant] = await db.query<{ id: TenantId }>({
      text: `select id from tenant where slug = 'bench'`,
      values: [],
    });
    return new World(db, tenant!.id, sizes);
  }

  /** The decisions of one request at the revision that is the newest. Its statements are timed. */
  async asking(): Promise<Asking> {
    const { db, engine, tenantId } = this;
    const { tenant, catalogue } = await engine.revisions(tenantId);
    const scope = new Scope(tenantId, statement => this.timed(() => db.query(statement)));
    return new Asking(engine, scope, await engine.catalogue.at(catalogue), { tenant, catalogue }, new Date());
  }

  /** Writes as a client that may grant. What the work asks of the database is timed; the transaction itself is not. */
  async write<T>(work: (tx: Tx, access: Access) => Promise<T>): Promise<T> {
    const { catalogue } = await this.asking();
    const caller = {
      kind: 'service',
      tenantId: this.tenantId,
      clientId: 'bench',
      scopes: new Set(['grant'] as const),
    } as const;
    return this.db.write(this.tenantId, tx => {
      const query = tx.query.bind(tx);
      tx.query = statement => this.timed(() => query(statement));
      return work(tx, new Access(caller, null, catalogue));
    });
  }

  /** One statement that is not timed, with the tenant as its first parameter. */
  async query<Row>(text: string, ...values: Statement['values']): Promise<Row[]> {
    return this.db.query<Row>({ text, values: [this.tenantId, ...values] });
  }

  close(): Promise<void> {
    return this.db.close();
  }

  private async timed<T>(run: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await run();
    } finally {
      this.statements.push(performance.now() - start);
    }
  }
}

/** Without the checks of foreign keys, which a load that is right does not need. */
async function load(url: URL, sizes: Sizes): Promise<void> {
  const fast = new URL(url);
  fast.searchParams.set('options', '-c session_replication_role=replica -c maintenance_work_mem=512MB');
  const db = await Database.open({ url: fast.href, entities: ENTITIES, queryTimeoutMs: HOUR_MS });
  try {
    await generate(db, sizes);
  } finally {
    await db.close();
  }
}
