import { HeaderMap } from '@apollo/server';
import type { Endpoint } from '../apollo.js';
import { LIMITS } from '../limits.js';
import { nestingOf } from '../nesting.js';
import { refusal, type Answer } from './answer.js';
import { readBody } from './body.js';
import type { Exchange } from './exchange.js';

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w-]+)/i;

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
    const wrong = unsupported(exchange);
    if (wrong) return wrong;
    const bytes = await readBody(exchange.request, bodyLimit);
    if (!bytes) return refusal(exchange, 413, 'LIMIT_EXCEEDED', `The body may have at most ${bodyLimit} bytes`);
    const body = parse(bytes);
    if (body === NOT_JSON) return refusal(exchange, 400, 'BAD_USER_INPUT', 'The body is not JSON in UTF-8');
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

function unsupported(exchange: Exchange): Answer | null {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = exchange.request.headers;
  const charset = CHARSET.exec(type)?.[1] ?? 'utf-8';
  if (!JSON_TYPE.test(type) || charset.toLowerCase() !== 'utf-8') {
    return refusal(exchange, 415, 'BAD_USER_INPUT', 'Send the operation with content-type: application/json');
  }
  if (encoding.toLowerCase() === 'identity') return null;
  // RFC 9110, section 15.5.16: this header tells an encoding problem from one of the type.
  const headers = { 'accept-encoding': 'identity' };
  return refusal(exchange, 415, 'BAD_USER_INPUT', 'Send the body without content-encoding', headers);
}

const NOT_JSON = Symbol('not JSON');
const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return NOT_JSON;
  }
}
