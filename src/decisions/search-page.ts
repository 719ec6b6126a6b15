import { cursorOf, placeAt } from '../api/cursor.js';
import { badInput } from '../kernel/errors.js';
import { isStorable } from '../kernel/text.js';
import type { Page } from './authzen.requests.js';

/** Which part of a search is asked for, and how to spell where it ends. */
export type SearchWindow = {
  readonly after: string | null;
  readonly limit: number;
  /** The page object of an answer (section 8.2.2); `place` is that of its last result, if there is one. */
  page(
    count: number,
    more: boolean,
    place: string | undefined,
  ): { readonly next_token: string; readonly count: number };
};

const DEFAULT_LIMIT = 100;
const LARGEST_LIMIT = 1_000;

/** The window of a page. BAD_USER_INPUT for a token of another search, and for another limit than that of its first page. */
export function windowOf(page: Page, search: string): SearchWindow {
  const asked = typeof page?.limit === 'number' ? Math.min(page.limit, LARGEST_LIMIT) : null;
  // The end of a search is spelled as an empty token: who sends it back starts anew.
  const from = page?.token ? placeOf(page.token, search) : { after: null, limit: asked ?? DEFAULT_LIMIT };
  if (asked !== null && asked !== from.limit) throw badInput('page.limit', 'must be that of the first page');
  const { after, limit } = from;
  return {
    after,
    limit,
    page: (count, more, place) => ({
      next_token: more ? cursorOf(search, [place ?? after ?? '', limit]) : '',
      count,
    }),
  };
}

function placeOf(token: string, search: string): { after: string; limit: number } {
  const [after, limit, ...rest] = placeAt('page.token', token, search);
  const isLimit = Number.isInteger(limit) && (limit as number) >= 0 && (limit as number) <= LARGEST_LIMIT;
  if (typeof after !== 'string' || !isStorable(after) || !isLimit || rest.length > 0) {
    throw badInput('page.token', 'is not a token of this search');
  }
  return { after, limit: limit as number };
}
