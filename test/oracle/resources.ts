import { typeNamed } from './catalogue.js';
import { groupsOf, principalOf } from './membership.js';
import type { Reading, Resource, ResourceRef, Subject, World } from './world.js';

/** The resource, if it is registered. */
export const resourceAt = (world: World, { type, id }: ResourceRef): Resource | undefined =>
  world.resources.find(resource => resource.type === type && resource.id === id);

export const parentsOf = (world: World, ref: ResourceRef): Resource[] =>
  (resourceAt(world, ref)?.parents ?? []).map(parent => resourceAt(world, parent)!);

const childrenOf = (world: World, { type, id }: ResourceRef): Resource[] =>
  world.resources.filter(({ parents }) => parents.some(parent => parent.type === type && parent.id === id));

/** Ways of seeing (semantics 6), of those that count in a reading; `ref` need not be registered. */
type Sight = {
  readonly world: World;
  readonly subject: Subject;
  readonly reading: Reading;
  readonly now: number;
};

/** Whether a subject sees a resource: by itself, or because it sees a related one. */
export function sees(sight: Sight, ref: ResourceRef, asked: readonly ResourceRef[] = []): boolean {
  if (seesByItself(sight, ref)) return true;
  const related = relatedOf(sight.world, ref);
  if (related.length === 0) return seesWithoutRelated(sight, ref);
  // What is being asked about already cannot be the reason for itself.
  const next = related.filter(({ type, id }) => !asked.some(one => one.type === type && one.id === id));
  return next.some(one => sees(sight, one, [...asked, ref]));
}

function seesByItself({ world, subject, reading, now }: Sight, ref: ResourceRef): boolean {
  const groups = groupsOf(world, subject, now);
  if (reading.includeGroups && reading.acceptGlobal && groups.some(group => group.supergroup)) return true;
  const resource = resourceAt(world, ref);
  if (!resource) return false;
  const principal = principalOf(world, subject);
  if (principal && resource.owner === principal.username) return true;
  if (reading.includeGroups && groups.some(group => resource.shares.includes(group.name))) return true;
  return reading.includeGroups && isPublic(world, resource);
}

const isPublic = (world: World, { type, shares }: Resource): boolean =>
  shares.length === 0 && typeNamed(world, type)!.unsharedArePublic;

/** The resources that decide about seeing this one; none when the type is not controlled. */
function relatedOf(world: World, ref: ResourceRef): Resource[] {
  const { controlledBy } = typeNamed(world, ref.type)!;
  if (controlledBy === 'PARENTS') return parentsOf(world, ref);
  if (controlledBy === 'CHILDREN') return childrenOf(world, ref);
  return [];
}

/** For what has no related resource: only principals, neither groups nor the anonymous caller. */
function seesWithoutRelated({ world, subject, reading }: Sight, { type }: ResourceRef): boolean {
  const { controlledBy, visibleWithoutRelated } = typeNamed(world, type)!;
  if (controlledBy === 'NONE' || !visibleWithoutRelated || !reading.includeGroups) return false;
  return principalOf(world, subject) !== undefined;
}
