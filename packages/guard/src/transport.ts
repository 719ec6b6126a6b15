import { GuardError, messageOf, noAnswer } from './errors.js';
import { AT_LEAST } from './identity.js';

/** Where Grantry is, and how it is reached. */
export type Endpoint = {
  readonly url: string | URL;
  readonly timeoutMs: number;
  readonly fetch: typeof globalThis.fetch;
};

/** Throws for text that no header can have, here: fetch would repeat it, a credential as well, in its message. */
export function assertSendable(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    try {
      new Headers([[name, value]]);
    } catch {
      const code = name === AT_LEAST ? 'BAD_REVISION' : 'UNAUTHENTICATED';
      throw new GuardError(code, `${name} of the request is no text for a header`);
    }
  }
}

/** The status and the text of the answer. Redirects are not followed, so that credentials go nowhere else. */
export async function send({ url, timeoutMs, fetch }: Endpoint, headers: Record<string, string>, body: string) {
  const stop = new AbortController();
  const asked = async () => {
    const response = await fetch(url, { method: 'POST', headers, body, signal: stop.signal, redirect: 'error' });
    return { status: response.status, text: await response.text() };
  };
  // By a timer of its own: Node may lose the signal of a fetch while the body comes in, and other fetches do not know it.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_done, fail) => {
    timer = setTimeout(() => {
      fail(new Error(`none within ${timeoutMs} ms`));
      stop.abort();
    }, timeoutMs);
  });
  try {
    return await Promise.race([asked(), late]);
  } catch (error) {
    throw noAnswer(whyOf(error), error);
  } finally {
    clearTimeout(timer);
  }
}

/** fetch says no more than that it failed: why stands in the cause. */
function whyOf(error: unknown): string {
  const { code, message } = ((error as Error | null)?.cause ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  const cause = code ?? message;
  return typeof cause === 'string' ? `${messageOf(error)}: ${cause}` : messageOf(error);
}
