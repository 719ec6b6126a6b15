import { createAuthenticator } from '../../src/authn/authenticator.js';
import { base64, client, clock, config, refusal } from './world.js';

const clients = [client(), client({ id: 'ops', scopes: ['operate'], tenants: [] })];
const trusting = createAuthenticator(config({ clients, trustIdentityHeader: true }), clock);
const wary = createAuthenticator(config({ clients }), clock);

const USER = { username: 'Ada', email: 'ada@example.com', is_org_admin: true };
const header = (identity: unknown) => ({ 'x-rh-identity': base64(JSON.stringify({ identity })) });
const KEY = { 'x-rh-rbac-psk': 'pass', 'x-rh-rbac-client-id': 'billing', 'x-rh-rbac-org-id': '0017' };
const refused = (why: string) => ({ code: 'UNAUTHENTICATED', message: expect.stringContaining(why) });

describe('a trusted identity header', () => {
  it('proves a user of an organisation', async () => {
    expect(await trusting(header({ org_id: '0017', type: 'User', user: { ...USER, locale: 'en' } }))).toEqual({
      kind: 'user',
      tenant: { by: 'externalId', value: '0017' },
      username: 'ada',
      serviceAccount: false,
      orgAdmin: true,
      email: 'ada@example.com',
    });
  });

  it('proves a service account', async () => {
    const account = { username: 'service-account-7', client_id: '7' };
    expect(await trusting(header({ org_id: '0017', service_account: account }))).toEqual({
      kind: 'user',
      tenant: { by: 'externalId', value: '0017' },
      username: 'service-account-7',
      serviceAccount: true,
    });
  });

  it('hands on the tenant that is stated beside it', async () => {
    const headers = { ...header({ org_id: '0017', user: USER }), 'x-grantry-tenant': 'acme' };
    expect(await trusting(headers)).toMatchObject({ statedTenant: 'acme' });
  });

  it.each([
    ['without an organisation', { user: USER }],
    ['with a blank organisation', { org_id: ' ', user: USER }],
    ['with an organisation that is a number', { org_id: 17, user: USER }],
    ['without anybody', { org_id: '0017' }],
    ['with a user and a service account', { org_id: '0017', user: USER, service_account: { username: 'x' } }],
    ['without a username', { org_id: '0017', user: { email: 'a@example.com' } }],
    ['with a padded username', { org_id: '0017', user: { ...USER, username: 'ada ' } }],
    ['with an overlong username', { org_id: '0017', service_account: { username: 'a'.repeat(151) } }],
    ['with is_org_admin as text', { org_id: '0017', user: { ...USER, is_org_admin: 'true' } }],
    ['with an email that is no text', { org_id: '0017', user: { ...USER, email: 7 } }],
    ['with nothing in it', null],
  ])('is refused %s', async (_case, identity) => {
    expect(await refusal(trusting(header(identity)))).toEqual(refused('x-rh-identity refused'));
  });

  it('is refused when it is no JSON in base64', async () => {
    const right = header({ org_id: '0017', user: USER })['x-rh-identity'];
    for (const value of [
      '',
      'null',
      base64('no json'),
      base64('null'),
      `${right},${right}`,
      `${right} `,
      `${right}*`,
    ]) {
      expect(await refusal(trusting({ 'x-rh-identity': value }))).toEqual(refused('x-rh-identity refused'));
    }
  });
});

describe('a trusted pre-shared key', () => {
  it('is the secret of a client, in an organisation', async () => {
    expect(await trusting(KEY)).toEqual({
      kind: 'service',
      clientId: 'billing',
      scopes: new Set(['check']),
      tenants: ['acme'],
      tenant: { by: 'externalId', value: '0017' },
    });
  });

  it('may come with the slug of the tenant instead, which is checked', async () => {
    const { 'x-rh-rbac-org-id': _organisation, ...key } = KEY;
    expect(await trusting({ ...key, 'x-grantry-tenant': 'acme' })).toMatchObject({
      tenant: { by: 'slug', value: 'acme' },
    });
    expect(await refusal(trusting({ ...key, 'x-grantry-tenant': 'globex' }))).toEqual(refused('no such tenant'));
    expect(await refusal(trusting({ ...KEY, 'x-grantry-tenant': 'acme' }))).toEqual(refused('once'));
  });

  it('needs no organisation with the scope operate', async () => {
    expect(await trusting({ 'x-rh-rbac-psk': 'pass', 'x-rh-rbac-client-id': 'ops' })).toMatchObject({ tenant: null });
    expect(await refusal(trusting({ 'x-rh-rbac-psk': 'pass', 'x-rh-rbac-client-id': 'billing' }))).toEqual(
      refused('tenant'),
    );
  });

  it('is refused when it is wrong or incomplete', async () => {
    expect(await refusal(trusting({ ...KEY, 'x-rh-rbac-psk': 'wrong' }))).toEqual(
      refused('Unknown client or wrong secret'),
    );
    expect(await refusal(trusting({ ...KEY, 'x-rh-rbac-client-id': 'x' }))).toEqual(
      refused('Unknown client or wrong secret'),
    );
    expect(await refusal(trusting({ ...KEY, 'x-rh-rbac-org-id': ' ' }))).toEqual(refused('x-rh-rbac-org-id'));
    for (const [name, value] of Object.entries(KEY)) {
      expect(await refusal(trusting({ [name]: value }))).toEqual(refused('together'));
    }
  });
});

describe('an identity header or key that is not trusted', () => {
  it('is ignored, right or wrong', async () => {
    for (const headers of [
      header({ org_id: '0017', user: USER }),
      { 'x-rh-identity': '?' },
      KEY,
      { ...KEY, 'x-rh-rbac-psk': '' },
    ]) {
      expect(await wary({ ...headers, 'x-grantry-tenant': 'acme' })).toEqual({
        kind: 'anonymous',
        tenant: { by: 'slug', value: 'acme' },
      });
    }
  });
});
