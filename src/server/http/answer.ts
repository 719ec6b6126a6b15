import type { ErrorCode } from '../../kernel/errors.js';
import type { Exchange } from './exchange.js';

export type Headers = Readonly<Record<string, string>>;

/** What is sent back. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: string | Buffer };

/** An answer in JSON. */
export const json = (status: number, value: unknown, headers: Headers = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: `${JSON.stringify(value)}\n`,
});

/** An answer without content. */
export const empty = (status: number, headers: Headers = {}): Answer => ({ status, headers, body: '' });

/** A refusal in the shape of a GraphQL answer, so that clients need to know only one shape. */
export function refusal(
  exchange: Exchange,
  status: number,
  code: ErrorCode,
  message: string,
  headers: Headers = {},
): Answer {
  exchange.codes.push(code);
  return json(status, { errors: [{ message, extensions: { code } }] }, headers);
}
