import { SignJWT } from 'jose';
import type * as z from 'zod';
import { badInput } from '../kernel/errors.js';
import { email, tenantName, username } from './proven.js';

/** Whom a token is for. `tenant` is a slug or an external id; `expiresIn` a duration such as `30m`, `12h`, `7d`. */
export type TokenRequest = {
  readonly secret: string;
  readonly username: string;
  readonly tenant: string;
  readonly orgAdmin?: boolean;
  readonly email?: string;
  readonly serviceAccount?: boolean;
  readonly expiresIn?: string;
  readonly issuer?: string;
  readonly audience?: string;
};

const DURATION = /^[1-9]\d{0,8} ?[smhdwy]$/;

/** Signs a token that a server with the same secret accepts. Throws BAD_USER_INPUT for what it would refuse. */
export async function signDevelopmentToken(request: TokenRequest): Promise<string> {
  const { secret, orgAdmin, serviceAccount, expiresIn = '12h', issuer, audience } = request;
  if (!DURATION.test(expiresIn)) throw badInput('expiresIn', 'must be a duration such as 30m, 12h or 7d');
  const claims = {
    sub: accepted('username', username, request.username),
    tenant: accepted('tenant', tenantName, request.tenant),
    org_admin: orgAdmin,
    email: accepted('email', email, request.email),
    service_account: serviceAccount,
    iss: issuer,
    aud: audience,
  };
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).setIssuedAt();
  return token.setExpirationTime(expiresIn).sign(Buffer.from(secret, 'utf8'));
}

function accepted<T extends z.ZodType>(field: string, schema: T, value: unknown): z.output<T> {
  const { data, error } = schema.safeParse(value);
  if (error) throw badInput(field, error.issues[0]!.message);
  return data;
}
