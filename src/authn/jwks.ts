import {
  createRemoteJWKSet,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
} from 'jose';
import { AppError } from '../kernel/errors.js';

/** Checks a token's signature and registered claims, and answers all claims. */
export type Verify = (token: string, options: JWTVerifyOptions) => Promise<JWTPayload>;

const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/**
 * Verifies by the key set (RFC 7517) at `url`. It is fetched at first need, when it is ten minutes old, and for a key id
 * that it lacks, then at most every half minute. A set that cannot be had is UNAVAILABLE: an outage is not a denial.
 */
export function verifyByJwks(url: URL): Verify {
  const published = createRemoteJWKSet(url);
  const keyOf: JWTVerifyGetKey = (header, token) => published(header, token).catch(rethrow);
  return async (token, options) => {
    const asymmetric = { ...options, algorithms: ALGORITHMS };
    try {
      return (await jwtVerify(token, keyOf, asymmetric)).payload;
    } catch (error) {
      if (error instanceof errors.JWKSMultipleMatchingKeys) return verifyByAnyOf(error, token, asymmetric);
      throw error;
    }
  };
}

/** A token without a key id, while several keys fit. */
async function verifyByAnyOf(
  keys: errors.JWKSMultipleMatchingKeys,
  token: string,
  options: JWTVerifyOptions,
): Promise<JWTPayload> {
  for await (const key of keys) {
    try {
      return (await jwtVerify(token, key, options)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error;
    }
  }
  throw new errors.JWSSignatureVerificationFailed();
}

function rethrow(error: unknown): never {
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
  const outage = new AppError('UNAVAILABLE', 'The keys of the token issuer cannot be fetched; try again');
  throw Object.assign(outage, { cause: error });
}
