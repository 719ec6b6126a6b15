import { generateKeyPairSync } from 'node:crypto';
import { createAuthenticator, type Authenticator } from '../../src/authn/authenticator.js';
import {
  clock,
  config,
  inSeconds,
  privateKey,
  publicJwk,
  publicPem,
  refusal,
  SECRET,
  sign,
  startIssuer,
  type KeyName,
} from './world.js';

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let authenticate: Authenticator;

beforeEach(async () => {
  issuer = await startIssuer(
    await Promise.all([publicJwk('rsa', { kid: 'r' }), publicJwk('ec', { kid: 'e' }), publicJwk('ed', { kid: 'd' })]),
  );
  authenticate = createAuthenticator(config({ jwksUrl: issuer.url }), clock);
});
afterEach(() => issuer.stop());

const send = (token: string) => authenticate({ authorization: `Bearer ${token}` });
const signed = (name: KeyName, alg: string, kid?: string, claims: object = {}) =>
  sign(claims, privateKey(name), { alg, kid });
const refused = (why: string) => ({ code: 'UNAUTHENTICATED', message: expect.stringContaining(why) });

describe('a token signed with a published key', () => {
  it.each([
    ['rsa', 'RS256', 'r'],
    ['rsa', 'RS512', 'r'],
    ['rsa', 'PS256', 'r'],
    ['ec', 'ES256', 'e'],
    ['ed', 'EdDSA', 'd'],
  ] as const)('by %s is accepted under %s', async (name, alg, kid) => {
    expect(await send(await signed(name, alg, kid))).toMatchObject({ kind: 'user', username: 'ada' });
  });

  it('is looked up by its key id without asking the issuer each time', async () => {
    for (const _turn of [1, 2, 3]) await send(await signed('rsa', 'RS256', 'r'));
    expect(issuer.fetches).toBe(1);
  });

  it('needs no key id, even when several keys fit', async () => {
    issuer.body = JSON.stringify({ keys: [stranger.jwk, await publicJwk('rsa', { kid: 'r' })] });
    expect(await send(await signed('rsa', 'RS256'))).toMatchObject({ username: 'ada' });
    expect(await refusal(send(await signed('rsa', 'RS256', undefined, { exp: inSeconds(-61) })))).toEqual(
      refused('expired'),
    );
  });

  it('is refused when it has expired', async () => {
    expect(await refusal(send(await signed('rsa', 'RS256', 'r', { exp: inSeconds(-61) })))).toEqual(
      refused('Token expired'),
    );
  });
});

describe('a token is refused', () => {
  it('when its key is not published', async () => {
    expect(await refusal(send(await sign({}, stranger.key, { alg: 'RS256', kid: 'new' })))).toEqual(
      refused('no applicable key'),
    );
  });

  it('when it claims the id of a key that did not sign it', async () => {
    for (const kid of ['r', undefined]) {
      expect(await refusal(send(await sign({}, stranger.key, { alg: 'RS256', kid })))).toEqual(refused('signature'));
    }
  });

  it('when none of several keys that fit signed it', async () => {
    issuer.body = JSON.stringify({
      keys: [await publicJwk('rsa', { kid: 'r' }), await publicJwk('rsa', { kid: 'old' })],
    });
    expect(await refusal(send(await sign({}, stranger.key, { alg: 'RS256' })))).toEqual(refused('signature'));
  });

  it('when its algorithm does not fit the key that it names', async () => {
    expect(await refusal(send(await signed('rsa', 'RS256', 'e')))).toEqual(refused('no applicable key'));
    expect(await refusal(send(await signed('ec', 'ES256', 'd')))).toEqual(refused('no applicable key'));
  });

  it('when its algorithm is not the one that the key is published for', async () => {
    issuer.body = JSON.stringify({ keys: [await publicJwk('rsa', { kid: 'r', alg: 'RS256' })] });
    expect(await refusal(send(await signed('rsa', 'PS256', 'r')))).toEqual(refused('no applicable key'));
  });

  it('when the key is too short to be safe', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    issuer.body = JSON.stringify({ keys: [{ ...short.publicKey.export({ format: 'jwk' }), kid: 's' }] });
    const [header, claims] = (await signed('rsa', 'RS256', 's')).split('.');
    expect(await refusal(send(`${header}.${claims}.AAAA`))).toEqual(refused('Token refused'));
  });

  it('when a public key was used as a secret', async () => {
    const secrets = [publicPem('rsa'), publicPem('rsa').trim(), JSON.stringify(await publicJwk('rsa', { kid: 'r' }))];
    const both = createAuthenticator(config({ jwksUrl: issuer.url, jwtSecret: SECRET }), clock);
    for (const text of secrets) {
      const token = await sign({}, text, { alg: 'HS256', kid: 'r' });
      expect(await refusal(send(token))).toEqual(refused('no key is configured'));
      expect(await refusal(both({ authorization: `Bearer ${token}` }))).toEqual(refused('signature'));
    }
  });

  it('when a published symmetric key was used', async () => {
    const k = Buffer.from(SECRET).toString('base64url');
    issuer.body = JSON.stringify({ keys: [{ kty: 'oct', k, kid: 'o', alg: 'HS256' }] });
    expect((await refusal(send(await sign({}, SECRET, { alg: 'HS256', kid: 'o' })))).code).toBe('UNAUTHENTICATED');
  });

  it('when it is not signed', async () => {
    const [, claims] = (await sign()).split('.');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: 'r' })).toString('base64url');
    expect(await refusal(send(`${none}.${claims}.`))).toEqual(refused('Token refused'));
  });
});

describe('with a secret and a key set', () => {
  it('the algorithm of the token chooses', async () => {
    const both = createAuthenticator(config({ jwksUrl: issuer.url, jwtSecret: SECRET }), clock);
    expect(await both({ authorization: `Bearer ${await sign()}` })).toMatchObject({ username: 'ada' });
    expect(issuer.fetches).toBe(0);
    expect(await both({ authorization: `Bearer ${await signed('ed', 'EdDSA', 'd')}` })).toMatchObject({
      username: 'ada',
    });
    expect(issuer.fetches).toBe(1);
  });
});

describe('an issuer that is away', () => {
  const outage = { code: 'UNAVAILABLE', message: expect.stringContaining('cannot be fetched') };

  it('is an outage and not a denial, and over when it is back', async () => {
    const token = await signed('rsa', 'RS256', 'r');
    const right = issuer.body;
    for (const [status, body] of [
      [500, right],
      [302, right],
      [200, 'no json'],
      [200, '{"keys": 7}'],
    ] as const) {
      Object.assign(issuer, { status, body });
      expect(await refusal(send(token))).toEqual(outage);
    }
    Object.assign(issuer, { status: 200, body: right });
    expect(await send(token)).toMatchObject({ username: 'ada' });
  });

  it('is an outage when nothing listens', async () => {
    await issuer.stop();
    expect(await refusal(send(await signed('rsa', 'RS256', 'r')))).toEqual(outage);
  });

  it('does not matter for a token that no key could make right', async () => {
    await issuer.stop();
    expect((await refusal(send('x.y.z'))).code).toBe('UNAUTHENTICATED');
  });
});

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const stranger = { key: pair.privateKey, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid: 'stranger' } };
