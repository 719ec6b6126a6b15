// Two routers that can stand in front of the subgraphs. Each passes on the credential of the client to every subgraph:
// Grantry decides for whoever has sent the request.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { unifiedGraphHandler } from '@graphql-hive/router-runtime';

/** A router that serves a supergraph. */
export type Router = { readonly url: string; stop(): Promise<void> };
type Context = { readonly authorization?: string };

class Forwarding extends RemoteGraphQLDataSource<Context> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource['willSendRequest']>>[0]) {
    const { authorization } = context as Context;
    if (authorization !== undefined) request.http?.headers.set('authorization', authorization);
  }
}

/** That of Apollo. */
async function apollo(supergraphSdl: string, port: number): Promise<Router> {
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new Forwarding({ url }) });
  const server = new ApolloServer<Context>({ gateway, includeStacktraceInErrorResponses: false });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: '127.0.0.1' },
    context: async ({ req }) => ({ authorization: req.headers.authorization }),
  });
  return { url, stop: () => server.stop() };
}

/** That of Hive, with the query planner of its router. */
async function hive(supergraph: string, port: number): Promise<Router> {
  const runtime = createGatewayRuntime({
    supergraph,
    unifiedGraphHandler,
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => {
        const authorization = request.headers.get('authorization');
        return authorization === null ? {} : { authorization };
      },
    },
    logging: 'error',
  });
  // eslint-disable-next-line @typescript-eslint/no-misused-promises -- node:http knows no promises; the runtime answers its errors itself
  const server = createServer(runtime);
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const stop = async () => {
    server.closeAllConnections();
    await promisify(server.close.bind(server))();
    await runtime[Symbol.asyncDispose]();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, stop };
}

export const ROUTERS = { apollo, hive } as const;
