import type { BaseContext } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { startEndpoint } from './apollo.js';
import { graphiqlPage, type GraphiqlOptions } from './graphiql.js';
import { drainable, type Drain } from './http/drain.js';
import { createHandler, type Place } from './http/handler.js';
import { listen, newServer, sideServer, urlOf, type SideServer } from './http/listen.js';
import { addProcessMetrics, createMetrics, type Metrics } from './metrics.js';
import { metricsPlace, placesOf, type HttpOptions } from './places.js';

export type GatewayOptions<C extends BaseContext> = {
  readonly schema: GraphQLSchema;
  /** The context of one operation. Throws an AppError when the credential is no good or the database is away. */
  readonly contextOf: (headers: IncomingHttpHeaders, requestId: string) => Promise<C>;
  /** What the extensions of answers say beside errors. */
  readonly extensionsOf?: (context: C) => Readonly<Record<string, unknown>> | null;
  /** Whether the server can do its work now. */
  readonly isReady: () => Promise<boolean>;
  readonly log: Logger;
  /** Absent: metrics of its own. */
  readonly metrics?: Metrics;
  readonly http: HttpOptions & {
    readonly port: number;
    /** Absent: all interfaces. */
    readonly host?: string;
    readonly introspection: boolean;
    /** How long requests under way may take after the end was asked for. */
    readonly shutdownSeconds: number;
  };
  /** Null: no page at `/`. */
  readonly graphiql?: GraphiqlOptions | null;
  /** What is served beside GraphQL, by path. */
  readonly decisionPlaces?: ReadonlyMap<string, Place>;
};

export type Gateway = {
  readonly url: string;
  readonly port: number;
  /** Where metrics are on a port of their own, that port. */
  readonly metricsPort?: number;
  /** Ends the server without losing a request, within the configured time. May be called more than once. */
  close(): Promise<void>;
};

/** Serves the schema over HTTP, with probes, metrics and GraphiQL, until it is closed. */
export async function startGateway<C extends BaseContext>(options: GatewayOptions<C>): Promise<Gateway> {
  const { http, log, isReady, metrics = createMetrics() } = options;
  const server = newServer();
  const drain = drainable(server);
  const endpoint = await startEndpoint({ ...options, introspection: http.introspection });
  const stops: (() => Promise<void>)[] = [() => endpoint.stop()];
  try {
    const page = options.graphiql ? await graphiqlPage(options.graphiql) : null;
    const { decisionPlaces } = options;
    const ready = async () => !drain.draining && isReady();
    const places = placesOf({ endpoint, http, metrics, page, isReady: ready, decisionPlaces });
    server.on('request', createHandler({ places, log, metrics, drain }));
    const side = await serveMetrics(options, metrics);
    if (side) stops.unshift(() => side.stop());
    const port = await listen(server, http.port, http.host);
    const close = () => end(drain, http.shutdownSeconds, stops, log);
    let closed: Promise<void> | undefined;
    return { url: urlOf(port, http.host), port, metricsPort: side?.port, close: () => (closed ??= close()) };
  } catch (error) {
    for (const stop of stops) await stop();
    throw error;
  }
}

async function serveMetrics({ http, log }: SideOptions, metrics: Metrics): Promise<SideServer | null> {
  if (!http.metrics) return null;
  addProcessMetrics(metrics);
  if ('path' in http.metrics) return null;
  const places = new Map([['/metrics', metricsPlace(metrics)]]);
  const drain = { draining: false, held: null }; // it serves to the end
  return sideServer(createHandler({ places, log, metrics, drain }), http.metrics.port, http.host);
}

type SideOptions = Pick<GatewayOptions<BaseContext>, 'http' | 'log'>;

async function end(drain: Drain, seconds: number, stops: readonly (() => Promise<void>)[], log: Logger): Promise<void> {
  const cutOff = await drain.finish(seconds * 1_000);
  if (cutOff > 0) log.warn({ cutOff }, 'requests were cut off: they took longer than the time for shutting down');
  for (const stop of stops) await stop();
}
