import type { Pool, PoolClient } from 'pg';
import type { Database } from './database.js';
import { CATALOGUE_TABLES, TENANT_TABLES } from './registry.js';

/** What Citus knows of a table: `reference`, `distributed`, or nothing of ours. */
type Distributed = { readonly name: string; readonly type: string };

const [ANCHOR] = TENANT_TABLES;
// Otherwise Citus takes tables over on its own as soon as a foreign key points at a reference table.
const NO_TAKING_OVER = `set citus.enable_local_reference_table_foreign_keys = off`;

/**
 * Spreads the tables over the nodes of a Citus cluster: a copy of the catalogue on each, and what tenants own by tenant.
 * Whatever is spread already stays as it is. Answers what was run, or null where there is no Citus.
 */
export async function distribute(db: Database): Promise<string[] | null> {
  const installed = await db.query({ text: `select from pg_extension where extname = 'citus'`, values: [] });
  if (db.embedded || installed.length === 0) return null;
  // One connection, for the setting; no transaction, for each step is long, and the next run takes up where this one ended.
  const pool = (await db.orm.em.getConnection().getNativeClient()) as Pool;
  const client = await pool.connect();
  try {
    return await runSteps(client);
  } finally {
    client.release(true);
  }
}

async function runSteps(client: PoolClient): Promise<string[]> {
  await client.query(NO_TAKING_OVER);
  const known = `select table_name::text as name, citus_table_type as type from citus_tables`;
  const steps = distributionSteps((await client.query<Distributed>(known)).rows);
  for (const step of steps) await client.query(step);
  return steps;
}

/** The statements that are still to be run, in their order: the catalogue, the tables of tenants, then old local rows. */
export function distributionSteps(known: readonly Distributed[]): string[] {
  const isA = (type: string, table: string) =>
    known.some(other => other.type === type && unquoted(other.name) === table);
  const references = CATALOGUE_TABLES.filter(table => !isA('reference', table));
  const distributed = TENANT_TABLES.filter(table => !isA('distributed', table));
  const touched = references.length + distributed.length === 0 ? [] : [...CATALOGUE_TABLES, ...TENANT_TABLES];
  return [
    ...references.map(table => `select create_reference_table('${quoted(table)}')`),
    ...distributed.map(table => `select create_distributed_table('${quoted(table)}', 'tenant_id'${colocated(table)})`),
    ...touched.map(table => `select truncate_local_data_after_distributing_table('${quoted(table)}')`),
  ];
}

const colocated = (table: string) => (table === ANCHOR ? '' : `, colocate_with => '${ANCHOR}'`);
const quoted = (table: string) => `"${table}"`;
const unquoted = (name: string) => name.replaceAll('"', '');
