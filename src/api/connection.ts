import DataLoader from 'dataloader';
import type { RawBuilder } from 'kysely';
import type { Scope } from '../store/scope.js';
import { countSql, countsSql, pageSql, pagesSql, type Listing, type PageRow } from '../store/page.js';
import { cursorOf, windowOf, type PageRequest } from './cursor.js';

export type Edge<N> = { readonly cursor: string; readonly node: N };

/** A page of a list, in the shape of the Relay specification. The total is counted only when it is asked for. */
export type Connection<N, E extends Edge<N> = Edge<N>> = {
  readonly edges: readonly E[];
  readonly nodes: readonly N[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  totalCount(): Promise<number>;
};

/** An ordered list and how its rows become nodes. `name` tells lists and orders apart, for their cursors. */
export type List<Row, N> = {
  readonly name: string;
  readonly listing: Listing;
  readonly toNode: (row: Row) => N;
  /** What an edge says beside its node. */
  readonly toEdge?: (row: Row) => object;
};

/** Puts a page together from entries in order; `more` says whether there are further ones in the direction of reading. */
export function connection<N, E extends Edge<N>>(
  edges: readonly E[],
  request: PageRequest,
  more: boolean,
  totalCount: () => Promise<number>,
): Connection<N, E> {
  const backward = typeof request.last === 'number';
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      // Behind the end that a cursor names stands at least the entry of the cursor itself.
      hasNextPage: backward ? typeof request.before === 'string' : more,
      hasPreviousPage: backward ? more : typeof request.after === 'string',
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

/** A page of a list of the tenant. */
export async function pageOf<Row, N>(scope: Scope, list: List<Row, N>, request: PageRequest): Promise<Connection<N>> {
  const window = windowOf(request, list.name, list.listing.keyType);
  const rows = await scope.query<Row & PageRow>(pageSql(list.listing, window));
  return fromRows(rows, list, list.name, request, window.limit, async () => {
    const [row] = await scope.query<{ count: number }>(countSql(list.listing));
    return row?.count ?? 0;
  });
}

type Asked = { readonly parent: string; readonly request: PageRequest };
/** A list that hangs on a parent; it may be made for just the parents that are asked about. */
export type ListOf<Row, N> = (parents: readonly string[]) => List<Row, N> | Promise<List<Row, N>>;

/**
 * Pages of a list that hangs on a parent, whose id is in the column `parent`. All parents that are asked about in one
 * tick, with the same arguments, are answered by one statement; their totals by another.
 */
export function pagesOf<Row, N>(
  scope: Scope,
  listOf: ListOf<Row, N>,
  parent: RawBuilder<unknown>,
): (parentId: string, request: PageRequest) => Promise<Connection<N>> {
  const totals = new DataLoader<string, number>(async parents => {
    const { listing } = await listOf(parents);
    const counted = await scope.query<{ page_parent: string; count: number }>(countsSql(listing, parent, parents));
    const byParent = new Map(counted.map(row => [row.page_parent, row.count]));
    return parents.map(id => byParent.get(id) ?? 0);
  });
  const page = async (parents: readonly string[], request: PageRequest): Promise<Map<string, Connection<N>>> => {
    const list = await listOf(parents);
    const nameOf = (id: string) => `${list.name} ${id}`;
    const window = windowOf(request, nameOf(parents[0]!), list.listing.keyType);
    const rows = await scope.query<Row & PageRow>(pagesSql(list.listing, window, parent, parents));
    const byParent = Map.groupBy(rows, row => row.page_parent!);
    const pageFor = (id: string) =>
      fromRows(byParent.get(id) ?? [], list, nameOf(id), request, window.limit, () => totals.load(id));
    return new Map(parents.map(id => [id, pageFor(id)]));
  };
  const pages = new DataLoader<Asked, Connection<N>, string>(
    async asked => {
      const groups = Map.groupBy(asked, groupKey);
      const answers = await Promise.all(
        [...groups].map(async ([key, same]) => {
          const found = page([...new Set(same.map(one => one.parent))], same[0]!.request);
          return [key, await found.catch((error: Error) => error)] as const;
        }),
      );
      const byGroup = new Map(answers);
      return asked.map(one => {
        const found = byGroup.get(groupKey(one))!;
        return found instanceof Error ? found : found.get(one.parent)!;
      });
    },
    { cacheKeyFn: one => `${one.parent} ${argumentsKey(one.request)}` },
  );
  return (parentId, request) => pages.load({ parent: parentId, request });
}

const argumentsKey = ({ first, after, last, before }: PageRequest) => JSON.stringify([first, after, last, before]);

// A cursor belongs to the list of one parent, so that only requests without one can be answered together.
const groupKey = ({ parent, request }: Asked) =>
  typeof (request.after ?? request.before) === 'string' ? `${parent} ${argumentsKey(request)}` : argumentsKey(request);

function fromRows<Row, N>(
  rows: readonly (Row & PageRow)[],
  list: List<Row, N>,
  name: string,
  request: PageRequest,
  limit: number,
  totalCount: () => Promise<number>,
): Connection<N> {
  const wanted = rows.slice(0, limit);
  if (typeof request.last === 'number') wanted.reverse();
  const edges = wanted.map(row => ({
    ...list.toEdge?.(row),
    cursor: cursorOf(name, [row.page_key instanceof Date ? row.page_key.toISOString() : row.page_key, row.page_id]),
    node: list.toNode(row),
  }));
  return connection(edges, request, rows.length > limit, totalCount);
}
