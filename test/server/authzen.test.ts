import { authzenPlaces } from '../../src/server/http/authzen.js';
import { logged, send, serving, silent } from './serving.js';
import { basic, type Assembled } from './support/assembled.js';
import {
  action,
  addPermissions,
  book,
  EVALUATION,
  EVALUATIONS,
  group,
  openServer,
  openTenant,
  postJson,
  SEARCH,
  setType,
  user,
  type Tenant,
} from './authzen-world.js';

let server: Assembled;
let w: Tenant;
let readers: string;
const read = (subject: object, resource: object, more: object = {}) => ({
  subject,
  action: action('read'),
  resource,
  ...more,
});

beforeAll(async () => {
  server = await openServer({ GRANTRY_CORS_ORIGINS: 'https://app.example.com' });
  await addPermissions(server, 'lib:book:read', 'lib:book:write', 'lib:shelf:read', 'lib:open:read');
  await setType(server, { name: 'lib:open', openVerbs: true });
  w = await openTenant(server);
  for (const name of ['ada', 'ben', 'cleo', 'root']) await w.principal(name);
  readers = await w.group('The Readers', 'ben');
  await w.put('lib:book', { resourceId: 'atlas', attributes: { section: 'maps', shelf: { floor: '1' } } }, 'bible');
  await w.grant('lib:book:read', { username: 'ada' }, 'atlas');
  await w.grant('lib:book:write', { groupName: 'The Readers' }, 'atlas');
  await w.role(readers, {
    permission: 'lib:book:read',
    resourceDefinitions: [{ key: 'shelf.floor', operation: 'EQUAL', value: '2' }],
  });
});
afterAll(() => server.close());

const decision = async (body: object) => (await w.post(EVALUATION, body)).body.decision;

describe('an access evaluation', () => {
  it('says what check says, for users and groups', async () => {
    expect(await decision(read(user('ada'), book('atlas')))).toBe(true);
    expect(await decision(read(user('Ada '), book('atlas')))).toBe(true);
    expect(await decision(read(user('ada'), book('bible')))).toBe(false);
    const write = { action: action('write') };
    expect(await decision(read(group('the readers'), book('atlas'), write))).toBe(true);
    expect(await decision(read(group(readers), book('atlas'), write))).toBe(true);
    expect(await decision(read(user('ben'), book('atlas'), write))).toBe(true);
  });

  it('takes a whole permission as the name of the action, of the type of the resource alone', async () => {
    const whole = (name: string) => decision(read(user('ada'), book('atlas'), { action: action(name) }));
    expect(await whole('lib:book:read')).toBe(true);
    expect(await whole('lib:shelf:read')).toBe(false);
    expect(await whole('lib:book')).toBe(false);
  });

  it('lays the properties of the resource over its attributes', async () => {
    const floor = (floor: string) => ({ ...book('atlas'), properties: { shelf: { floor } } });
    expect(await decision(read(user('ben'), floor('2')))).toBe(true);
    expect(await decision(read(user('ben'), floor('1')))).toBe(false);
    expect(await decision(read(user('ben'), book('atlas')))).toBe(false);
    expect(await decision(read(user('ben'), book('atlas'), { context: { shelf: { floor: '2' } } }))).toBe(false);
  });

  it.each<[string, object]>([
    ['user', read(user('nobody'), book('atlas'))],
    ['user whose name no database can hold', read(user('a\0'), book('atlas'))],
    ['group', read(group('nobody'), book('atlas'))],
    ['type of subject', read({ type: 'robot', id: 'ada' }, book('atlas'))],
    ['type of subject that objects inherit', read({ type: 'constructor', id: 'ada' }, book('atlas'))],
    ['resource', read(user('ada'), book('nothing'))],
    ['type of resource', read(user('ada'), { type: 'lib:nothing', id: 'atlas' })],
    ['malformed type of resource', read(user('ada'), { type: 'book', id: 'atlas' })],
    ['action', read(user('ada'), book('atlas'), { action: action('burn') })],
    ['malformed action', read(user('ada'), book('atlas'), { action: action('can read') })],
    ['wildcard', read(user('ada'), book('atlas'), { action: action('*') })],
  ])('denies what is asked about an unknown %s', async (_, body) => {
    const { status, body: answer } = await w.post(EVALUATION, body);
    expect([status, answer.decision]).toEqual([200, false]);
  });

  it('gives its reasons when the context or the options ask for them', async () => {
    const reasons = [{ kind: 'GRANT', message: 'It was granted on this resource' }];
    for (const more of [{ context: { reasons: true } }, { options: { reasons: true } }]) {
      const { body } = await w.post(EVALUATION, read(user('ada'), book('atlas'), more));
      expect(body).toMatchObject({ decision: true, context: { reasons } });
      const no = await w.post(EVALUATION, read(user('cleo'), book('atlas'), more));
      expect(no.body).toMatchObject({ decision: false, context: { reasons: [] } });
    }
    expect((await w.post(EVALUATION, read(user('ada'), book('atlas')))).body.context.reasons).toBeUndefined();
  });

  it('does not mind fields that it does not know, nor null for what is optional', async () => {
    const body = read({ ...user('ada'), a: 1, properties: null }, book('atlas'), {
      context: null,
      options: null,
      b: [],
    });
    expect(await decision(body)).toBe(true);
  });

  it('never answers for another tenant', async () => {
    const other = await openTenant(server);
    const { body } = await w.post(EVALUATION, read(user('ada'), book('atlas')), other.checker);
    expect(body.decision).toBe(false);
  });
});

