import { MIGRATION_TABLE, TENANT_TABLES } from '../../src/store/registry.js';

/** Runs a statement. */
export type Ask = <Row>(text: string) => Promise<Row[]>;
type Key = { table: string; name: string; columns: string[] };
type Constraint = Key & {
  type: string;
  parent: string | null;
  parentColumns: string[] | null;
  onDelete: string;
  onUpdate: string;
  deferrable: boolean;
};
type Column = {
  table: string;
  name: string;
  type: string;
  required: boolean;
  fallback: string | null;
  identity: string;
};

const OURS = `c.relnamespace = 'public'::regnamespace and c.relname <> '${MIGRATION_TABLE}'`;
const COLUMNS_OF = (numbers: string, table: string) =>
  `(select array_agg(attname::text order by at) from unnest(${numbers}) with ordinality as n(number, at)
    join pg_attribute on attrelid = ${table} and attnum = number)`;

const CONSTRAINTS = `
  select c.relname as table, conname as name, contype as type, ${COLUMNS_OF('conkey', 'conrelid')} as columns,
    p.relname as parent, ${COLUMNS_OF('confkey', 'confrelid')} as "parentColumns",
    confdeltype as "onDelete", confupdtype as "onUpdate", condeferrable as deferrable
  from pg_constraint k join pg_class c on c.oid = conrelid left join pg_class p on p.oid = confrelid
  where contype <> 'n' and ${OURS} order by conname`;

const UNIQUE_INDEXES = `
  select c.relname as table, i.relname as name, ${COLUMNS_OF('indkey::int2[]', 'indrelid')} as columns
  from pg_index join pg_class c on c.oid = indrelid join pg_class i on i.oid = indexrelid
  where indisunique and ${OURS} order by i.relname`;

const COLUMNS = `
  select c.relname as table, attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required,
    pg_get_expr(adbin, adrelid) as fallback, attidentity as identity
  from pg_attribute join pg_class c on c.oid = attrelid left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where attnum > 0 and not attisdropped and c.relkind in ('r', 'p') and ${OURS} order by 1, attnum`;

const TRIGGERS = `
  select c.relname as table, tgname as name from pg_trigger join pg_class c on c.oid = tgrelid where not tgisinternal and ${OURS}`;

const ACTIONS: Record<string, string> = {
  a: 'no action',
  r: 'restrict',
  c: 'cascade',
  n: 'set null',
  d: 'set default',
};
const isOwned = (table: string | null) => TENANT_TABLES.some(owned => owned === table);

/** What keeps the tables of a database from being distributed by tenant. */
export async function offences(ask: Ask): Promise<string[]> {
  const columns = await ask<Column>(COLUMNS);
  const constraints = await ask<Constraint>(CONSTRAINTS);
  const keys = [...constraints.filter(({ type }) => type !== 'c'), ...(await ask<Key>(UNIQUE_INDEXES))];
  const triggers = await ask<{ table: string }>(TRIGGERS);
  return [
    ...columns.flatMap(ofColumn),
    ...tenantColumns(columns),
    ...keys.filter(key => isOwned(key.table)).flatMap(ofKey),
    ...constraints.flatMap(ofConstraint),
    ...triggers.map(({ table }) => `${table} has a trigger`),
  ];
}

function ofColumn({ table, name, identity, fallback }: Column): string[] {
  if (identity !== '' || fallback?.includes('nextval(')) return [`${table}.${name} draws from a sequence`];
  return fallback?.includes('(') ? [`${table}.${name} has a default that is computed`] : [];
}

function tenantColumns(columns: readonly Column[]): string[] {
  return TENANT_TABLES.filter(owned => {
    const column = columns.find(({ table, name }) => table === owned && name === 'tenant_id');
    return column?.type !== 'uuid' || !column.required;
  }).map(table => `${table}.tenant_id is not uuid not null`);
}

/** A foreign key to the catalogue is plain: each node has a copy of it. */
function ofKey(key: Key & Partial<Constraint>): string[] {
  const { name, columns, type, parent = null, parentColumns } = key;
  if (type === 'f' && !isOwned(parent)) return [];
  const starts = columns[0] === 'tenant_id' && (type !== 'f' || parentColumns?.[0] === 'tenant_id');
  return starts ? [] : [`${name} does not start with tenant_id`];
}

function ofConstraint({ table, name, type, parent, onDelete, onUpdate, deferrable }: Constraint): string[] {
  const found: string[] = [];
  if (!name.startsWith(`${table}__`)) found.push(`${name} is not named ${table}__…`);
  if (deferrable) found.push(`${name} is deferrable`);
  if (type !== 'f') return found;
  if (!['a', 'r', 'c'].includes(onDelete)) found.push(`${name}: on delete ${ACTIONS[onDelete]}`);
  if (onUpdate !== 'a') found.push(`${name}: on update ${ACTIONS[onUpdate]}`);
  if (isOwned(parent) && !isOwned(table)) found.push(`${name} leads from the catalogue to a tenant`);
  return found;
}
