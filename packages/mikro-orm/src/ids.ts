import { ReferenceKind, type EntityProperty } from '@mikro-orm/core';

/** A resource id as the database compares it, or undefined when no row can have it. */
export type IdReader = (resourceId: string) => string | number | undefined;

const WHOLE = /^(0|-?[1-9]\d*)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const BITS: readonly (readonly [RegExp, bigint])[] = [
  [/^tinyint/, 8n],
  [/^(smallint|smallserial|int2|serial2)/, 16n],
  [/^mediumint/, 24n],
  [/^(bigint|bigserial|int8|serial8)/, 64n],
  [/^(int|serial)/, 32n],
];
const TEXT = /char|text|string/;

/** How resource ids become values of the property; undefined when it is neither text, nor a whole number, nor a UUID. */
export function idReader(property: EntityProperty): IdReader | undefined {
  if (property.kind !== ReferenceKind.SCALAR) return undefined;
  const column = property.columnTypes?.[0]?.toLowerCase() ?? '';
  if (column === 'uuid') return id => (UUID.test(id) ? id : undefined);
  const bits = BITS.find(([pattern]) => pattern.test(column))?.[1];
  if (bits !== undefined) return wholeNumbers(bits);
  return TEXT.test(column) ? id => id : undefined;
}

/** Only the one way in which a number is written counts: '007' and '7.0' are other resources than '7'. */
function wholeNumbers(bits: bigint): IdReader {
  const limit = 2n ** (bits - 1n);
  return id => {
    if (!WHOLE.test(id)) return undefined;
    const value = BigInt(id);
    if (value < -limit || value >= limit) return undefined;
    return bits > 53n ? id : Number(value);
  };
}
