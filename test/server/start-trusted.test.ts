import type { Reply } from './serving.js';
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

type Headers = Record<string, string>;
const VIEWER = '{ viewer { kind tenant { slug } principal { username type orgAdmin email } } }';
const identity = (content: object): Headers => ({
  'x-rh-identity': Buffer.from(JSON.stringify({ identity: content })).toString('base64'),
});
const ada = identity({ org_id: 'Acme 7', user: { username: 'Ada', email: 'ada@acme.example', is_org_admin: true } });
const key = (id: string, secret: string, organisation?: string): Headers => ({
  'x-rh-rbac-client-id': id,
  'x-rh-rbac-psk': secret,
  ...(organisation === undefined ? {} : { 'x-rh-rbac-org-id': organisation }),
});
const CLIENTS = JSON.stringify([
  OPERATOR,
  { id: 'inventory', secretHashes: [hashOf('shared')], tenants: ['acme'], scopes: ['read'] },
]);

const as = (server: Assembled, headers: Headers, query = VIEWER): Promise<Reply> => server.ask(query, { headers });
const refusal = async (server: Assembled, headers: Headers) => {
  const { status, body } = await as(server, headers);
  return [status, body.errors?.[0].extensions.code];
};
const REFUSED = [401, 'UNAUTHENTICATED'];

describe('behind a proxy that is trusted', () => {
  let server: Assembled;
  beforeAll(async () => {
    server = await assembled({
      GRANTRY_JWT_SECRET: SECRET,
      GRANTRY_CLIENTS: CLIENTS,
      GRANTRY_TRUST_IDENTITY_HEADER: 'true',
      GRANTRY_CREATE_TENANTS: 'true',
    });
    await createTenant(server, 'acme', { externalId: 'Acme 7' });
    await createTenant(server, 'other', { externalId: 'Other 8' });
  });
  afterAll(() => server.close());

  it('the identity header says who it is', async () => {
    const { body } = await as(server, ada);
    expect(body.data.viewer).toEqual({
      kind: 'USER',
      tenant: { slug: 'acme' },
      principal: { username: 'ada', type: 'USER', orgAdmin: true, email: 'ada@acme.example' },
    });
    const robot = identity({ org_id: 'Acme 7', service_account: { username: 'robot', client_id: 'x' } });
    expect((await as(server, robot)).body.data.viewer.principal).toMatchObject({ type: 'SERVICE_ACCOUNT' });
  });

  it('the key of a service with its organisation says which service it is', async () => {
    const { body } = await as(server, key('inventory', 'shared', 'Acme 7'));
    expect(body.data.viewer).toEqual({ kind: 'SERVICE', tenant: { slug: 'acme' }, principal: null });
  });

  it.each<[string, Headers]>([
    ['an identity that is no base64', { 'x-rh-identity': '{}' }],
    ['an identity without an organisation', identity({ user: { username: 'ada' } })],
    ['an identity of nobody', identity({ org_id: 'Acme 7' })],
    ['a flag that is text', identity({ org_id: 'Acme 7', user: { username: 'ada', is_org_admin: 'yes' } })],
    ['another tenant in the header', { ...ada, 'x-grantry-tenant': 'other' }],
    ['a wrong key', key('inventory', 'Shared', 'Acme 7')],
    ['a key without an organisation', key('inventory', 'shared')],
    ['a key in an organisation that is not its own', key('inventory', 'shared', 'Other 8')],
    ['a key in an organisation that there is not', key('inventory', 'shared', 'Nobody')],
    ['an identity and a key', { ...ada, ...key('inventory', 'shared', 'Acme 7') }],
    ['an identity and a client', { ...ada, ...basic('inventory', 'shared', 'acme') }],
    ['an identity and a bad token', { ...ada, authorization: 'Bearer rubbish' }],
  ])('%s is refused', async (_, headers) => {
    expect(await refusal(server, headers)).toEqual(REFUSED);
  });

  it('an identity and a token are two credentials, and refused', async () => {
    expect(await refusal(server, { ...ada, ...(await bearer('ada', 'acme')) })).toEqual(REFUSED);
  });

  it('the first user of an unknown organisation makes its tenant, once', async () => {
    const first = identity({ org_id: 'org 99', user: { username: 'eve' } });
    const replies = await Promise.all(Array.from({ length: 8 }, () => as(server, first)));
    const slugs = new Set(replies.map(({ body }) => body.data.viewer.tenant.slug));
    expect([slugs.size, [...slugs][0]]).toEqual([1, expect.stringMatching(/^org-/)]);
    const { body } = await as(server, await bearer('eve', 'brand-new'));
    expect(body.data.viewer).toMatchObject({ tenant: { slug: 'brand-new' }, principal: { username: 'eve' } });
  });

  it('a service never makes a tenant', async () => {
    expect(await refusal(server, key('operator', 'operate it', 'org 100'))).toEqual(REFUSED);
    const { body } = await as(server, basic('operator', 'operate it'), '{ tenants { nodes { externalId } } }');
    expect(JSON.stringify(body)).not.toContain('org 100');
  });
});

describe('without such a proxy', () => {
  let server: Assembled;
  beforeAll(async () => {
    server = await assembled({ GRANTRY_JWT_SECRET: SECRET, GRANTRY_CLIENTS: CLIENTS });
    await createTenant(server, 'acme', { externalId: 'Acme 7' });
  });
  afterAll(() => server.close());

  it('the identity header and the key are ignored, right or wrong: whoever sends them is anonymous', async () => {
    for (const headers of [ada, { 'x-rh-identity': 'rubbish' }, key('inventory', 'shared', 'Acme 7')]) {
      const { status, body } = await as(server, headers);
      expect([status, body.data?.viewer.kind]).toEqual([200, 'ANONYMOUS']);
    }
  });

  it('they do not disturb a token', async () => {
    const { body } = await as(server, { ...ada, ...(await bearer('grace', 'acme')) });
    expect(body.data.viewer.principal.username).toBe('grace');
  });

  it('the user of an unknown organisation is refused, and nothing is made', async () => {
    expect(await refusal(server, await bearer('eve', 'brand-new'))).toEqual(REFUSED);
    const { body } = await as(server, basic('operator', 'operate it'), '{ tenants { nodes { slug } } }');
    expect(body.data.tenants.nodes).toEqual([{ slug: 'acme' }]);
  });
});
