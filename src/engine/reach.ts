import type { Definition } from '../kernel/definitions.js';
import { parseGlobalId, type NodeType } from '../kernel/ids.js';
import { knowsVerb, type Catalogue } from './catalogue.js';
import { isVisible } from './decide.js';
import { covers, definitionsMatch } from './matching.js';
import { rowsOn, type Subject } from './subject.js';

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
export type ManagedType = 'tenant' | 'principal' | 'group' | 'role' | 'policy' | 'permission' | 'access';

/**
 * On which objects of the management API a subject may do a verb. The attribute `id` of such an object is its global
 * id, and it has no other; so a row with definitions reaches the objects that these name.
 */
export function reachOf(
  subject: Subject,
  catalogue: Catalogue,
  resource: ManagedType,
  verb: 'read' | 'write',
  node?: NodeType,
): Reach {
  const asked = { application: 'rbac', resource, verb };
  const type = catalogue.typeOf(asked);
  if (!type || !knowsVerb(type, verb) || !isVisible(subject, type)) return NOTHING;
  return rowsOn(subject, 'rbac')
    .filter(row => covers(row, asked))
    .map(row => reachOfRow(row.definitions, node))
    .reduce(either, NOTHING);
}

function reachOfRow(definitions: readonly Definition[], node: NodeType | undefined): Reach {
  const onId = definitions.filter(({ key }) => key === 'id');
  if (
    !definitionsMatch(
      definitions.filter(({ key }) => key !== 'id'),
      {},
    )
  )
    return NOTHING;
  if (onId.length === 0) return EVERYTHING;
  const named = onId
    .flatMap(({ value }) => value)
    .flatMap(value => (typeof value === 'string' ? (parseGlobalId(value) ?? []) : []));
  return { all: false, ids: new Set(named.filter(({ type }) => type === node).map(({ id }) => id)) };
}
