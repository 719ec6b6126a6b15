import { Field, ID, InputType } from 'type-graphql';
import { Control, Visibility } from './resource-type.entity.js';

@InputType({ description: 'A new permission; its resource type is made when it is new.' })
export class CreatePermissionInput {
  @Field(() => String, { description: 'application:resource:verb; resource and verb may be `*`.' })
  permission!: string;

  @Field(() => String, { nullable: true, description: 'What it lets somebody do.' })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: 'Permissions that a role with this one must also have.' })
  requires?: string[] | null;
}

@InputType({ description: 'Absent fields stay as they are; null clears.' })
export class UpdatePermissionInput {
  @Field(() => ID, { description: 'The permission.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'What it lets somebody do.' })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: 'Permissions that a role with this one must also have.' })
  requires?: string[] | null;
}

@InputType({ description: 'Absent fields stay as they are; null goes back to the default.' })
export class UpdateResourceTypeInput {
  @Field(() => String, { description: 'The type, application:resource.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'What such resources are.' })
  description?: string | null;

  @Field(() => [String], { nullable: true, description: 'Verbs that an owner has; `*` is all.' })
  ownerVerbs?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Verbs of everybody who sees the resource; `*` is all.' })
  sharedVerbs?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'Verbs that come down from a parent; `*` is all.' })
  inheritedVerbs?: string[] | null;

  @Field(() => Visibility, { nullable: true, description: 'Whether roles hold everywhere.' })
  visibility?: Visibility | null;

  @Field(() => Boolean, { nullable: true, description: 'A resource without a share is seen by everybody.' })
  unsharedArePublic?: boolean | null;

  @Field(() => Control, { nullable: true, description: 'Related resources through which one is seen.' })
  controlledBy?: Control | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether a controlled one without related ones is seen.' })
  visibleWithoutRelated?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Accept verbs that are not in the catalogue.' })
  openVerbs?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Such resources can have an owner.' })
  ownable?: boolean | null;
}

@InputType({ description: 'Every condition that is given has to hold.' })
export class PermissionFilter {
  @Field(() => [String], { nullable: true, description: 'Of one of these applications.' })
  applications?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'With one of these as second part.' })
  resourceTypes?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'With one of these verbs.' })
  verbs?: string[] | null;

  @Field(() => String, { nullable: true, description: 'Contains this text, in any letter case.' })
  permission?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Leave out those with `*`.' })
  excludeGlobals?: boolean | null;

  @Field(() => [ID], { nullable: true, description: 'Leave out those that one of these roles has.' })
  excludeRoleIds?: string[] | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Only those that custom roles may use.' })
  allowedOnly?: boolean | null;
}
