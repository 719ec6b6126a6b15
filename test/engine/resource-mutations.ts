import type { StoredWorld } from '../oracle/stored-world.js';
import { flag, idOf, pick, usernameOf, type Mutation, type Picks } from './tenant-mutations.js';

/** The resources that there are at times. */
export const RESOURCE_IDS = ['1', '2', '3'];
const TYPES = ['app:doc', 'app:item'];

const typeAt = (number = 0) => pick(TYPES, number)!;
const idAt = (number = 0) => pick(RESOURCE_IDS, number)!;
const shareOf = ({ groups }: StoredWorld, [a, b, c]: Picks) => ({
  ...{ type: typeAt(a), resourceIds: [idAt(b)], groupIds: [idOf('Group', groups, c)] },
});

/** A permission, a subject, and a resource or all of the type. */
const grantOf = (stored: StoredWorld, [a = 0, b = 0, c = 0]: Picks) => ({
  permissions: [`${typeAt(a)}:${pick(['read', 'write', '*'], a >> 1)}`],
  subjects: [flag(b) ? { username: usernameOf(stored, b >> 1) } : { groupId: idOf('Group', stored.groups, b >> 1) }],
  ...(c > 0 && { resourceIds: [idAt(c)] }),
});

const assignmentOf = (stored: StoredWorld, [a, b, c]: Picks) => ({
  ...{ type: 'app:doc', resourceId: idAt(a), groupId: idOf('Group', stored.groups, b) },
  ...(flag(c) && { username: usernameOf(stored, c) }),
});

/** The options of a type that nobody has changed. */
export const NO_OPTIONS = {
  ...{ ownerVerbs: [], sharedVerbs: [], inheritedVerbs: [], visibility: 'OPEN', openVerbs: false },
  ...{ controlledBy: 'NONE', unsharedArePublic: false, visibleWithoutRelated: true },
};

const OPTIONS = [
  ...[{ ownerVerbs: ['read'] }, { ownerVerbs: [] }, { sharedVerbs: ['*'] }, { sharedVerbs: [] }],
  ...[
    { inheritedVerbs: ['read'] },
    { inheritedVerbs: ['*'] },
    { controlledBy: 'PARENTS' },
    { controlledBy: 'CHILDREN' },
  ],
  ...[
    { controlledBy: 'NONE', unsharedArePublic: true },
    { unsharedArePublic: false },
    { visibleWithoutRelated: false },
  ],
  ...[{ visibility: 'SHARED' }, { visibility: 'OPEN' }, { openVerbs: true }, { openVerbs: false }],
];

/** What can be done to resources, grants, and the types of both. Much of it is refused; that does no harm. */
export const RESOURCE_MUTATIONS = {
  putParent: (_: StoredWorld, [a, b, c]: Picks): Mutation => [
    'putResources',
    {
      type: typeAt(a),
      resources: [{ resourceId: idAt(b), parents: [{ type: typeAt(c), resourceId: idAt((c ?? 0) >> 1) }] }],
    },
  ],
  putOwner: (stored: StoredWorld, [a, b, c]: Picks): Mutation => [
    'putResources',
    { type: typeAt(a), resources: [{ resourceId: idAt(b), owner: c === 0 ? null : usernameOf(stored, c) }] },
  ],
  putAttributes: (_: StoredWorld, [a, b, c]: Picks): Mutation => [
    'putResources',
    { type: typeAt(a), resources: [{ resourceId: idAt(b), attributes: flag(c) ? { team: 'red' } : null }] },
  ],
  share: (stored: StoredWorld, picks: Picks): Mutation => ['shareResources', shareOf(stored, picks)],
  unshare: (stored: StoredWorld, picks: Picks): Mutation => [
    'unshareResources',
    shareOf(stored, picks),
    'ShareResourcesInput',
  ],
  grant: (stored: StoredWorld, picks: Picks): Mutation => ['grantPermissions', grantOf(stored, picks)],
  grantMore: (stored: StoredWorld, picks: Picks): Mutation => ['grantPermissions', grantOf(stored, picks)],
  revoke: (stored: StoredWorld, picks: Picks): Mutation => ['revokePermissions', grantOf(stored, picks)],
  assign: (stored: StoredWorld, picks: Picks): Mutation => [
    'assignResource',
    {
      ...assignmentOf(stored, picks),
      policy: { owner: ['read', 'write'], group: ['read'], groupsDownstream: ['write'], groupsUpstream: ['read'] },
    },
  ],
  unassign: (stored: StoredWorld, picks: Picks): Mutation => ['unassignResource', assignmentOf(stored, picks)],
  deleteResource: (_: StoredWorld, [a, b]: Picks): Mutation => [
    'deleteResources',
    { type: typeAt(a), resourceIds: [idAt(b)] },
    'ResourcesInput',
  ],
  changeOptions: (_: StoredWorld, [a = 0, b = 0, c]: Picks): Mutation => [
    'updateResourceType',
    { name: typeAt(c), ...pick(OPTIONS, a * 7 + b) },
  ],
};
