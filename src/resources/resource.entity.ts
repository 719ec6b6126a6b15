import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLJSON } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import type { Connection } from '../api/connection.js';
import { connectionType, edgeType } from '../api/connection-types.js';
import { Node } from '../api/node.js';
import type { ResourceKey } from '../engine/facts.js';
import type { PrincipalId, ResourceUid, TenantId } from '../kernel/ids.js';

@ObjectType({
  implements: Node,
  description:
    'An object that another service keeps, as far as access to it goes: its owner, parents, shares and grants.',
})
@Entity({ tableName: 'resource' })
export class Resource extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: ResourceUid;

  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @Field(() => String, { description: 'The name of its type, application:resource.' })
  @Property({ type: 'text' })
  type!: string;

  @Field(() => String, { description: 'The id that its own service gave it.' })
  @Property({ type: 'text' })
  resourceId!: string;

  @Property({ type: 'uuid', nullable: true })
  ownerId!: PrincipalId | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'What attribute filters of roles are held against.' })
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  attributes!: unknown;

  @Property({ type: 'boolean' })
  wasPut!: boolean;

  /** Set where the caller may know that it is there, and nothing else of it. */
  isMasked?: true;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Property({ type: 'datetime', columnType: 'timestamptz' })
  modifiedAt!: Date;

  protected override nodeType() {
    return 'Resource' as const;
  }
}

/** The resource as the engine names it. */
export const keyOfResource = ({ type, resourceId }: Pick<Resource, 'type' | 'resourceId'>): ResourceKey => ({
  type,
  id: resourceId,
});

export const ResourceEdge = edgeType('Resource', () => Resource);

const PlainResourceConnection = connectionType('Resource', () => Resource, ResourceEdge);

@ObjectType({ description: 'A page of resources.' })
export class ResourceConnection extends PlainResourceConnection {
  @Field(() => Boolean, {
    description:
      'Whether the subject holds it on every resource of the type, registered or not; the page then lists the registered ones.',
  })
  everything!: boolean;
}

/** A page of resources, as it is made. */
export type ResourcePage = Connection<Resource> & { readonly everything: boolean };
