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

export type Type = {
  readonly name: string;
  readonly visibility: 'OPEN' | 'SHARED';
  readonly controlledBy: 'NONE' | 'PARENTS' | 'CHILDREN';
  readonly unsharedArePublic: boolean;
  readonly visibleWithoutRelated: boolean;
  readonly openVerbs: boolean;
  readonly sharedVerbs: readonly string[];
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
};

export type Subject = { readonly username: string } | { readonly group: string } | { readonly anonymous: true };

export type Question = {
  readonly subject: Subject;
  readonly permission: string;
  readonly resourceId?: string;
  readonly context?: Readonly<Record<string, unknown>>;
};
