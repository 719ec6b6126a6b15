import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import { CATALOGUE_TABLES, TENANT_TABLES } from '../../src/store/registry.js';
import { openTestDatabase, type TestDatabase } from '../database.js';

let test: TestDatabase;
beforeAll(async () => void (test = await openTestDatabase()));
afterAll(() => test.close());

type Column = { table: string; name: string; type: string; required: boolean; key: boolean };

const COLUMNS = `
  select relname as table, attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required,
    exists (select from pg_constraint where conrelid = c.oid and contype = 'p' and attnum = any(conkey)) as key
  from pg_attribute join pg_class c on c.oid = attrelid
  where attnum > 0 and not attisdropped and relkind = 'r' and relnamespace = 'public'::regnamespace`;

// MikroORM's words for types that PostgreSQL calls otherwise.
const SAME: Readonly<Record<string, string>> = {
  int: 'integer',
  int4: 'integer',
  int8: 'bigint',
  bool: 'boolean',
  json: 'jsonb',
  timestamptz: 'timestamp with time zone',
};
const columnType = (type: string) => {
  const bare = type.replace(/\(\d+\)/, '');
  return SAME[bare] ?? bare;
};

const described = (table: string, name: string, type: string, required: boolean, key: boolean) =>
  `${table}.${name} ${type}${required ? ' not null' : ''}${key ? ' key' : ''}`;
const ofProperty = (table: string) => (property: EntityProperty) =>
  described(
    table,
    property.fieldNames[0]!,
    columnType(property.columnTypes[0]!),
    !property.nullable,
    !!property.primary,
  );

describe('the entities', () => {
  it('have the columns of their tables: no other, none less, of the same type', async () => {
    const columns = await test.db.query<Column>({ text: COLUMNS, values: [] });
    const entities: EntityMetadata[] = [...test.db.orm.getMetadata().getAll().values()];
    expect(entities.length).toBeGreaterThan(0);
    for (const { tableName, props } of entities) {
      const own = columns.filter(({ table }) => table === tableName);
      const made = own.map(({ name, type, required, key }) => described(tableName, name, type, required, key));
      const persistent = props.filter(({ persist }) => persist !== false);
      expect(persistent.map(ofProperty(tableName)).sort()).toEqual(made.sort());
    }
  });

  it('are of tables that the registry knows', () => {
    const tables = [...test.db.orm.getMetadata().getAll().values()].map(({ tableName }) => tableName);
    const known: readonly string[] = [...CATALOGUE_TABLES, ...TENANT_TABLES];
    expect(tables.filter(table => !known.includes(table))).toEqual([]);
  });
});
