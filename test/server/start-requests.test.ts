import { logged, send } from './serving.js';
import {
  assembled,
  basic,
  bearer,
  createTenant,
  hashOf,
  OPERATOR,
  SECRET,
  type Assembled,
} from './support/assembled.js';

const CLIENT = { id: 'shop', secretHashes: [hashOf('open sesame')], tenants: ['acme'], scopes: ['read'] };

let server: Assembled;
let ada: { authorization: string };
beforeAll(async () => {
  server = await assembled({
    GRANTRY_JWT_SECRET: SECRET,
    GRANTRY_CLIENTS: JSON.stringify([OPERATOR, CLIENT]),
    GRANTRY_METRICS: '/metrics',
    GRANTRY_LOG_LEVEL: 'trace',
  });
  await createTenant(server, 'acme');
  ada = await bearer('ada', 'acme', { orgAdmin: true });
});
afterAll(() => server.close());

const get = (query: string, headers: Record<string, string> = {}) =>
  send(`${server.url}/graphql?query=${encodeURIComponent(query)}`, { headers: { ...ada, ...headers } });
const PREFLIGHTED = { 'apollo-require-preflight': '1' };
const CREATE = 'mutation { createGroup(input: { name: "By GET" }) { group { id } } }';

describe('a request by GET', () => {
  it('may ask', async () => {
    const { status, body } = await get('{ viewer { principal { username } } }', PREFLIGHTED);
    expect([status, body]).toMatchObject([200, { data: { viewer: { principal: { username: 'ada' } } } }]);
  });

  it('changes nothing', async () => {
    expect((await get(CREATE, PREFLIGHTED)).status).toBe(405);
    const { body } = await server.ask('{ group(name: "By GET") { name } }', { headers: ada });
    expect(body.data).toEqual({ group: null });
  });

  it('that any page could send for its visitor is refused', async () => {
    const { status, body } = await get('{ viewer { kind } }');
    expect([status, body.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT']);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'is refused by POST as %s, too',
    async type => {
      const body = JSON.stringify({ query: CREATE });
      const headers = { ...ada, 'content-type': type };
      const { status } = await send(`${server.url}/graphql`, { method: 'POST', headers, body });
      expect([400, 415]).toContain(status);
      const found = await server.ask('{ group(name: "By GET") { name } }', { headers: ada });
      expect(found.body.data).toEqual({ group: null });
    },
  );
});

describe('the id of a request', () => {
  it('is the one that was sent, in the answer and in the log', async () => {
    const { headers } = await server.ask('{ viewer { kind } }', { headers: { ...ada, 'x-request-id': 'my-own.7' } });
    expect(headers.get('x-request-id')).toBe('my-own.7');
    expect(await logged(server.lines, line => line.requestId === 'my-own.7')).toMatchObject({
      msg: 'request',
      method: 'POST',
      path: '/graphql',
      status: 200,
      operation: 'query',
    });
  });

  it('is made when there is none', async () => {
    const { headers } = await server.ask('{ viewer { kind } }', { headers: ada });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('comes with a refusal, too', async () => {
    const headers = { authorization: 'Bearer rubbish', 'x-request-id': 'refused-7' };
    expect((await server.ask('{ viewer { kind } }', { headers })).headers.get('x-request-id')).toBe('refused-7');
    expect(await logged(server.lines, line => line.requestId === 'refused-7')).toMatchObject({
      status: 401,
      errors: ['UNAUTHENTICATED'],
    });
  });
});

describe('the log', () => {
  it('has no credential, no variable and no text of a document, whatever happens', async () => {
    const secrets = ['open sesame', SECRET, ada.authorization.split(' ')[1]!, hashOf('open sesame'), 'b3BlbiBzZXNhbWU'];
    const said = ['private-name', 'private-context', 'private-literal'];
    const query = `query ($name: String!, $context: JSON) {
      group(name: $name) { name }
      check(permission: "rbac:group:read", context: $context) { allowed }
      other: group(name: "private-literal") { name }
    }`;
    const variables = { name: 'private-name', context: { color: 'private-context' } };
    await server.ask(query, { headers: ada, variables });
    await server.ask(query, { headers: ada, variables: { name: { 'private-name': 1 } } });
    await server.ask(query, { headers: basic('shop', 'open sesame', 'acme'), variables });
    await server.ask(query, { headers: basic('shop', 'open sesame!', 'acme'), variables });
    await server.ask('{ broken(private-literal: ', { headers: ada });
    await get('{ group(name: "private-literal") { name } }', PREFLIGHTED);
    const { headers } = await server.ask('{ viewer { kind } }');
    await logged(server.lines, line => line.requestId === headers.get('x-request-id'));
    const log = server.lines.map(line => JSON.stringify(line)).join('\n');
    expect(server.lines.length).toBeGreaterThan(6);
    expect([...secrets, ...said].filter(text => log.includes(text))).toEqual([]);
  });
});

describe('beside GraphQL', () => {
  it('the server says that it lives and is ready, and what it counts', async () => {
    expect((await send(`${server.url}/health/live`)).status).toBe(200);
    expect((await send(`${server.url}/health/ready`)).status).toBe(200);
    expect((await send(`${server.url}/metrics`)).body).toMatch(
      /grantry_graphql_request_duration_seconds_count\{.*"OK"/,
    );
  });

  it('GraphiQL has no token where there is no demo', async () => {
    const { body } = await send(server.url, { headers: { accept: 'text/html' } });
    expect(body).toContain('<title>Grantry</title>');
    expect(body).not.toContain('Bearer ');
  });
});

describe('a write', () => {
  it('is seen by what is asked after it in the same request, and in the next one', async () => {
    const query = `mutation {
      first: createGroup(input: { name: "One" }) { group { name principalCount } }
      second: createGroup(input: { name: "one" }) { group { name } }
      third: createGroup(input: { name: "Two" }) { group { name } }
    }`;
    const { status, body } = await server.ask(query, { headers: ada });
    expect([status, body.data]).toEqual([
      200,
      { first: { group: { name: 'One', principalCount: 0 } }, second: null, third: { group: { name: 'Two' } } },
    ]);
    expect(body.errors).toMatchObject([{ path: ['second'], extensions: { code: 'CONFLICT' } }]);
    const after = await server.ask('{ groups(filter: { name: "one" }) { totalCount } }', { headers: ada });
    expect(after.body.data.groups.totalCount).toBe(1);
  });
});
