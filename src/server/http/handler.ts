import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { incident, INTERNAL_MESSAGE } from '../incident.js';
import type { Metrics } from '../metrics.js';
import { empty, json, refusal, type Answer, type Headers } from './answer.js';
import { Abandoned } from './body.js';
import type { Drain } from './drain.js';
import { newExchange, type Exchange } from './exchange.js';

/** What stands at a path. */
export type Place = {
  readonly methods: Readonly<Record<string, (exchange: Exchange) => Promise<Answer> | Answer>>;
  /** Sent with every answer of this place, refusals included. */
  readonly headers?: (request: IncomingMessage) => Headers;
  /** Asked every few seconds by machines: logged at debug level. */
  readonly probe?: boolean;
};

type HandlerOptions = {
  readonly places: ReadonlyMap<string, Place>;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly drain: Pick<Drain, 'draining' | 'held'>;
};

const CLIENT_WENT_AWAY = 499;
const LONGEST_LOGGED_PATH = 200;

/** Answers every request, whatever happens, and writes one log line for it. */
export function createHandler({ places, log, metrics, drain }: HandlerOptions): RequestListener {
  return (request, response) => {
    const startedAt = performance.now();
    const exchange = newExchange(request);
    const place = places.get(exchange.path);
    metrics.began();
    response.once('close', () => {
      const status = response.writableFinished ? response.statusCode : CLIENT_WENT_AWAY;
      const ms = performance.now() - startedAt;
      metrics.ended(exchange, status, ms / 1_000);
      logLine(log, exchange, place, status, ms);
    });
    void answer(exchange, place, log).then(async answered => {
      if (drain.held) await drain.held;
      if (!answered) return;
      const common = { 'x-request-id': exchange.id, ...place?.headers?.(request) };
      send(response, answered, drain.draining ? { ...common, connection: 'close' } : common);
    });
  };
}

async function answer(exchange: Exchange, place: Place | undefined, log: Logger): Promise<Answer | null> {
  if (!place) return refusal(exchange, 404, 'NOT_FOUND', 'There is nothing at this path');
  const method = place.methods[exchange.method];
  const allow = Object.keys(place.methods).join(', ');
  try {
    if (method) return await method(exchange);
    if (exchange.method === 'OPTIONS') return empty(204, { allow: `${allow}, OPTIONS` });
    return refusal(exchange, 405, 'BAD_USER_INPUT', `This path takes ${allow}`, { allow });
  } catch (error) {
    if (error instanceof Abandoned) return null;
    const id = incident(log, error, exchange);
    exchange.codes.push('INTERNAL');
    return json(500, { errors: [{ message: INTERNAL_MESSAGE, extensions: { code: 'INTERNAL', id } }] });
  }
}

function send(response: ServerResponse, { status, headers, body }: Answer, common: Headers): void {
  response.writeHead(status, {
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
    ...common,
    ...headers,
    // RFC 9110, section 8.6: not with 204.
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
  });
  response.end(body);
}

function logLine(log: Logger, exchange: Exchange, place: Place | undefined, status: number, ms: number): void {
  const { id, method, path, operation, decisionPoint, codes, incidents } = exchange;
  const level = status >= 500 ? 'error' : place?.probe ? 'debug' : 'info';
  log[level](
    {
      requestId: id,
      method,
      path: path.slice(0, LONGEST_LOGGED_PATH),
      status,
      ms: Math.round(ms * 100) / 100,
      ...(operation === 'none' ? {} : { operation }),
      ...(decisionPoint && { decisionPoint }),
      ...(codes.length === 0 ? {} : { errors: [...new Set(codes)] }),
      ...(incidents.length === 0 ? {} : { errorIds: incidents }),
    },
    'request',
  );
}
