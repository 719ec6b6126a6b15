import type { Definition } from '../kernel/definitions.js';
import type { GrantId, GroupId, PolicyId, PrincipalId, RoleId } from '../kernel/ids.js';
import type { PermissionParts } from '../kernel/permission.js';

/** A subject as a question names it. Usernames and group names come folded (`nameKey`). */
export type SubjectRef =
  | { readonly by: 'username'; readonly value: string }
  | { readonly by: 'principalId'; readonly value: string }
  | { readonly by: 'groupId'; readonly value: string }
  | { readonly by: 'groupName'; readonly value: string }
  | { readonly by: 'anonymous'; readonly value: '' };

/** The anonymous caller. */
export const ANONYMOUS: SubjectRef = { by: 'anonymous', value: '' };

/** A row of a role, and the way it came. `policyId` is null for an uncustomised default group. */
export type RoleRow = PermissionParts & {
  readonly id: string;
  readonly permission: string;
  readonly definitions: readonly Definition[];
  readonly definitionsKey: string;
  readonly roleId: RoleId;
  readonly groupId: GroupId;
  readonly policyId: PolicyId | null;
};

/**
 * A grant that is part of what a subject is: on all of a type, or (of the application `rbac`) on an object of the
 * management API. `groupId` is null for a principal's own.
 */
export type SubjectGrant = {
  readonly id: GrantId;
  readonly type: string;
  readonly verb: string;
  readonly resourceId: string | null;
  readonly groupId: GroupId | null;
};

/** The flags of a principal that decisions and rules go by. */
export type PrincipalFlags = {
  readonly id: PrincipalId;
  readonly username: string;
  readonly type: 'USER' | 'SERVICE_ACCOUNT';
  readonly email: string | null;
  readonly active: boolean;
  readonly orgAdmin: boolean;
  readonly superuser: boolean;
};

/** Revisions that something was read at; both only ever grow. */
export type Revision = { readonly tenant: number; readonly catalogue: number };

/** All that decisions need to know of a subject, valid for one revision and until the next expiry. */
export type Subject = {
  readonly kind: 'principal' | 'group' | 'anonymous';
  /** Null for groups and for the anonymous caller. */
  readonly principal: PrincipalFlags | null;
  /** G(P) of semantics section 3; of a group, the group alone. */
  readonly groups: ReadonlySet<GroupId>;
  /** Groups with a live membership of its own. */
  readonly memberOf: ReadonlySet<GroupId>;
  readonly supergroup: boolean;
  /** Roles and policies that reach it, also those without rows; the hidden policies are left out. */
  readonly roles: ReadonlySet<RoleId>;
  readonly policies: ReadonlySet<PolicyId>;
  readonly rows: ReadonlyMap<string, readonly RoleRow[]>;
  /** By type; grants on single resources of other applications are read with each request. */
  readonly grants: ReadonlyMap<string, readonly SubjectGrant[]>;
  readonly revision: Revision;
  /** Milliseconds since 1970 from which on it has to be read again. */
  readonly until: number;
};

/** Whether it may hold anything at all: an inactive principal holds nothing anywhere. */
export const isLive = ({ principal }: Subject) => principal === null || principal.active;

/** The rows of a live subject on one application; of an inactive one, none. */
export const rowsOn = (subject: Subject, application: string): readonly RoleRow[] =>
  isLive(subject) ? (subject.rows.get(application) ?? []) : [];

/** All rows of a live subject; of an inactive one, none. */
export const rowsOf = (subject: Subject): readonly RoleRow[] =>
  isLive(subject) ? [...subject.rows.values()].flat() : [];

/** The grants that are part of a live subject, on one type; of an inactive one, none. */
export const grantsOn = (subject: Subject, type: string): readonly SubjectGrant[] =>
  isLive(subject) ? (subject.grants.get(type) ?? []) : [];

/** Under which ids grants and shares reach a subject: its own as a principal, and those of its groups. */
export const idsOf = ({ principal, groups }: Subject): string[] => [...(principal ? [principal.id] : []), ...groups];
