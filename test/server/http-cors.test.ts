import { post, send, serving, type Serving } from './serving.js';

const APP = 'https://app.example.com';
const allowed = (headers: Headers) => headers.get('access-control-allow-origin');
const preflight = (server: Serving, origin: string) =>
  send(`${server.url}/graphql`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });

describe('with origins configured', () => {
  let server: Serving;
  beforeAll(async () => void (server = await serving({ http: { corsOrigins: [APP] } })));
  afterAll(() => server.close());

  it('scripts of one of them may read answers, and send credentials', async () => {
    const { headers } = await post(server.url, '{ hello }', { headers: { origin: APP } });
    expect([allowed(headers), headers.get('access-control-allow-credentials'), headers.get('vary')]).toEqual([
      APP,
      'true',
      'Origin',
    ]);
    expect(headers.get('access-control-expose-headers')).toContain('x-request-id');
  });

  it('a preflight of one of them is told methods and headers', async () => {
    const { status, headers, body } = await preflight(server, APP);
    expect([status, body, allowed(headers)]).toEqual([204, '', APP]);
    expect(headers.get('access-control-allow-methods')).toBe('GET, POST, OPTIONS');
    expect(headers.get('access-control-allow-headers')!.split(', ').sort()).toEqual([
      'apollo-require-preflight',
      'authorization',
      'content-type',
      'x-apollo-operation-name',
      'x-grantry-at-least',
      'x-grantry-tenant',
      'x-request-id',
    ]);
  });

  it.each(['https://app.example.com.evil.test', 'http://app.example.com', 'https://app.example.com:8443', 'null'])(
    'scripts of %s may not read anything',
    async origin => {
      expect(allowed((await post(server.url, '{ hello }', { headers: { origin } })).headers)).toBeNull();
      const { headers } = await preflight(server, origin);
      expect([allowed(headers), headers.get('vary')]).toEqual([null, 'Origin']);
    },
  );

  it('refusals can be read, too', async () => {
    const headers = { origin: APP, authorization: 'Bearer old' };
    expect(allowed((await post(server.url, '{ hello }', { headers })).headers)).toBe(APP);
    expect(allowed((await send(`${server.url}/graphql`, { method: 'PUT', headers })).headers)).toBe(APP);
  });

  it('an answer to nobody in particular varies by origin all the same', async () => {
    expect((await post(server.url, '{ hello }')).headers.get('vary')).toBe('Origin');
  });
});

describe('with all origins allowed', () => {
  it('everybody may read, and credentials of the browser are not sent', async () => {
    const server = await serving({ http: { corsOrigins: '*' } });
    const { headers } = await preflight(server, 'https://anywhere.test');
    await server.close();
    expect([allowed(headers), headers.get('access-control-allow-credentials')]).toEqual(['*', null]);
  });
});

describe('without origins', () => {
  it('no script of another site may read anything', async () => {
    const server = await serving();
    const { status, headers } = await preflight(server, APP);
    await server.close();
    expect([status, allowed(headers)]).toEqual([204, null]);
  });
});
