import { EXAMPLES, WITHOUT_ACTION } from './authzen-examples.js';
import { addPermissions, EVALUATIONS, openServer, openTenant, SEARCH, type Tenant } from './authzen-world.js';
import type { Assembled } from './support/assembled.js';

const ALICE = { username: 'alice@example.com' };
const ID = { 'x-request-id': 'bfe9eb29-ab87-4ca3-be83-a1d5d8305716' };

let server: Assembled;
let w: Tenant;
beforeAll(async () => {
  server = await openServer();
  const verbs = { account: ['can_read', 'can_write'], document: ['read', 'can_read', 'can_edit'], todo: ['can_read'] };
  for (const [type, names] of Object.entries(verbs)) {
    await addPermissions(server, ...names.map(verb => `spec:${type}:${verb}`));
  }
  w = await openTenant(server);
  await w.principal('alice@example.com');
  await w.principal('bob@example.com');
  await w.grant('spec:account:can_read', ALICE, '123', '456', '789');
  await w.grant('spec:account:can_write', ALICE, '123');
  await w.grant('spec:account:can_read', { username: 'bob@example.com' }, '123');
  await w.grant('spec:document:read', ALICE, '1', '3');
  await w.grant('spec:document:can_read', ALICE, 'boxcarring.md');
  await w.grant('spec:todo:can_read', ALICE, '1');
});
afterAll(() => server.close());

/** Types have two parts here: `account` of the specification is `spec:account`. */
const ofSpec = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ofSpec);
  if (typeof value !== 'object' || value === null) return value;
  const named = Object.entries(value).map(([key, inner]) => [key, ofSpec(inner)]);
  const copy = Object.fromEntries(named);
  if (typeof copy.type === 'string' && copy.type !== 'user') copy.type = `spec:${copy.type}`;
  return copy;
};

describe('the examples of the specification', () => {
  it.each(EXAMPLES.map(example => [example.section, example] as const))(
    'of section %s are answered as it says, once types have two parts',
    async (_, { path, request, response }) => {
      const { status, body, headers } = await w.post(path, ofSpec(request), { ...w.checker, ...ID });
      expect([status, headers.get('x-request-id')]).toEqual([200, ID['x-request-id']]);
      expect(headers.get('content-type')).toMatch(/^application\/json/);
      if (response) expect(body).toMatchObject(ofSpec(response) as object);
    },
  );

  it.each(EXAMPLES.map(example => [example.section, example] as const))(
    'of section %s, as they stand, are answered with denials and nothing found',
    async (_, { path, request }) => {
      const { status, body } = await w.post(path, request);
      expect(status).toBe(200);
      const decisions = body.evaluations ?? (body.decision === undefined ? [] : [body]);
      expect(decisions.map((one: any) => one.decision)).not.toContain(true);
      expect(body.results ?? []).toEqual([]);
    },
  );

  it('of section 8.2.3 lead from the first page to the last', async () => {
    const { request } = EXAMPLES.find(({ section }) => section === '8.2.3, the first page')!;
    const { page: _, ...search } = ofSpec(request) as { page: unknown };
    const first = await w.post(SEARCH.resource, ofSpec(request));
    const second = await w.post(SEARCH.resource, { ...search, page: { token: first.body.page.next_token } });
    expect(second.body).toMatchObject({
      page: { next_token: '', count: 1 },
      results: [{ type: 'spec:account', id: '789' }],
    });
  });

  it('of section 7.1.2 lack an action, and are refused', async () => {
    const { status, body } = await w.post(EVALUATIONS, WITHOUT_ACTION);
    expect([status, body.error.field]).toEqual([400, 'evaluations.0.action']);
  });
});
