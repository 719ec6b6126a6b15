import type { GroupId } from '../kernel/ids.js';
import type { Catalogue, TypeOptions } from './catalogue.js';
import type { Facts, ResourceFacts, ResourceKey } from './facts.js';
import type { Reading } from './reading.js';
import type { Subject } from './subject.js';

/** That a subject sees a resource; through which group, if it is one. */
export type Sight = { readonly groupId: GroupId | null };

type Surroundings = { readonly facts: Facts; readonly catalogue: Catalogue; readonly reading: Reading };

const SIGHT: Sight = { groupId: null };

/**
 * Whether a subject sees a resource (`visible` of semantics section 6): by itself, or through some resource that it is
 * related to, at any depth along controlled types. Related resources may form circles: each is looked at once.
 */
export function sightOf(subject: Subject, resource: ResourceFacts, surroundings: Surroundings): Sight | null {
  const { reading, catalogue, facts } = surroundings;
  if (subject.supergroup && reading.includeGroups && reading.acceptGlobal) return SIGHT;
  const met = new Set<string>();
  const ahead: ResourceFacts[] = [resource];
  for (let at = ahead.pop(); at; at = ahead.pop()) {
    const type = catalogue.typeNamed(at.type);
    const key = `${at.type} ${at.id}`;
    if (!type || met.has(key)) continue;
    met.add(key);
    const sight = ownSight(subject, type, at, reading);
    if (sight) return sight;
    ahead.push(...relatedTo(type, at).map(related => facts.at(related)));
  }
  return null;
}

function ownSight(subject: Subject, type: TypeOptions, resource: ResourceFacts, reading: Reading): Sight | null {
  if (resource.ownerId !== null && resource.ownerId === subject.principal?.id) return SIGHT;
  if (!reading.includeGroups) return null;
  const groupId = resource.shares.find(id => subject.groups.has(id));
  if (groupId) return { groupId };
  if (type.unsharedArePublic && resource.uid && !resource.isShared) return SIGHT;
  const isAlone = type.controlledBy !== 'NONE' && relatedTo(type, resource).length === 0;
  return isAlone && type.visibleWithoutRelated && subject.kind === 'principal' ? SIGHT : null;
}

const relatedTo = ({ controlledBy }: TypeOptions, { parents, children }: ResourceFacts): readonly ResourceKey[] => {
  if (controlledBy === 'NONE') return [];
  return controlledBy === 'PARENTS' ? parents : children;
};
