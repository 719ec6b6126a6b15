import type { Definition } from '../kernel/definitions.js';
import type { PermissionParts } from '../kernel/permission.js';

/** What is known of a resource: its registered attributes, overlaid by the context of the question. */
export type Attributes = { readonly [key: string]: unknown };

/** Whether a role row covers a permission: equal part by part, or `*`. Nothing else is implied. */
export const covers = (row: PermissionParts, asked: PermissionParts): boolean =>
  row.application === asked.application &&
  (row.resource === '*' || row.resource === asked.resource) &&
  (row.verb === '*' || row.verb === asked.verb);

/** Whether definitions match: alternatives on the same key, all of the keys. None at all match everything. */
export function definitionsMatch(definitions: readonly Definition[], attributes: Attributes): boolean {
  const keys = new Set(definitions.map(({ key }) => key));
  return [...keys].every(key => {
    const value = valueAt(attributes, key);
    return definitions.some(definition => definition.key === key && matches(definition, value));
  });
}

const matches = ({ value: wanted }: Definition, value: unknown) =>
  (typeof value === 'string' || value === null) && (Array.isArray(wanted) ? wanted.includes(value) : wanted === value);

/** The value at a dotted path; null when it is missing. Only own properties of objects are followed. */
function valueAt(attributes: Attributes, path: string): unknown {
  let value: unknown = attributes;
  for (const part of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return null;
    value = value[part];
  }
  return value;
}

/** Attributes with others laid over them; objects are merged at every depth, whatever else is replaced. */
export function overlaid(attributes: Attributes, context: Attributes | null): Attributes {
  if (!context) return attributes;
  const merged = new Map<string, unknown>(Object.entries(attributes));
  for (const [key, value] of Object.entries(context)) {
    const below = merged.get(key);
    merged.set(key, isObject(below) && isObject(value) ? overlaid(below, value) : value);
  }
  // Through entries, so that a key called __proto__ stays a key.
  return Object.fromEntries(merged);
}

const isObject = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
