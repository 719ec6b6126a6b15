import { setTimeout } from 'node:timers/promises';
import { createMetrics } from '../../src/server/metrics.js';
import { Gauge } from 'prom-client';
import { logged, post, send, serving, type Serving } from './serving.js';

describe('liveness', () => {
  it('is reported as long as the process answers', async () => {
    const server = await serving({ isReady: async () => false });
    const { status, body } = await send(`${server.url}/health/live`);
    await server.close();
    expect([status, body]).toEqual([200, { status: 'ok' }]);
  });
});

describe('readiness', () => {
  it.each<[string, () => Promise<boolean>, number, string]>([
    ['is reported when the work can be done', async () => true, 200, 'ok'],
    ['is denied when it cannot', async () => false, 503, 'unavailable'],
    ['is denied when that cannot be found out', () => Promise.reject(new Error('away')), 503, 'unavailable'],
    [
      'is denied when there is no answer within two seconds',
      () => setTimeout(10_000, true, { ref: false }),
      503,
      'unavailable',
    ],
  ])('%s', async (_, isReady, status, said) => {
    const server = await serving({ isReady });
    const started = performance.now();
    const reply = await send(`${server.url}/health/ready`);
    await server.close();
    expect([reply.status, reply.body]).toEqual([status, { status: said }]);
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  it('is answered to HEAD, too', async () => {
    const server = await serving();
    const { status, body } = await send(`${server.url}/health/ready`, { method: 'HEAD' });
    await server.close();
    expect([status, body]).toEqual([200, '']);
  });
});

describe('the log', () => {
  let server: Serving;
  beforeAll(async () => void (server = await serving({ http: { corsOrigins: '*' } })));
  afterAll(() => server.close());

  const lineOf = (id: string) => logged(server.lines, line => line.requestId === id && line.msg === 'request');

  it('has one line for a request', async () => {
    await post(server.url, 'query Named { hello refused(code: "FORBIDDEN") }', { headers: { 'x-request-id': 'one' } });
    const { time, ms, ...line } = await lineOf('one');
    expect(line).toEqual({
      level: 30,
      msg: 'request',
      requestId: 'one',
      method: 'POST',
      path: '/graphql',
      status: 200,
      operation: 'query',
      errors: ['FORBIDDEN'],
    });
    expect([Date.parse(String(time)), ms]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(server.lines.filter(({ requestId }) => requestId === 'one')).toHaveLength(1);
  });

  it('never has credentials, variables, documents or query strings', async () => {
    const headers = { authorization: 'Bearer secret-a', cookie: 'secret-b', 'x-request-id': 'two' };
    await post(server.url, '{ secretC }', { headers, variables: { a: 'secret-d' } });
    await post(server.url, 'query ($a: Int) { hello @include(if: $a) }', { variables: { a: 'secret-e' } });
    await send(`${server.url}/graphql?query={secretF}`, { headers: { 'x-request-id': 'three' } });
    await send(`${server.url}/graphql`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'x' },
      body: 'secret-g',
    });
    await lineOf('two');
    await lineOf('three');
    expect(JSON.stringify(server.lines)).not.toMatch(/secret/);
  });

  it.each([
    ['a bad document', '{ nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a bad credential', '{ hello }', { authorization: 'Bearer old' }, 'UNAUTHENTICATED'],
    ['an outage', '{ hello }', { authorization: 'Bearer away' }, 'UNAVAILABLE'],
    ['a request that may be forged', '{ hello }', { 'content-type': 'text/plain' }, 'BAD_USER_INPUT'],
  ])('tells %s by its code', async (what, query, headers: Record<string, string>, code) => {
    const id = what.replaceAll(' ', '-');
    await post(server.url, query, { headers: { ...headers, 'x-request-id': id } });
    expect(await lineOf(id)).toMatchObject({ errors: [code] });
  });

  it('tells a sender that went away', async () => {
    const abort = new AbortController();
    const headers = { 'x-request-id': 'gone', 'content-type': 'application/json' };
    const body = '{"query":"{ slow(ms: 300) }"}';
    const sent = fetch(`${server.url}/graphql`, { method: 'POST', headers, body, signal: abort.signal });
    await setTimeout(100);
    abort.abort();
    await expect(sent).rejects.toThrow();
    expect(await lineOf('gone')).toMatchObject({ status: 499 });
  });

  it('has probes only at debug level, unless they fail', async () => {
    await send(`${server.url}/health/live`, { headers: { 'x-request-id': 'probe' } });
    expect(await lineOf('probe')).toMatchObject({ level: 20, path: '/health/live' });
  });
});

describe('the metrics', () => {
  const value = (text: string, line: RegExp) =>
    Number(
      text
        .split('\n')
        .find(one => line.test(one))
        ?.split(' ')
        .at(-1),
    );

  it('are on a port of their own, and not on the main one', async () => {
    const server = await serving({ http: { metrics: { port: 0 } } });
    const { status, body, headers } = await send(`http://127.0.0.1:${server.metricsPort}/metrics`);
    const others = [
      (await send(`${server.url}/metrics`)).status,
      (await send(`http://127.0.0.1:${server.metricsPort}/graphql`)).status,
    ];
    await server.close();
    expect([status, ...others]).toEqual([200, 404, 404]);
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body).toContain('process_cpu_user_seconds_total');
  });

  it('are under a path of the main port', async () => {
    const server = await serving({ http: { metrics: { path: '/internal/metrics' } } });
    const { status, body } = await send(`${server.url}/internal/metrics`);
    await server.close();
    expect([status, body]).toEqual([200, expect.stringContaining('nodejs_eventloop_lag_seconds')]);
  });

  it('are nowhere unless asked for', async () => {
    const server = await serving();
    const { status } = await send(`${server.url}/metrics`);
    await server.close();
    expect([status, server.metricsPort]).toEqual([404, undefined]);
  });

  it('count requests by operation and outcome, and nothing that clients can make up', async () => {
    const server = await serving({ http: { metrics: { path: '/metrics' } } });
    await post(server.url, 'query MadeUpName { madeUpAlias: hello }');
    await post(server.url, 'mutation { touch }');
    await post(server.url, '{ a: refused(code: "CONFLICT") b: refused(code: "CONFLICT") }');
    await post(server.url, '{ madeUpField }', { headers: { 'x-request-id': 'made-up-id' } });
    await send(`${server.url}/graphql`, { method: 'OPTIONS' });
    await send(`${server.url}/made/up/path`, { method: 'PROPFIND' });
    await logged(server.lines, line => line.path === '/made/up/path');
    const { body } = await send(`${server.url}/metrics`);
    await server.close();
    const count = (operation: string, outcome: string) =>
      value(
        body,
        new RegExp(`^grantry_graphql_request_duration_seconds_count{operation="${operation}",outcome="${outcome}"}`),
      );
    expect(count('query', 'OK')).toBe(1);
    expect(count('mutation', 'OK')).toBe(1);
    expect(count('query', 'CONFLICT')).toBe(1);
    expect(count('none', 'GRAPHQL_VALIDATION_FAILED')).toBe(1);
    expect(body).not.toContain('operation="none",outcome="OK"');
    expect(value(body, /^grantry_graphql_errors_total{code="CONFLICT"}/)).toBe(2);
    expect(value(body, /^grantry_http_responses_total{status="404"}/)).toBe(1);
    expect(value(body, /^grantry_http_requests_in_flight/)).toBe(1); // this one
    expect(body).not.toMatch(/made.?up/i);
  });

  it('of another room that fail do not take the server down', async () => {
    const metrics = createMetrics();
    const collect = () => Promise.reject(new Error('away'));
    new Gauge({ name: 'grantry_failing', help: 'x', registers: [metrics.registry], collect });
    const server = await serving({ metrics, http: { metrics: { port: 0 } } });
    const { status } = await send(`http://127.0.0.1:${server.metricsPort}/metrics`);
    const alive = await post(server.url, '{ hello }');
    await server.close();
    expect([status, alive.status]).toEqual([500, 200]);
  });

  it('include those of other rooms', async () => {
    const metrics = createMetrics();
    new Gauge({ name: 'grantry_subjects_cached', help: 'x', registers: [metrics.registry] }).set(7);
    const server = await serving({ metrics, http: { metrics: { path: '/metrics' } } });
    const { body } = await send(`${server.url}/metrics`);
    await server.close();
    expect(value(body, /^grantry_subjects_cached/)).toBe(7);
  });
});

describe('starting', () => {
  it('on a port that is taken says so', async () => {
    const first = await serving();
    await expect(serving({ http: { port: first.port } })).rejects.toThrow(
      `Cannot listen on 127.0.0.1:${first.port}: another process has this port`,
    );
    await first.close();
  });
});
