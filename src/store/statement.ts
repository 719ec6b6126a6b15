import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely';

/** SQL with `$1` parameters; a `name` has it prepared once on each connection. */
export type Statement = { readonly text: string; readonly values: readonly unknown[]; readonly name?: string };
export type Run = <Row>(statement: Statement) => Promise<Row[]>;

const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: db => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Turns a `sql` template into text and parameters. */
export function compiled(query: RawBuilder<unknown>): Statement {
  const { sql: text, parameters: values } = query.compile(compiler);
  return { text, values };
}
