import { globalId, type NodeType } from '../../src/kernel/ids.js';
import type { StoredWorld } from '../oracle/stored-world.js';

export const PERMISSIONS = ['app:doc:read', 'app:doc:write', 'app:item:read'];
const ROWS = [...PERMISSIONS, 'app:doc:*'];

/** Numbers that pick among what there is when the time comes. */
export type Picks = readonly number[];
/** A mutation, its input, and the type of the input where the name does not say it. */
export type Mutation = readonly [name: string, input: object, inputType?: string];

/** One of some things; a number too large starts anew. */
export const pick = <T>(from: Iterable<T>, number = 0): T | undefined => {
  const all = [...from];
  return all[number % all.length];
};
/** The global id of one of some things. */
export const idOf = (noun: NodeType, ids: ReadonlyMap<string, string>, number?: number) =>
  globalId(noun, pick(ids.values(), number) ?? '');
/** One of the usernames; that of nobody where there are no principals. */
export const usernameOf = ({ principals }: StoredWorld, number?: number) => pick(principals.keys(), number) ?? 'nobody';
export const flag = (number = 0) => number % 2 === 0;

/** Rows of a role. */
export const access = (number = 0) => [
  {
    permission: pick(ROWS, number),
    resourceDefinitions: flag(number >> 2) ? [] : [{ key: 'team', operation: 'EQUAL', value: 'red' }],
  },
];

/** What can be done to people, groups and roles. Much of it is refused, depending on what has been done before; that does no harm. */
export const TENANT_MUTATIONS = {
  addMember: (stored: StoredWorld, [a, b]: Picks): Mutation => [
    'addGroupMembers',
    { groupId: idOf('Group', stored.groups, a), usernames: [usernameOf(stored, b)] },
  ],
  removeMember: (stored: StoredWorld, [a, b]: Picks): Mutation => [
    'removeGroupMembers',
    { groupId: idOf('Group', stored.groups, a), usernames: [usernameOf(stored, b)] },
  ],
  moveGroup: ({ groups }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'updateGroup',
    { id: idOf('Group', groups, a), parentId: c! % 4 === 0 ? null : idOf('Group', groups, b) },
  ],
  flagGroup: ({ groups }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'updateGroup',
    {
      id: idOf('Group', groups, a),
      [pick(['includesSubgroups', 'includesSubgroups', 'supergroup', 'anonymousDefault'], b)!]: flag(c),
    },
  ],
  deleteGroup: ({ groups }: StoredWorld, [a]: Picks): Mutation => ['deleteGroup', { id: idOf('Group', groups, a) }],
  createGroup: ({ groups }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'createGroup',
    { name: `group ${a}`, parentId: flag(b) ? idOf('Group', groups, c) : null, includesSubgroups: flag(c) },
  ],
  createPublicGroup: (_: StoredWorld, [a, b]: Picks): Mutation => [
    'createGroup',
    { name: `public ${a}`, anonymousDefault: true, supergroup: flag(b) },
  ],
  giveRole: ({ groups, roles }: StoredWorld, [a, b]: Picks): Mutation => [
    'addGroupRoles',
    { groupId: idOf('Group', groups, a), roleIds: [idOf('Role', roles, b)] },
    'GroupRolesInput',
  ],
  takeRole: ({ groups, roles }: StoredWorld, [a, b]: Picks): Mutation => [
    'removeGroupRoles',
    { groupId: idOf('Group', groups, a), roleIds: [idOf('Role', roles, b)] },
    'GroupRolesInput',
  ],
  createPolicy: ({ groups, roles }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'createPolicy',
    {
      name: `policy ${a}`,
      groupId: idOf('Group', groups, b),
      roleIds: [idOf('Role', roles, c), idOf('Role', roles, a)],
    },
  ],
  movePolicy: ({ groups, policies }: StoredWorld, [a, b]: Picks): Mutation => [
    'updatePolicy',
    { id: idOf('Policy', policies, a), groupId: idOf('Group', groups, b) },
  ],
  changePolicy: ({ roles, policies }: StoredWorld, [a, b]: Picks): Mutation => [
    'updatePolicy',
    { id: idOf('Policy', policies, a), roleIds: [idOf('Role', roles, b)] },
  ],
  deletePolicy: ({ policies }: StoredWorld, [a]: Picks): Mutation => [
    'deletePolicy',
    { id: idOf('Policy', policies, a) },
  ],
  createRole: (_: StoredWorld, [a, b]: Picks): Mutation => ['createRole', { name: `role ${a}`, access: access(b) }],
  changeRole: ({ roles }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'updateRole',
    { id: idOf('Role', roles, a), access: [...access(b), ...access(c)] },
  ],
  deleteRole: ({ roles }: StoredWorld, [a]: Picks): Mutation => ['deleteRole', { id: idOf('Role', roles, a) }],
  flagPrincipal: ({ principals }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'updatePrincipal',
    { id: idOf('Principal', principals, a), [pick(['active', 'superuser', 'orgAdmin'], b)!]: flag(c) },
  ],
  typePrincipal: ({ principals }: StoredWorld, [a, b]: Picks): Mutation => [
    'updatePrincipal',
    { id: idOf('Principal', principals, a), type: flag(b) ? 'USER' : 'SERVICE_ACCOUNT' },
  ],
  renamePrincipal: ({ principals }: StoredWorld, [a, b]: Picks): Mutation => [
    'updatePrincipal',
    { id: idOf('Principal', principals, a), username: `user ${b}` },
  ],
  createPrincipal: (_: StoredWorld, [a]: Picks): Mutation => ['createPrincipal', { username: `user ${a}` }],
  deletePrincipal: ({ principals }: StoredWorld, [a]: Picks): Mutation => [
    'deletePrincipal',
    { id: idOf('Principal', principals, a) },
  ],
};
