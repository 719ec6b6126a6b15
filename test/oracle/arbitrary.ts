import fc from 'fast-check';

/** When all worlds are asked; memberships and grants expire around it. */
export const NOON = Date.UTC(2030, 5, 1, 12);
export const HOUR = 3_600_000;

export const rarely = fc.integer({ min: 0, max: 4 }).map(n => n === 0);
export const mostly = rarely.map(rare => !rare);

/** When something expires: mostly never. */
export const expiresAt = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  fc.constantFrom(NOON - HOUR, NOON, NOON + 1, NOON + HOUR, NOON + 24 * HOUR),
);

/** So many things, numbered from 0. Things of different nouns share their names: these must not be mixed up. */
export const between = <T>(least: number, most: number, make: (index: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc
    .integer({ min: least, max: most })
    .chain(count => fc.tuple(...Array.from({ length: count }, (_, index) => make(index))));

/** Most of these things. */
export const some = <T>(things: readonly T[]): fc.Arbitrary<T[]> =>
  fc.tuple(...things.map(() => mostly)).map(chosen => things.filter((_, at) => chosen[at]));

/** One or two of these things, or none. */
export const few = <T>(things: readonly T[]): fc.Arbitrary<T[]> =>
  fc.subarray([...things], { maxLength: Math.min(things.length, 2) });
