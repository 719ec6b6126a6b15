import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { Database } from '../src/store/database.js';
import { migrateUp } from '../src/store/migrate.js';
import { migrationsHash } from './migrated-image.js';

const LOCK = 4_201_337; // any number; keeps test files from making the template at the same time

/** Makes a migrated database on the server, as a copy of a template that is made once. */
export async function createTestDatabase(server: string): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `grantry_test_${randomUUID().replaceAll('-', '')}`;
  const template = await asAdmin(server, client => templateOn(server, client));
  await asAdmin(server, client => client.query(`create database ${name} template ${template}`));
  const drop = () => asAdmin(server, async client => void (await client.query(`drop database ${name} with (force)`)));
  return { url: urlOf(server, name), drop };
}

async function templateOn(server: string, client: pg.Client): Promise<string> {
  const template = `grantry_template_${await migrationsHash()}`;
  await client.query(`select pg_advisory_lock(${LOCK})`);
  const { rowCount } = await client.query('select from pg_database where datname = $1', [template]);
  if (rowCount === 0) {
    const draft = `${template}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft}`);
    const db = await Database.open({ url: urlOf(server, draft), entities: [] });
    await migrateUp(db);
    await db.close();
    await client.query(`alter database ${draft} rename to ${template}`);
  }
  return template;
}

async function asAdmin<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const urlOf = (server: string, database: string) => {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
};