describe('a malformed request', () => {
  const good = read(user('ada'), book('atlas'));
  it.each<[string, unknown, string | undefined]>([
    ['without a subject', { ...good, subject: undefined }, 'subject'],
    ['with a subject that is text', { ...good, subject: 'ada' }, 'subject'],
    ['without the type of the subject', { ...good, subject: { id: 'ada' } }, 'subject.type'],
    ['without the id of the subject', { ...good, subject: { type: 'user' } }, 'subject.id'],
    ['with a number as id', { ...good, subject: { type: 'user', id: 1 } }, 'subject.id'],
    ['without an action', { ...good, action: undefined }, 'action'],
    ['with an action without a name', { ...good, action: {} }, 'action.name'],
    ['without a resource', { ...good, resource: undefined }, 'resource'],
    ['without the id of the resource', { ...good, resource: { type: 'lib:book' } }, 'resource.id'],
    ['with an empty id of the resource', { ...good, resource: book('') }, 'resource.id'],
    ['with a list as properties', { ...good, resource: { ...book('a'), properties: [] } }, 'resource.properties'],
    ['with a context that is text', { ...good, context: 'x' }, 'context'],
    ['that is a list', [good], undefined],
    ['that is null', 'null', undefined],
    ['that is no JSON', '{"subject":', undefined],
  ])('%s is told as JSON', async (_, body, field) => {
    for (const path of [EVALUATION, EVALUATIONS]) {
      const reply = await w.post(path, body);
      expect(reply.status).toBe(400);
      expect(reply.body).toEqual({
        error: { status: 400, code: 'BAD_USER_INPUT', message: expect.any(String), ...(field && { field }) },
      });
    }
  });

  it.each([...Object.values(SEARCH), EVALUATION, EVALUATIONS])(
    'to %s is told by its method, type and size',
    async path => {
      const got = await send(`${server.url}${path}`);
      expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
      const text = await w.post(path, '{}', { ...w.checker, 'content-type': 'text/plain' });
      expect([text.status, text.body.error.code]).toEqual([415, 'BAD_USER_INPUT']);
      const large = await w.post(path, JSON.stringify({ a: 'x'.repeat(1_048_576) }));
      expect([large.status, large.body.error.code]).toEqual([413, 'LIMIT_EXCEEDED']);
    },
  );
});

