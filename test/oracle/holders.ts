import { knowsVerb, says, typeNamed, verbsOf } from './catalogue.js';
import { byBytes } from './lists.js';
import { covers } from './matching.js';
import { rowsOf } from './membership.js';
import { grantsOf, mayHold, reasonsOf } from './relation.js';
import { resourceAt } from './resources.js';
import { EVERY_WAY, type Reading, type ResourceRef, type Subject, type World } from './world.js';

/**
 * A world at some time, and the verbs to look at. A type with open verbs takes any; what can be listed of a subject are
 * those of `verbsToList`, and more if somebody names them.
 */
export type Look = {
  readonly world: World;
  readonly now: number;
  readonly more?: (subject: Subject) => readonly string[];
};

/** The verbs of the catalogue; of a type with open verbs also those of its lists, and those that a subject was given. */
function verbsToList({ world, now, more }: Look, subject: Subject, { type: name, id }: ResourceRef): string[] {
  const type = typeNamed(world, name)!;
  const known = verbsOf(world, name);
  if (!type.openVerbs) return known;
  const grants = grantsOf(world, subject, true, now).filter(
    grant => grant.type === name && (grant.resourceId === null || grant.resourceId === id),
  );
  const rows = rowsOf(world, subject, now).map(row => row.permission.split(':'));
  const given = [
    ...[type.ownerVerbs, type.sharedVerbs, type.inheritedVerbs].flat(),
    ...grants.map(({ verb }) => verb),
    ...rows
      .filter(([application, resource]) => covers(`${application}:${resource}:*`, `${name}:*`))
      .map(([, , verb]) => verb!),
    ...(more?.(subject) ?? []),
  ];
  return [...new Set([...known, ...given])].filter(verb => verb !== '*');
}

export type Via = 'EFFECTIVE' | 'DIRECT' | 'GROUPS';

/** The verbs of a subject on a resource, in byte order: all, its own, or those given to its groups. */
export function permissionsOn(look: Look, subject: Subject, resource: ResourceRef, via: Via): string[] {
  const verbs = verbsToList(look, subject, resource);
  if (via === 'EFFECTIVE') return held(look, subject, resource, EVERY_WAY, verbs);
  const given = via === 'DIRECT' ? givenItself : givenToItsGroups;
  const { world } = look;
  const known = (verb: string) => knowsVerb(world, typeNamed(world, resource.type)!, verb);
  return verbs
    .filter(verb => mayHold(world, subject) && known(verb) && given(look, subject, resource, verb))
    .sort(byBytes);
}

function givenItself({ world, now }: Look, subject: Subject, resource: ResourceRef, verb: string): boolean {
  const owns = 'username' in subject && resourceAt(world, resource)?.owner === subject.username;
  if (owns && says(typeNamed(world, resource.type)!.ownerVerbs, verb)) return true;
  return grantsOf(world, subject, false, now).some(grant => isOn(grant, resource) && says([grant.verb], verb));
}

/** What is given to a group is its own; it is in no others. */
const givenToItsGroups = ({ world, now }: Look, subject: Subject, resource: ResourceRef, verb: string): boolean =>
  !('group' in subject) &&
  grantsOf(world, subject, true, now).some(
    grant => 'group' in grant.to && isOn(grant, resource) && says([grant.verb], verb),
  );

const isOn = (grant: { type: string; resourceId: string | null }, { type, id }: ResourceRef) =>
  grant.type === type && grant.resourceId === id;

const held = (
  { world, now }: Look,
  subject: Subject,
  { type, id }: ResourceRef,
  reading: Reading,
  verbs: readonly string[],
) =>
  verbs
    .filter(
      verb => reasonsOf(world, { subject, permission: `${type}:${verb}`, resourceId: id }, reading, now).length > 0,
    )
    .sort(byBytes);

/** Which holders are asked for: those of any of these verbs (null: of any at all), in the ways that count. */
export type Wanted = { readonly verbs: readonly string[] | null; readonly reading: Reading };

/** Somebody by name, with all the verbs that count for it. */
export type Holder = { readonly name: string; readonly verbs: readonly string[] };

/** The principals that hold something on a resource, by username. */
export const principalHolders = (look: Look, resource: ResourceRef, wanted: Wanted): Holder[] =>
  look.world.principals
    .flatMap(({ username }) => holder(look, username, { username }, resource, wanted))
    .sort((a, b) => byBytes(a.name, b.name));

/** The groups that hold something on a resource as subjects, by name without letter case. */
export const groupHolders = (look: Look, resource: ResourceRef, wanted: Wanted): Holder[] =>
  look.world.groups
    .flatMap(({ name }) => holder(look, name, { group: name }, resource, wanted))
    .sort((a, b) => byBytes(a.name.toLowerCase(), b.name.toLowerCase()));

/** Whether some group that everybody is in holds something on a resource. */
export const everyoneHolds = (look: Look, resource: ResourceRef, wanted: Wanted): boolean =>
  look.world.groups
    .filter(group => group.anonymousDefault)
    .some(({ name }) => holder(look, name, { group: name }, resource, wanted).length > 0);

/** The filter picks who is listed, not which verbs are shown. */
function holder(look: Look, name: string, subject: Subject, resource: ResourceRef, wanted: Wanted): Holder[] {
  const all = held(look, subject, resource, wanted.reading, verbsToList(look, subject, resource));
  const asked = wanted.verbs === null ? all : held(look, subject, resource, wanted.reading, wanted.verbs);
  return asked.length > 0 ? [{ name, verbs: [...new Set([...all, ...asked])].sort(byBytes) }] : [];
}
