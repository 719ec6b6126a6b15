/** What a subgraph asks Grantry: `permission` on a resource, for whoever sent the request. */
export type Question = { readonly permission: string; readonly resourceId?: string };

/** Asks for decisions on behalf of the sender of a request. */
export type Ask = (questions: readonly Question[]) => Promise<boolean[]>;

const CHECKS = 'query ($requests: [CheckInput!]!) { checks(requests: $requests) { allowed } }';

type Reply = { readonly data?: { readonly checks: readonly { readonly allowed: boolean }[] | null } };

/** Asks Grantry at `url`, all questions in one request, with the credential that came with the request. Fails closed. */
export const askGrantry =
  (url: string, authorization: string | undefined): Ask =>
  async requests => {
    if (requests.length === 0) return [];
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) },
      body: JSON.stringify({ query: CHECKS, variables: { requests } }),
      signal: AbortSignal.timeout(2_000),
    });
    const { data } = (await response.json()) as Reply;
    if (!data?.checks) throw new Error('Grantry has not decided');
    return data.checks.map(({ allowed }) => allowed);
  };
