import type { View } from '../api/context.js';
import { keyOf } from '../api/ids.js';
import { exactlyOne } from '../api/lookup.js';
import { ANONYMOUS, type SubjectRef } from '../engine/subject.js';
import { hasScope } from '../kernel/caller.js';
import { AppError, badInput, forbidden, unauthenticated } from '../kernel/errors.js';
import { askedKey } from '../kernel/text.js';
import type { SubjectInput } from './decision.types.js';

// No subject has this id: what an id of another type stands for.
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The caller as a subject. BAD_USER_INPUT for a service client, which is none and has to name one. */
export function callerRef(field: string, { caller }: View): SubjectRef {
  if (caller.kind === 'service') throw badInput(field, 'a service client has to name a subject');
  return caller.kind === 'user' ? { by: 'principalId', value: caller.principalId } : ANONYMOUS;
}

/** The subject that an argument names; the caller, when it is absent. BAD_USER_INPUT naming the field that is wrong. */
export function subjectRef(field: string, input: SubjectInput | null | undefined, view: View): SubjectRef {
  if (!input) return callerRef(field, view);
  const { way, value } = wayOf(field, input);
  if (way === 'anonymous') return ANONYMOUS;
  if (way === 'principalId') return { by: way, value: keyOf(`${field}.${way}`, value, 'Principal') ?? NOBODY };
  if (way === 'groupId') return { by: way, value: keyOf(`${field}.${way}`, value, 'Group') ?? NOBODY };
  return { by: way, value: askedKey(value) };
}

/** How a subject is named. */
export type SubjectWay = { readonly way: SubjectRef['by']; readonly value: string };

/** The one way in which a subject is named. BAD_USER_INPUT naming the field unless it is exactly one. */
export function wayOf(field: string, input: SubjectInput): SubjectWay {
  const { username, principalId, groupId, groupName, anonymous } = input;
  if (anonymous === false) throw badInput(`${field}.anonymous`, 'must be true or absent');
  const ways = { username, principalId, groupId, groupName, anonymous: anonymous ? '' : null };
  const { field: way, value } = inField(field, () => exactlyOne(ways));
  return { way, value };
}

function inField<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof AppError ? badInput(field, error.message) : error;
  }
}

/**
 * Refuses questions about others: UNAUTHENTICATED or FORBIDDEN, the same whether or not the subject exists. About
 * oneself and about the anonymous caller everybody may ask; about a group, its live members may.
 */
export async function requireMayAskAbout(view: View, ref: SubjectRef): Promise<void> {
  const { caller, access, asking } = view;
  if (caller.kind === 'service') {
    if (!hasScope(caller, 'check')) throw forbidden('This needs the scope check');
    return;
  }
  if (ref.by === 'anonymous') return;
  if (caller.kind === 'anonymous') throw unauthenticated('Sign in to ask about others');
  if (ref.by === 'principalId' && ref.value === caller.principalId) return;
  if (ref.by === 'username' && ref.value === caller.username) return;
  if (access.may('access', 'read')) return;
  const [groupId] = ref.by.startsWith('group') ? ((await asking.subject(ref))?.groups ?? []) : [];
  if (!groupId || !access.subject?.memberOf.has(groupId)) throw forbidden('This needs rbac:access:read');
}
