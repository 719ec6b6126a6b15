import { randomUUID } from 'node:crypto';
import { addPermissions, openServer, openTenant, type Tenant } from '../../../test/server/authzen-world.js';
import type { Assembled } from '../../../test/server/support/assembled.js';
import { grantryGuards, type GuardError, type GuardsOptions } from '../src/index.js';

/** What a guard has sent to Grantry. */
export type Sent = { readonly headers: Headers; readonly requests: Record<string, unknown>[] };

/** A running Grantry with books, and guards that ask it. */
export type Grantry = Assembled & {
  readonly endpoint: string;
  /** What was sent so far, by all guards of `guards`. */
  readonly sent: Sent[];
  /** The causes of what was not decided. */
  readonly failures: GuardError[];
  guards(options?: Partial<GuardsOptions>): ReturnType<typeof grantryGuards>;
  tenant(): Promise<Tenant>;
};

export const VERBS = ['read', 'price', 'stock', 'change'];

export async function openGrantry(): Promise<Grantry> {
  const server = await openServer();
  await addPermissions(server, ...VERBS.map(verb => `library:book:${verb}`), 'library:desk:use');
  const sent: Sent[] = [];
  const failures: GuardError[] = [];
  const recording: typeof fetch = async (url, init) => {
    const { variables } = JSON.parse(init!.body as string) as { variables: { requests: Sent['requests'] } };
    sent.push({ headers: new Headers(init!.headers), requests: variables.requests });
    return fetch(url, init);
  };
  const endpoint = `${server.url}/graphql`;
  return {
    ...server,
    endpoint,
    sent,
    failures,
    guards: options =>
      grantryGuards({ url: endpoint, fetch: recording, onFailure: failure => failures.push(failure), ...options }),
    tenant: () => openTenant(server),
  };
}

/** A request that carries these headers. */
export const request = (headers: Record<string, string>) => ({ headers });

/** Ids that nobody has used before. */
export const newIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** The codes of the errors of an answer, with the paths of the fields. */
export const codesOf = (errors: readonly object[] = []) =>
  (errors as { path?: unknown[]; extensions?: { code?: unknown } }[]).map(({ path, extensions }) => [
    path?.join('.'),
    extensions?.code,
  ]);
