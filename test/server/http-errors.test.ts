import { logged, post, send, serving, type Serving } from './serving.js';

let server: Serving;
beforeAll(async () => void (server = await serving()));
afterAll(() => server.close());

const ask = async (query: string, variables?: unknown, headers?: Record<string, string>) =>
  (await post(server.url, query, { variables, headers })).body;
const extensions = async (query: string, variables?: unknown) => (await ask(query, variables)).errors[0].extensions;

describe('a failure with a meaning', () => {
  it('keeps its message, code and field, and where it happened', async () => {
    const { errors } = await ask('{ refused(code: "CONFLICT", field: "input.name") }');
    expect(errors).toEqual([
      {
        message: 'No, thank you',
        locations: [{ line: 1, column: 3 }],
        path: ['refused'],
        extensions: { code: 'CONFLICT', field: 'input.name' },
      },
    ]);
  });

  it('has no field when it is about none', async () => {
    expect(await extensions('{ refused(code: "FORBIDDEN") }')).toEqual({ code: 'FORBIDDEN' });
  });

  it('keeps the extensions that a rule has given it', async () => {
    expect(await extensions('{ shielded }')).toEqual({ code: 'BAD_USER_INPUT', field: 'input.name' });
  });

  it('leaves the rest of the answer as it is', async () => {
    expect((await ask('{ hello shielded }')).data).toEqual({ hello: 'world', shielded: null });
  });
});

describe('a failure without a meaning', () => {
  it.each(['bug', 'nonsense', 'refused(code: "INTERNAL")'])('of %s says nothing but an id', async field => {
    const [error] = (await ask(`{ ${field} }`)).errors;
    expect(error).toMatchObject({ message: 'Internal error', extensions: { code: 'INTERNAL' } });
    expect(Object.keys(error).sort()).toEqual(['extensions', 'locations', 'message', 'path']);
    expect(Object.keys(error.extensions).sort()).toEqual(['code', 'id']);
  });

  it('is in the log under that id, with its stack and the id of the request', async () => {
    const { id } = await extensions('{ bug }');
    const line = await logged(server.lines, one => one.errorId === id);
    expect(line).toMatchObject({ level: 50, requestId: expect.any(String), err: { message: 'password=hunter2' } });
    expect((line.err as { stack: string }).stack).toContain('serving.ts');
    expect(await logged(server.lines, one => one.requestId === line.requestId && one.msg === 'request')).toMatchObject({
      errors: ['INTERNAL'],
      errorIds: [id],
    });
  });

  it('never shows a stack trace, whatever the environment', async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'development';
    const developing = await serving();
    process.env.NODE_ENV = before;
    const { body } = await post(developing.url, '{ bug }');
    await developing.close();
    expect(JSON.stringify(body)).not.toMatch(/hunter2|stack|\.ts/);
  });
});

