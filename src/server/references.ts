import type { View } from '../api/context.js';
import type { Node } from '../api/node.js';
import { badInput, tooMany } from '../kernel/errors.js';
import { NODE_TYPES } from '../kernel/ids.js';
import { Protected } from '../resources/protected.js';
import { foundNode, MOST_NODES } from './node.resolver.js';

type Entity = Node | Protected;

/**
 * The objects that other subgraphs refer to, in order; null for each that is not to be seen. What is wrong with one of
 * them fails that one alone. All of them are looked for in the same tick, and so together.
 */
export function entitiesOf(view: View, representations: readonly unknown[]): Promise<Entity | null>[] {
  if (representations.length > MOST_NODES) throw tooMany('representations', MOST_NODES);
  return representations.map((one, at) => entityOf(view, one, `representations.${at}`));
}

async function entityOf(view: View, representation: unknown, place: string): Promise<Entity | null> {
  if (typeof representation !== 'object' || !representation) throw badInput(place, 'must be an object');
  const { __typename: name, id, resourceType } = representation as Record<string, unknown>;
  if (typeof id !== 'string' && typeof id !== 'number') throw badInput(`${place}.id`, 'has to be given');
  if (name === 'Protected') return Object.assign(new Protected(), { id: String(id), resourceType });
  const type = NODE_TYPES.find(known => known === name);
  if (!type) throw badInput(`${place}.__typename`, 'is no type that can be referred to');
  // As for `node`, which is for those alone who are signed in.
  return view.caller.kind === 'anonymous' ? null : foundNode(view, `${place}.id`, String(id), type);
}
