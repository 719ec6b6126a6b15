import { knowsVerb, typeNamed } from './catalogue.js';
import { covers } from './matching.js';
import { groupsOf, principalOf, rowsOf } from './membership.js';
import { grantsOf, mayHold, reasonsOf } from './relation.js';
import type { Reading, Resource, Subject, World } from './world.js';

/** What a list of resources is asked for; without verbs, see `listedByGrant`. */
export type Listing = {
  readonly subject: Subject;
  readonly type: string;
  readonly verbs: readonly string[];
  readonly match: 'ALL' | 'ANY';
  readonly reading: Reading;
};

/** The registered resources of a list, by their ids in byte order, and whether it is all there could be. */
export type Listed = { readonly everything: boolean; readonly ids: readonly string[] };

/** The list of semantics 8: each resource is looked at, for each verb by itself. */
export function listed(world: World, { subject, type, verbs, match, reading }: Listing, now: number): Listed {
  const enough = (held: (verb: string) => boolean) => (match === 'ALL' ? verbs.every(held) : verbs.some(held));
  const found = ofType(world, type).filter(({ id }) =>
    enough(
      verb => reasonsOf(world, { subject, permission: `${type}:${verb}`, resourceId: id }, reading, now).length > 0,
    ),
  );
  return { everything: enough(verb => heldOnAll(world, subject, type, verb, reading, now)), ids: idsOf(found) };
}

/** The resources with any live grant of their own, to the subject or (if wanted) to its groups. */
export function listedByGrant(
  world: World,
  { subject, type, includeGroups }: { subject: Subject; type: string; includeGroups: boolean },
  now: number,
): Listed {
  if (!mayHold(world, subject)) return { everything: false, ids: [] };
  // A verb that the type does not know is a grant of nothing.
  const says = (verb: string) => verb === '*' || knowsVerb(world, typeNamed(world, type)!, verb);
  const grants = grantsOf(world, subject, includeGroups, now).filter(grant => grant.type === type && says(grant.verb));
  const found = ofType(world, type).filter(({ id }) => grants.some(grant => grant.resourceId === id));
  return { everything: false, ids: idsOf(found) };
}

/** Whether a verb is held on every resource of a type, whatever its attributes, registered or not. */
function heldOnAll(world: World, subject: Subject, name: string, verb: string, reading: Reading, now: number): boolean {
  const type = typeNamed(world, name)!;
  if (!mayHold(world, subject) || !knowsVerb(world, type, verb)) return false;
  if (reading.includeSuperuser && principalOf(world, subject)?.superuser) return true;
  const withGroups = reading.includeGroups || 'group' in subject;
  if (!reading.acceptGlobal) return false;
  const typeWide = grantsOf(world, subject, withGroups, now).filter(
    grant => grant.type === name && grant.resourceId === null,
  );
  if (typeWide.some(grant => grant.verb === verb || grant.verb === '*')) return true;
  if (!withGroups) return false;
  const seesAll = type.visibility === 'OPEN' || groupsOf(world, subject, now).some(group => group.supergroup);
  const permission = `${name}:${verb}`;
  return (
    seesAll && rowsOf(world, subject, now).some(row => covers(row.permission, permission) && row.filters.length === 0)
  );
}

const ofType = (world: World, name: string): Resource[] => world.resources.filter(({ type }) => type === name);

const idsOf = (resources: readonly Resource[]) => resources.map(({ id }) => id).sort(byBytes);

/** Order of the bytes of UTF-8, which is not that of JavaScript. */
export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
