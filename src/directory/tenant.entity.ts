import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime, GraphQLJSON } from 'graphql-scalars';
import { Field, ObjectType } from 'type-graphql';
import { connectionType, edgeType } from '../api/connection-types.js';
import { Node } from '../api/node.js';
import type { TenantId } from '../kernel/ids.js';

@ObjectType({ implements: Node, description: 'A customer. Owns principals, groups, roles and policies.' })
@Entity({ tableName: 'tenant' })
export class Tenant extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: TenantId;

  @Field(() => String, { description: 'Short name, unique: what the header `x-grantry-tenant` and tokens say.' })
  @Property({ type: 'text' })
  slug!: string;

  @Field(() => String, { description: 'Name for people.' })
  @Property({ type: 'text' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Organisation id of the identity provider; unique when set.' })
  @Property({ type: 'text', nullable: true })
  externalId!: string | null;

  @Field(() => GraphQLJSON, { nullable: true, description: 'What `assignResource` does in this tenant unless told.' })
  @Property({ type: 'json', columnType: 'jsonb', nullable: true })
  assignmentPolicy!: unknown;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last changed.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  modifiedAt!: Date;

  protected override nodeType() {
    return 'Tenant' as const;
  }
}

export const TenantEdge = edgeType('Tenant', () => Tenant);
export const TenantConnection = connectionType('Tenant', () => Tenant, TenantEdge);
