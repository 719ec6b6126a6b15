import { AnswerCache, type CacheOptions } from './answer-cache.js';
import { setup, type GuardError } from './errors.js';
import { Guard, type Manner, type Shared } from './guard.js';
import {
  AT_LEAST,
  FORWARDED,
  headerOf,
  senderOf,
  serviceOf,
  type IncomingRequest,
  type ServiceClient,
  type Subject,
} from './identity.js';

export type GuardsOptions = {
  /** The GraphQL endpoint, such as `https://grantry.example.com/graphql`. */
  readonly url: string | URL;
  /** The headers of a request that go on to Grantry: `authorization` and `x-grantry-tenant` unless told. */
  readonly forward?: readonly string[];
  /** The slug of the tenant, where requests do not name it themselves. */
  readonly tenant?: string;
  /** The credentials of the service itself, for `ofSubject`. */
  readonly client?: ServiceClient;
  /** How long an answer may take, 5000 ms unless told. */
  readonly timeoutMs?: number;
  /** Keeps answers for later requests; none unless told. */
  readonly cache?: CacheOptions;
  /** Gets the cause of each failure, of which clients are told nothing; it is written to the console unless told. */
  readonly onFailure?: (failure: GuardError) => void;
  readonly fetch?: typeof globalThis.fetch;
};

/** Grantry answers from no older state than that of this token; without one it is that of `x-grantry-at-least`. */
export type AtLeast = { readonly atLeast?: string };

/** Makes the guard of each request. */
export type Guards = {
  /** Decides about whoever has sent the request. */
  ofRequest(request: IncomingRequest, options?: AtLeast): Guard;
  /** Decides about a subject, with the credentials of the service. */
  ofSubject(subject: Subject, options?: AtLeast & { readonly tenant?: string }): Guard;
};

/** Sets up the guard of a server. One for each Grantry is enough; it makes a guard for each request. */
export function grantryGuards(options: GuardsOptions): Guards {
  const { forward = FORWARDED, tenant, client } = options;
  const shared = sharedBy(options);
  const remembering = (atLeast: string | undefined): Manner => ({ remembers: true, atLeast });
  return {
    ofRequest(request, { atLeast = headerOf(request, AT_LEAST) } = {}) {
      return new Guard(shared, senderOf(request, forward, tenant), remembering(atLeast));
    },
    ofSubject(subject, { tenant: named = tenant, atLeast } = {}) {
      return new Guard(shared, serviceOf(client, subject, named), remembering(atLeast));
    },
  };
}

// Timers know no longer time, and would ring at once.
const LONGEST_MS = 2 ** 31 - 1;

function isEndpoint(url: string | URL): boolean {
  if (!URL.canParse(String(url))) return false;
  const { protocol, username, password } = new URL(url);
  return ['http:', 'https:'].includes(protocol) && username === '' && password === '';
}

function sharedBy({ url, timeoutMs = 5000, cache, onFailure = toConsole, fetch }: GuardsOptions): Shared {
  if (!Number.isInteger(timeoutMs) || timeoutMs < 1 || timeoutMs > LONGEST_MS)
    throw setup(`timeoutMs must be a whole number from 1 to ${LONGEST_MS}`);
  if (!isEndpoint(url)) throw setup('url must be the GraphQL endpoint of Grantry: http or https, without a password');
  // Looked up at each call, so that whoever replaces the global one, such as for tracing, is heard.
  const send: typeof globalThis.fetch = fetch ?? ((...sent) => globalThis.fetch(...sent));
  return { endpoint: { url, timeoutMs, fetch: send }, cache: cache ? new AnswerCache(cache) : null, onFailure };
}

const toConsole = (failure: GuardError) => console.error(`${failure.name} ${failure.code}: ${failure.message}`);
