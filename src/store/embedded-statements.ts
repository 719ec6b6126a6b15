import { parse, protocol, type PGlite } from '@electric-sql/pglite';
import type { Statement } from './statement.js';

/** How many statements are kept prepared; what comes later is planned each time. */
const MOST_PREPARED = 500;
/** How many are remembered that were sent once. */
const MOST_SEEN = 5_000;
// Others, such as those of migrations, are not sent twice, or cannot be prepared.
const PREPARABLE = /^\s*(select|with|insert|update|delete)\b/i;
const { serialize } = protocol;

type Prepared = { readonly name: string; readonly types: readonly number[] };

/**
 * Statements on the embedded database. One that is sent again is prepared then, and planned no more: planning is most of
 * what a statement costs there.
 */
export class EmbeddedStatements {
  readonly #seen = new Set<string>();
  readonly #prepared = new Map<string, Prepared>();

  constructor(private readonly client: PGlite) {}

  /** Runs a statement by itself, after any transaction that is open. */
  async run<Row>(statement: Statement): Promise<Row[]> {
    if (this.isNew(statement)) return (await this.client.query<Row>(statement.text, [...statement.values])).rows;
    return this.client._runExclusiveTransaction(() => this.runWithin<Row>(statement));
  }

  /** Runs a statement inside the transaction that is open. */
  async runWithin<Row>({ text, values }: Statement): Promise<Row[]> {
    return this.client.runExclusive(async () => {
      const { name, types } = this.#prepared.get(text) ?? (await this.prepare(text));
      const bound = values.map((value, at) => this.serialized(value, types[at]!));
      const messages = await this.send(
        serialize.bind({ statement: name, values: bound }),
        serialize.describe({ type: 'P' }),
        serialize.execute({}),
      );
      return (parse.parseResults(messages, this.client.parsers)[0]?.rows ?? []) as Row[];
    });
  }

  /** Whether a statement is to be sent as it is: since it never was before, or cannot be kept. */
  isNew({ text }: Statement): boolean {
    if (this.#prepared.has(text)) return false;
    if (!PREPARABLE.test(text) || this.#prepared.size >= MOST_PREPARED) return true;
    if (this.#seen.has(text)) return false;
    if (this.#seen.size >= MOST_SEEN) this.#seen.clear();
    this.#seen.add(text);
    return true;
  }

  private async prepare(text: string): Promise<Prepared> {
    const name = `grantry_${this.#prepared.size}`;
    const messages = await this.send(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
    const prepared = { name, types: parse.parseDescribeStatementResults(messages) };
    this.#prepared.set(text, prepared);
    this.#seen.delete(text);
    return prepared;
  }

  private async send(...messages: Uint8Array[]) {
    return (await this.client.execProtocol(Buffer.concat([...messages, serialize.sync()]))).messages;
  }

  private serialized(value: unknown, type: number): string | null {
    if (value === null || value === undefined) return null;
    const serializer = this.client.serializers[type] as ((value: unknown) => string) | undefined;
    return serializer ? serializer(value) : String(value as string);
  }
}
