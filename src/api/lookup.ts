import { badInput } from '../kernel/errors.js';

type Named = { readonly [field: string]: string | null | undefined };

/** Which one of several ways to name an object was used. BAD_USER_INPUT unless it is exactly one. */
export function exactlyOne<F extends string>(
  ways: Named & { readonly [K in F]: string | null | undefined },
): {
  field: F;
  value: string;
} {
  const fields = Object.keys(ways) as F[];
  const given = fields.filter(field => typeof ways[field] === 'string');
  const [field] = given;
  if (!field || given.length > 1) throw badInput(given[1] ?? fields[0]!, `give exactly one of ${fields.join(' and ')}`);
  return { field, value: ways[field]! };
}
