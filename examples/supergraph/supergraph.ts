import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { composeServices } from '@apollo/composition';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { parse } from 'graphql';
import { startBooks } from './books/subgraph.js';
import { startReviews } from './reviews/subgraph.js';
import type { Subgraph } from './subgraph.js';

/** A router in front of Grantry and two subgraphs, which ask Grantry on their own. */
export type Supergraph = { readonly url: string; stop(): Promise<void> };

type Context = { readonly authorization?: string };

/** The credential of the client goes on to every subgraph: Grantry decides for whoever has sent the request. */
class Forwarding extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource['willSendRequest']>>[0]) {
    const { authorization } = context as Context;
    if (authorization !== undefined) request.http?.headers.set('authorization', authorization);
  }
}

/** The text of the supergraph. Throws what does not fit together. */
export function composed(subgraphs: readonly Pick<Subgraph, 'name' | 'url' | 'sdl'>[]): string {
  const { errors, supergraphSdl } = composeServices(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** Starts both subgraphs and the router, in front of a Grantry at `grantryUrl` that runs already. */
export async function startSupergraph(grantryUrl: string, port = 0): Promise<Supergraph> {
  const grantry = { name: 'access', url: grantryUrl, sdl: await textOf(grantryUrl) };
  const others = await Promise.all([startBooks(grantryUrl), startReviews(grantryUrl)]);
  const gateway = new ApolloGateway({
    supergraphSdl: composed([grantry, ...others]),
    buildService: ({ url }) => new Forwarding({ url }),
  });
  const server = new ApolloServer<Context>({ gateway });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  const stop = async () => {
    await server.stop();
    for (const one of others) await one.stop();
  };
  return { url, stop };
}

async function textOf(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: '{"query":"{ _service { sdl } }"}' });
  return ((await response.json()) as { data: { _service: { sdl: string } } }).data._service.sdl;
}
