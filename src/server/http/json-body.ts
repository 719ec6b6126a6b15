import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../../kernel/errors.js';
import type { Headers } from './answer.js';
import { readBody } from './body.js';

/** Why a body is not taken. */
export type WrongBody = {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: Headers;
};

type Read =
  { readonly wrong: WrongBody; readonly body?: undefined } | { readonly wrong?: undefined; readonly body: unknown };

const JSON_TYPE = /^application\/json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([\w-]+)/i;

/** Reads a body in JSON of at most `limit` bytes, or says why it is not taken. */
export async function readJson(request: IncomingMessage, limit: number): Promise<Read> {
  const wrong = unsupported(request);
  if (wrong) return { wrong };
  const bytes = await readBody(request, limit);
  if (!bytes) {
    return { wrong: { status: 413, code: 'LIMIT_EXCEEDED', message: `The body may have at most ${limit} bytes` } };
  }
  try {
    return { body: JSON.parse(utf8.decode(bytes)) as unknown };
  } catch {
    return { wrong: { status: 400, code: 'BAD_USER_INPUT', message: 'The body is not JSON in UTF-8' } };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function unsupported({ headers }: IncomingMessage): WrongBody | null {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
  const charset = CHARSET.exec(type)?.[1] ?? 'utf-8';
  const refused = { status: 415, code: 'BAD_USER_INPUT' } as const;
  if (!JSON_TYPE.test(type) || charset.toLowerCase() !== 'utf-8') {
    return { ...refused, message: 'Send the body with content-type: application/json' };
  }
  if (encoding.toLowerCase() === 'identity') return null;
  // RFC 9110, section 15.5.16: this header tells an encoding problem from one of the type.
  return { ...refused, message: 'Send the body without content-encoding', headers: { 'accept-encoding': 'identity' } };
}
