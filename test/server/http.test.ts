import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { post, send, serving, type Serving } from './serving.js';

let server: Serving;
beforeAll(async () => void (server = await serving({ http: { bodyLimitBytes: 2_000 } })));
afterAll(() => server.close());

const graphql = () => `${server.url}/graphql`;
const json = { 'content-type': 'application/json' };
const code = (body: any) => body.errors.map((error: any) => error.extensions.code);

describe('GraphQL over HTTP', () => {
  it('answers a query that is posted as JSON', async () => {
    const { status, body, headers } = await post(server.url, '{ hello }');
    expect({ status, body }).toEqual({ status: 200, body: { data: { hello: 'world' } } });
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  it('answers a query in the query string to a client that shows it is no web form', async () => {
    const { body } = await send(`${graphql()}?query={hello}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(body).toEqual({ data: { hello: 'world' } });
  });

  it('refuses a query in the query string that any web page could have caused', async () => {
    const { status, body } = await send(`${graphql()}?query={hello}`);
    expect({ status, codes: code(body) }).toEqual({ status: 400, codes: ['BAD_USER_INPUT'] });
    expect(body.errors[0].message).toMatch(/Cross-Site Request Forgery/);
  });

  it('refuses mutations by GET, and says that POST is right', async () => {
    const reply = await send(`${graphql()}?query=mutation{touch}`, { headers: { 'apollo-require-preflight': '1' } });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'POST']);
    expect(code(reply.body)).toEqual(['BAD_USER_INPUT']);
  });

  it('gives the resolvers the very context that was made, with the id of the request', async () => {
    const headers = { authorization: 'Bearer ada', 'x-request-id': 'r-1' };
    expect((await post(server.url, '{ sender }', { headers })).body.data).toEqual({ sender: 'ada r-1' });
  });

  it('does not take several operations in one request', async () => {
    const { status, body } = await send(graphql(), { method: 'POST', headers: json, body: '[{"query":"{hello}"}]' });
    expect([status, body.errors[0].message]).toEqual([400, 'Operation batching disabled.']);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded'],
    ['plain text', 'text/plain'],
    ['something like JSON', 'application/jsonp'],
    ['another charset', 'application/json; charset=utf-16'],
    ['nothing', ''],
  ])('refuses a body that is said to be %s', async (_, type) => {
    const reply = await send(graphql(), {
      method: 'POST',
      headers: { 'content-type': type },
      body: '{"query":"{hello}"}',
    });
    expect([reply.status, code(reply.body)]).toEqual([415, ['BAD_USER_INPUT']]);
    expect(reply.body.errors[0].message).toContain('application/json');
  });

  it('takes a content type with a charset, in any letter case', async () => {
    const headers = { 'content-type': 'Application/JSON; Charset="UTF-8"' };
    expect((await send(graphql(), { method: 'POST', headers, body: '{"query":"{hello}"}' })).status).toBe(200);
  });

  it('refuses a compressed body, and says which encoding it takes', async () => {
    const headers = { ...json, 'content-encoding': 'gzip' };
    const reply = await send(graphql(), { method: 'POST', headers, body: gzipSync('{"query":"{hello}"}') });
    expect([reply.status, reply.headers.get('accept-encoding')]).toEqual([415, 'identity']);
  });

  it.each([
    ['what is no JSON', '{"query":'],
    ['broken UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['JSON that is no object', '"{hello}"'],
    ['JSON null', 'null'],
    ['an empty body', ''],
    ['an object without a query', '{"variables":{}}'],
    ['variables in a string', '{"query":"{hello}","variables":"{}"}'],
  ])('refuses %s', async (_, body) => {
    const reply = await send(graphql(), { method: 'POST', headers: json, body });
    expect([reply.status, code(reply.body)]).toEqual([400, ['BAD_USER_INPUT']]);
  });
});

describe('a body over the limit', () => {
  const tooLarge = JSON.stringify({ query: '{hello}', variables: { a: 'x'.repeat(100_000) } });

  it('is refused in the shape of a GraphQL answer', async () => {
    const { status, body } = await send(graphql(), { method: 'POST', headers: json, body: tooLarge });
    expect(status).toBe(413);
    expect(body).toEqual({
      errors: [{ message: 'The body may have at most 2000 bytes', extensions: { code: 'LIMIT_EXCEEDED' } }],
    });
  });

  it('is refused, too, when its length is not told beforehand', async () => {
    const stream = new Blob([tooLarge]).stream();
    const init = { method: 'POST', headers: json, body: stream, duplex: 'half' } as RequestInit;
    expect((await send(graphql(), init)).status).toBe(413);
  });

  it('is answered although its sender reads only after having sent megabytes', async () => {
    const socket = connect(server.port, '127.0.0.1');
    const size = 8_000_000;
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${size}\r\n\r\n`,
    );
    await new Promise<void>(resolve => socket.write(Buffer.alloc(size, 'x'), () => resolve()));
    const answer = await new Promise<string>(resolve => socket.once('data', data => resolve(String(data))));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  it('is not refused when it has exactly as many bytes as allowed', async () => {
    const body = JSON.stringify({ query: '{hello}' }).padEnd(2_000);
    expect((await send(graphql(), { method: 'POST', headers: json, body })).status).toBe(200);
  });
});

describe('a path or a method that is not there', () => {
  it('is told as JSON', async () => {
    const { status, body } = await send(`${server.url}/graphql/`);
    expect([status, code(body)]).toEqual([404, ['NOT_FOUND']]);
  });

  it('is refused with the methods that are', async () => {
    const reply = await send(graphql(), { method: 'DELETE' });
    expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS']);
    expect(code(reply.body)).toEqual(['BAD_USER_INPUT']);
  });

  it('finds the path in a whole URL, as proxies send it', async () => {
    const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
    const path = `http://grantry.example/health/live?x`;
    httpRequest({ port: server.port, host: '127.0.0.1', path }, resolve).end();
    const answer = await promise;
    answer.resume();
    expect(answer.statusCode).toBe(200);
  });
});

describe('every answer', () => {
  it.each(['/graphql', '/', '/nowhere', '/health/live'])('of %s is private and never kept', async path => {
    expect((await send(`${server.url}${path}`)).headers.get('cache-control')).toBe('private, no-store');
  });

  it('carries the id of the request when that is harmless', async () => {
    const headers = { 'x-request-id': 'abc_1.2-3' };
    expect((await post(server.url, '{hello}', { headers })).headers.get('x-request-id')).toBe('abc_1.2-3');
  });

  it.each(['two words', 'x'.repeat(129), '{"a":1}', ''])('carries a new id instead of %j', async id => {
    const answered = (await post(server.url, '{hello}', { headers: { 'x-request-id': id } })).headers.get(
      'x-request-id',
    );
    expect(answered).toMatch(/^[0-9a-f]{8}-/);
  });
});

describe('two Authorization headers', () => {
  it('reach the authentication both, instead of the first alone', async () => {
    const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
    const headers = [
      'host',
      'x',
      'content-type',
      'application/json',
      'authorization',
      'Bearer ada',
      'authorization',
      'Basic x',
    ];
    const sent = httpRequest(
      { port: server.port, host: '127.0.0.1', path: '/graphql', method: 'POST', headers },
      resolve,
    );
    sent.end('{"query":"{sender}"}');
    const answer = await promise;
    answer.resume();
    expect(answer.statusCode).toBe(401);
  });
});
