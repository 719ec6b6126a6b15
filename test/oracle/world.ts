/** An attribute filter as people write it. */
export type Filter = {
  readonly key: string;
  readonly operation: 'EQUAL' | 'IN';
  readonly value: string | null | readonly (string | null)[];
};

/** A row of a role: `application:resource:verb`, and the filters under which it holds. */
export type Row = { readonly permission: string; readonly filters: readonly Filter[] };

export type Role = { readonly name: string; readonly rows: readonly Row[] };
export type SystemRole = Role & { readonly platformDefault: boolean; readonly adminDefault: boolean };

export type Principal = {
  readonly username: string;
  readonly type: 'USER' | 'SERVICE_ACCOUNT';
  readonly active: boolean;
  readonly orgAdmin: boolean;
  readonly superuser: boolean;
};

export type Group = {
  readonly name: string;
  readonly parent: string | null;
  readonly includesSubgroups: boolean;
  readonly supergroup: boolean;
  readonly anonymousDefault: boolean;
  /** PLATFORM: follows the flagged system roles; CUSTOM: the tenant's own platform default group; ADMIN: of orgAdmins. */
  readonly standard: 'PLATFORM' | 'CUSTOM' | 'ADMIN' | null;
};

/** `expiresAt` in milliseconds; null: never. */
export type Membership = { readonly group: string; readonly principal: string; readonly expiresAt: number | null };

/** `hidden`: the policy of what `addGroupRoles` gave. A role is named without saying whose it is: names are unique. */
export type Policy = {
  readonly name: string;
  readonly group: string;
  readonly roles: readonly string[];
  readonly hidden: boolean;
};

/** In lists of verbs, `*` stands for all. */
export type Type = {
  readonly name: string;
  readonly ownerVerbs: readonly string[];
  readonly sharedVerbs: readonly string[];
  readonly inheritedVerbs: readonly string[];
  readonly visibility: 'OPEN' | 'SHARED';
  readonly unsharedArePublic: boolean;
  readonly controlledBy: 'NONE' | 'PARENTS' | 'CHILDREN';
  readonly visibleWithoutRelated: boolean;
  readonly openVerbs: boolean;
};

/** A resource, by its type and the id that its own service gave it. */
export type ResourceRef = { readonly type: string; readonly id: string };

/** A registered resource: its owner by username, the groups that it is shared with by name. */
export type Resource = ResourceRef & {
  readonly owner: string | null;
  readonly attributes: Readonly<Record<string, unknown>> | null;
  readonly parents: readonly ResourceRef[];
  readonly shares: readonly string[];
};

/** A verb, or `*`, on one resource, or (without one) on all of the type. */
export type Grant = {
  readonly type: string;
  readonly verb: string;
  readonly resourceId: string | null;
  readonly to: { readonly username: string } | { readonly group: string };
  readonly expiresAt: number | null;
};

/** One tenant and the catalogue that it sees, in plain values: everything that a decision may depend on. */
export type World = {
  readonly permissions: readonly string[];
  readonly types: readonly Type[];
  readonly systemRoles: readonly SystemRole[];
  readonly roles: readonly Role[];
  readonly principals: readonly Principal[];
  readonly groups: readonly Group[];
  readonly memberships: readonly Membership[];
  readonly policies: readonly Policy[];
  readonly resources: readonly Resource[];
  readonly grants: readonly Grant[];
};

export type Subject = { readonly username: string } | { readonly group: string } | { readonly anonymous: true };

export type Question = {
  readonly subject: Subject;
  readonly permission: string;
  readonly resourceId?: string;
  readonly context?: Readonly<Record<string, unknown>>;
};

/** Which ways count in a list (semantics 8). */
export type Reading = {
  readonly includeGroups: boolean;
  readonly includeSuperuser: boolean;
  readonly acceptGlobal: boolean;
};

/** All ways count, as in checks. */
export const EVERY_WAY: Reading = { includeGroups: true, includeSuperuser: true, acceptGlobal: true };

/** One path to a permission; `policy` is null for the flagged roles of a default group. */
export type OracleReason =
  | { readonly kind: 'SUPERUSER' | 'OWNER' | 'SHARED' }
  | { readonly kind: 'GRANT' | 'TYPE_GRANT'; readonly grant: Grant }
  | { readonly kind: 'ROLE'; readonly group: string; readonly policy: string | null; readonly role: string }
  | { readonly kind: 'INHERITED'; readonly from: ResourceRef };
