import { SignJWT, UnsecuredJWT } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import type { Reply } from './serving.js';
import { assembled, basic, createTenant, hashOf, OPERATOR, SECRET, type Assembled } from './support/assembled.js';

const ISSUER = 'https://issuer.example';
const AUDIENCE = 'grantry';
const client = (id: string, secret: string, more: object = {}) => ({
  id,
  secretHashes: [hashOf(secret)],
  tenants: ['*'],
  scopes: ['read', 'check'],
  ...more,
});
const CLIENTS = [
  OPERATOR,
  client('everywhere', 'sesame'),
  client('cataloguer', 'sesame', { scopes: ['catalogue', 'operate'] }),
  client('rotating', 'unused', { secretHashes: [hashOf('old secret'), hashOf('new secret')] }),
  client('narrow', 'sesame', { tenants: ['acme'] }),
  client('disabled', 'sesame', { disabled: true }),
  client('expired', 'sesame', { expiresAt: '2020-01-01T00:00:00Z' }),
];
const ENV = {
  GRANTRY_JWT_SECRET: SECRET,
  GRANTRY_JWT_ISSUER: ISSUER,
  GRANTRY_JWT_AUDIENCE: AUDIENCE,
  GRANTRY_CLIENTS: JSON.stringify(CLIENTS),
};

let server: Assembled;
beforeAll(async () => {
  server = await assembled(ENV);
  await createTenant(server, 'acme', { externalId: 'Acme 7' });
  await createTenant(server, 'other');
});
afterAll(() => server.close());

type Headers = Record<string, string>;
const VIEWER = '{ viewer { kind tenant { slug } principal { username type orgAdmin email active } } }';
const as = (headers: Headers, query = VIEWER): Promise<Reply> => server.ask(query, { headers });
const viewer = async (headers: Headers) => {
  const { body } = await as(headers);
  if (body.errors) throw new Error(JSON.stringify(body));
  return body.data.viewer;
};

/** Refused as a whole, whatever was asked, and with the challenge that HTTP wants. */
async function expectRefused(headers: Headers, says: RegExp): Promise<void> {
  const { status, body, headers: answered } = await as(headers);
  expect([status, body.data, body.errors]).toEqual([
    401,
    undefined,
    [{ message: expect.stringMatching(says), extensions: { code: 'UNAUTHENTICATED' } }],
  ]);
  expect(answered.get('www-authenticate')).toMatch(/^Bearer/);
}

const now = () => Math.floor(Date.now() / 1_000);
const RIGHT = { sub: 'ada', tenant: 'acme', iss: ISSUER, aud: AUDIENCE };

/** A token with these claims instead of the right ones; undefined leaves one out. */
async function token(
  claims: object = {},
  key: string | Parameters<SignJWT['sign']>[0] = SECRET,
  alg = 'HS256',
): Promise<Headers> {
  const all = JSON.parse(JSON.stringify({ ...RIGHT, exp: now() + 600, ...claims }));
  const signing = typeof key === 'string' ? Buffer.from(key) : key;
  return { authorization: `Bearer ${await new SignJWT(all).setProtectedHeader({ alg }).sign(signing)}` };
}

