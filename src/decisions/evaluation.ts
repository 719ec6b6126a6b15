import type { View } from '../api/context.js';
import { AppError } from '../kernel/errors.js';
import { inWords } from '../policy/reasons.js';
import { requireMayAskAbout } from '../policy/subjects.js';
import { askedOn, contextIn, subjectNamed } from './asked.js';
import type { Batch, Evaluation } from './authzen.requests.js';
import { errorOf } from './errors.js';

/** A Decision of AuthZEN (section 5.5). */
export type Decision = { readonly decision: boolean; readonly context: Readonly<Record<string, unknown>> };

/** Answers a batch, read together; what the caller may not ask is denied with an error in its context. */
export async function evaluateAll(view: View, { semantic, evaluations }: Batch): Promise<{ evaluations: Decision[] }> {
  const decisions = await Promise.all(evaluations.map(asked => evaluate(view, asked).catch(denied(view))));
  if (semantic === 'execute_all') return { evaluations: decisions };
  const last = decisions.findIndex(({ decision }) => decision === (semantic === 'permit_on_first_permit'));
  if (last < 0) return { evaluations: decisions };
  const { decision, context } = decisions[last]!;
  const why = decision ? {} : { code: '200', reason: semantic };
  return { evaluations: [...decisions.slice(0, last), { decision, context: { ...why, ...context } }] };
}

/** Answers one question. FORBIDDEN about others, unless the caller may ask. */
export async function evaluate(view: View, { subject, resource, action, reasons }: Evaluation): Promise<Decision> {
  const ref = subjectNamed(subject);
  await requireMayAskAbout(view, ref);
  const asked = askedOn(view, resource.type, action.name);
  const question = { subject: ref, resourceId: resource.id, context: resource.properties ?? null };
  const answer = asked && (await view.asking.answer({ ...question, permission: asked.permission }, 'action.name'));
  const why = (answer?.reasons() ?? []).map(path => ({ kind: path.kind, message: inWords(path) }));
  return { decision: answer?.allowed ?? false, context: contextIn(view, reasons ? { reasons: why } : {}) };
}

const denied =
  (view: View) =>
  (error: unknown): Decision => {
    if (!(error instanceof AppError) || error.code === 'UNAVAILABLE') throw error;
    return { decision: false, context: contextIn(view, { error: errorOf(error) }) };
  };
