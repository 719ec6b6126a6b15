import type { Identity } from '../kernel/identity.js';

/**
 * The headers of a request, names in lower case. Pass `headersDistinct` of `IncomingMessage`: its `headers` hides a
 * second `Authorization`, which has to be refused, unless the server was made with `joinDuplicateHeaders`.
 */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Answers who sent the request; throws UNAUTHENTICATED for a wrong credential, UNAVAILABLE when nobody can tell now. */
export type Proof = () => Promise<Identity>;

/** One kind of credential. Null when the request carries none of this kind, neither right nor wrong. */
export type Method = (headers: RequestHeaders) => Proof | null;

/** The value of a header; values of one that was sent several times are joined as RFC 9110, section 5.2 says. */
export function headerValue(headers: RequestHeaders, name: string): string | undefined {
  const value = headers[name];
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}
