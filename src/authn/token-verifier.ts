import { createSecretKey } from 'node:crypto';
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { unauthenticated } from '../kernel/errors.js';
import type { AuthnConfig } from './authn-config.js';
import { verifyByJwks, type Verify } from './jwks.js';

const CLOCK_SKEW_SECONDS = 60;

/**
 * Verifies a token and answers its claims. The algorithm chooses the key, and each key has its own list of algorithms:
 * a public key can never be taken for a secret (RFC 8725, section 3.1). Throws UNAUTHENTICATED, or UNAVAILABLE.
 */
export function createTokenVerifier(config: AuthnConfig, clock: () => Date): (token: string) => Promise<JWTPayload> {
  const { jwtSecret, jwksUrl, jwtIssuer: issuer, jwtAudience: audience } = config;
  const bySecret = jwtSecret === undefined ? refuse : verifyBySecret(jwtSecret);
  const byJwks = jwksUrl === undefined ? refuse : verifyByJwks(jwksUrl);
  const options: JWTVerifyOptions = { issuer, audience, clockTolerance: CLOCK_SKEW_SECONDS, requiredClaims: ['exp'] };

  return async token => {
    const currentDate = clock();
    try {
      const verify = decodeProtectedHeader(token).alg?.startsWith('HS') ? bySecret : byJwks;
      const claims = await verify(token, { ...options, currentDate });
      // The library looks at `iat` only together with an age limit.
      if ((claims.iat ?? 0) > currentDate.getTime() / 1000 + CLOCK_SKEW_SECONDS) throw refused('it is from the future');
      return claims;
    } catch (error) {
      throw asRefusal(error);
    }
  };
}

const refused = (why: string) => unauthenticated(`Token refused: ${why}`);

const refuse: Verify = async () => {
  throw refused('no key is configured for its algorithm');
};

function verifyBySecret(secret: string): Verify {
  const key = createSecretKey(secret, 'utf8');
  return async (token, options) => (await jwtVerify(token, key, { ...options, algorithms: ['HS256'] })).payload;
}

/** The library's messages name claims and algorithms, and never show what is in them. */
function asRefusal(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return unauthenticated('Token expired');
  if (error instanceof errors.JOSEError) return refused(error.message);
  // Thrown for text that is no token at all, and for keys that the algorithm cannot use.
  return error instanceof TypeError ? refused('it is malformed, or its key does not fit') : error;
}
