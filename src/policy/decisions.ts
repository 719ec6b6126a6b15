import type { View } from '../api/context.js';
import type { Attributes } from '../engine/matching.js';
import { AppError, badInput, tooMany } from '../kernel/errors.js';
import { validResourceId } from '../kernel/text.js';
import type { CheckInput, Decision } from './decision.types.js';
import { requireMayAskAbout, subjectRef } from './subjects.js';

const MOST_CHECKS = 1_000;

/** Answers one question. Errors name the field below `prefix`; FORBIDDEN about others, unless the caller may ask. */
export async function answerOne(view: View, input: CheckInput, prefix = ''): Promise<Decision> {
  const ref = subjectRef(`${prefix}subject`, input.subject, view);
  await requireMayAskAbout(view, ref);
  const { permission } = input;
  const resourceId =
    typeof input.resourceId === 'string' ? validResourceId(`${prefix}resourceId`, input.resourceId) : null;
  const context = validContext(`${prefix}context`, input.context);
  const answer = await view.asking.answer({ subject: ref, permission, resourceId, context }, `${prefix}permission`);
  return { allowed: answer.allowed, permission, resourceId, error: null, answer };
}

/** Answers a batch, in order. What is wrong with one question is in its own answer; LIMIT_EXCEEDED for too many. */
export async function answerAll(view: View, requests: readonly CheckInput[]): Promise<Decision[]> {
  if (requests.length > MOST_CHECKS) throw tooMany('requests', MOST_CHECKS);
  return Promise.all(requests.map((request, i) => answerOne(view, request, `requests.${i}.`).catch(refused(request))));
}

const refused =
  ({ permission, resourceId }: CheckInput) =>
  (error: unknown): Decision => {
    if (!(error instanceof AppError) || error.code === 'UNAVAILABLE') throw error;
    const { code, message } = error;
    return { allowed: false, permission, resourceId: resourceId ?? null, error: { code, message }, answer: null };
  };

function validContext(field: string, context: unknown): Attributes | null {
  if (context === null || context === undefined) return null;
  if (typeof context !== 'object' || Array.isArray(context)) throw badInput(field, 'must be a JSON object');
  return context as Attributes;
}
