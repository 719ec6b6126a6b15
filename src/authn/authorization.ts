import { unauthenticated } from '../kernel/errors.js';
import type { Identity } from '../kernel/identity.js';
import { headerValue, type Method, type RequestHeaders } from './method.js';

/** What proves an identity under one scheme of the `Authorization` header. */
export type Scheme = (credentials: string, headers: RequestHeaders) => Promise<Identity>;

// RFC 9110, section 11.4: a scheme, whose letter case does not count, blanks, and one run of characters in our schemes.
const CREDENTIALS = /^([A-Za-z0-9-]+) +(\S+)$/;

/** The `Authorization` header: once, under one of these schemes. Any other content, an empty one too, is refused. */
export const authorization =
  (schemes: ReadonlyMap<string, Scheme>): Method =>
  headers => {
    const value = headerValue(headers, 'authorization');
    if (value === undefined) return null;
    return async () => {
      const [, scheme = '', credentials = ''] = CREDENTIALS.exec(value) ?? [];
      const prove = schemes.get(scheme.toLowerCase());
      if (!prove)
        throw unauthenticated('Send one Authorization header: "Bearer <token>", or "Basic <client:secret in base64>"');
      return prove(credentials, headers);
    };
  };
