import { createAuthenticator } from '../../src/authn/authenticator.js';
import { base64, basicHeader, client, clock, config, NOW, refusal, sha256 } from './world.js';

const ACME = { 'x-grantry-tenant': 'acme' };
const refused = (why: string) => ({ code: 'UNAUTHENTICATED', message: expect.stringContaining(why) });

/** Sends id and secret to a server that knows one client. */
const send = (over: object, authorization = basicHeader('billing', 'pass'), headers: object = ACME) =>
  createAuthenticator(config({ clients: [client(over)] }), clock)({ authorization, ...headers });

describe('a service client', () => {
  it('is known by its secret, with its scopes and tenants', async () => {
    expect(await send({ scopes: ['check', 'read'], tenants: ['acme', 'globex'] })).toEqual({
      kind: 'service',
      clientId: 'billing',
      scopes: new Set(['check', 'read']),
      tenants: ['acme', 'globex'],
      tenant: { by: 'slug', value: 'acme' },
    });
  });

  it('has two secrets while they are rotated, and none else', async () => {
    const rotating = { secretHashes: [sha256('new'), sha256('old')] };
    for (const secret of ['new', 'old']) {
      expect(await send(rotating, basicHeader('billing', secret))).toMatchObject({ clientId: 'billing' });
    }
    expect(await refusal(send(rotating, basicHeader('billing', 'older')))).toEqual(refused('wrong secret'));
    expect(await refusal(send({ secretHashes: [sha256('new')] }, basicHeader('billing', 'old')))).toEqual(
      refused('wrong secret'),
    );
  });

  it('may have colons and any letters in its secret', async () => {
    const secret = ':a:b:geheimnißvoll:';
    expect(await send({ secretHashes: [sha256(secret)] }, basicHeader('billing', secret))).toMatchObject({
      kind: 'service',
    });
  });

  it('may have its hash in upper case', async () => {
    expect(await send({ secretHashes: [sha256('pass').toUpperCase()] })).toMatchObject({ kind: 'service' });
  });

  it('cannot be told from an unknown one by who does not know its secret', async () => {
    const list = [
      send({}, basicHeader('billing', 'wrong')),
      send({}, basicHeader('unknown', 'pass')),
      send({}, basicHeader('Billing', 'pass')),
      send({}, basicHeader('billing', '')),
      send({}, basicHeader('', '')),
      send({ disabled: true }, basicHeader('billing', 'wrong')),
      send({ expiresAt: '2020-01-01T00:00:00Z' }, basicHeader('billing', 'wrong')),
    ];
    const answers = await Promise.all(list.map(refusal));
    for (const answer of answers)
      expect(answer).toEqual({ code: 'UNAUTHENTICATED', message: 'Unknown client or wrong secret' });
  });

  it('does not sign in with the hash of its secret', async () => {
    expect(await refusal(send({}, basicHeader('billing', sha256('pass'))))).toEqual(refused('wrong secret'));
  });

  it('is refused while it is disabled', async () => {
    expect(await refusal(send({ disabled: true }))).toEqual(refused('disabled'));
    expect(await send({ disabled: false })).toMatchObject({ kind: 'service' });
  });

  it('is refused from the moment that it expires', async () => {
    const at = (offset: number) => new Date(NOW.getTime() + offset).toISOString();
    expect(await refusal(send({ expiresAt: at(0) }))).toEqual(refused('expired'));
    expect(await send({ expiresAt: at(1) })).toMatchObject({ kind: 'service' });
    expect(await send({ expiresAt: '2030-06-01T14:00:01+02:00' })).toMatchObject({ kind: 'service' });
  });

  it('is refused for credentials that are no base64 of a pair', async () => {
    const broken = [
      base64('billing'),
      `${base64('billing:pass')}!`,
      base64('billing:pass').slice(0, -3),
      '====',
      base64(''),
    ];
    for (const credentials of broken) {
      expect((await refusal(send({}, `Basic ${credentials}`))).code).toBe('UNAUTHENTICATED');
    }
    const latin1 = Buffer.from('billing:\xe9', 'latin1').toString('base64');
    expect(await refusal(send({}, `Basic ${latin1}`))).toEqual(refused('client:secret'));
  });
});

describe('the tenant of a service client', () => {
  it('is any when it may act in all', async () => {
    expect(await send({ tenants: ['*'] }, undefined, { 'x-grantry-tenant': 'globex' })).toMatchObject({
      tenant: { by: 'slug', value: 'globex' },
      tenants: ['*'],
    });
  });

  it('is refused when it is not one of its own, with every scope', async () => {
    for (const scopes of [['check'], ['operate']]) {
      expect(await refusal(send({ scopes }, undefined, { 'x-grantry-tenant': 'globex' }))).toEqual(
        refused('no such tenant'),
      );
    }
  });

  it('may be left out with the scope operate alone', async () => {
    expect(await send({ scopes: ['operate'] }, undefined, {})).toMatchObject({ tenant: null });
    const others = ['check', 'read', 'write', 'grant', 'catalogue'];
    expect(await refusal(send({ scopes: others, tenants: ['*'] }, undefined, {}))).toEqual(refused('x-grantry-tenant'));
  });

  it('is refused when it cannot be one, with every scope', async () => {
    for (const slug of ['', '*', 'ACME', 'acme, globex']) {
      const headers = { 'x-grantry-tenant': slug };
      expect(await refusal(send({ scopes: ['operate'], tenants: ['*'] }, undefined, headers))).toEqual(
        refused('x-grantry-tenant'),
      );
    }
  });
});
