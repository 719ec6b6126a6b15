import { Command } from 'commander';
import { readConfig } from '../config.js';
import type { Database } from '../store/database.js';
import { distribute } from '../store/distribute.js';
import { migrateDown, migrateUp, migrationStatus } from '../store/migrate.js';

type Print = (line: string) => void;
/** Works on a database, says what it did, and answers whether all is as it should be. */
type Work = (db: Database, print: Print) => Promise<boolean>;

/** `migrate up | down | status | distribute`, on the configured database. */
export function migrateCommand(): Command {
  const migrate = new Command('migrate').description('change the tables of the database');
  const add = (name: string, description: string, work: Work) =>
    migrate
      .command(name)
      .description(description)
      .action(() => onDatabase(work));
  add('up', 'run the migrations that are waiting', up);
  add('down', 'take the last migration back, with all that its tables hold', down);
  add('status', 'say which migrations have run; the exit status is 1 when some are waiting', status);
  add('distribute', 'spread the tables over the nodes, where the Citus extension is installed', spread);
  return migrate;
}

async function onDatabase(work: Work): Promise<void> {
  const config = readConfig(process.env, { serving: false });
  const { Database } = await import('../store/database.js'); // takes a while, and to help with a command needs none
  const db = await Database.open({ ...config.database, entities: [] });
  try {
    if (!(await work(db, line => process.stdout.write(`${line}\n`)))) process.exitCode = 1;
  } finally {
    await db.close();
  }
}

/** Runs what is waiting. */
export const up: Work = async (db, print) => {
  const ran = await migrateUp(db);
  for (const name of ran) print(`migrated ${name}`);
  if (ran.length === 0) print('nothing to do: all migrations have run');
  return true;
};

/** Takes the last one back. */
export const down: Work = async (db, print) => {
  const ran = await migrateDown(db);
  for (const name of ran) print(`took back ${name}`);
  if (ran.length === 0) print('nothing to take back: no migration has run');
  return true;
};

/** Lists all; something that waits is not as it should be. */
export const status: Work = async (db, print) => {
  const migrations = await migrationStatus(db);
  for (const { name, executedAt } of migrations) print(`${executedAt?.toISOString() ?? 'waiting'.padEnd(24)}  ${name}`);
  return migrations.every(({ executedAt }) => executedAt !== null);
};

/** Spreads the tables; without Citus there is nothing to do. */
export const spread: Work = async (db, print) => {
  const steps = await distribute(db);
  if (steps === null) print('nothing to do: the Citus extension is not installed in this database');
  else if (steps.length === 0) print('nothing to do: all tables are distributed');
  else for (const step of steps) print(step);
  return true;
};
