import { Entity, PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ObjectType } from 'type-graphql';
import { connectionType, edgeType } from '../api/connection-types.js';
import { Node } from '../api/node.js';
import type { PermissionId } from '../kernel/ids.js';

@ObjectType({ implements: Node, description: 'Something that can be allowed: application:resource:verb.' })
@Entity({ tableName: 'permission' })
export class Permission extends Node {
  @PrimaryKey({ type: 'uuid' })
  id!: PermissionId;

  @Field(() => String, { description: 'The whole of it, such as `inventory:host:read`.' })
  @Property({ type: 'text' })
  permission!: string;

  @Field(() => String, { description: 'The first part.' })
  @Property({ type: 'text' })
  application!: string;

  @Field(() => String, { description: 'The second part; `*` is any.' })
  @Property({ type: 'text' })
  resourceType!: string;

  @Field(() => String, { description: 'The third part; `*` is any.' })
  @Property({ type: 'text' })
  verb!: string;

  @Field(() => String, { description: 'What it lets somebody do.' })
  @Property({ type: 'text' })
  description!: string;

  protected override nodeType() {
    return 'Permission' as const;
  }
}

export const PermissionEdge = edgeType('Permission', () => Permission);
export const PermissionConnection = connectionType('Permission', () => Permission, PermissionEdge);
