import { sql } from 'kysely';
import { definitionsKey, type Definition } from '../kernel/definitions.js';
import type { GroupId, PolicyId, PrincipalId, RoleId } from '../kernel/ids.js';
import type { PermissionParts } from '../kernel/permission.js';
import { isStorable } from '../kernel/text.js';
import type { Scope } from '../store/scope.js';
import { compiled } from '../store/statement.js';
import type { PrincipalFlags, Revision, RoleRow, Subject, SubjectGrant, SubjectRef } from './subject.js';
import { PRINCIPAL, subjectColumns, subjectTables } from './subject-sql.js';

type PrincipalRow = PrincipalFlags & {
  groups: GroupId[];
  memberships: { groupId: GroupId; expiresAt: string | null }[];
};
type GroupRow = { id: GroupId; nameKey: string; supergroup: boolean; anonymous: boolean };
type HeldRow = { groupId: GroupId; policyId: PolicyId | null; hidden: boolean; roleId: RoleId };
type AccessRow = PermissionParts & { id: string; roleId: RoleId; permission: string; definitions: Definition[] };
type GrantRow = SubjectGrant & { principalId: PrincipalId | null; expiresAt: string | null };
/** The row of `subjectColumns`. */
export type LoadedSubjects = {
  tenant_revision: number | null;
  catalogue_revision: number;
  principals: PrincipalRow[];
  groups: GroupRow[];
  held: HeldRow[];
  access: AccessRow[];
  granted: GrantRow[];
};

/** Reads the subjects that are named, in one statement, in order; null where there is no such subject. */
export async function loadSubjects(scope: Scope, refs: readonly SubjectRef[], now: Date): Promise<(Subject | null)[]> {
  const { tenantId } = scope;
  // A name that no database can hold is nobody's.
  const named = (by: SubjectRef['by']) =>
    refs.filter(ref => ref.by === by && isStorable(ref.value)).map(ref => ref.value);
  const statement = compiled(sql`with recursive
    asked as (
      select ${PRINCIPAL} from principal p
       where p.tenant_id = ${tenantId}
         and (p.username = any(${named('username')}::text[]) or p.id = any(${named('principalId')}::uuid[]))
    ),
    named_group as (
      select g.id from "group" g
       where g.tenant_id = ${tenantId}
         and (g.id = any(${named('groupId')}::uuid[]) or g.name_key = any(${named('groupName')}::text[]))
    ),
    ${subjectTables(tenantId, now)}
    select ${subjectColumns(tenantId)}`);
  const [loaded] = await scope.prepared<LoadedSubjects>({ name: 'subjects', ...statement });
  if (!loaded || loaded.tenant_revision === null) return refs.map(() => null);
  return refs.map(subjectsFrom(loaded));
}

/** Makes subjects of what one statement read, sharing what they have in common. */
export function subjectsFrom(loaded: LoadedSubjects): (ref: SubjectRef) => Subject | null {
  const revision: Revision = { tenant: loaded.tenant_revision ?? 0, catalogue: loaded.catalogue_revision };
  const groups = new Map(loaded.groups.map(group => [group.id, group]));
  const heldBy = Map.groupBy(loaded.held, ({ groupId }) => groupId);
  const grantedTo = Map.groupBy(loaded.granted, ({ principalId, groupId }) => principalId ?? groupId!);
  const accessOf = Map.groupBy(loaded.access, ({ roleId }) => roleId);
  const principalOf = (ref: SubjectRef) =>
    loaded.principals.find(({ id, username }) => (ref.by === 'username' ? username : id) === ref.value);
  const groupOf = (ref: SubjectRef) =>
    loaded.groups.find(({ id, nameKey }) => (ref.by === 'groupName' ? nameKey : id) === ref.value);

  const made = (kind: Subject['kind'], principal: PrincipalRow | null, ids: readonly GroupId[]): Subject => {
    const held = ids.flatMap(id => heldBy.get(id) ?? []);
    const memberships = principal?.memberships ?? [];
    const own = (principal && grantedTo.get(principal.id)) ?? [];
    const granted = [...own, ...ids.flatMap(id => grantedTo.get(id) ?? [])];
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
      grants: Map.groupBy(granted, ({ type }) => type),
      revision,
      until: Math.min(
        ...[...memberships, ...granted].map(({ expiresAt }) => (expiresAt ? Date.parse(expiresAt) : Infinity)),
      ),
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