describe('who asks', () => {
  const about = (name: string) => read(user(name), book('atlas'));
  const statusOf = async (body: object, headers: Record<string, string>) => {
    const reply = await w.post(EVALUATION, body, headers);
    return [reply.status, reply.body.error?.code ?? reply.body.decision];
  };

  it('has to be somebody', async () => {
    expect(await statusOf(about('ada'), {})).toEqual([401, 'UNAUTHENTICATED']);
    expect(await statusOf(about('ada'), { 'x-grantry-tenant': w.slug })).toEqual([401, 'UNAUTHENTICATED']);
    expect(await statusOf(about('ada'), { authorization: 'Bearer no' })).toEqual([401, 'UNAUTHENTICATED']);
    const { headers } = await w.post(EVALUATION, about('ada'), { authorization: 'Bearer no' });
    expect(headers.get('www-authenticate')).toContain('Bearer');
  });

  it('may be a client with the scope check, and no other', async () => {
    expect(await statusOf(about('ada'), basic('reader', 'reader', w.slug))).toEqual([403, 'FORBIDDEN']);
    const { status } = await w.post(
      EVALUATIONS,
      { ...about('ada'), evaluations: [{}] },
      basic('reader', 'reader', w.slug),
    );
    expect(status).toBe(403);
  });

  it('may ask about itself, and about others only with the right to', async () => {
    const ada = await w.user('ada');
    expect(await statusOf(about('ada'), ada)).toEqual([200, true]);
    for (const other of ['ben', 'nobody']) expect(await statusOf(about(other), ada)).toEqual([403, 'FORBIDDEN']);
    expect(await statusOf(read({ type: 'robot', id: 'x' }, book('atlas')), ada)).toEqual([403, 'FORBIDDEN']);
    expect(await statusOf(about('ada'), w.admin)).toEqual([200, true]);
    expect(await statusOf(read(group('The Readers'), book('atlas')), await w.user('ben'))).toEqual([200, false]);
  });

  it('is told so for each evaluation of a batch by itself', async () => {
    const evaluations = [{ subject: user('ada') }, { subject: user('ben') }];
    const { status, body } = await w.post(EVALUATIONS, { ...about('ada'), evaluations }, await w.user('ada'));
    expect([status, body.evaluations]).toMatchObject([
      200,
      [{ decision: true }, { decision: false, context: { error: { status: 403, code: 'FORBIDDEN' } } }],
    ]);
  });
});

describe('access evaluations', () => {
  const atlas = { resource: book('atlas') };
  const bible = { resource: book('bible') };
  const batch = (evaluations: object[], evaluations_semantic?: string) => ({
    subject: user('ada'),
    action: action('read'),
    evaluations,
    options: { evaluations_semantic },
  });
  const decisions = async (body: object) =>
    (await w.post(EVALUATIONS, body)).body.evaluations.map((one: any) => one.decision);

  it('are answered in order, with defaults and what overrides them', async () => {
    const others = [
      { ...atlas, subject: user('ben') },
      { ...atlas, subject: user('ben'), action: action('write') },
    ];
    expect(await decisions(batch([atlas, bible, ...others]))).toEqual([true, false, false, true]);
    const defaults = { ...batch([{}, { resource: book('bible') }, { resource: null }]), ...atlas };
    expect(await decisions(defaults)).toEqual([true, false, true]);
  });

  it('stop after the first denial, or the first permit, when told so', async () => {
    expect(await decisions(batch([atlas, bible, atlas], 'execute_all'))).toEqual([true, false, true]);
    expect(await decisions(batch([atlas, bible, atlas], 'deny_on_first_deny'))).toEqual([true, false]);
    expect(await decisions(batch([atlas, atlas], 'deny_on_first_deny'))).toEqual([true, true]);
    expect(await decisions(batch([bible, atlas, bible], 'permit_on_first_permit'))).toEqual([false, true]);
    expect(await decisions(batch([bible, bible], 'permit_on_first_permit'))).toEqual([false, false]);
  });

  it('are one evaluation when there is none in the list, or no list', async () => {
    for (const more of [{}, { evaluations: [] }, { evaluations: null }]) {
      const { body } = await w.post(EVALUATIONS, { ...read(user('ada'), book('atlas')), ...more });
      expect([body.decision, body.evaluations]).toEqual([true, undefined]);
    }
  });

  it('carry reasons where they are asked for', async () => {
    const asked = { ...batch([{ ...atlas, context: { reasons: true } }, atlas]), context: {} };
    const { body } = await w.post(EVALUATIONS, asked);
    expect(body.evaluations.map((one: any) => one.context.reasons?.length)).toEqual([1, undefined]);
    const all = await w.post(EVALUATIONS, { ...batch([atlas, bible]), options: { reasons: true } });
    expect(all.body.evaluations.map((one: any) => one.context.reasons.length)).toEqual([1, 0]);
  });

  it.each<[string, object, string, string?]>([
    ['a list that is none', { evaluations: {} }, 'evaluations'],
    ['an entry that is none', batch([atlas, 'x' as never]), 'evaluations.1'],
    ['an entry without a resource', batch([atlas, {}]), 'evaluations.1.resource'],
    ['an entry with a wrong one', batch([atlas, { resource: { type: 'lib:book' } }]), 'evaluations.1.resource.id'],
    ['a default that is none', { ...batch([atlas]), subject: 'ada' }, 'subject'],
    ['an unknown semantic', batch([atlas], 'all'), 'options.evaluations_semantic'],
    ['options that are none', { ...batch([atlas]), options: 'x' }, 'options'],
    ['more than 1000', batch(Array.from({ length: 1_001 }, () => atlas)), 'evaluations', 'LIMIT_EXCEEDED'],
  ])('with %s are refused whole', async (_, body, field, code = 'BAD_USER_INPUT') => {
    const reply = await w.post(EVALUATIONS, body);
    expect([reply.status, reply.body.error]).toMatchObject([400, { code, field }]);
  });

  it('take two statements beside the revision, however many they are', async () => {
    const evaluations = Array.from({ length: 1_000 }, (_, i) => ({
      resource: book(`b${i}`),
      subject: user(`u${i % 50}`),
    }));
    await w.post(EVALUATIONS, batch([atlas]));
    const before = server.statements.length;
    expect(await decisions(batch([atlas, ...evaluations.slice(1)]))).toHaveLength(1_000);
    expect(server.statements.slice(before).length).toBeLessThanOrEqual(3);
  });
});

