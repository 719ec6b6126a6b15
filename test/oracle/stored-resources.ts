import { newId, type GrantId, type ResourceUid } from '../../src/kernel/ids.js';
import type { Insert, StoredWorld } from './stored-world.js';
import type { Grant, World } from './world.js';

const THEN = new Date(Date.UTC(2030, 0, 1)).toISOString();

/** What makes a grant the one it is. */
export const grantText = ({ type, verb, resourceId, to }: Grant): string =>
  JSON.stringify([type, verb, resourceId, to]);

/** Writes resources with what hangs on them, and grants; answers the ids of the grants. */
export async function storeResources(
  insert: Insert,
  { resources, grants }: World,
  { groups, principals }: Pick<StoredWorld, 'groups' | 'principals'>,
): Promise<StoredWorld['grants']> {
  const rows = resources.map(({ type, id, owner, attributes }) => ({
    id: newId<ResourceUid>(),
    ...{ type, resource_id: id, owner_id: owner === null ? null : principals.get(owner) },
    attributes: attributes && JSON.stringify(attributes),
    ...{ was_put: true, created_at: THEN, modified_at: THEN },
  }));
  await insert('resource', rows);
  const parents = resources.flatMap(({ type, id, parents: above }) =>
    above.map(parent => ({ type, resource_id: id, parent_type: parent.type, parent_resource_id: parent.id })),
  );
  await insert('resource_parent', parents);
  const shares = resources.flatMap(({ type, id, shares: names }) =>
    names.map(name => ({ type, resource_id: id, group_id: groups.get(name) })),
  );
  await insert('resource_share', shares);
  const ids = new Map(grants.map(grant => [grantText(grant), newId<GrantId>()]));
  const subjectOf = ({ to }: Grant) => {
    const [principal, group] = 'group' in to ? [null, groups.get(to.group)] : [principals.get(to.username), null];
    return { subject_id: principal ?? group, principal_id: principal, group_id: group };
  };
  const given = grants.map(grant => {
    const expires = grant.expiresAt === null ? null : new Date(grant.expiresAt).toISOString();
    return {
      id: ids.get(grantText(grant)),
      ...{ type: grant.type, resource_id: grant.resourceId, verb: grant.verb, ...subjectOf(grant) },
      ...{ expires_at: expires, by_hand: true, hand_expires_at: expires, granted_by: 'test', created_at: THEN },
    };
  });
  await insert('grant', given);
  return ids;
}
