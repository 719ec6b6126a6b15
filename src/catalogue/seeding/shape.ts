import { z } from 'zod';
import { AppError } from '../../kernel/errors.js';
import { below, type Findings, type Place } from './findings.js';

/** The complaint about a value of the wrong type: says what would be right. */
export const must = (be: string) => ({
  error: ({ input }: { readonly input?: unknown }) =>
    input === undefined ? `is missing; it must be ${be}` : `must be ${be}`,
});

/** Has a rule of the kernel judge a value: what it throws becomes an issue at the place of the value. */
export const judged =
  <In, Out>(rule: (field: string, value: In) => Out) =>
  (value: In, ctx: z.RefinementCtx): Out => {
    try {
      return rule(HERE, value);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const field = error.field ?? HERE;
      ctx.addIssue({
        code: 'custom',
        path: field.split('.').slice(1),
        message: error.message.slice(`${field}: `.length),
      });
      return z.NEVER;
    }
  };

const HERE = 'value';

/** The value in its shape, or null after all that is wrong with it was reported. */
export function shaped<T>(schema: z.ZodType<T>, json: unknown, place: Place, findings: Findings): T | null {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  for (const { path, message } of error.issues) findings.error(below(place, path), message);
  return null;
}
