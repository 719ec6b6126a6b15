import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Answer } from './http/answer.js';
import type { Exchange } from './http/exchange.js';

/** What the server counts. Other rooms register theirs with `registry`. */
export type Metrics = {
  readonly registry: Registry;
  /** A request has arrived. */
  began(): void;
  /** A request was answered, or its sender went away (`status` is then 499). */
  ended(exchange: Exchange, status: number, seconds: number): void;
};

const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics in a registry of their own. No label takes a value that a client can make up. */
export function createMetrics(): Metrics {
  const registers = [new Registry()] as const;
  const duration = new Histogram({
    name: 'grantry_graphql_request_duration_seconds',
    help: 'Time to answer GraphQL requests, by operation type and by the code of the first error or OK',
    labelNames: ['operation', 'outcome'],
    buckets: BUCKETS,
    registers: [...registers],
  });
  const errors = new Counter({
    name: 'grantry_graphql_errors_total',
    help: 'Errors in GraphQL answers, by code',
    labelNames: ['code'],
    registers: [...registers],
  });
  const decisions = new Histogram({
    name: 'grantry_decision_request_duration_seconds',
    help: 'Time to answer AuthZEN requests and routers, by decision point and by the code of the first error or OK',
    labelNames: ['point', 'outcome'],
    buckets: BUCKETS,
    registers: [...registers],
  });
  const responses = new Counter({
    name: 'grantry_http_responses_total',
    help: 'HTTP responses of all paths, by status; 499 stands for a sender that went away',
    labelNames: ['status'],
    registers: [...registers],
  });
  const underWay = new Gauge({
    name: 'grantry_http_requests_in_flight',
    help: 'HTTP requests that are being answered',
    registers: [...registers],
  });
  return {
    registry: registers[0],
    began: () => underWay.inc(),
    ended: ({ graphql, operation, decisionPoint, codes }, status, seconds) => {
      underWay.dec();
      responses.inc({ status });
      if (decisionPoint) decisions.observe({ point: decisionPoint, outcome: codes[0] ?? 'OK' }, seconds);
      if (!graphql) return;
      duration.observe({ operation, outcome: codes[0] ?? 'OK' }, seconds);
      for (const code of codes) errors.inc({ code });
    },
  };
}

/** Adds what is known about the process: CPU, memory, event loop, garbage collection. */
export const addProcessMetrics = ({ registry }: Metrics): void => collectDefaultMetrics({ register: registry });

/** All metrics in the text format of Prometheus. */
export const exposition = async ({ registry }: Metrics): Promise<Answer> => ({
  status: 200,
  headers: { 'content-type': registry.contentType },
  body: await registry.metrics(),
});