describe('a token', () => {
  it('lets its user in, by the slug of the tenant and by its external id', async () => {
    for (const tenant of ['acme', 'Acme 7']) {
      expect(await viewer(await token({ tenant }))).toMatchObject({
        kind: 'USER',
        tenant: { slug: 'acme' },
        principal: { username: 'ada' },
      });
    }
  });

  it('may have the header beside it that names the same tenant', async () => {
    const headers = { ...(await token()), 'x-grantry-tenant': 'acme' };
    expect((await viewer(headers)).tenant).toEqual({ slug: 'acme' });
  });

  it('may have a clock that differs by less than a minute', async () => {
    expect(await viewer(await token({ exp: now() - 40, iat: now() + 40 }))).toMatchObject({ kind: 'USER' });
  });

  it.each<[string, object, RegExp]>([
    ['has expired', { exp: now() - 90 }, /^Token expired$/],
    ['is from the future', { iat: now() + 90 }, /future/],
    ['is not valid yet', { nbf: now() + 90 }, /"nbf"/],
    ['never expires', { exp: undefined }, /"exp"/],
    ['is of another issuer', { iss: 'https://evil.example' }, /"iss"/],
    ['is of no issuer', { iss: undefined }, /"iss"/],
    ['is for another audience', { aud: 'another' }, /"aud"/],
    ['is for no audience', { aud: undefined }, /"aud"/],
    ['names nobody', { sub: undefined }, /sub must be given/],
    ['names a blank', { sub: '   ' }, /sub must be 1 to 150/],
    ['has an overlong name', { sub: 'a'.repeat(151) }, /sub must be 1 to 150/],
    ['names no tenant', { tenant: undefined }, /tenant must be given/],
    ['names a tenant that is a number', { tenant: 7 }, /tenant must be given, as text/],
    ['has a claim of the wrong type', { org_admin: 'yes' }, /org_admin must be true or false/],
    ['has an address that is none', { email: ['a'] }, /email must be text/],
    ['names a tenant that there is not', { tenant: 'nowhere' }, /^The tenant that the credential names is unknown/],
  ])('that %s is refused', async (_, claims, says) => {
    await expectRefused(await token(claims), says);
  });

  it.each<[string, () => Promise<Headers> | Headers, RegExp]>([
    ['signed with another secret', () => token({}, 'another secret of more than 32 bytes'), /signature/],
    ['of another algorithm of the same kind', () => token({}, SECRET.padEnd(64), 'HS512'), /"alg"/],
    [
      'of an algorithm that has no key here',
      () => token({}, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey as never, 'RS256'),
      /no key is configured/,
    ],
    [
      'without a signature',
      () => ({ authorization: `Bearer ${new UnsecuredJWT({ ...RIGHT, exp: now() + 600 }).encode()}` }),
      /refused/,
    ],
    ['that is none', () => ({ authorization: 'Bearer rubbish' }), /malformed/],
    ['that is missing', () => ({ authorization: 'Bearer' }), /^Send one Authorization header/],
    ['under a scheme that there is not', () => ({ authorization: 'Digest x' }), /^Send one Authorization header/],
  ])('%s is refused', async (_, headers, says) => {
    await expectRefused(await headers(), says);
  });

  it('that was changed is refused', async () => {
    const { authorization } = await token();
    const [header, , signature] = authorization!.split('.');
    const body = Buffer.from(JSON.stringify({ ...RIGHT, sub: 'root', exp: now() + 600 })).toString('base64url');
    await expectRefused({ authorization: [header, body, signature].join('.') }, /signature/);
  });

  it.each(['other', 'nowhere', 'Not A Slug', 'acme, acme'])(
    'whose tenant is not the one of the header, %s, is refused',
    async slug => {
      await expectRefused({ ...(await token()), 'x-grantry-tenant': slug }, /tenant/i);
    },
  );

  it('beside another credential is refused', async () => {
    const both = { authorization: `${(await token()).authorization}, ${basic('everywhere', 'sesame').authorization}` };
    await expectRefused(both, /^Send one Authorization header/);
  });

  it('creates its user with what it says, and later brings it up to date with what it says then', async () => {
    const sub = `Grace ${Date.now()}`;
    const username = sub.toLowerCase();
    expect(await viewer(await token({ sub, email: 'g@acme.example', org_admin: true }))).toMatchObject({
      principal: { username, type: 'USER', orgAdmin: true, email: 'g@acme.example', active: true },
    });
    expect((await viewer(await token({ sub }))).principal).toMatchObject({ orgAdmin: true, email: 'g@acme.example' });
    const changed = await viewer(
      await token({ sub, org_admin: false, email: 'h@acme.example', service_account: true }),
    );
    expect(changed.principal).toMatchObject({ type: 'USER', orgAdmin: false, email: 'h@acme.example' });
  });

  it('of many first requests at once makes one principal', async () => {
    const sub = `first-${Date.now()}`;
    const headers = await token({ sub });
    const statuses = await Promise.all(Array.from({ length: 20 }, async () => (await as(headers)).status));
    expect(new Set(statuses)).toEqual(new Set([200]));
    const query = `{ principals(filter: { usernames: ["${sub}"] }) { totalCount } }`;
    const reader = basic('everywhere', 'sesame', 'acme');
    expect((await as(reader, query)).body.data).toEqual({ principals: { totalCount: 1 } });
  });

  it('of an inactive principal is refused, from the next request on, and in again after that', async () => {
    const user = await token({ sub: 'ivy' });
    await viewer(user);
    const admin = await token({ sub: 'boss', org_admin: true });
    const found = await as(admin, '{ principal(username: "ivy") { id } }');
    const { id } = found.body.data.principal;
    const set = (active: boolean) =>
      as(admin, `mutation { updatePrincipal(input: { id: "${id}", active: ${active} }) { principal { active } } }`);
    expect((await set(false)).body.data).toEqual({ updatePrincipal: { principal: { active: false } } });
    await expectRefused(user, /^This principal is not active$/);
    await set(true);
    expect((await viewer(user)).principal.username).toBe('ivy');
  });
});

