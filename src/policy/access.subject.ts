import type { View } from '../api/context.js';
import type { Subject } from '../engine/subject.js';
import { badInput, forbidden, notFound } from '../kernel/errors.js';
import { askedKey } from '../kernel/text.js';

/**
 * Whose access list is asked for: one's own, or that of a named principal. FORBIDDEN about others without the right,
 * whether or not they exist; NOT_FOUND with it; BAD_USER_INPUT for a service client that names nobody.
 */
export async function accessSubject(view: View, username: string | null | undefined): Promise<Subject | null> {
  const { caller, access, asking } = view;
  if (caller.kind === 'service' && !access.may('access', 'read')) throw forbidden('This needs the scope check');
  if (typeof username !== 'string') {
    if (caller.kind === 'service') throw badInput('username', 'a service client has to name a principal');
    return access.subject;
  }
  const value = askedKey(username);
  const isSelf = caller.kind === 'user' && caller.username === value;
  if (!isSelf && !access.may('access', 'read')) throw forbidden('This needs rbac:access:read');
  const subject = await asking.subject({ by: 'username', value });
  if (!subject) throw notFound('username');
  return subject;
}
