import { definitionsKey, type Definition } from '../kernel/definitions.js';
import type { GroupId, PolicyId, RoleId } from '../kernel/ids.js';
import type { PermissionParts } from '../kernel/permission.js';
import { isStorable } from '../kernel/text.js';
import type { Scope } from '../store/scope.js';
import type { PrincipalFlags, Revision, RoleRow, Subject, SubjectRef } from './subject.js';
import { SUBJECTS } from './subject-sql.js';

type PrincipalRow = PrincipalFlags & {
  groups: GroupId[];
  memberships: { groupId: GroupId; expiresAt: string | null }[];
};
type GroupRow = { id: GroupId; nameKey: string; supergroup: boolean; anonymous: boolean };
type HeldRow = { groupId: GroupId; policyId: PolicyId | null; hidden: boolean; roleId: RoleId };
type AccessRow = PermissionParts & { id: string; roleId: RoleId; permission: string; definitions: Definition[] };
type Loaded = {
  tenant_revision: number | null;
  catalogue_revision: number;
  principals: PrincipalRow[];
  groups: GroupRow[];
  held: HeldRow[];
  access: AccessRow[];
};

/** Reads the subjects that are named, in one statement, in order; null where there is no such subject. */
export async function loadSubjects(scope: Scope, refs: readonly SubjectRef[], now: Date): Promise<(Subject | null)[]> {
  // A name that no database can hold is nobody's.
  const named = (by: SubjectRef['by']) =>
    refs.filter(ref => ref.by === by && isStorable(ref.value)).map(ref => ref.value);
  const values = [
    scope.tenantId,
    named('username'),
    named('principalId'),
    named('groupId'),
    named('groupName'),
    now.toISOString(),
  ];
  const [loaded] = await scope.prepared<Loaded>({ name: 'subjects', text: SUBJECTS, values });
  if (!loaded || loaded.tenant_revision === null) return refs.map(() => null);
  const compile = compiler(loaded);
  return refs.map(compile);
}

/** Puts what one statement read together, sharing what subjects have in common. */
function compiler(loaded: Loaded): (ref: SubjectRef) => Subject | null {
  const revision: Revision = { tenant: loaded.tenant_revision ?? 0, catalogue: loaded.catalogue_revision };
  const groups = new Map(loaded.groups.map(group => [group.id, group]));
  const heldBy = Map.groupBy(loaded.held, ({ groupId }) => groupId);
  const accessOf = Map.groupBy(loaded.access, ({ roleId }) => roleId);
  const principalOf = (ref: SubjectRef) =>
    loaded.principals.find(({ id, username }) => (ref.by === 'username' ? username : id) === ref.value);
  const groupOf = (ref: SubjectRef) =>
    loaded.groups.find(({ id, nameKey }) => (ref.by === 'groupName' ? nameKey : id) === ref.value);

  const made = (kind: Subject['kind'], principal: PrincipalRow | null, ids: readonly GroupId[]): Subject => {
    const held = ids.flatMap(id => heldBy.get(id) ?? []);
    const memberships = principal?.memberships ?? [];
    return {
      kind,
      principal: principal && flagsOf(principal),
      groups: new Set(ids),
      memberOf: new Set(memberships.map(({ groupId }) => groupId)),
      supergroup: ids.some(id => groups.get(id)?.supergroup),
      roles: new Set(held.map(({ roleId }) => roleId)),
      policies: new Set(held.flatMap(({ policyId, hidden }) => (policyId && !hidden ? [policyId] : []))),
      rows: Map.groupBy(
        held.flatMap(way => (accessOf.get(way.roleId) ?? []).map(access => rowOf(access, way))),
        ({ application }) => application,
      ),
      revision,
      until: Math.min(...memberships.map(({ expiresAt }) => (expiresAt ? Date.parse(expiresAt) : Infinity))),
    };
  };

  return ref => {
    if (ref.by === 'anonymous') {
      return made(
        'anonymous',
        null,
        loaded.groups.filter(group => group.anonymous).map(group => group.id),
      );
    }
    if (ref.by === 'groupId' || ref.by === 'groupName') {
      const group = groupOf(ref);
      return group ? made('group', null, [group.id]) : null;
    }
    const principal = principalOf(ref);
    return principal ? made('principal', principal, principal.groups) : null;
  };
}

const flagsOf = ({ id, username, type, email, active, orgAdmin, superuser }: PrincipalRow): PrincipalFlags => ({
  id,
  username,
  type,
  email,
  active,
  orgAdmin,
  superuser,
});

const rowOf = ({ roleId, ...access }: AccessRow, { groupId, policyId }: HeldRow): RoleRow => ({
  ...access,
  roleId,
  groupId,
  policyId,
  definitionsKey: definitionsKey(access.definitions),
});
