import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from '../api/node.js';
import type { ResourceTypeId } from '../kernel/ids.js';

export enum Visibility {
  OPEN = 'OPEN',
  SHARED = 'SHARED',
}
registerEnumType(Visibility, {
  name: 'Visibility',
  description: 'OPEN: roles hold everywhere. SHARED: where the subject sees it.',
});

export enum Control {
  NONE = 'NONE',
  PARENTS = 'PARENTS',
  CHILDREN = 'CHILDREN',
}
registerEnumType(Control, { name: 'Control', description: 'Through which related resources a resource is visible.' });

@ObjectType({
  implements: Node,
  description: 'A kind of resource, application:resource, and how such resources are reached.',
})
@Entity({ tableName: 'resource_type' })
export class ResourceType extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: ResourceTypeId;

  @Field(() => String, { description: 'application:resource.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { description: 'The first part of the name.' })
  @Property({ type: 'text' })
  application!: string;

  @Field(() => String, { description: 'The second part of the name.' })
  @Property({ type: 'text' })
  resourceType!: string;

  @Field(() => String, { description: 'What such resources are.' })
  @Property({ type: 'text' })
  description!: string;

  @Field(() => [String], { description: 'Verbs that an owner has; `*` is all.' })
  @Property({ type: 'text[]' })
  ownerVerbs!: string[];

  @Field(() => [String], { description: 'Verbs that everybody has who sees the resource; `*` is all.' })
  @Property({ type: 'text[]' })
  sharedVerbs!: string[];

  @Field(() => [String], { description: 'Verbs that come down from a parent; `*` is all.' })
  @Property({ type: 'text[]' })
  inheritedVerbs!: string[];

  @Field(() => Visibility, { description: 'Whether roles hold everywhere, or only on what the subject sees.' })
  @Property({ type: 'text' })
  visibility!: Visibility;

  @Field(() => Boolean, { description: 'A resource without a share is seen by everybody.' })
  @Property({ type: 'boolean' })
  unsharedArePublic!: boolean;

  @Field(() => Control, { description: 'Related resources through which one is seen.' })
  @Property({ type: 'text' })
  controlledBy!: Control;

  @Field(() => Boolean, { description: 'Whether a controlled resource without any related one is seen.' })
  @Property({ type: 'boolean' })
  visibleWithoutRelated!: boolean;

  @Field(() => Boolean, { description: 'Accepts verbs that are not in the catalogue.' })
  @Property({ type: 'boolean' })
  openVerbs!: boolean;

  @Field(() => Boolean, { description: 'Such resources can have an owner.' })
  @Property({ type: 'boolean' })
  ownable!: boolean;

  protected override nodeType() {
    return 'ResourceType' as const;
  }
}
