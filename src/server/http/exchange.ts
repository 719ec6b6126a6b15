import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The kind of a GraphQL operation; `none` when the request never came that far. */
export type OperationKind = 'query' | 'mutation' | 'subscription' | 'none';

/** A decision point beside GraphQL. */
export type DecisionPoint =
  ('evaluation' | 'evaluations' | 'search_subject' | 'search_resource' | 'search_action') | 'router';

/** One request, and what becomes of it: log line and metrics are made of this. */
export type Exchange = {
  readonly request: IncomingMessage;
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** The query string with its question mark, or nothing. */
  readonly search: string;
  /** Whether it is a GraphQL request rather than a probe, a preflight or a page. */
  graphql: boolean;
  operation: OperationKind;
  /** The decision point that was asked. */
  decisionPoint?: DecisionPoint;
  /** Codes of the errors in the answer. */
  readonly codes: string[];
  /** Ids under which internal errors were logged. */
  readonly incidents: string[];
};

const SANE_ID = /^[\w.-]{1,128}$/;

/** Takes a request up: its id is the sender's when that is harmless in a log, else a new one. */
export function newExchange(request: IncomingMessage): Exchange {
  const stated = request.headers['x-request-id'];
  const id = typeof stated === 'string' && SANE_ID.test(stated) ? stated : randomUUID();
  const { path, search } = target(request.url ?? '/');
  const method = request.method ?? 'GET';
  return { request, id, method, path, search, graphql: false, operation: 'none', codes: [], incidents: [] };
}

/** The target of a request may also be a whole URL (RFC 9112, section 3.2.2). */
function target(url: string): { path: string; search: string } {
  if (!url.startsWith('/') && URL.canParse(url)) {
    const { pathname, search } = new URL(url);
    return { path: pathname, search };
  }
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, search: '' } : { path: url.slice(0, mark), search: url.slice(mark) };
}
