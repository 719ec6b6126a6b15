// A subgraph in the style of schema first: types as text, resolvers as a map, Apollo Server.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { GraphQLError, parse } from 'graphql';
import { askGrantry, type Ask } from '../grantry.js';
import type { Subgraph } from '../subgraph.js';

type Context = { readonly ask: Ask };
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

const mayRead = ({ id }: Book) => ({ permission: 'library:book:read', resourceId: id });

const resolvers = {
  Query: {
    /** Rows that the viewer may not read are not there. */
    books: async (_: unknown, _args: unknown, { ask }: Context) => {
      const readable = await ask(BOOKS.map(mayRead));
      return BOOKS.filter((_book, at) => readable[at]);
    },
    book: async (_: unknown, { id }: { id: string }, { ask }: Context) => {
      const book = find(BOOKS, id);
      return book && (await ask([mayRead(book)]))[0] ? book : null;
    },
  },
  Book: {
    __resolveReference: async ({ id }: Pick<Book, 'id'>) => find(BOOKS, id),
    resourceType: () => 'library:book',
    shelf: ({ shelfId }: Book) => find(SHELVES, shelfId),
    /** A field that is denied: null, with an error. */
    price: async ({ id, price }: Book, _args: unknown, { ask }: Context) => {
      const [allowed] = await ask([{ permission: 'library:book:write', resourceId: id }]);
      if (allowed) return price;
      throw new GraphQLError('The price is for those who may change the book', { extensions: { code: 'FORBIDDEN' } });
    },
  },
  Shelf: {
    __resolveReference: async ({ id }: Pick<Shelf, 'id'>) => find(SHELVES, id),
    resourceType: () => 'library:shelf',
    books: ({ id }: Shelf) => BOOKS.filter(({ shelfId }) => shelfId === id),
  },
};

/** Serves the books on a free port. */
export async function startBooks(grantryUrl: string): Promise<Subgraph> {
  const sdl = await readFile(join(process.cwd(), 'examples/supergraph/books/schema.graphql'), 'utf8');
  const server = new ApolloServer<Context>({
    schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]),
    plugins: [ApolloServerPluginInlineTraceDisabled()],
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ ask: askGrantry(grantryUrl, req.headers.authorization) }),
  });
  return { name: 'books', url, sdl, stop: () => server.stop() };
}
