import { sql, type RawBuilder } from 'kysely';

/** A place in an ordered list: the sort key of a row and its id. */
export type Position = { readonly key: string | number; readonly id: string };

/** The part of a list that is asked for: `limit` rows from one end, between two places. */
export type Window = {
  readonly limit: number;
  readonly backward: boolean;
  readonly after: Position | null;
  readonly before: Position | null;
};

/** The type of the sort key, as the database writes it. */
export type KeyType = 'text' | 'int' | 'timestamptz';

/** An ordered list as SQL. `from` has no ordering and no limit; ties of `key` go by ascending `id`. */
export type Listing = {
  readonly columns: RawBuilder<unknown>;
  readonly from: RawBuilder<unknown>;
  readonly where: readonly RawBuilder<unknown>[];
  readonly key: RawBuilder<unknown>;
  readonly keyType: KeyType;
  readonly id: RawBuilder<unknown>;
  readonly descending?: boolean;
};

/** What a page statement adds to the columns of each row. */
export type PageRow = {
  readonly page_key: string | number | Date;
  readonly page_id: string;
  readonly page_parent?: string;
};

const conditions = (where: readonly RawBuilder<unknown>[]) =>
  where.length > 0
    ? sql.join(
        where.map(condition => sql`(${condition})`),
        sql` and `,
      )
    : sql`true`;

const beyond = ({ key, keyType, id }: Listing, { key: value, id: last }: Position, up: boolean, forward: boolean) => {
  const at = sql`${value}::${sql.raw(keyType)}`;
  const further = sql.raw(up ? '>' : '<');
  const tie = sql.raw(forward ? '>' : '<');
  return sql`${key} ${sql.raw(up ? '>=' : '<=')} ${at} and (${key} ${further} ${at} or ${id} ${tie} ${last}::uuid)`;
};

/** One row more than the limit tells whether there is more. */
function body(listing: Listing, window: Window, more: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  const { columns, from, where, key, id, descending = false } = listing;
  const up = descending === window.backward;
  const places = [
    ...(window.after ? [beyond(listing, window.after, !descending, true)] : []),
    ...(window.before ? [beyond(listing, window.before, descending, false)] : []),
  ];
  return sql`select ${columns}, ${key} as page_key, ${id} as page_id from ${from}
    where ${conditions([...where, ...more, ...places])}
    order by page_key ${sql.raw(up ? 'asc' : 'desc')}, page_id ${sql.raw(window.backward ? 'desc' : 'asc')}
    limit ${window.limit + 1}`;
}

/** A page of a list. */
export const pageSql = (listing: Listing, window: Window): RawBuilder<unknown> => body(listing, window, []);

/** The same page of each of many parents, in one statement; `parent` is the column that has the parent's id. */
export const pagesSql = (
  listing: Listing,
  window: Window,
  parent: RawBuilder<unknown>,
  parents: readonly string[],
): RawBuilder<unknown> =>
  sql`select of_parent.id as page_parent, of_page.* from unnest(${parents}::uuid[]) as of_parent (id)
    cross join lateral (${body(listing, window, [sql`${parent} = of_parent.id`])}) as of_page
    order by page_key ${sql.raw((listing.descending ?? false) === window.backward ? 'asc' : 'desc')},
      page_id ${sql.raw(window.backward ? 'desc' : 'asc')}`;

/** How many there are in all. */
export const countSql = ({ from, where }: Listing): RawBuilder<unknown> =>
  sql`select count(*)::int as count from ${from} where ${conditions(where)}`;

/** How many each of many parents has. */
export const countsSql = (
  { from, where }: Listing,
  parent: RawBuilder<unknown>,
  parents: readonly string[],
): RawBuilder<unknown> =>
  sql`select ${parent} as page_parent, count(*)::int as count from ${from}
    where ${conditions([...where, sql`${parent} = any(${parents}::uuid[])`])} group by ${parent}`;
