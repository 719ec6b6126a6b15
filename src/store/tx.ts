import type { EntityManager } from '@mikro-orm/postgresql';
import { sql, type RawBuilder } from 'kysely';
import { notFound } from '../kernel/errors.js';
import type { TenantId } from '../kernel/ids.js';
import { Scope } from './scope.js';
import { compiled, type Run } from './statement.js';

type Entity<T> = new (...args: never[]) => T;
type Written<T> = { readonly [K in keyof T]?: T[K] | null };
/** Columns to find rows by: a value, null, or a list of values. */
type Where<T> = { readonly [K in keyof T]?: T[K] | readonly T[K][] | null };
type TenantOwned = { tenantId: TenantId };

/** A write in progress on one tenant: a scope inside one transaction that holds the tenant's lock. */
export class Tx extends Scope {
  #raised = false;

  /** @internal */
  constructor(
    tenantId: TenantId,
    run: Run,
    private readonly em: EntityManager,
  ) {
    super(tenantId, run);
  }

  /** @internal Takes the tenant's lock, works, and raises the revision when the work said so. */
  static async within<T>(em: EntityManager, run: Run, tenantId: TenantId, work: (tx: Tx) => Promise<T>): Promise<T> {
    const tx = new Tx(tenantId, run, em);
    const lock = sql`select revision from tenant_revision where tenant_id = ${tenantId} for update`;
    if ((await tx.query(lock)).length === 0) throw notFound('tenant');
    const result = await work(tx);
    if (tx.#raised) {
      await tx.query(sql`update tenant_revision set revision = revision + 1 where tenant_id = ${tenantId}`);
    }
    return result;
  }

  /** Says that this write changes what some subject is: every cached subject of the tenant ends with the commit. */
  raise(): void {
    this.#raised = true;
  }

  /** Whether it does. */
  get isRaised(): boolean {
    return this.#raised;
  }

  async insert<T extends TenantOwned>(entity: Entity<T>, rows: readonly Omit<Written<T>, 'tenantId'>[]): Promise<void> {
    const owned = rows.map(row => ({ ...row, tenantId: this.tenantId }));
    if (owned.length > 0) await this.em.insertMany(entity as never, owned as never);
  }

  /** Changes the rows of this tenant that match; answers how many. */
  update<T extends TenantOwned>(entity: Entity<T>, where: Where<T>, set: Written<T>): Promise<number> {
    return this.em.nativeUpdate(entity as never, { ...where, tenantId: this.tenantId } as never, set as never);
  }

  /** Deletes the rows of this tenant that match; answers how many. */
  remove<T extends TenantOwned>(entity: Entity<T>, where: Where<T>): Promise<number> {
    return this.em.nativeDelete(entity as never, { ...where, tenantId: this.tenantId } as never);
  }
}

/** A write in progress on the catalogue or on tenants as such: one transaction that holds the catalogue's lock. */
export class CatalogueTx {
  readonly #raised = new Set<'revision' | 'tenants'>();

  private constructor(
    private readonly run: Run,
    private readonly em: EntityManager,
  ) {}

  /** @internal Takes the catalogue's lock, works, and raises the counters that the work named. */
  static async within<T>(em: EntityManager, run: Run, work: (tx: CatalogueTx) => Promise<T>): Promise<T> {
    const tx = new CatalogueTx(run, em);
    await tx.query(sql`select revision from catalogue_revision where id = 1 for update`);
    const result = await work(tx);
    for (const counter of tx.#raised) {
      await tx.query(sql`update catalogue_revision set ${sql.ref(counter)} = ${sql.ref(counter)} + 1 where id = 1`);
    }
    return result;
  }

  query<Row>(query: RawBuilder<unknown>): Promise<Row[]> {
    return this.run<Row>(compiled(query));
  }

  /** `revision`: permissions, types or system roles changed. `tenants`: a tenant came, went, or was renamed. */
  raise(counter: 'revision' | 'tenants'): void {
    this.#raised.add(counter);
  }

  /** The same transaction as a write on one tenant, which this transaction has created or is about to delete. */
  ofTenant(tenantId: TenantId): Tx {
    return new Tx(tenantId, this.run, this.em);
  }

  async insert<T extends object>(entity: Entity<T>, rows: readonly Written<T>[]): Promise<void> {
    if (rows.length > 0) await this.em.insertMany(entity as never, rows as never);
  }

  update<T extends object>(entity: Entity<T>, where: Where<T>, set: Written<T>): Promise<number> {
    return this.em.nativeUpdate(entity as never, where as never, set as never);
  }

  remove<T extends object>(entity: Entity<T>, where: Where<T>): Promise<number> {
    return this.em.nativeDelete(entity as never, where as never);
  }
}
