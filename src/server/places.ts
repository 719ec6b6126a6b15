import type { Endpoint } from './apollo.js';
import { readyInTime } from './health.js';
import { empty, json, type Answer } from './http/answer.js';
import { corsHeaders, preflightHeaders, type Origins } from './http/cors.js';
import { viaGet, viaPost } from './http/graphql.js';
import type { Exchange } from './http/exchange.js';
import type { Place } from './http/handler.js';
import { exposition, type Metrics } from './metrics.js';

export type HttpOptions = {
  readonly corsOrigins: Origins;
  readonly bodyLimitBytes: number;
  /** On a port of their own (at `/metrics`), or under a path of the main one, or (null) nowhere. */
  readonly metrics: { readonly port: number } | { readonly path: string } | null;
};

type PlacesOptions = {
  readonly endpoint: Endpoint;
  readonly http: HttpOptions;
  readonly metrics: Metrics;
  /** GraphiQL, where it is served. */
  readonly page: Answer | null;
  readonly isReady: () => Promise<boolean>;
  /** What there is beside GraphQL. */
  readonly decisionPlaces?: ReadonlyMap<string, Place>;
};

const GRAPHQL_METHODS = 'GET, POST, OPTIONS';

/** Everything that the server has, by path. */
export function placesOf({
  endpoint,
  http,
  metrics,
  page,
  isReady,
  decisionPlaces = new Map(),
}: PlacesOptions): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>([
    ['/', readable(exchange => root(exchange, page))],
    ['/graphql', graphql(endpoint, http)],
    ['/health/live', { ...readable(() => json(200, { status: 'ok' })), probe: true }],
    ['/health/ready', { ...readable(async () => readiness(await readyInTime(isReady))), probe: true }],
    ...decisionPlaces,
  ]);
  if (http.metrics && 'path' in http.metrics) {
    places.set(http.metrics.path, metricsPlace(metrics));
  }
  return places;
}

/** Where Prometheus reads. */
export const metricsPlace = (metrics: Metrics): Place => ({ ...readable(() => exposition(metrics)), probe: true });

const readable = (answer: (exchange: Exchange) => Promise<Answer> | Answer): Place => ({
  methods: { GET: answer, HEAD: answer },
});

const root = ({ request }: Exchange, page: Answer | null) =>
  page && request.headers.accept?.includes('text/html')
    ? page
    : json(200, { name: 'grantry', graphql: '/graphql' }, { vary: 'Accept' });

const readiness = (ready: boolean) => (ready ? json(200, { status: 'ok' }) : json(503, { status: 'unavailable' }));

const graphql = (endpoint: Endpoint, { corsOrigins, bodyLimitBytes }: HttpOptions): Place => ({
  methods: {
    GET: viaGet(endpoint),
    POST: viaPost(endpoint, bodyLimitBytes),
    OPTIONS: () => empty(204, { allow: GRAPHQL_METHODS, ...preflightHeaders(GRAPHQL_METHODS) }),
  },
  headers: request => corsHeaders(corsOrigins, request),
});
