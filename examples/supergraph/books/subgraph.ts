// A subgraph in the style of schema first: types as text, resolvers as a map, Apollo Server. Grantry is asked by the directive
// @access in the text, and by calls where rows are hidden.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
// Elsewhere: '@grantry/guard' and '@grantry/guard/directive'.
import { accessDirective } from '../../../packages/guard/src/directive.js';
import { grantryGuards, type GuardedContext } from '../../../packages/guard/src/index.js';
import type { Subgraph } from '../subgraph.js';

type Book = { readonly id: string; readonly title: string; readonly shelfId: string | null; readonly price: number };
type Shelf = { readonly id: string; readonly name: string };

const SHELVES: readonly Shelf[] = [
  { id: 'maps', name: 'Maps' },
  { id: 'picture-books', name: 'Picture books' },
];
const BOOKS: readonly Book[] = [
  { id: 'atlas-of-1570', title: 'Atlas of 1570', shelfId: 'maps', price: 4_000 },
  { id: 'the-little-bear', title: 'The little bear', shelfId: 'picture-books', price: 12 },
  { id: 'goodnight-harbour', title: 'Goodnight, harbour', shelfId: 'picture-books', price: 14 },
  { id: 'reading-diary', title: 'Reading diary', shelfId: null, price: 3 },
  { id: 'guest-book', title: 'Guest book', shelfId: null, price: 20 },
];
const find = <T extends { readonly id: string }>(all: readonly T[], id: string | null) =>
  all.find(one => one.id === id) ?? null;

// A book is hidden wherever it is reached from: in lists, by its id, from its shelf, and from the entities of other subgraphs.
const readable = (books: readonly Book[], { grantry }: GuardedContext) =>
  grantry.allowed(books, 'library:book:read', ({ id }) => id);
const readableBook = async (id: string, { grantry }: GuardedContext) =>
  (await grantry.check('library:book:read', { on: id })) ? find(BOOKS, id) : null;

const resolvers = {
  Query: {
    books: async (_: unknown, _args: unknown, context: GuardedContext) => readable(BOOKS, context),
    book: async (_: unknown, { id }: { id: string }, context: GuardedContext) => readableBook(id, context),
  },
  Book: {
    __resolveReference: async ({ id }: Pick<Book, 'id'>, context: GuardedContext) => readableBook(id, context),
    resourceType: () => 'library:book',
    shelf: ({ shelfId }: Book) => find(SHELVES, shelfId),
  },
  Shelf: {
    __resolveReference: async ({ id }: Pick<Shelf, 'id'>) => find(SHELVES, id),
    resourceType: () => 'library:shelf',
    books: async ({ id }: Shelf, _args: unknown, context: GuardedContext) =>
      readable(
        BOOKS.filter(({ shelfId }) => shelfId === id),
        context,
      ),
  },
};

/** Serves the books on a free port. */
export async function startBooks(grantryUrl: string): Promise<Subgraph> {
  const types = await readFile(join(process.cwd(), 'examples/supergraph/books/schema.graphql'), 'utf8');
  const access = accessDirective();
  const sdl = `${types}\n${access.typeDefs}\n`;
  const guards = grantryGuards({ url: grantryUrl });
  const server = new ApolloServer<GuardedContext>({
    schema: access.transform(buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }])),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    includeStacktraceInErrorResponses: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ grantry: guards.ofRequest(req) }),
  });
  return { name: 'books', url, sdl, stop: () => server.stop() };
}
