import type { Group, Principal, Type, World } from '../oracle/world.js';

/** A user without any flag. */
export const user = (username: string, more: Partial<Principal> = {}): Principal => ({
  ...{ username, type: 'USER', active: true, orgAdmin: false, superuser: false },
  ...more,
});

/** A group at the root, without any flag. */
export const group = (name: string, more: Partial<Group> = {}): Group => ({
  ...{ name, parent: null, includesSubgroups: false, supergroup: false, anonymousDefault: false, standard: null },
  ...more,
});

/** A type whose resources everybody sees. */
export const type = (name: string, more: Partial<Type> = {}): Type => ({
  ...{ name, visibility: 'OPEN', controlledBy: 'NONE', unsharedArePublic: false, visibleWithoutRelated: true },
  ...{ openVerbs: false, ownerVerbs: [], sharedVerbs: [], inheritedVerbs: [] },
  ...more,
});

/** A world in which `ann` reads documents, through the group of readers; but for what is said otherwise. */
export const smallWorld = (more: Partial<World> = {}): World => ({
  permissions: ['app:doc:read', 'app:doc:write', 'app:doc:*', 'app:*:*'],
  types: [type('app:doc')],
  systemRoles: [],
  roles: [{ name: 'reader', rows: [{ permission: 'app:doc:read', filters: [] }] }],
  principals: [user('ann'), user('bob')],
  groups: [
    group('Default access', { standard: 'PLATFORM' }),
    group('Default admin access', { standard: 'ADMIN' }),
    group('readers'),
  ],
  memberships: [{ group: 'readers', principal: 'ann', expiresAt: null }],
  policies: [{ name: 'reading', group: 'readers', roles: ['reader'], hidden: false }],
  resources: [],
  grants: [],
  ...more,
});
