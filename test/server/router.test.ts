import { addPermissions, openServer, openTenant, postJson, type Tenant } from './authzen-world.js';
import { apollo, apolloBefore, apolloFirst, hive, hiveList } from './router-requests.js';
import { logged, send, serving } from './serving.js';
import { basic, type Assembled } from './support/assembled.js';

const SECRET = 'the routers have thirty-two bytes';
const KNOWN = { 'x-grantry-router-secret': SECRET };

let server: Assembled;
let w: Tenant;
let ada: Record<string, string>;
beforeAll(async () => {
  server = await openServer({ GRANTRY_ROUTER_SECRET: SECRET });
  await addPermissions(server, 'lib:book:read', 'lib:book:write', 'lib:book:lend', 'lib:book:burn');
  w = await openTenant(server);
  await w.principal('ada');
  const readers = await w.group('Readers', 'ada');
  const resourceDefinitions = [{ key: 'section', operation: 'EQUAL', value: 'maps' }];
  await w.role(readers, 'lib:book:read', { permission: 'lib:book:lend', resourceDefinitions });
  await w.grant('lib:book:write', { username: 'ada' }, 'atlas');
  ada = await w.user('ada');
});
afterAll(() => server.close());

const ask = (body: unknown, headers: Record<string, string> = KNOWN) =>
  postJson(`${server.url}/router/coprocessor`, body, headers);

const ODD = [
  '',
  '*',
  'admin',
  'lib:book',
  'lib:book:*',
  'lib:nothing:read',
  '__proto__',
  '{ "key": "Account.balance" }',
];
const POLICIES = ['lib:book:read', 'lib:book:write', 'lib:book:lend', 'lib:book:burn', ...ODD];
const DECIDED = Object.fromEntries(POLICIES.map(policy => [policy, policy === 'lib:book:read']));

describe('the policies of a caller', () => {
  it('are told to Apollo Router, with all else that it sent', async () => {
    const sent = apollo({ headers: ada, policies: POLICIES });
    const { status, body } = await ask(sent);
    expect([status, body]).toEqual([
      200,
      {
        ...{ version: 1, stage: 'SupergraphRequest', control: 'continue', id: sent.id },
        context: { entries: { ...sent.context.entries, 'apollo::authorization::required_policies': DECIDED } },
      },
    ]);
  });

  it('are told to Apollo Router by the older name', async () => {
    const sent = apolloBefore({ headers: ada, policies: POLICIES });
    const { entries } = (await ask(sent)).body.context;
    expect(entries).toEqual({ ...sent.context.entries, 'apollo_authorization::policies::required': DECIDED });
  });

  it('are told to Hive Router, without the keys that it would not let anybody write', async () => {
    const { body } = await ask(hive({ headers: ada, policies: POLICIES }));
    expect(body).toMatchObject({ version: 1, control: 'continue' });
    expect(body.context).toEqual({ 'hive::authorization::required_policies': DECIDED });
    expect(body.body).toBeUndefined();
  });

  it('are told to a Hive Router that lists them as a list', async () => {
    const { body } = await ask(hiveList({ headers: ada, policies: POLICIES }));
    expect(body.context).toEqual({ 'hive::authorization::granted_policies': ['lib:book:read'] });
  });

  it.each<[string, () => Record<string, string> | Promise<Record<string, string>>]>([
    ['nobody', () => ({})],
    ['the anonymous caller of a tenant', () => ({ 'x-grantry-tenant': w.slug })],
    ['a service client', () => basic('checker', 'checker', w.slug)],
    ['somebody who holds nothing', () => w.user('ben')],
  ])('are all false for %s', async (_, headers) => {
    const { body } = await ask(apollo({ headers: await headers(), policies: ['lib:book:read'] }));
    expect(body).toMatchObject({
      control: 'continue',
      context: { entries: { 'apollo::authorization::required_policies': { 'lib:book:read': false } } },
    });
  });

  it('count what the anonymous caller has', async () => {
    const all = (await w.does('createGroup', { name: 'Everybody', anonymousDefault: true }, 'group { id }')).group.id;
    await w.role(all, 'lib:book:burn');
    const { body } = await ask(hive({ headers: { 'x-grantry-tenant': w.slug }, policies: ['lib:book:burn'] }));
    expect(body.context).toEqual({ 'hive::authorization::required_policies': { 'lib:book:burn': true } });
    await w.does('deleteGroup', { id: all }, 'deletedId').catch(() => {});
  });

  it.each([
    ['an operation without any', () => apollo({ headers: ada })],
    ['an operation without any at Hive Router', () => hive({ headers: ada })],
    ['a stage before the operation is known', () => apolloFirst({ headers: ada })],
    ['a stage without a context', () => ({ version: 1, stage: 'router.request', id: '1' })],
  ])('are none of our business for %s', async (_, sent) => {
    const { status, body } = await ask(sent());
    expect([status, body]).toEqual([200, { version: 1, stage: sent().stage, control: 'continue', id: sent().id }]);
  });
});

