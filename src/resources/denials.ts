import type { View } from '../api/context.js';
import { knowsVerb } from '../engine/catalogue.js';
import type { ResourceKey } from '../engine/facts.js';
import { viewerRef } from './rights.js';

/**
 * Why the viewer may not, in words; empty when it may, null when it is no subject. It goes by the viewer's own roles
 * alone: of a resource nothing is told that the refusal does not tell, not even whether it is registered.
 */
export async function whyNot(view: View, key: ResourceKey, verb: string): Promise<string[] | null> {
  const { caller, asking } = view;
  const ref = viewerRef(view);
  const type = asking.catalogue.typeNamed(key.type);
  const subject = ref && (await asking.subject(ref));
  if (!subject || !type) return null;
  const relation = await asking.relation(subject, key);
  if (relation.allows(type, verb, relation.at(key))) return [];
  const permission = `${type.name}:${verb}`;
  const nothing = `Nothing gives ${permission} on it`;
  if (caller.kind === 'anonymous') return [nothing, 'Nobody is signed in'];
  if (!knowsVerb(type, verb)) return [`There is no permission ${permission}`];
  const rows = relation.coveringRows(type, verb);
  const hidden = type.visibility === 'SHARED' && !relation.sees(relation.at(key));
  const filtered = rows.filter(({ definitions }) => definitions.length > 0).length;
  return [
    ...(rows.length === 0 ? [nothing] : []),
    ...(hidden && rows.length > 0 ? [`A role gives ${permission}, but only on what is shared with its holder`] : []),
    ...(filtered > 0 ? [`A role gives ${permission}, but only under attribute filters`] : []),
  ];
}
