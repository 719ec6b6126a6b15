import { badInput } from './errors.js';

// Control characters, lone surrogates, private use, line breaks, and the invisible ones that reorder or hide text.
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u;
const CODENAME = /^[a-z0-9][a-z0-9_-]*$/;
const LONGEST_NAME = 150;
const LONGEST_TEXT = 10_000;
const LONGEST_JSON = 100_000;
const DEEPEST = 32;
const LONGEST_RESOURCE_ID = 255;

const characters = (text: string) => [...text].length;

/** Whether text consists of characters that a person can see, blanks included. */
export const isPrintable = (text: string) => !UNPRINTABLE.test(text);

/** How names are compared: without letter case, and without a difference between composed and decomposed accents. */
export const nameKey = (name: string): string => name.normalize('NFC').toLowerCase();

/** The same of a name that somebody asks for, which may have blanks around it. */
export const askedKey = (name: string): string => nameKey(name.trim());

/** A name as it is stored: trimmed, 1–150 printable characters. Throws BAD_USER_INPUT naming `field`. */
export function validName(field: string, text: string, longest = LONGEST_NAME): string {
  const name = text.normalize('NFC').trim();
  if (name === '') throw badInput(field, 'must not be empty');
  if (characters(name) > longest) throw badInput(field, `must have at most ${longest} characters`);
  if (!isPrintable(name)) throw badInput(field, 'must consist of printable characters');
  return name;
}

/** A codename (group type, entity, member role): lower case letters, digits, `_` and `-`. */
export function validCodename(field: string, text: string): string {
  if (!CODENAME.test(text) || text.length > LONGEST_NAME) {
    throw badInput(field, `must match ${CODENAME.source} and have at most ${LONGEST_NAME} characters`);
  }
  return text;
}

/** Free text such as a description; null stays null. What a database cannot hold (NUL, lone surrogates) is refused. */
export function validText(field: string, text: string | null | undefined, longest = LONGEST_TEXT): string | null {
  if (text === null || text === undefined) return null;
  if (characters(text) > longest) throw badInput(field, `must have at most ${longest} characters`);
  if (!isStorable(text)) throw badInput(field, 'must not contain NUL or broken characters');
  return text;
}

/** JSON that the database can hold as it is: no NUL and no lone surrogates in keys or texts, not nested too deeply. */
export function validJson(field: string, value: unknown): unknown {
  if (!everyText(value, isStorable)) {
    throw badInput(field, `must not contain NUL or broken characters, nor nest deeper than ${DEEPEST}`);
  }
  if (JSON.stringify(value ?? null).length > LONGEST_JSON) {
    throw badInput(field, `must have at most ${LONGEST_JSON} characters as JSON`);
  }
  return value;
}

/** An id of a resource as it is: 1–255 characters, without NUL. BAD_USER_INPUT naming `field`. */
export function validResourceId(field: string, id: string): string {
  if (id === '' || characters(id) > LONGEST_RESOURCE_ID || !isStorable(id)) {
    throw badInput(field, `must have 1–${LONGEST_RESOURCE_ID} characters, without NUL`);
  }
  return id;
}

/** Whether the database can hold text as it is: no NUL, no lone surrogate. */
export const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed();

const everyText = (value: unknown, holds: (text: string) => boolean, depth = 0): boolean => {
  if (typeof value === 'string') return holds(value);
  if (typeof value !== 'object' || value === null) return true;
  if (depth === DEEPEST) return false;
  return Object.entries(value).every(([key, inner]) => holds(key) && everyText(inner, holds, depth + 1));
};
