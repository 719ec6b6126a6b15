import DataLoader from 'dataloader';

/** One query for all keys of a tick; answers in key order; a missing row is null, never a shorter list. */
export function batched<Key extends string, Row>(
  fetch: (keys: readonly Key[]) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key,
): DataLoader<Key, Row | null> {
  return new DataLoader(async keys => {
    const byKey = new Map((await fetch(keys)).map(row => [keyOf(row), row]));
    return keys.map(key => byKey.get(key) ?? null);
  });
}
