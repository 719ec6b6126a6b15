import { badInput, tooMany } from '../kernel/errors.js';
import { isStorable } from '../kernel/text.js';
import type { KeyType, Position, Window } from '../store/page.js';

/** Which part of a list a client asks for, by the names of the Relay specification. */
export type PageRequest = {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
};

const DEFAULT_PAGE = 20;
const LARGEST_PAGE = 1_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** How many entries are asked for, and from which end. BAD_USER_INPUT or LIMIT_EXCEEDED naming `first` or `last`. */
export function sizeOf({ first, last }: PageRequest): { limit: number; backward: boolean } {
  const [field, size] =
    typeof last === 'number' ? (['last', last] as const) : (['first', first ?? DEFAULT_PAGE] as const);
  if (typeof first === 'number' && typeof last === 'number') throw badInput('last', 'cannot be combined with first');
  if (size < 1) throw badInput(field, 'must be at least 1');
  if (size > LARGEST_PAGE) throw tooMany(field, LARGEST_PAGE);
  return { limit: size, backward: typeof last === 'number' };
}

/** The window of a database list; a cursor belongs to the list and order called `list`. */
export function windowOf(request: PageRequest, list: string, keyType: KeyType): Window {
  const place = (field: 'after' | 'before') => {
    const cursor = request[field];
    return typeof cursor === 'string' ? positionAt(field, cursor, list, keyType) : null;
  };
  return { ...sizeOf(request), after: place('after'), before: place('before') };
}

/** An opaque cursor: the list it belongs to, and where in it. */
export const cursorOf = (list: string, place: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([list, ...place]), 'utf8').toString('base64url');

/** The place that a cursor names. BAD_USER_INPUT naming `field` when it is damaged, or of another list. */
export function placeAt(field: string, cursor: string, list: string): unknown[] {
  const [name, ...place] = parsed(cursor) ?? [];
  if (typeof name !== 'string' || cursorOf(name, place) !== cursor) throw badInput(field, 'is not a cursor');
  if (name !== list) throw badInput(field, 'is a cursor of another list or order');
  return place;
}

function positionAt(field: string, cursor: string, list: string, keyType: KeyType): Position {
  const [key, id, ...rest] = placeAt(field, cursor, list);
  if (rest.length > 0 || typeof id !== 'string' || !UUID.test(id) || !fits(key, keyType)) {
    throw badInput(field, 'is not a cursor');
  }
  return { key, id };
}

// As cursors spell it: much else that a program takes for a date, the database refuses.
const isMoment = (text: string) =>
  /^[1-9]\d{3}-/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;

const fits = (key: unknown, keyType: KeyType): key is string | number => {
  if (keyType === 'int') return Number.isSafeInteger(key) && Math.abs(key as number) < 2 ** 31;
  if (typeof key !== 'string') return false;
  return keyType === 'text' ? isStorable(key) : isMoment(key);
};

function parsed(cursor: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
