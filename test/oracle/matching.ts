import type { Filter, Row } from './world.js';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Semantics 4, matching. */
export function covers(row: string, asked: string): boolean {
  const [a, r, v] = row.split(':');
  const [application, resource, verb] = asked.split(':');
  return a === application && (r === resource || r === '*') && (v === verb || v === '*');
}

/** What stands at a dotted path; undefined when nothing does. */
export function valueAt(attributes: unknown, path: string): unknown {
  let value = attributes;
  for (const step of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
    value = value[step];
  }
  return value;
}

const matches = (filter: Filter, value: unknown): boolean => {
  const present = value === undefined ? null : value;
  if (present !== null && typeof present !== 'string') return false;
  if (filter.operation === 'EQUAL') return filter.value === present;
  return (filter.value as readonly (string | null)[]).some(one => one === present);
};

/** Attributes under those that are laid over them: objects are merged deeply, everything else is replaced. */
export function overlaid(under: unknown, over: unknown): unknown {
  if (!isObject(under) || !isObject(over)) return over;
  const keys = [...new Set([...Object.keys(under), ...Object.keys(over)])];
  const merged = keys.map(key => {
    if (!Object.hasOwn(over, key)) return [key, under[key]];
    return [key, Object.hasOwn(under, key) ? overlaid(under[key], over[key]) : over[key]];
  });
  return Object.fromEntries(merged) as Json;
}

/** Whether for each key one of its filters matches. */
export const rowMatches = (row: Row, attributes: unknown): boolean =>
  row.filters.every(({ key }) =>
    row.filters.some(other => other.key === key && matches(other, valueAt(attributes, key))),
  );

/** The same text for filters that say the same, in any order. */
export function filtersText(filters: readonly Filter[]): string {
  const one = ({ key, operation, value }: Filter) => {
    const values = Array.isArray(value) ? [...new Set<string | null>(value)].map(v => JSON.stringify(v)).sort() : value;
    return JSON.stringify([key, operation, values]);
  };
  return [...new Set(filters.map(one))].sort().join(' & ');
}
