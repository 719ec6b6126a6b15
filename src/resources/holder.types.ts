import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import { ForwardPage, PageInfo } from '../api/connection-types.js';
import { Group } from '../directory/group.entity.js';
import { Principal } from '../directory/principal.entity.js';

const FILTER = 'Only holders of any of these; an empty list is nobody. What else they hold is attached all the same.';
const GLOBAL = 'Whether role rows and type-wide grants count.';

@ArgsType()
export class PrincipalHoldersArgs extends ForwardPage {
  @Field(() => [String], { nullable: true, description: FILTER })
  permissions?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Whether what groups have counts for their members.',
  })
  includeGroupMembers?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether superusers hold everything by that.',
  })
  includeSuperusers?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: GLOBAL })
  acceptGlobal?: boolean | null;
}

@ArgsType()
export class GroupHoldersArgs extends ForwardPage {
  @Field(() => [String], { nullable: true, description: FILTER })
  permissions?: string[] | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: GLOBAL })
  acceptGlobal?: boolean | null;
}

@ObjectType({ description: 'A principal, and what it holds on the resource.' })
export class ResourcePrincipalEdge {
  @Field(() => String, { description: 'The place of this entry.' })
  cursor!: string;

  @Field(() => Principal, { description: 'Who. Whoever may not read it sees little more than its name.' })
  node!: Principal;

  @Field(() => [String], { description: 'What it holds, in full, as far as the options count it.' })
  permissions!: string[];
}

@ObjectType({ description: 'A page of principals that hold something on a resource.' })
export class ResourcePrincipalConnection {
  @Field(() => [ResourcePrincipalEdge], {
    nullable: true,
    description: 'The entries of this page with what they hold.',
  })
  edges!: ResourcePrincipalEdge[];

  @Field(() => [Principal], { nullable: true, description: 'The entries of this page.' })
  nodes!: Principal[];

  @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, {
    nullable: true,
    simple: true,
    description: 'How many there are in all; counted only when selected.',
  })
  totalCount!: number;

  @Field(() => Boolean, {
    simple: true,
    description: 'Whether a group that everybody is in holds it: whoever asks, signed in or not.',
  })
  everyone!: boolean;
}

@ObjectType({ description: 'A group, and what it holds on the resource.' })
export class ResourceGroupEdge {
  @Field(() => String, { description: 'The place of this entry.' })
  cursor!: string;

  @Field(() => Group, { description: 'Which. Whoever may not read it sees little more than its name.' })
  node!: Group;

  @Field(() => [String], { description: 'What it holds, in full, as far as the options count it.' })
  permissions!: string[];
}

@ObjectType({ description: 'A page of groups that hold something on a resource.' })
export class ResourceGroupConnection {
  @Field(() => [ResourceGroupEdge], { nullable: true, description: 'The entries of this page with what they hold.' })
  edges!: ResourceGroupEdge[];

  @Field(() => [Group], { nullable: true, description: 'The entries of this page.' })
  nodes!: Group[];

  @Field(() => PageInfo, { description: 'Where this page stands in the list.' })
  pageInfo!: PageInfo;

  @Field(() => Int, {
    nullable: true,
    simple: true,
    description: 'How many there are in all; counted only when selected.',
  })
  totalCount!: number;
}
