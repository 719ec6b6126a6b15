import type { Definition } from '../kernel/definitions.js';
import type { PermissionParts } from '../kernel/permission.js';
import { knowsVerb, type TypeOptions } from './catalogue.js';
import { covers, definitionsMatch, type Attributes } from './matching.js';
import { isLive, rowsOn, type RoleRow, type Subject } from './subject.js';

/** Whether a subject may do something: to one resource, or (without `resourceId`) as such. */
export type Question = {
  readonly subject: Subject;
  readonly permission: PermissionParts;
  readonly type: TypeOptions;
  readonly resourceId: string | null;
  readonly context: Attributes | null;
};

/** One path from the subject to the permission. */
export type Reason = { readonly kind: 'SUPERUSER' } | { readonly kind: 'ROLE'; readonly row: RoleRow };

/** Every path there is; none means no. Check, explain and lists are readings of this one relation. */
export function* reasons(question: Question): Generator<Reason> {
  const { subject, permission, type } = question;
  if (!isLive(subject) || !knowsVerb(type, permission.verb)) return;
  if (subject.principal?.superuser) yield { kind: 'SUPERUSER' };
  if (question.resourceId !== null && !isVisible(subject, type)) return;
  for (const row of rowsOn(subject, permission.application)) {
    if (covers(row, permission) && applies(row.definitions, question)) yield { kind: 'ROLE', row };
  }
}

/** The answer: yes as soon as there is one reason. */
export const isAllowed = (question: Question): boolean => !reasons(question).next().done;

/**
 * Without a resource and denied: for each role row that covers the permission under attribute filters, these filters.
 * The alternatives are to be applied each as a whole.
 */
export function filterSets(question: Question): (readonly Definition[])[] {
  const { subject, permission, type, resourceId } = question;
  if (resourceId !== null || !knowsVerb(type, permission.verb) || isAllowed(question)) return [];
  const rows = rowsOn(subject, permission.application).filter(row => covers(row, permission));
  return [...new Map(rows.map(row => [row.id, row.definitions])).values()];
}

/**
 * Whether a subject sees a resource that is not registered: types with visibility SHARED show it to supergroups alone,
 * controlled ones to everybody who is signed in, when they show what has no related resource.
 */
export function isVisible(subject: Subject, type: TypeOptions): boolean {
  if (type.visibility === 'OPEN' || subject.supergroup) return true;
  return type.controlledBy !== 'NONE' && type.visibleWithoutRelated && subject.kind === 'principal';
}

const applies = (definitions: readonly Definition[], { resourceId, context }: Question) =>
  definitions.length === 0 ||
  ((resourceId !== null || context !== null) && definitionsMatch(definitions, context ?? {}));
