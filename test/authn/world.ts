import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, SignJWT, type JWK } from 'jose';
import type { AuthnConfig } from '../../src/authn/authn-config.js';
import { serviceClients, type ServiceClient } from '../../src/authn/service-client.js';
import { AppError } from '../../src/kernel/errors.js';

export const SECRET = 'a secret of at least thirty-two bytes';
export const NOW = new Date('2030-06-01T12:00:00Z');
export const clock = () => NOW;
export const inSeconds = (seconds: number) => NOW.getTime() / 1000 + seconds;

/** Claims of a token that is right. */
export const CLAIMS = { sub: 'ada', tenant: 'acme', exp: inSeconds(600) };

export const config = (over: Partial<AuthnConfig> = {}): AuthnConfig => ({
  clients: [],
  trustIdentityHeader: false,
  ...over,
});

/** Claims of `over` that are undefined are left out. */
export const sign = (
  over: object = {},
  key: string | KeyObject = SECRET,
  header: { alg: string; kid?: string } = { alg: 'HS256' },
) =>
  new SignJWT({ ...CLAIMS, ...over }).setProtectedHeader(header).sign(typeof key === 'string' ? Buffer.from(key) : key);

export const base64 = (content: string) => Buffer.from(content).toString('base64');
export const basicHeader = (id: string, secret: string) => `Basic ${base64(`${id}:${secret}`)}`;
export const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** A client that is right but for what `over` says; its secret is `pass`. */
export const client = (over: object = {}): ServiceClient =>
  serviceClients.parse([
    { id: 'billing', secretHashes: [sha256('pass')], tenants: ['acme'], scopes: ['check'], ...over },
  ])[0]!;

/** What a promise was refused with: code and message. */
export async function refusal(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await promise.then(
    value => Promise.reject(new Error(`accepted: ${JSON.stringify(value)}`)),
    (cause: unknown) => cause,
  );
  if (error instanceof AppError) return { code: error.code, message: error.message };
  throw error;
}

export type KeyName = 'rsa' | 'ec' | 'ed';
const KEYS: Record<KeyName, { publicKey: KeyObject; privateKey: KeyObject }> = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ed: generateKeyPairSync('ed25519'),
};
export const privateKey = (name: KeyName) => KEYS[name].privateKey;
export const publicPem = (name: KeyName) => KEYS[name].publicKey.export({ type: 'spki', format: 'pem' }).toString();
export const publicJwk = async (name: KeyName, more: JWK | object = {}) => ({
  ...(await exportJWK(KEYS[name].publicKey)),
  ...more,
});

/** An issuer on the loopback interface that answers each request with what `answer` holds. */
export async function startIssuer(keys: readonly object[]) {
  const issuer = { status: 200, body: JSON.stringify({ keys }), fetches: 0, url: new URL('http://127.0.0.1/'), stop };
  const server: Server = createServer((_request, response) => {
    issuer.fetches += 1;
    response.writeHead(issuer.status, { 'content-type': 'application/json' }).end(issuer.body);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  issuer.url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);
  return issuer;

  function stop() {
    server.closeAllConnections();
    return new Promise(resolve => server.close(resolve));
  }
}
