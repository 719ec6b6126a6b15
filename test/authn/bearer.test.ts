import { createAuthenticator } from '../../src/authn/authenticator.js';
import { base64, CLAIMS, clock, config, inSeconds, refusal, SECRET, sign } from './world.js';

const authenticate = createAuthenticator(config({ jwtSecret: SECRET }), clock);
const send = (token: string, more: Record<string, string> = {}) =>
  authenticate({ authorization: `Bearer ${token}`, ...more });
const refused = (why: string) => ({ code: 'UNAUTHENTICATED', message: expect.stringContaining(why) });
const refusedFor = async (claims: object) => refusal(send(await sign(claims)));

describe('a token signed with the secret', () => {
  it('proves a user of the tenant it names', async () => {
    expect(await send(await sign())).toEqual({
      kind: 'user',
      tenant: { by: 'either', value: 'acme' },
      username: 'ada',
      serviceAccount: false,
    });
  });

  it('may say more about the user', async () => {
    const token = await sign({ org_admin: true, email: 'ada@example.com', service_account: true });
    expect(await send(token)).toMatchObject({ orgAdmin: true, email: 'ada@example.com', serviceAccount: true });
  });

  it('tells "not an administrator" from saying nothing', async () => {
    expect(await send(await sign({ org_admin: false }))).toMatchObject({ orgAdmin: false });
    expect(await send(await sign())).toMatchObject({ orgAdmin: undefined });
  });

  it('gives the username in lower case', async () => {
    expect(await send(await sign({ sub: 'Ada@Example.COM' }))).toMatchObject({ username: 'ada@example.com' });
  });

  it('may name the tenant by an external id that is no slug', async () => {
    expect(await send(await sign({ tenant: 'Org_00 17' }))).toMatchObject({
      tenant: { by: 'either', value: 'Org_00 17' },
    });
  });

  it('takes a blank email for none', async () => {
    expect(await send(await sign({ email: '' }))).toMatchObject({ email: undefined });
  });

  it('is recognised whatever the letter case of the scheme', async () => {
    expect(await authenticate({ authorization: `bEARER  ${await sign()}` })).toMatchObject({ username: 'ada' });
  });

  it('hands on the tenant that is stated beside it', async () => {
    expect(await send(await sign(), { 'x-grantry-tenant': 'other' })).toMatchObject({
      tenant: { value: 'acme' },
      statedTenant: 'other',
    });
  });

  it('is refused beside a tenant that cannot be one', async () => {
    for (const slug of ['', 'Acme', '-acme', 'a b', 'acme, acme', 'a'.repeat(64)]) {
      expect(await refusal(send(await sign(), { 'x-grantry-tenant': slug }))).toEqual(refused('x-grantry-tenant'));
    }
  });
});

describe('the time of a token', () => {
  it('may be off by a minute on either side', async () => {
    for (const claims of [{ exp: inSeconds(-59) }, { nbf: inSeconds(60) }, { iat: inSeconds(60) }]) {
      expect(await send(await sign(claims))).toMatchObject({ username: 'ada' });
    }
  });

  it('is over when it expired more than a minute ago', async () => {
    expect(await refusedFor({ exp: inSeconds(-61) })).toEqual(refused('Token expired'));
  });

  it('has not come when it starts more than a minute from now', async () => {
    expect(await refusedFor({ nbf: inSeconds(61) })).toEqual(refused('"nbf"'));
  });

  it('is refused when it was issued more than a minute from now', async () => {
    expect(await refusedFor({ iat: inSeconds(61) })).toEqual(refused('from the future'));
  });

  it('must end, and be given in numbers', async () => {
    expect(await refusedFor({ exp: undefined })).toEqual(refused('"exp"'));
    for (const claim of ['exp', 'nbf', 'iat']) {
      expect(await refusedFor({ [claim]: '1900000000' })).toEqual(refused(`"${claim}"`));
    }
  });
});

