// A subgraph in the style of code first: decorated classes, type-graphql. Grantry is asked by rules of graphql-shield.
import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { parse } from 'graphql';
import { buildSchema, createResolversMap } from 'type-graphql';
// Elsewhere: '@grantry/guard' and '@grantry/guard/shield'.
import { grantryGuards, type GuardedContext } from '../../../packages/guard/src/index.js';
import { applyMiddleware } from '../../../packages/guard/src/shield.js';
import type { Subgraph } from '../subgraph.js';
import { Book, BookResolver, Review, ReviewResolver, Reviews, rules } from './reviews.js';

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

async function schemaOf(reviews: Reviews) {
  const made = new Map<unknown, object>([
    [BookResolver, new BookResolver(reviews)],
    [ReviewResolver, new ReviewResolver()],
  ]);
  const plain = await buildSchema({
    resolvers: [BookResolver, ReviewResolver],
    orphanedTypes: [Book, Review],
    container: { get: (wanted: unknown) => made.get(wanted) },
    validate: false,
    skipCheck: true, // the directives are known to the subgraph alone
  });
  const sdl = `${LINK}\n\n${printSchemaWithDirectives(plain).replace(/^schema \{[^}]*\}\s*/, '')}\n`;
  const resolvers = createResolversMap(plain) as Record<string, object>;
  const __resolveReference = async ({ id }: { id: string }) => Object.assign(new Book(), { id });
  const all = { ...resolvers, Book: { ...resolvers.Book, __resolveReference } };
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: all as never }]);
  return { sdl, schema: applyMiddleware(schema, rules) };
}

/** Serves the reviews on a free port. */
export async function startReviews(grantryUrl: string): Promise<Subgraph> {
  const { sdl, schema } = await schemaOf(new Reviews());
  const guards = grantryGuards({ url: grantryUrl });
  const server = new ApolloServer<GuardedContext>({
    schema,
    plugins: [ApolloServerPluginInlineTraceDisabled()],
    includeStacktraceInErrorResponses: false,
  });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => ({ grantry: guards.ofRequest(req) }),
  });
  return { name: 'reviews', url, sdl, stop: () => server.stop() };
}
