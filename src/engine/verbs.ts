import type { TypeOptions } from './catalogue.js';
import type { Relation } from './relation.js';

/**
 * The verbs that may be held on resources of a type: those of the catalogue, and of an open type whatever is given
 * somewhere, and what is asked for by name.
 */
export function verbsToTry(type: TypeOptions, relation: Relation, named: readonly string[] = []): string[] {
  const { verbs, openVerbs, ownerVerbs, sharedVerbs, inheritedVerbs } = type;
  if (!openVerbs) return [...verbs].sort();
  const given = [...verbs, ...ownerVerbs, ...sharedVerbs, ...inheritedVerbs, ...relation.verbsGiven(type), ...named];
  return [...new Set(given)].filter(verb => verb !== '*').sort();
}
