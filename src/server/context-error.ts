import { HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLErrorExtensions } from 'graphql';
import type { IncomingHttpHeaders } from 'node:http';
import { statusOf } from '../decisions/errors.js';
import { AppError, type ErrorCode } from '../kernel/errors.js';

const RETRY_SECONDS = '5';

/** Why a request got no context, with the HTTP status and headers that say the same. */
export function contextError(error: unknown, headers: IncomingHttpHeaders): GraphQLError {
  const cause = error instanceof Error ? error : new Error('Something that is no error was thrown', { cause: error });
  if (!(cause instanceof AppError)) return new GraphQLError('No context', { originalError: cause });
  const { code, message } = cause;
  const http: unknown = { status: statusOf(code), headers: new HeaderMap(headersFor(code, headers)) };
  return new GraphQLError(message, { originalError: cause, extensions: { code, http } as GraphQLErrorExtensions });
}

/** The headers that belong to an answer with that code. */
export function headersFor(code: ErrorCode, headers: IncomingHttpHeaders): [string, string][] {
  if (code === 'UNAVAILABLE') return [['retry-after', RETRY_SECONDS]];
  if (code !== 'UNAUTHENTICATED') return [];
  // RFC 9110, section 11.6.1. To a script in a browser Basic is not named: the browser would ask its user for a password.
  const scripted = headers['sec-fetch-site'] !== undefined;
  return [['www-authenticate', scripted ? 'Bearer realm="grantry"' : 'Bearer realm="grantry", Basic realm="grantry"']];
}