describe('a request without a context', () => {
  const as = (authorization: string, more = {}) =>
    post(server.url, '{ hello }', { headers: { authorization, ...more } });

  it('is 401 with a challenge when its credential is no good', async () => {
    const { status, headers, body } = await as('Bearer old');
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="grantry", Basic realm="grantry"');
    expect(body).toEqual({ errors: [{ message: 'The token is no good', extensions: { code: 'UNAUTHENTICATED' } }] });
  });

  it('makes no browser ask its user for a password', async () => {
    const { headers } = await as('Bearer old', { 'sec-fetch-site': 'same-origin' });
    expect(headers.get('www-authenticate')).toBe('Bearer realm="grantry"');
  });

  it('is 503 and worth another try when the database is away', async () => {
    const { status, headers, body } = await as('Bearer away');
    expect([status, headers.get('retry-after'), body.errors[0].extensions]).toEqual([
      503,
      '5',
      { code: 'UNAVAILABLE' },
    ]);
  });

  it('is 500 with nothing but an id when it is our fault', async () => {
    const { status, body } = await as('Bearer bug');
    expect([status, body]).toEqual([
      500,
      { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL', id: expect.any(String) } }] },
    ]);
    const { id } = body.errors[0].extensions;
    expect(await logged(server.lines, line => line.errorId === id)).toMatchObject({
      err: { message: 'password=hunter2' },
    });
  });
});

describe('a document that is wrong', () => {
  it.each([
    ['does not parse', '{ hello', 'GRAPHQL_PARSE_FAILED'],
    ['does not fit the schema', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['asks for a kind of operation that there is not', 'subscription { x }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('because it %s keeps the usual code', async (_, query, code) => {
    const { status, body } = await post(server.url, query);
    expect([status, body.errors[0].extensions]).toEqual([400, { code }]);
  });

  it.each([
    ['several operations and no name', {}],
    ['a name that none has', { operationName: 'C' }],
  ])('because of %s names operationName', async (_, init) => {
    const { status, body } = await post(server.url, 'query A { hello } query B { hello }', init);
    expect([status, body.errors[0].extensions]).toEqual([400, { code: 'BAD_USER_INPUT', field: 'operationName' }]);
  });

  it('is answered with 200 to a client that knows only application/json', async () => {
    const { status } = await post(server.url, '{ nothing }', { headers: { accept: 'application/json' } });
    expect(status).toBe(200);
  });
});

describe('a wrong variable', () => {
  const checks = 'query ($requests: [Request!]!) { checks(requests: $requests) { allowed } }';
  const wrong = (variables: unknown) => extensions(checks, variables);

  it('is named when it is missing', async () => {
    expect(await wrong({})).toEqual({ code: 'BAD_USER_INPUT', field: 'requests' });
  });

  it('is named when it is null', async () => {
    expect(await wrong({ requests: null })).toEqual({ code: 'BAD_USER_INPUT', field: 'requests' });
  });

  it('is named with the dotted path inside', async () => {
    const requests = [{ permission: 'a:b:c' }, { permission: 3 }];
    expect(await wrong({ requests })).toEqual({ code: 'BAD_USER_INPUT', field: 'requests.1.permission' });
  });

  it('is named with its path when a scalar of ours refuses it', async () => {
    const requests = [{ permission: 'a:b:c', day: 'tomorrow' }];
    expect(await wrong({ requests })).toEqual({ code: 'BAD_USER_INPUT', field: 'requests.0.day' });
  });

  it('is not taken for something that its value says', async () => {
    const requests = [{ permission: { ' at "requests[9]"; ': ' at "requests[8]"; ' } }];
    expect((await wrong({ requests })).field).toMatch(/^requests\./);
  });

  it('is not repeated at length', async () => {
    const { errors } = await ask(checks, { requests: [{ permission: { a: 'x'.repeat(500_000) } }] });
    expect(errors[0].message.length).toBeLessThan(1_100);
    expect(errors[0].extensions.field).toBe('requests.0.permission');
  });

  it('is 400, and nothing is executed', async () => {
    const { status, body } = await post(server.url, checks, { variables: {} });
    expect([status, body.data]).toEqual([400, undefined]);
  });

  it('does not fill the answer with more errors than anybody reads', async () => {
    const { errors } = await ask(checks, { requests: Array.from({ length: 500 }, () => ({})) });
    expect(errors.length).toBeLessThan(30);
    expect(new Set(errors.map((error: any) => error.extensions.code))).toEqual(new Set(['BAD_USER_INPUT']));
  });

  it('that is null where the schema allows a default is found at its argument', async () => {
    const given = await extensions('query ($n: Int = 3) { page(size: $n) }', { n: null });
    expect(given).toEqual({ code: 'BAD_USER_INPUT', field: 'size' });
  });
});

describe('without introspection', () => {
  let closed: Serving;
  beforeAll(async () => void (closed = await serving({ http: { introspection: false } })));
  afterAll(() => closed.close());

  it('the schema is not told', async () => {
    const { status, body } = await post(closed.url, '{ __schema { queryType { name } } }');
    expect([status, body.errors[0].extensions]).toEqual([400, { code: 'GRAPHQL_VALIDATION_FAILED' }]);
  });

  it('__typename is, which clients need', async () => {
    expect((await post(closed.url, '{ __typename }')).body).toEqual({ data: { __typename: 'Query' } });
  });

  it('no names are suggested', async () => {
    const { body } = await post(closed.url, '{ helo }');
    expect(body.errors[0].message).toBe('Cannot query field "helo" on type "Query".');
    const open = await post(server.url, '{ helo }');
    expect(open.body.errors[0].message).toContain('Did you mean "hello"?');
  });

  it('no names are suggested for variables either', async () => {
    const query = 'query ($r: [Request!]!) { checks(requests: $r) { allowed } }';
    const variables = { r: [{ permission: 'a:b:c', dai: 1 }] };
    expect((await post(closed.url, query, { variables })).body.errors[0].message).not.toContain('Did you mean');
    expect((await post(server.url, query, { variables })).body.errors[0].message).toContain('Did you mean');
  });
});

describe('a persisted query', () => {
  it('is told that there are none here, in the words that clients know', async () => {
    const extensions = JSON.stringify({ persistedQuery: { version: 1, sha256Hash: 'ab' } });
    const body = `{"extensions":${extensions}}`;
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    expect((await send(`${server.url}/graphql`, init)).body.errors[0]).toEqual({
      message: 'PersistedQueryNotSupported',
      extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' },
    });
  });
});
