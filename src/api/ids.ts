import { badInput, notFound } from '../kernel/errors.js';
import { parseGlobalId, type NodeType } from '../kernel/ids.js';

/** The key behind a global id. BAD_USER_INPUT when it is malformed; null when it is of another type, hence unknown. */
export function keyOf<T extends string>(field: string, id: string, type: NodeType): T | null {
  const parsed = parseGlobalId(id);
  if (!parsed) throw badInput(field, 'is not an id');
  return parsed.type === type ? (parsed.id as T) : null;
}

/** The key behind a global id that has to exist: NOT_FOUND when it is of another type. */
export function requiredKey<T extends string>(field: string, id: string, type: NodeType): T {
  const key = keyOf<T>(field, id, type);
  if (key === null) throw notFound(field);
  return key;
}

/** The keys behind a list of global ids in a filter: ids of another type find nothing. */
export const keysOf = <T extends string>(field: string, ids: readonly string[], type: NodeType): T[] =>
  ids.flatMap((id, i) => keyOf<T>(`${field}.${i}`, id, type) ?? []);