describe('every answer', () => {
  it.each(['bfe9eb29-ab87-4ca3-be83-a1d5d8305716', 'two words {"a":1}', 'x'.repeat(200)])(
    'carries the id of the request %j as it was sent',
    async id => {
      const headers = { ...w.checker, 'x-request-id': id };
      for (const body of [read(user('ada'), book('atlas')), {}]) {
        expect((await w.post(EVALUATION, body, headers)).headers.get('x-request-id')).toBe(id);
      }
      const stranger = await w.post(EVALUATION, {}, { 'x-request-id': id });
      expect(stranger.headers.get('x-request-id')).toBe(id);
    },
  );

  it('carries an id also when none was sent', async () => {
    expect((await w.post(EVALUATION, {})).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is logged, and counted', async () => {
    await w.post(EVALUATION, read(user('ada'), book('atlas')), { ...w.checker, 'x-request-id': 'logged-1' });
    await w.post(EVALUATION, {}, { ...w.checker, 'x-request-id': 'logged-2' });
    const lineOf = (id: string) => logged(server.lines, line => line.requestId === id && line.msg === 'request');
    expect(await lineOf('logged-1')).toMatchObject({ path: EVALUATION, status: 200, decisionPoint: 'evaluation' });
    expect(await lineOf('logged-2')).toMatchObject({ status: 400, errors: ['BAD_USER_INPUT'] });
    const { body } = await send(`${server.url}/metrics`);
    expect(body).toMatch(/grantry_decision_request_duration_seconds_count\{point="evaluation",outcome="OK"\} [1-9]/);
    expect(body).toMatch(/_count\{point="evaluation",outcome="BAD_USER_INPUT"\} [1-9]/);
  });

  it('may be read by scripts of the origins that are configured', async () => {
    const origin = { origin: 'https://app.example.com' };
    const preflight = await send(`${server.url}${EVALUATION}`, { method: 'OPTIONS', headers: origin });
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin.origin);
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-grantry-at-least');
    const reply = await w.post(EVALUATION, {}, { ...w.checker, ...origin });
    expect(reply.headers.get('access-control-allow-origin')).toBe(origin.origin);
  });
});

describe('the metadata', () => {
  const names = {
    access_evaluation_endpoint: EVALUATION,
    access_evaluations_endpoint: EVALUATIONS,
    search_subject_endpoint: SEARCH.subject,
    search_resource_endpoint: SEARCH.resource,
    search_action_endpoint: SEARCH.action,
  };
  const described = (base: string) => ({
    policy_decision_point: base,
    ...Object.fromEntries(Object.entries(names).map(([name, path]) => [name, `${base}${path}`])),
  });

  it('names every endpoint where the request went', async () => {
    const { status, body, headers } = await send(`${server.url}/.well-known/authzen-configuration`);
    expect([status, body]).toEqual([200, described(server.url.replace('localhost', new URL(server.url).hostname))]);
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect((await postJson(body.access_evaluation_endpoint, {})).status).toBe(401);
  });

  it('names the configured URL instead', async () => {
    const viewOf = () => Promise.reject(new Error('not needed'));
    const options = { viewOf, bodyLimitBytes: 1, corsOrigins: [], log: silent, publicUrl: 'https://pdp.example.com/' };
    const other = await serving({ decisionPlaces: authzenPlaces(options) });
    const { body } = await send(`${other.url}/.well-known/authzen-configuration`);
    await other.close();
    expect(body).toEqual(described('https://pdp.example.com'));
  });
});
