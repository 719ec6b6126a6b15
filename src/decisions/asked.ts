import type { View } from '../api/context.js';
import { knowsVerb, type TypeOptions } from '../engine/catalogue.js';
import type { SubjectRef } from '../engine/subject.js';
import { hasScope } from '../kernel/caller.js';
import { forbidden, unauthenticated } from '../kernel/errors.js';
import { parseGlobalId } from '../kernel/ids.js';
import { isWildcard, parsePermission } from '../kernel/permission.js';
import { askedKey } from '../kernel/text.js';

// No subject has this id: what a subject of an unknown type stands for.
const NOBODY: SubjectRef = { by: 'principalId', value: '00000000-0000-0000-0000-000000000000' };

/** The subject that AuthZEN names: a `user` by username, a `group` by name or global id; of any other type, nobody. */
export function subjectNamed({ type, id }: { readonly type: string; readonly id: string }): SubjectRef {
  if (type === 'user') return { by: 'username', value: askedKey(id) };
  if (type !== 'group') return NOBODY;
  const parsed = parseGlobalId(id);
  if (parsed?.type === 'Group') return { by: 'groupId', value: parsed.id };
  return { by: 'groupName', value: askedKey(id) };
}

/** A verb of a type of the catalogue, and the two as a permission. */
export type Asked = { readonly type: TypeOptions; readonly verb: string; readonly permission: string };

/**
 * What an action on resources of a type asks for: a verb, or a whole permission of that type. Null when the catalogue
 * knows no such thing: nobody holds it.
 */
export function askedOn({ asking }: View, resourceType: string, action: string): Asked | null {
  const permission = action.includes(':') ? action : `${resourceType}:${action}`;
  const parsed = parsePermission(permission);
  const type = parsed && !isWildcard(parsed) ? asking.catalogue.typeOf(parsed) : undefined;
  if (!parsed || !type || type.name !== resourceType || !knowsVerb(type, parsed.verb)) return null;
  return { type, verb: parsed.verb, permission };
}

/** Refuses callers that may ask about nobody: UNAUTHENTICATED without a credential, FORBIDDEN without the scope `check`. */
export function requireMayAsk({ caller }: View): void {
  if (caller.kind === 'anonymous') throw unauthenticated('Send a credential');
  if (caller.kind === 'service' && !hasScope(caller, 'check')) throw forbidden('This needs the scope check');
}

/** The context of an answer: what there is to say, and the state of the world at which it was answered. */
export const contextIn = ({ revision }: View, more: Readonly<Record<string, unknown>>) => ({
  ...more,
  ...(revision !== null && { revision }),
});
