import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { connectionType, edgeType } from '../api/connection-types.js';
import { Node } from '../api/node.js';
import type { PrincipalId, TenantId } from '../kernel/ids.js';

export enum PrincipalType {
  USER = 'USER',
  SERVICE_ACCOUNT = 'SERVICE_ACCOUNT',
}
registerEnumType(PrincipalType, {
  name: 'PrincipalType',
  description: 'Service accounts get no platform or admin default group.',
});

@ObjectType({ implements: Node, description: 'A user or a service account of a tenant.' })
@Entity({ tableName: 'principal' })
export class Principal extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: PrincipalId;

  @PrimaryKey({ type: 'uuid' })
  tenantId!: TenantId;

  @Field(() => String, { description: 'Unique in the tenant; in lower case.' })
  @Property({ type: 'text' })
  username!: string;

  @Field(() => PrincipalType, { description: 'User or service account.' })
  @Property({ type: 'text' })
  type!: PrincipalType;

  @Field(() => String, { nullable: true, description: 'Follows the claims of the identity, when these have one.' })
  @Property({ type: 'text', nullable: true })
  email!: string | null;

  @Field(() => String, { nullable: true, description: 'Id in the user directory.' })
  @Property({ type: 'text', nullable: true })
  externalId!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'An inactive principal holds nothing anywhere.' })
  @Property({ type: 'boolean' })
  active!: boolean;

  @Field(() => Boolean, { nullable: true, description: 'May use the whole management API of the tenant.' })
  @Property({ type: 'boolean' })
  orgAdmin!: boolean;

  @Field(() => Boolean, { nullable: true, description: 'Passes every check in the tenant.' })
  @Property({ type: 'boolean' })
  superuser!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last changed.' })
  @Property({ type: 'datetime', columnType: 'timestamptz' })
  modifiedAt!: Date;

  protected override nodeType() {
    return 'Principal' as const;
  }
}

export const PrincipalEdge = edgeType('Principal', () => Principal);
export const PrincipalConnection = connectionType('Principal', () => Principal, PrincipalEdge);
