import * as z from 'zod';
import type { Attributes } from '../engine/matching.js';
import { AppError, badInput, tooMany } from '../kernel/errors.js';
import { validResourceId } from '../kernel/text.js';

/** How many evaluations there may be in one request. */
export const MOST_EVALUATIONS = 1_000;

const isObject = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = z.string({ error: 'must be a string' });
const object = z.custom<Attributes>(isObject, { error: 'must be an object' });
// Null counts as absent: some clients send it for what they leave out.
const optional = object.nullish();

const subject = z.object({ type: text, id: text, properties: optional }, { error: 'must be an object' });
const resource = z.object({ type: text, id: text, properties: optional }, { error: 'must be an object' });
const action = z.object({ name: text, properties: optional }, { error: 'must be an object' });
const ofType = z.object({ type: text }, { error: 'must be an object' });
const page = z
  .object(
    {
      token: text.nullish(),
      limit: z.int({ error: 'must be a whole number' }).min(0, { error: 'must not be negative' }).nullish(),
    },
    { error: 'must be an object' },
  )
  .nullish();
const options = z
  .object(
    {
      evaluations_semantic: z
        .enum(['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'], {
          error: 'must be execute_all, deny_on_first_deny or permit_on_first_permit',
        })
        .nullish(),
      reasons: z.unknown().optional(),
    },
    { error: 'must be an object' },
  )
  .nullish();

const EVALUATION = z.object({ subject, resource, action, context: optional, options });
const BATCH = z.object({
  ...{ subject: optional, resource: optional, action: optional, context: optional, options },
  evaluations: z.array(object, { error: 'must be an array' }).nullish(),
});
const SEARCHES = {
  subject: z.object({ subject: ofType, resource, action, context: optional, page }),
  resource: z.object({ subject, resource: ofType, action, context: optional, page }),
  action: z.object({ subject, resource, context: optional, page }),
};

/** One question: whether a subject may do an action to a resource. */
export type Evaluation = Omit<z.output<typeof EVALUATION>, 'options'> & { readonly reasons: boolean };
/** Several questions, and after which of them to stop. */
export type Batch = { readonly semantic: Semantic; readonly evaluations: readonly Evaluation[] };
type Semantic = 'execute_all' | 'deny_on_first_deny' | 'permit_on_first_permit';
export type SearchKind = keyof typeof SEARCHES;
export type Search<K extends SearchKind> = z.output<(typeof SEARCHES)[K]>;
export type Page = z.output<typeof page>;

/** Reads an Access Evaluation request (section 6.1). BAD_USER_INPUT naming the part that is missing or wrong. */
export function evaluationOf(body: unknown): Evaluation {
  const { options, ...asked } = shaped(EVALUATION, body);
  return checked(asked, wantsReasons(options));
}

/** Reads an Access Evaluations request (section 7.1); without evaluations it is a single one. LIMIT_EXCEEDED for too many. */
export function batchOf(body: unknown): Batch | Evaluation {
  const { evaluations, options, ...rest } = shaped(BATCH, body);
  if (!evaluations || evaluations.length === 0) return evaluationOf(body);
  if (evaluations.length > MOST_EVALUATIONS) throw tooMany('evaluations', MOST_EVALUATIONS);
  const defaults = Object.fromEntries(Object.entries(rest).filter(([, value]) => isObject(value)));
  const read = evaluations.map((one, at) => {
    const own = Object.fromEntries(Object.entries(one).filter(([, value]) => value !== null));
    const prefix = `evaluations.${at}.`;
    const { options: _, ...asked } = shaped(EVALUATION, { ...defaults, ...own, options: null }, prefix);
    return checked(asked, wantsReasons(options), prefix);
  });
  return { semantic: options?.evaluations_semantic ?? 'execute_all', evaluations: read };
}

/** Reads a search request (sections 8.4 to 8.6). */
export function searchOf<K extends SearchKind>(kind: K, body: unknown): Search<K> {
  const search = shaped(SEARCHES[kind] as z.ZodType, body) as Search<K>;
  if ('id' in search.resource) validResourceId('resource.id', search.resource.id);
  return search;
}

function checked(asked: Omit<Evaluation, 'reasons'>, reasons: boolean, prefix = ''): Evaluation {
  validResourceId(`${prefix}resource.id`, asked.resource.id);
  return { ...asked, reasons: reasons || asked.context?.reasons === true };
}

const wantsReasons = (asked: { readonly reasons?: unknown } | null | undefined) => asked?.reasons === true;

function shaped<T extends z.ZodType>(schema: T, body: unknown, prefix = ''): z.output<T> {
  if (!isObject(body)) throw new AppError('BAD_USER_INPUT', 'The body must be a JSON object');
  const { data, error } = schema.safeParse(body);
  if (!error) return data;
  const { path, message } = error.issues[0]!;
  throw badInput(`${prefix}${path.join('.')}`, message);
}
