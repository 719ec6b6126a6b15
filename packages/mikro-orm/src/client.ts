import { GrantryError } from './errors.js';

/** Sends one GraphQL operation to Grantry and answers its data. It throws whenever there is an error. */
export type Ask = (query: string, variables: Readonly<Record<string, unknown>>) => Promise<unknown>;

export type GrantryClientOptions = {
  /** The GraphQL endpoint, such as `https://grantry.example.com/graphql`. */
  readonly url: string | URL;
  /** The credentials: the forwarded `authorization` of the request, or those of a service client. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The slug of the tenant, for service clients and anonymous callers. */
  readonly tenant?: string;
  /** How long an answer may take, 5000 ms unless told. */
  readonly timeoutMs?: number;
  readonly fetch?: typeof globalThis.fetch;
};

type Reply = { readonly data?: unknown; readonly errors?: readonly { readonly message?: string }[] };

const noAnswer = (why: string, cause?: unknown) =>
  new GrantryError('NO_ANSWER', `Grantry gave no answer: ${why}`, { cause });

/** A way to ask Grantry over HTTP. Redirects are not followed, so that credentials go nowhere else. */
export function grantryClient(options: GrantryClientOptions): Ask {
  const { url, tenant, timeoutMs = 5000, fetch = globalThis.fetch } = options;
  const headers = {
    ...options.headers,
    ...(tenant !== undefined && { 'x-grantry-tenant': tenant }),
    accept: 'application/json',
    'content-type': 'application/json',
  };
  return async (query, variables) => {
    const body = JSON.stringify({ query, variables });
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
      return dataOf(response.status, await response.text());
    } catch (error) {
      if (error instanceof GrantryError) throw error;
      throw noAnswer(signal.aborted ? `none within ${timeoutMs} ms` : messageOf(error), error);
    }
  };
}

function dataOf(status: number, text: string): unknown {
  const { data, errors } = parse(status, text);
  if (errors?.length) throw noAnswer(errors.map(({ message }) => message ?? 'an error without a message').join('; '));
  if (status >= 400 || data === undefined || data === null) throw noAnswer(`status ${status}`);
  return data;
}

function parse(status: number, text: string): Reply {
  try {
    return (JSON.parse(text) as Reply | null) ?? {};
  } catch (error) {
    throw noAnswer(`status ${status}, and not JSON`, error);
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
