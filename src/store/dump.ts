import type { Database } from './database.js';
import { CATALOGUE_TABLES, MIGRATION_TABLE, TENANT_TABLES } from './registry.js';

type Named = { readonly table: string };
type Table = Named & { readonly quoted: string; readonly comment: string | null };
type Column = Named & { readonly definition: string; readonly commented: string | null };
type Part = Named & { readonly definition: string };

const IN_OURS = `relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> '${MIGRATION_TABLE}'`;

const TABLES = `
  select relname as table, quote_ident(relname) as quoted, quote_literal(obj_description(oid, 'pg_class')) as comment
  from pg_class where ${IN_OURS} order by relname collate "C"`;

const COLUMNS = `
  select relname as table,
    quote_ident(attname) || ' ' || format_type(atttypid, atttypmod)
      || case when attcollation not in (0, typcollation) then ' collate ' || quote_ident(collname) else '' end
      || case when attnotnull then ' not null' else '' end
      || case when attidentity <> '' then ' generated as identity' else '' end
      || coalesce(' default ' || pg_get_expr(adbin, adrelid), '') as definition,
    quote_ident(relname) || '.' || quote_ident(attname) || ' is '
      || quote_literal(col_description(attrelid, attnum)) as commented
  from pg_attribute join pg_class c on c.oid = attrelid join pg_type t on t.oid = atttypid
    left join pg_collation l on l.oid = attcollation left join pg_attrdef on adrelid = attrelid and adnum = attnum
  where attnum > 0 and not attisdropped and ${IN_OURS} order by attnum`;

// PostgreSQL 18 lists "not null" here as well; the columns say it already.
const CONSTRAINTS = `
  select relname as table, 'constraint ' || quote_ident(conname) || ' ' || pg_get_constraintdef(k.oid) as definition
  from pg_constraint k join pg_class c on c.oid = conrelid
  where contype <> 'n' and ${IN_OURS} order by strpos('pucfx', contype::text), conname collate "C"`;

const INDEXES = `
  select relname as table, replace(pg_get_indexdef(indexrelid), ' ON public.', ' ON ') as definition
  from pg_index join pg_class c on c.oid = indrelid
  where ${IN_OURS} and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))
  order by indexrelid::regclass::text collate "C"`;

const HEADING = `-- The tables of a migrated database, parents first. Written by npm run schema; changes are made in migrations/.\n`;

/** The schema of a migrated database as SQL: the same text, whichever PostgreSQL it is. */
export async function dumpSchema(db: Database): Promise<string> {
  const rows = <Row>(text: string) => db.query<Row>({ text, values: [] });
  const columns = await rows<Column>(COLUMNS);
  const constraints = await rows<Part>(CONSTRAINTS);
  const indexes = await rows<Part>(INDEXES);
  const tables = inOrder(await rows<Table>(TABLES));
  return [HEADING, ...tables.map(table => statements(table, columns, constraints, indexes))].join('\n');
}

const inOrder = (tables: readonly Table[]) => {
  const known: readonly string[] = [...CATALOGUE_TABLES, ...TENANT_TABLES];
  const rank = ({ table }: Table) => (known.includes(table) ? known.indexOf(table) : known.length);
  return [...tables].sort((a, b) => rank(a) - rank(b));
};

function statements(
  { table, quoted, comment }: Table,
  columns: readonly Column[],
  constraints: readonly Part[],
  indexes: readonly Part[],
): string {
  const own = <T extends Named>(parts: readonly T[]) => parts.filter(part => part.table === table);
  const inside = [...own(columns), ...own(constraints)].map(({ definition }) => `  ${definition}`);
  const lines = [
    `create table ${quoted} (\n${inside.join(',\n')}\n)`,
    ...own(indexes).map(({ definition }) => definition),
    ...(comment ? [`comment on table ${quoted} is ${comment}`] : []),
    ...own(columns).flatMap(({ commented }) => (commented ? [`comment on column ${commented}`] : [])),
  ];
  return lines.map(line => `${line};\n`).join('');
}
