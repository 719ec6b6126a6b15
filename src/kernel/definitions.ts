import { badInput } from './errors.js';
import { isStorable } from './text.js';

/**
 * An attribute filter of a role row, in the form in which it is stored (`resource_definitions` is a JSON list of these).
 * `key` is a dotted path into the attributes of a resource; EQUAL takes a string or null, IN a list of these.
 */
export type Definition = {
  readonly key: string;
  readonly operation: 'EQUAL' | 'IN';
  readonly value: string | null | readonly (string | null)[];
};

const LONGEST_KEY = 255;
const LONGEST_VALUE = 1_000;
const MOST_VALUES = 1_000;
const isText = (value: unknown) => typeof value === 'string' && value.length <= LONGEST_VALUE && isStorable(value);
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);

/** Checks one definition. Throws BAD_USER_INPUT naming `field.key` or `field.value`. An absent value is null. */
export function validDefinition(field: string, input: { key: string; operation: string; value?: unknown }): Definition {
  const { key, operation, value = null } = input;
  if (key.split('.').some(part => part === '') || key.length > LONGEST_KEY || !isStorable(key)) {
    throw badInput(`${field}.key`, `must be a dotted path of at most ${LONGEST_KEY} characters, such as group.id`);
  }
  if (operation === 'EQUAL') {
    if (!isTextOrNull(value))
      throw badInput(`${field}.value`, `must be a string of at most ${LONGEST_VALUE} characters, or null`);
    return { key, operation, value };
  }
  if (operation !== 'IN') throw badInput(`${field}.operation`, 'must be EQUAL or IN');
  if (!Array.isArray(value) || value.length > MOST_VALUES || !value.every(isTextOrNull)) {
    throw badInput(`${field}.value`, `must be a list of at most ${MOST_VALUES} strings (or null) for the operation IN`);
  }
  return { key, operation, value };
}

// Each value is spelled as JSON before it is sorted: as plain text, null and 'null' would be the same.
const canonical = ({ key, operation, value }: Definition) =>
  JSON.stringify([
    key,
    operation,
    Array.isArray(value) ? [...new Set(value.map(one => JSON.stringify(one)))].sort() : value,
  ]);

/** The same text for the same definitions, in whatever order they were written. */
export const definitionsKey = (definitions: readonly Definition[]): string =>
  JSON.stringify([...new Set(definitions.map(canonical))].sort());
