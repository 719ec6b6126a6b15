import { createHash } from 'node:crypto';
import { setup } from './errors.js';

/** Whom a service asks about: exactly one of them. */
export type Subject =
  | { readonly username: string }
  | { readonly principalId: string }
  | { readonly groupId: string }
  | { readonly groupName: string }
  | { readonly anonymous: true };

/** A service client of Grantry with the scope `check`. */
export type ServiceClient = { readonly id: string; readonly secret: string };

type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

/** An incoming request: that of Node, of Fetch, or anything else that has headers. */
export type IncomingRequest = {
  readonly headers: { get(name: string): string | null } | HeaderRecord;
  /** All values of each header. `headers` of Node hides a second `Authorization`, which Grantry refuses. */
  readonly headersDistinct?: HeaderRecord;
};

/** Who asks, and about whom. */
export type Identity = {
  readonly headers: Readonly<Record<string, string>>;
  readonly subject?: Subject;
  /** Whether there is a credential at all. */
  readonly signedIn: boolean;
  /** The same for the same headers and subject, and for no others. */
  readonly key: string;
};

export const TENANT = 'x-grantry-tenant';
export const AT_LEAST = 'x-grantry-at-least';

/** What is passed on of a request unless told otherwise. */
export const FORWARDED = ['authorization', TENANT] as const;

const hash = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('base64');

function identity(headers: Readonly<Record<string, string>>, signedIn: boolean, subject?: Subject): Identity {
  const sorted = Object.entries(headers).sort(([one], [other]) => (one < other ? -1 : 1));
  return { headers, signedIn, key: hash([sorted, subject ?? null]), ...(subject && { subject: { ...subject } }) };
}

const valuesIn = (headers: HeaderRecord, name: string): string[] =>
  Object.entries(headers).flatMap(([key, value]) => (key.toLowerCase() === name ? (value ?? []) : []));

/**
 * The value of a header; values of one that was sent several times are joined, as RFC 9110 says. What the server has changed in
 * `headers` counts, such as a header that it takes away.
 */
export function headerOf({ headers, headersDistinct }: IncomingRequest, name: string): string | undefined {
  // By what it can do: servers bring classes of their own.
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined;
  const values = valuesIn(headers as HeaderRecord, name);
  if (values.length === 0) return undefined;
  const sent = valuesIn(headersDistinct ?? {}, name);
  return (values.length === 1 && sent[0] === values[0] ? sent : values).join(', ');
}

/** Whoever has sent the request: its credential goes on as it is. */
export function senderOf(request: IncomingRequest, forward: readonly string[], tenant?: string): Identity {
  const names = [...new Set(forward.map(name => name.toLowerCase()))];
  const headers: Record<string, string> = tenant === undefined ? {} : { [TENANT]: tenant };
  for (const name of names) {
    const value = headerOf(request, name);
    if (value !== undefined) headers[name] ??= value;
  }
  const credentials = Object.keys(headers).filter(name => name === 'authorization' || name.startsWith('x-rh-'));
  return identity(headers, credentials.length > 0);
}

/** A service that asks about a subject. Throws when it names none, or several: then Grantry would decide about nobody. */
export function serviceOf(client: ServiceClient | undefined, subject: Subject, tenant: string | undefined): Identity {
  if (!client) throw setup('Asking about a subject needs a service client: grantryGuards({ client })');
  if (tenant === undefined) throw setup('A service client has to name the tenant');
  const given = Object.values(subject).filter(value => value !== undefined && value !== null);
  if (given.length !== 1) throw setup('Name the subject in exactly one way');
  const credentials = Buffer.from(`${client.id}:${client.secret}`, 'utf8').toString('base64');
  const signedIn = !('anonymous' in subject && subject.anonymous);
  return identity({ authorization: `Basic ${credentials}`, [TENANT]: tenant }, signedIn, subject);
}
