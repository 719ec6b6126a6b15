import { Field, ID, ObjectType } from 'type-graphql';
import type { View } from '../api/context.js';
import type { ResourceKey } from '../engine/facts.js';
import { badInput } from '../kernel/errors.js';
import { validResourceId } from '../kernel/text.js';
import { knownType } from './checks.js';

@ObjectType({
  description:
    'Any object of another subgraph whose type implements `Protected`, as far as access to it goes; registered or not.',
})
export class Protected {
  @Field(() => ID, { description: 'The id that its own service gave it; `resourceId` in the rest of this API.' })
  id!: string;

  @Field(() => String, { description: 'The name of its type, such as `library:book`; its own service says it.' })
  resourceType!: string;
}

/** The object as the engine names it. BAD_USER_INPUT for an unknown type, or an id that nothing can have. */
export function keyOfProtected({ asking }: View, { id, resourceType }: Partial<Protected>): ResourceKey {
  if (typeof resourceType !== 'string') throw badInput('resourceType', 'has to be sent with the id');
  return { type: knownType(asking.catalogue, 'resourceType', resourceType).name, id: validResourceId('id', id ?? '') };
}
