import { HeaderMap } from '@apollo/server';
import type { Endpoint } from '../apollo.js';
import { LIMITS } from '../limits.js';
import { nestingOf } from '../nesting.js';
import { refusal, type Answer } from './answer.js';
import type { Exchange } from './exchange.js';
import { readJson } from './json-body.js';

/** A query in the query string (GraphQL over HTTP, GET); mutations are refused with 405. */
export const viaGet =
  (endpoint: Endpoint) =>
  (exchange: Exchange): Promise<Answer> => {
    exchange.graphql = true;
    return ask(endpoint, exchange, new URLSearchParams(exchange.search).get('query'), undefined);
  };

/** An operation in a JSON body (GraphQL over HTTP, POST) of at most `bodyLimit` bytes. */
export const viaPost =
  (endpoint: Endpoint, bodyLimit: number) =>
  async (exchange: Exchange): Promise<Answer> => {
    exchange.graphql = true;
    const { wrong, body } = await readJson(exchange.request, bodyLimit);
    if (wrong) return refusal(exchange, wrong.status, wrong.code, wrong.message, wrong.headers);
    return ask(endpoint, exchange, (body as { query?: unknown } | null)?.query, body);
  };

async function ask(endpoint: Endpoint, exchange: Exchange, query: unknown, body: unknown): Promise<Answer> {
  if (typeof query === 'string' && nestingOf(query) > LIMITS.nesting) {
    return refusal(exchange, 400, 'LIMIT_EXCEEDED', `The document is nested more than ${LIMITS.nesting} levels deep`);
  }
  const { method, search, request } = exchange;
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const answer = await endpoint.execute({ method, headers, search, body }, exchange);
  if (answer.body.kind !== 'complete') throw new Error('Incremental delivery is not known to this version of GraphQL');
  return { status: answer.status ?? 200, headers: Object.fromEntries(answer.headers), body: answer.body.string };
}