describe('a caller that is not who it says', () => {
  const wrong = { authorization: 'Bearer no' };
  const errors = [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED' } }];

  it('is stopped with 401 at Apollo Router', async () => {
    const { status, body } = await ask(apollo({ headers: wrong, policies: ['lib:book:read'] }));
    expect([status, body.control, body.body]).toEqual([200, { break: 401 }, { errors }]);
    expect([body.stage, body.context]).toEqual(['SupergraphRequest', undefined]);
  });

  it('is stopped with 401 at Hive Router', async () => {
    const { body } = await ask(hive({ headers: { Authorization: 'Bearer no' }, policies: ['lib:book:read'] }));
    expect(body).toMatchObject({
      control: { break: 401 },
      headers: { 'content-type': 'application/json' },
      body: { errors },
    });
  });

  it('is stopped when it sends two credentials', async () => {
    const sent = apollo({ policies: ['lib:book:read'] });
    const two = { ...sent, headers: { authorization: [ada.authorization, ada.authorization] } };
    expect((await ask(two)).body.control).toEqual({ break: 401 });
  });

  it('is told when the database has not come as far as it asks', async () => {
    const plain = Buffer.from((await revision())!, 'base64url')
      .toString()
      .split(':');
    const later = Buffer.from(`1:${plain[1]}:999999:1`).toString('base64url');
    const headers = { ...ada, 'x-grantry-at-least': later };
    expect((await ask(apollo({ headers, policies: ['lib:book:read'] }))).body.control).toEqual({ break: 503 });
  });
});

const revision = async (): Promise<string | undefined> =>
  (await server.ask('{ viewer { kind } }', { headers: ada })).body.extensions.grantry.revision;

describe('the secret', () => {
  const sent = () => apollo({ headers: ada, policies: ['lib:book:read'] });

  it('may come in a header of its own, as a token, or in the URL', async () => {
    const inUrl = `${server.url}/router/coprocessor?secret=${encodeURIComponent(SECRET)}`;
    expect((await ask(sent(), { authorization: `Bearer ${SECRET.replaceAll(' ', '')}` })).status).toBe(401);
    expect((await postJson(inUrl, sent(), { 'x-request-id': 'in-url' })).status).toBe(200);
    const line = await logged(server.lines, one => one.requestId === 'in-url' && one.msg === 'request');
    expect(line).toMatchObject({ path: '/router/coprocessor', status: 200, decisionPoint: 'router' });
    expect(JSON.stringify(server.lines)).not.toContain('thirty-two');
  });

  it.each<[string, Record<string, string>]>([
    ['missing', {}],
    ['another', { 'x-grantry-router-secret': `${SECRET.slice(0, -1)}x` }],
    ['empty', { 'x-grantry-router-secret': '' }],
    ['too long', { 'x-grantry-router-secret': `${SECRET}x` }],
  ])('is refused when it is %s', async (_, headers) => {
    const { status, body } = await ask(sent(), headers);
    expect([status, body.error.code]).toEqual([401, 'UNAUTHENTICATED']);
  });

  it('is what makes the path: without one there is none', async () => {
    const without = await serving();
    const { status } = await postJson(`${without.url}/router/coprocessor`, sent(), KNOWN);
    await without.close();
    expect(status).toBe(404);
  });
});

describe('a malformed request of a router', () => {
  it.each<[string, unknown, string | undefined]>([
    ['no object', [], undefined],
    ['another version', { ...hive({}), version: 2 }, 'version'],
    ['no stage', { ...hive({}), stage: undefined }, 'stage'],
    ['headers that are none', { ...hive({}), headers: { a: 1 } }, 'headers.a'],
    ['a context that is none', { ...hive({}), context: 'x' }, 'context'],
  ])('is refused: %s', async (_, body, field) => {
    const reply = await ask(body);
    expect([reply.status, reply.body.error]).toMatchObject([400, { code: 'BAD_USER_INPUT', ...(field && { field }) }]);
  });

  it('is refused by its method and type', async () => {
    expect((await send(`${server.url}/router/coprocessor`)).status).toBe(405);
    expect((await ask('{}', { ...KNOWN, 'content-type': 'text/plain' })).status).toBe(415);
  });
});
