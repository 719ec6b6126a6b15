import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthenticator } from '../../src/authn/authenticator.js';
import { base64, basicHeader, client, clock, config, refusal, SECRET, sign } from './world.js';

const everything = config({ jwtSecret: SECRET, clients: [client()], trustIdentityHeader: true });
const authenticate = createAuthenticator(everything, clock);
const unauthenticated = { code: 'UNAUTHENTICATED', message: expect.any(String) };

const identity = { 'x-rh-identity': base64(JSON.stringify({ identity: { org_id: '1', user: { username: 'ada' } } })) };
const key = { 'x-rh-rbac-psk': 'pass', 'x-rh-rbac-client-id': 'billing', 'x-rh-rbac-org-id': '1' };
const basic = { authorization: basicHeader('billing', 'pass'), 'x-grantry-tenant': 'acme' };

describe('a request without a credential', () => {
  it('is anonymous, in the tenant that it names', async () => {
    expect(await authenticate({})).toEqual({ kind: 'anonymous', tenant: null });
    expect(await authenticate({ 'x-grantry-tenant': 'acme' })).toEqual({
      kind: 'anonymous',
      tenant: { by: 'slug', value: 'acme' },
    });
  });

  it('is in no tenant when it names none that could be', async () => {
    for (const slug of ['', 'ACME', 'acme, acme', ['acme', 'globex']]) {
      expect(await authenticate({ 'x-grantry-tenant': slug })).toEqual({ kind: 'anonymous', tenant: null });
    }
  });
});

describe('two credentials', () => {
  it('are refused, though each of them is right', async () => {
    const bearer = { authorization: `Bearer ${await sign()}` };
    for (const one of [bearer, basic, identity, key])
      expect(await authenticate(one)).not.toMatchObject({ kind: 'anonymous' });
    const pairs = [
      [bearer, identity],
      [bearer, key],
      [basic, identity],
      [basic, key],
      [identity, key],
    ];
    for (const [first, second] of pairs) {
      expect(await refusal(authenticate({ ...first, ...second }))).toMatchObject({
        message: 'Send one credential, not several',
      });
    }
  });

  it('are refused when one of them is an empty header', async () => {
    expect(await refusal(authenticate({ ...identity, authorization: '' }))).toEqual(unauthenticated);
    expect(await refusal(authenticate({ ...basic, 'x-rh-identity': '' }))).toEqual(unauthenticated);
  });

  it('are refused as one header that was sent twice', async () => {
    const bearer = `Bearer ${await sign()}`;
    for (const authorization of [
      `${bearer}, ${bearer}`,
      `${bearer},${bearer}`,
      [bearer, bearer],
      [bearer, basic.authorization],
    ]) {
      expect(await refusal(authenticate({ authorization }))).toEqual(unauthenticated);
    }
  });

  it('are seen in a real request by its distinct headers', async () => {
    const bearer = `Bearer ${await sign()}`;
    expect(await sentTo(everything, { Authorization: bearer })).toBe('user');
    expect(await sentTo(everything, { Authorization: [bearer, bearer] })).toBe('UNAUTHENTICATED');
    expect(await sentTo(everything, { Authorization: '' })).toBe('UNAUTHENTICATED');
    expect(await sentTo(everything, {})).toBe('anonymous');
  });
});

describe('an Authorization header', () => {
  it('that is present and wrong is never anonymous', async () => {
    const wrong = [
      '',
      ' ',
      'Bearer',
      'Bearer ',
      'Basic',
      'Basic ',
      'Negotiate abc',
      'constructor abc',
      'Bearer a b',
      basic.authorization.slice(6),
    ];
    for (const authorization of wrong) expect(await refusal(authenticate({ authorization }))).toEqual(unauthenticated);
  });

  it('is refused when nothing at all is configured', async () => {
    const closed = createAuthenticator(config(), clock);
    for (const authorization of [`Bearer ${await sign()}`, basic.authorization]) {
      expect(await refusal(closed({ authorization, 'x-grantry-tenant': 'acme' }))).toEqual(unauthenticated);
    }
  });

  it('is not shown in the refusal', async () => {
    const secrets = ['Bearer hidden.hidden.hidden', 'hidden', 'Hidden hidden', basicHeader('hidden', 'hidden')];
    for (const authorization of secrets) {
      const { message } = await refusal(authenticate({ authorization }));
      expect(message).not.toMatch(/hidden|aGlkZGVu/i);
    }
  });
});

/** Sends the headers to a server; answers the kind of caller that it saw, or the code of its refusal. */
async function sentTo(authn: typeof everything, headers: Record<string, string | string[]>): Promise<string> {
  const seen = createAuthenticator(authn, clock);
  const server = createServer((incoming, response) => {
    const answer = seen(incoming.headersDistinct).then(
      ({ kind }) => kind,
      error => error.code as string,
    );
    void answer.then(text => response.end(text));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const chunks = await new Promise<Buffer[]>((resolve, reject) => {
    request({ port, host: '127.0.0.1', headers }, async response => resolve(await response.toArray()))
      .on('error', reject)
      .end();
  });
  server.close();
  return Buffer.concat(chunks).toString();
}
