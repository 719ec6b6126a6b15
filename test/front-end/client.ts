import type { TypedDocumentString } from './generated/graphql.js';

/** Sends an operation and answers its data; throws when there is none. */
export type Send = (source: string, variables: Record<string, unknown>) => Promise<unknown>;

/** Asks Grantry over HTTP as the holder of a token. */
export const sendTo =
  (url: string, token: string): Send =>
  async (query, variables) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = (await response.json()) as { data?: unknown; errors?: readonly { message: string }[] };
    if (!data) throw new Error(errors?.map(({ message }) => message).join('; ') ?? `status ${response.status}`);
    return data;
  };

/** Runs a typed document: the variables are checked and the answer has its type. */
export const run = async <Result, Variables extends Record<string, unknown>>(
  send: Send,
  document: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> => (await send(document.toString(), variables)) as Result;
