import type { Ask } from './client.js';
import { GrantryError } from './errors.js';
import type { CallerScope, Subject } from './scope.js';

/** What a caller may view of a type: everything, or the resources with these ids. */
export type Access = { readonly everything: true } | { readonly everything: false; readonly ids: readonly string[] };

type Page = { readonly everything: boolean; readonly ids: readonly string[]; readonly next: string | null };

const PAGE = 1000;
const QUERY = `query Viewable($permission: String!, $subject: SubjectInput, $first: Int!, $after: String) {
  resources(permissions: [$permission], subject: $subject, first: $first, after: $after) {
    everything
    pageInfo { hasNextPage endCursor }
    nodes { resourceId }
  }
}`;

/** What the caller of the scope holds the permission on, asked of Grantry once in the scope. A failure is not kept. */
export function accessOf(scope: CallerScope, permission: string, maxIds: number): Promise<Access> {
  const known = scope.answers.get(permission);
  if (known) return known;
  const asked = fetchAccess(scope.caller.ask, permission, scope.caller.subject, maxIds);
  scope.answers.set(permission, asked);
  asked.catch(() => scope.answers.delete(permission));
  return asked;
}

async function fetchAccess(
  ask: Ask,
  permission: string,
  subject: Subject | undefined,
  maxIds: number,
): Promise<Access> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page = await fetchPage(ask, { permission, subject: subject ?? null, first: PAGE, after });
    if (page.everything) return { everything: true };
    ids.push(...page.ids);
    if (ids.length > maxIds) throw tooMany(permission, maxIds);
    if (page.next !== null && page.next === after) throw noAnswer(permission, 'the pages go in a circle');
    after = page.next;
  } while (after !== null);
  return { everything: false, ids };
}

async function fetchPage(ask: Ask, variables: { readonly permission: string; readonly [name: string]: unknown }) {
  let data: unknown;
  try {
    data = await ask(QUERY, variables);
  } catch (error) {
    throw error instanceof GrantryError ? error : noAnswer(variables.permission, String(error), error);
  }
  const page = pageOf((data as { resources?: unknown } | null | undefined)?.resources);
  if (!page) throw noAnswer(variables.permission, 'the list is missing or has another shape');
  return page;
}

/** Reads a page; what is not exactly one is none, so that a strange answer never counts as access. */
function pageOf(answer: unknown): Page | undefined {
  const { everything, nodes, pageInfo } = (answer ?? {}) as {
    everything?: unknown;
    nodes?: unknown;
    pageInfo?: { hasNextPage?: unknown; endCursor?: unknown };
  };
  if (typeof everything !== 'boolean' || !Array.isArray(nodes) || typeof pageInfo?.hasNextPage !== 'boolean') return;
  const ids = nodes.map(node => (node as { resourceId?: unknown } | null)?.resourceId);
  const next = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  if (!ids.every(id => typeof id === 'string') || (pageInfo.hasNextPage && typeof next !== 'string')) return;
  return { everything, ids, next: next as string | null };
}

const noAnswer = (permission: string, why: string, cause?: unknown) =>
  new GrantryError('NO_ANSWER', `What may be read with ${permission} is not known: ${why}`, { cause });

const tooMany = (permission: string, maxIds: number) =>
  new GrantryError('TOO_MANY_IDS', `${permission} is held on more than ${maxIds} resources; see maxIds.`);