describe('a service client', () => {
  it('is let in with its secret, in the tenant that it names', async () => {
    expect(await viewer(basic('everywhere', 'sesame', 'other'))).toEqual({
      kind: 'SERVICE',
      tenant: { slug: 'other' },
      principal: null,
    });
  });

  it('is let in with the old and with the new secret while these are rotated', async () => {
    for (const secret of ['old secret', 'new secret']) {
      expect((await viewer(basic('rotating', secret, 'acme'))).kind).toBe('SERVICE');
    }
  });

  it.each<[string, Headers, RegExp]>([
    ['with a wrong secret', basic('everywhere', 'Sesame', 'acme'), /^Unknown client or wrong secret$/],
    ['with the hash of its secret', basic('everywhere', hashOf('sesame'), 'acme'), /^Unknown client or wrong secret$/],
    ['with no secret', basic('everywhere', '', 'acme'), /^Unknown client or wrong secret$/],
    ['that there is not', basic('nobody', 'sesame', 'acme'), /^Unknown client or wrong secret$/],
    ['that is disabled', basic('disabled', 'sesame', 'acme'), /^The client is disabled$/],
    ['that has expired', basic('expired', 'sesame', 'acme'), /^The client has expired$/],
    ['that names no tenant', basic('everywhere', 'sesame'), /^Name the tenant in x-grantry-tenant$/],
    ['that names a tenant that there is not', basic('everywhere', 'sesame', 'nowhere'), /^The tenant that/],
    [
      'that names a tenant that is not its own',
      basic('narrow', 'sesame', 'other'),
      /^There is no such tenant for this/,
    ],
    ['that names a tenant by its external id', basic('everywhere', 'sesame', 'Acme 7'), /must be the slug/],
    ['whose credentials are no base64', { authorization: 'Basic :::' }, /^Basic credentials must be/],
  ])('%s is refused', async (_, headers, says) => {
    await expectRefused(headers, says);
  });

  it('that is restricted to a tenant works there', async () => {
    expect((await viewer(basic('narrow', 'sesame', 'acme'))).tenant).toEqual({ slug: 'acme' });
  });

  it('never makes a tenant, and may do without one only as an operator', async () => {
    expect(await viewer(basic('operator', 'operate it'))).toEqual({ kind: 'SERVICE', tenant: null, principal: null });
    await expectRefused(basic('operator', 'operate it', 'new-tenant'), /^The tenant that/);
  });
});

describe('nobody in particular', () => {
  it('is anonymous, in the tenant of the header if there is one', async () => {
    expect(await viewer({})).toEqual({ kind: 'ANONYMOUS', tenant: null, principal: null });
    expect(await viewer({ 'x-grantry-tenant': 'nowhere' })).toMatchObject({ kind: 'ANONYMOUS', tenant: null });
    // Which tenant it is in shows in what its groups may do; the tenant itself it may not read.
    expect(await viewer({ 'x-grantry-tenant': 'acme' })).toMatchObject({ kind: 'ANONYMOUS', tenant: null });
  });

  it('holds in that tenant what its anonymous default groups hold, and nothing in another', async () => {
    const admin = await token({ sub: 'boss', org_admin: true });
    const made = async (headers: Headers, mutation: string) => {
      const { body } = await as(headers, `mutation { made: ${mutation} }`);
      if (body.errors) throw new Error(JSON.stringify(body.errors));
      return body.data.made;
    };
    await made(
      basic('cataloguer', 'sesame'),
      'createPermission(input: { permission: "inventory:host:read" }) { permission { id } }',
    );
    const access = '[{ permission: "inventory:host:read" }]';
    const { role } = await made(admin, `createRole(input: { name: "Onlooker", access: ${access} }) { role { id } }`);
    const { group } = await made(admin, 'createGroup(input: { name: "All", anonymousDefault: true }) { group { id } }');
    await made(admin, `addGroupRoles(input: { groupId: "${group.id}", roleIds: ["${role.id}"] }) { group { id } }`);
    const mayIn = async (slug: string) => {
      const { body } = await as({ 'x-grantry-tenant': slug }, '{ viewer { can(permission: "inventory:host:read") } }');
      return body.data.viewer.can;
    };
    expect([await mayIn('acme'), await mayIn('other'), await mayIn('nowhere')]).toEqual([true, false, false]);
  });

  it('has to sign in for the rest', async () => {
    const { status, body } = await as({ 'x-grantry-tenant': 'acme' }, '{ principals { totalCount } }');
    expect([status, body.data, body.errors[0].extensions.code]).toEqual([200, { principals: null }, 'UNAUTHENTICATED']);
  });
});
