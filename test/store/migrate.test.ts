import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { down, status, up } from '../../src/cli/migrate.js';
import { Database } from '../../src/store/database.js';
import { dumpSchema } from '../../src/store/dump.js';
import { migrateDown, migrateUp, migrationStatus } from '../../src/store/migrate.js';
import { MIGRATIONS } from '../../src/store/migrations.js';
import { MIGRATION_TABLE } from '../../src/store/registry.js';
import { openTestDatabase, type TestDatabase } from '../database.js';

let test: TestDatabase;
beforeEach(async () => void (test = await openTestDatabase({ entities: [] })));
afterEach(() => test.close());

const committed = () => readFile(join(import.meta.dirname, '../../schema/grantry.sql'), 'utf8');
const names = MIGRATIONS.map(({ name }) => name);
const allDown = async (db: Database) => {
  for (const _ of MIGRATIONS) await migrateDown(db);
};
const leftOver = async (db: Database) => {
  const text = `select relname from pg_class where relnamespace = 'public'::regnamespace
                union all select typname from pg_type where typnamespace = 'public'::regnamespace
                union all select proname from pg_proc where pronamespace = 'public'::regnamespace`;
  const rows = await db.query<{ relname: string }>({ text, values: [] });
  return rows.map(({ relname }) => relname).filter(name => !name.includes(MIGRATION_TABLE));
};
const printed = async (work: typeof up) => {
  const lines: string[] = [];
  const isFine = await work(test.db, line => lines.push(line));
  return { lines, isFine };
};

describe('the migrations', () => {
  it('make the schema that is committed', async () => {
    expect(await dumpSchema(test.db)).toBe(await committed());
  });

  it('leave nothing behind when they are taken back, and run again', async () => {
    await allDown(test.db);
    expect(await leftOver(test.db)).toEqual([]);
    expect(await migrateUp(test.db)).toEqual(names);
    expect(await dumpSchema(test.db)).toBe(await committed());
  });

  it('are taken back one at a time, the last one first', async () => {
    expect(await migrateDown(test.db)).toEqual(names.slice(-1));
    expect((await migrationStatus(test.db)).filter(({ executedAt }) => !executedAt)).toEqual([
      { name: names.at(-1), executedAt: null },
    ]);
  });

  it('run nothing twice', async () => {
    expect(await migrateUp(test.db)).toEqual([]);
  });

  it('are named by their number and order', () => {
    expect(names).toEqual([...names].sort());
    for (const [at, name] of names.entries())
      expect(name).toMatch(new RegExp(`^${String(at + 1).padStart(4, '0')}-[a-z0-9-]+$`));
  });
});

describe('the committed schema', () => {
  it('makes the same tables on an empty database', async () => {
    await allDown(test.db);
    const text = await committed();
    for (const statement of text.split(/;\n/).filter(part => part.trim() !== '')) {
      await test.db.query({ text: statement, values: [] });
    }
    expect(await dumpSchema(test.db)).toBe(text);
  });
});

describe('the migrate command', () => {
  it('says what it did, and what there is to do', async () => {
    expect(await printed(up)).toEqual({ lines: ['nothing to do: all migrations have run'], isFine: true });
    expect(await printed(down)).toEqual({ lines: [`took back ${names.at(-1)}`], isFine: true });
    const waiting = await printed(status);
    expect(waiting.lines.at(-1)).toBe(`waiting                   ${names.at(-1)}`);
    expect(waiting.isFine).toBe(false);
    expect(await printed(up)).toEqual({ lines: [`migrated ${names.at(-1)}`], isFine: true });
    expect((await printed(status)).isFine).toBe(true);
  });

  it('says so when nothing is left to take back', async () => {
    await allDown(test.db);
    expect(await printed(down)).toEqual({ lines: ['nothing to take back: no migration has run'], isFine: true });
  });
});

const onServer = process.env.GRANTRY_TEST_DATABASE_URL ? describe : describe.skip;

onServer('two processes that migrate at once', () => {
  it('wait for each other, on a database where nothing has run yet', async () => {
    await allDown(test.db);
    await test.db.query({ text: `drop table ${MIGRATION_TABLE}`, values: [] });
    const processes = await Promise.all([1, 2, 3].map(() => Database.open({ url: test.url!, entities: [] })));
    const ran = await Promise.all(processes.map(migrateUp));
    expect(ran.flat()).toEqual(names);
    expect(await dumpSchema(test.db)).toBe(await committed());
    await Promise.all(processes.map(db => db.close()));
  });
});
