import type { Migrator } from '@mikro-orm/migrations';
import { CompiledQuery } from 'kysely';
import type { ControlledTransaction } from 'kysely';
import type { Database } from './database.js';

const LOCK = 7_264_918; // any number, the same in every release

/** Brings the schema up to date. Processes that start together wait for each other. Answers what ran. */
export const migrateUp = (db: Database): Promise<string[]> =>
  locked(db, (migrator, transaction) => migrator.up({ transaction }));

/** Takes the last migration back, and what it holds. Answers what ran. */
export const migrateDown = (db: Database): Promise<string[]> =>
  locked(db, (migrator, transaction) => migrator.down({ transaction }));

/** Which migrations have run, and which are waiting. */
export async function migrationStatus(db: Database): Promise<{ name: string; executedAt: Date | null }[]> {
  const migrator = db.orm.migrator as Migrator;
  const executed = (await migrator.getExecuted()).map(({ name, executed_at }) => ({ name, executedAt: executed_at }));
  const pending = (await migrator.getPending()).map(({ name }) => ({ name, executedAt: null }));
  return [...executed, ...pending];
}

type Ran = Promise<{ name: string }[]>;

const locked = async (db: Database, work: (migrator: Migrator, transaction: ControlledTransaction<unknown>) => Ran) => {
  const migrator = db.orm.migrator as Migrator;
  // Its own table is made outside the transaction: under the lock where there is a second connection, before it elsewhere.
  if (db.embedded) await migrator.getPending();
  return db.transaction(async em => {
    const transaction = em.getTransactionContext<ControlledTransaction<unknown>>()!;
    await transaction.executeQuery(CompiledQuery.raw(`select pg_advisory_xact_lock(${LOCK})`));
    if (!db.embedded) await migrator.getPending();
    return (await work(migrator, transaction)).map(({ name }) => name);
  });
};