describe('a token is refused for its claims', () => {
  it.each([
    ['without a subject', { sub: undefined }, 'sub'],
    ['with an empty subject', { sub: '' }, 'sub'],
    ['with a blank subject', { sub: '   ' }, 'sub'],
    ['with blanks before the subject', { sub: ' ada' }, 'sub'],
    ['with blanks after the subject', { sub: 'ada\u00a0' }, 'sub'],
    ['with a line break in the subject', { sub: 'a\nda' }, 'sub'],
    ['with a NUL in the subject', { sub: 'ada\0' }, 'sub'],
    ['with an invisible character in the subject', { sub: 'a\u200bda' }, 'sub'],
    ['with a subject of 151 characters', { sub: 'a'.repeat(151) }, 'sub'],
    ['with a subject that is a number', { sub: 17 }, 'sub'],
    ['without a tenant', { tenant: undefined }, 'tenant'],
    ['with a blank tenant', { tenant: ' ' }, 'tenant'],
    ['with a tenant that is a number', { tenant: 17 }, 'tenant'],
    ['with several tenants', { tenant: ['acme', 'globex'] }, 'tenant'],
    ['with org_admin as text', { org_admin: 'false' }, 'org_admin'],
    ['with org_admin as a number', { org_admin: 1 }, 'org_admin'],
    ['with org_admin null', { org_admin: null }, 'org_admin'],
    ['with service_account as text', { service_account: 'true' }, 'service_account'],
    ['with an email that is no text', { email: ['ada@example.com'] }, 'email'],
    ['with an email that no database can hold', { email: 'ada\0@example.com' }, 'email'],
    ['with an email of 255 characters', { email: `${'a'.repeat(243)}@example.com` }, 'email'],
  ])('%s', async (_case, claims, named) => {
    expect(await refusedFor(claims)).toEqual(refused(`Token refused: ${named} must`));
  });

  it('but not for a subject of 150 characters, each counted once', async () => {
    expect(await send(await sign({ sub: '𝒶'.repeat(150) }))).toMatchObject({ kind: 'user' });
  });

  it('without showing what is in them', async () => {
    expect((await refusedFor({ sub: 'hidden\n' })).message).not.toContain('hidden');
  });
});

describe('a token is refused', () => {
  it('when it is signed with another secret', async () => {
    expect(await refusal(send(await sign({}, 'another secret of thirty-two bytes')))).toEqual(refused('signature'));
  });

  it('when its claims were changed after signing', async () => {
    const [header, , signature] = (await sign()).split('.');
    const claims = Buffer.from(JSON.stringify({ ...CLAIMS, org_admin: true })).toString('base64url');
    expect(await refusal(send(`${header}.${claims}.${signature}`))).toEqual(refused('signature'));
  });

  it('when it is not signed: alg none', async () => {
    const none = ['none', 'None', ''].map(alg => unsigned({ alg }));
    for (const token of none) expect(await refusal(send(token))).toEqual(refused('Token refused'));
  });

  it('when its algorithm is another one of the same secret', async () => {
    for (const alg of ['HS384', 'HS512']) {
      const token = await sign({}, SECRET.repeat(2), { alg });
      const twice = createAuthenticator(config({ jwtSecret: SECRET.repeat(2) }), clock);
      expect(await refusal(twice({ authorization: `Bearer ${token}` }))).toEqual(refused('"alg"'));
    }
  });

  it('when it is no token at all', async () => {
    const [header, claims, signature] = (await sign()).split('.');
    const list = [
      'x',
      '..',
      `${header}.${claims}`,
      `${header}.${claims}.`,
      `${header}..${signature}`,
      unsigned({ alg: 7 }),
    ];
    for (const token of list) expect(await refusal(send(token))).toEqual(refused('Token refused'));
  });

  it('when nothing is configured to check it with', async () => {
    const closed = createAuthenticator(config({ trustIdentityHeader: true }), clock);
    expect(await refusal(closed({ authorization: `Bearer ${await sign()}` }))).toEqual(refused('no key'));
  });

  const unsigned = (header: object) =>
    `${[header, CLAIMS].map(part => base64(JSON.stringify(part)).replaceAll('=', '')).join('.')}.`;
});

describe('issuer and audience', () => {
  const strict = createAuthenticator(
    config({ jwtSecret: SECRET, jwtIssuer: 'https://id.example.com', jwtAudience: 'grantry' }),
    clock,
  );
  const right = { iss: 'https://id.example.com', aud: 'grantry' };
  const sendStrict = async (claims: object) =>
    strict({ authorization: `Bearer ${await sign({ ...right, ...claims })}` });

  it('are right when they are the configured ones', async () => {
    expect(await sendStrict({})).toMatchObject({ username: 'ada' });
    expect(await sendStrict({ aud: ['billing', 'grantry'] })).toMatchObject({ username: 'ada' });
  });

  it('are refused when they are others or missing', async () => {
    for (const iss of ['https://id.example.com/', 'https://evil.example.com', undefined]) {
      expect(await refusal(sendStrict({ iss }))).toEqual(refused('"iss"'));
    }
    for (const aud of ['billing', ['billing'], [], undefined]) {
      expect(await refusal(sendStrict({ aud }))).toEqual(refused('"aud"'));
    }
  });

  it('do not count when none are configured', async () => {
    expect(await send(await sign({ iss: 'anybody', aud: 'anything' }))).toMatchObject({ username: 'ada' });
  });
});
