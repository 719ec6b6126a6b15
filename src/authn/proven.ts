import * as z from 'zod';
import { unauthenticated } from '../kernel/errors.js';
import { isPrintable, nameKey } from '../kernel/text.js';

const LONGEST_NAME = 150;
// RFC 5321, section 4.5.3.1.3: a path of 256 with its angle brackets.
const LONGEST_EMAIL = 254;

const fits = (text: string, longest: number) => [...text].length <= longest && isPrintable(text);
const isName = (text: string) => text !== '' && text === text.trim() && fits(text, LONGEST_NAME);
const NAME = `must be 1 to ${LONGEST_NAME} printable characters, without blanks around them`;

const text = z.string({ error: 'must be given, as text' });

/** A username as it is stored. Padded ones are refused, not trimmed: two spellings must not be one person. */
export const username = text.transform(nameKey).refine(isName, { error: NAME });

/** What names a tenant: its slug or external id. */
export const tenantName = text.refine(isName, { error: NAME });

/** An email address as far as it can be stored; a blank one says nothing. */
export const email = z
  .string({ error: 'must be text' })
  .refine(address => fits(address, LONGEST_EMAIL), { error: `must be at most ${LONGEST_EMAIL} printable characters` })
  .transform(address => address.trim() || undefined)
  .optional();

/** A yes or no, if it is said. */
export const flag = z.boolean({ error: 'must be true or false' }).optional();

/** What a credential says, checked. Throws UNAUTHENTICATED naming the part at fault, never its value. */
export function proven<T extends z.ZodType>(schema: T, credential: string, content: unknown): z.output<T> {
  const { data, error } = schema.safeParse(content);
  if (!error) return data;
  const issue = error.issues[0]!;
  throw unauthenticated(`${credential} refused: ${z.core.toDotPath(issue.path) || 'it'} ${issue.message}`);
}
