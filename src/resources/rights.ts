import type { View } from '../api/context.js';
import { ANONYMOUS, idsOf, type SubjectRef } from '../engine/subject.js';
import { forbidden, unauthenticated } from '../kernel/errors.js';
import { keyOfResource, type Resource } from './resource.entity.js';

const MANAGE = 'manage';

/** The caller as a subject; null for service clients, which are none. */
export const viewerRef = ({ caller }: View): SubjectRef | null => {
  if (caller.kind === 'service') return null;
  return caller.kind === 'user' ? { by: 'principalId', value: caller.principalId } : ANONYMOUS;
};

/** Whether the caller may read a resource: by right, or since it holds anything at all on it. */
export async function mayReadResource(view: View, resource: Resource): Promise<boolean> {
  const { access, asking } = view;
  const type = asking.catalogue.typeNamed(resource.type);
  if (!type) return false;
  if (access.mayOn('resource', 'read', type, resource.id)) return true;
  const viewer = viewerRef(view);
  return viewer !== null && (await asking.permissionsOn(viewer, keyOfResource(resource))).length > 0;
}

/** Whether the caller administers a resource: by right, as its owner, or with the verb `manage`. */
export async function administers(view: View, resource: Resource): Promise<boolean> {
  const { access, asking, caller } = view;
  const type = asking.catalogue.typeNamed(resource.type);
  if (!type) return false;
  if (access.isExempt || access.mayOn('grant', 'write', type, resource.id)) return true;
  if (caller.kind !== 'user' || !access.subject) return false;
  if (resource.ownerId === caller.principalId) return true;
  const relation = await asking.relation(access.subject, keyOfResource(resource));
  return relation.allows(type, MANAGE, relation.at(keyOfResource(resource)));
}

/** Refuses to tell who holds what on a resource, unless the caller administers it or may read the access of others. */
export async function requireSeesHolders(view: View, resource: Resource): Promise<void> {
  if (view.caller.kind === 'anonymous') throw unauthenticated('Sign in to ask this');
  if (view.access.may('access', 'read') || (await administers(view, resource))) return;
  throw forbidden('This needs rbac:access:read, or to administer the resource');
}

/** Whether a subject is the caller itself, by whatever name. */
export const isViewer = ({ caller }: View, ref: SubjectRef): boolean => {
  if (caller.kind === 'anonymous') return ref.by === 'anonymous';
  if (caller.kind !== 'user') return false;
  return (
    (ref.by === 'principalId' && ref.value === caller.principalId) ||
    (ref.by === 'username' && ref.value === caller.username)
  );
};

/** Whether a grant is the caller's own: to itself, or to one of its groups. Nothing is the anonymous caller's own. */
export const isOwnGrant = ({ access, caller }: View, subjectId: string): boolean =>
  caller.kind === 'user' && !!access.subject && idsOf(access.subject).includes(subjectId);
