import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { startBooks } from './books/subgraph.js';
import { startReviews } from './reviews/subgraph.js';
import { ROUTERS, type Router } from './routers.js';
import type { Subgraph } from './subgraph.js';

/** The text of the supergraph. Throws what does not fit together. */
export function composed(subgraphs: readonly Pick<Subgraph, 'name' | 'url' | 'sdl'>[]): string {
  const { errors, supergraphSdl } = composeServices(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** Starts two subgraphs, which ask Grantry on their own, and a router before them and a Grantry that runs already. */
export async function startSupergraph(
  grantryUrl: string,
  { port = 0, router: by = 'apollo' }: { port?: number; router?: keyof typeof ROUTERS } = {},
): Promise<Router> {
  const grantry = { name: 'access', url: grantryUrl, sdl: await textOf(grantryUrl) };
  const others = await Promise.all([startBooks(grantryUrl), startReviews(grantryUrl)]);
  const router = await ROUTERS[by](composed([grantry, ...others]), port);
  const stop = async () => {
    await router.stop();
    for (const one of others) await one.stop();
  };
  return { url: router.url, stop };
}

async function textOf(url: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: '{"query":"{ _service { sdl } }"}' });
  return ((await response.json()) as { data: { _service: { sdl: string } } }).data._service.sdl;
}
