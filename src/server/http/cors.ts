import type { IncomingMessage } from 'node:http';
import type { Headers } from './answer.js';

/** The origins whose scripts may read answers (Fetch standard, section 3.2); `*` stands for all. */
export type Origins = '*' | readonly string[];

const REQUEST_HEADERS = [
  'authorization',
  'content-type',
  'x-grantry-tenant',
  'x-grantry-at-least',
  'apollo-require-preflight',
  'x-apollo-operation-name',
  'x-request-id',
];
const LONGEST_CHROMIUM_KEEPS = '7200';

/** The headers that let scripts of an allowed origin read an answer. Others get none, and their browser refuses. */
export function corsHeaders(origins: Origins, { headers }: IncomingMessage): Headers {
  const exposed = { 'access-control-expose-headers': 'x-request-id, retry-after' };
  if (origins === '*') return { 'access-control-allow-origin': '*', ...exposed };
  if (origins.length === 0) return {};
  const { origin } = headers;
  if (origin === undefined || !origins.includes(origin)) return { vary: 'Origin' };
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    ...exposed,
  };
}

/** What a preflight is told beside that: methods and headers, for as long as browsers remember it. */
export const preflightHeaders = (methods: string): Headers => ({
  'access-control-allow-methods': methods,
  'access-control-allow-headers': REQUEST_HEADERS.join(', '),
  'access-control-max-age': LONGEST_CHROMIUM_KEEPS,
});
