import type { Definition } from '../kernel/definitions.js';
import { parseGlobalId, type NodeType } from '../kernel/ids.js';
import { knowsVerb, type Catalogue } from './catalogue.js';
import { factsOf, NO_FACTS } from './facts.js';
import { covers, definitionsMatch } from './matching.js';
import { WHOLE } from './reading.js';
import { sightOf } from './sight.js';
import { grantsOn, rowsOn, type Subject } from './subject.js';

/** The objects of one kind on which something may be done: all of them, or these (by the ids of the tables). */
export type Reach = { readonly all: boolean; readonly ids: ReadonlySet<string> };

export const EVERYTHING: Reach = { all: true, ids: new Set() };
export const NOTHING: Reach = { all: false, ids: new Set() };

/** Whether an object is within reach. */
export const reaches = (reach: Reach, id: string) => reach.all || reach.ids.has(id);

/** What is within either. */
export const either = (a: Reach, b: Reach): Reach =>
  a.all || b.all ? EVERYTHING : { all: false, ids: new Set([...a.ids, ...b.ids]) };

/** Types of the application `rbac`, which decide about the management API. */
export type ManagedType =
  ('tenant' | 'principal' | 'group' | 'role' | 'policy' | 'permission') | ('access' | 'resource' | 'grant');

/**
 * On which objects of the management API a subject may do a verb: by role rows and by grants. The resource id of such an
 * object is its global id, which is also its only attribute, `id`; so a row with definitions reaches the objects that
 * these name.
 */
export function reachOf(
  subject: Subject,
  catalogue: Catalogue,
  resource: ManagedType,
  verb: 'read' | 'write',
  nodes: readonly NodeType[],
): Reach {
  const asked = { application: 'rbac', resource, verb };
  const type = catalogue.typeOf(asked);
  if (!type || !knowsVerb(type, verb)) return NOTHING;
  const granted = grantsOn(subject, type.name)
    .filter(grant => grant.verb === verb || grant.verb === '*')
    .map(({ resourceId }) => (resourceId === null ? EVERYTHING : named([resourceId], nodes)));
  const isSeen = type.visibility === 'OPEN' || isUnregisteredSeen(subject, catalogue, type.name);
  const rows = isSeen ? rowsOn(subject, 'rbac').filter(row => covers(row, asked)) : [];
  return [...granted, ...rows.map(row => reachOfRow(row.definitions, nodes))].reduce(either, NOTHING);
}

const isUnregisteredSeen = (subject: Subject, catalogue: Catalogue, type: string) =>
  sightOf(subject, factsOf({ type, id: '' }), { facts: NO_FACTS, catalogue, reading: WHOLE }) !== null;

function reachOfRow(definitions: readonly Definition[], nodes: readonly NodeType[]): Reach {
  const onId = definitions.filter(({ key }) => key === 'id');
  const others = definitions.filter(({ key }) => key !== 'id');
  if (!definitionsMatch(others, {})) return NOTHING;
  return onId.length === 0
    ? EVERYTHING
    : named(
        onId.flatMap(({ value }) => value),
        nodes,
      );
}

function named(globalIds: readonly (string | null)[], nodes: readonly NodeType[]): Reach {
  const parsed = globalIds.flatMap(id => (id === null ? [] : (parseGlobalId(id) ?? [])));
  return { all: false, ids: new Set(parsed.filter(({ type }) => nodes.includes(type)).map(({ id }) => id)) };
}
