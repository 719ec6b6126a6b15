import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, InputType, Mutation, Resolver, Root } from 'type-graphql';
import { ForwardPage } from '../api/connection-types.js';
import type { Context } from '../api/context.js';
import { requiredKey } from '../api/ids.js';
import type { GroupId } from '../kernel/ids.js';
import { Group, GroupConnection } from './group.entity.js';
import { groupLoaders } from './group.loaders.js';
import { GroupPayload, groupPayload } from './group.resolver.js';
import { addMembers, removeMembers } from './membership.commands.js';
import { GroupMemberConnection } from './membership.entity.js';
import { Principal } from './principal.entity.js';
import { principalLoaders } from './principal.loaders.js';

@InputType({ description: 'Members to add to a group, or to update in it.' })
export class AddGroupMembersInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => [String], { description: 'Who; at most 1000.' })
  usernames!: string[];

  @Field(() => [String], { nullable: true, description: 'Codenames of what they are in the group.' })
  roles?: string[] | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'From then on they are no members; in the future.' })
  expiresAt?: Date | null;
}

@InputType({ description: 'Members to remove from a group.' })
export class RemoveGroupMembersInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field(() => [String], { description: 'Who; at most 1000.' })
  usernames!: string[];
}

@ArgsType()
class MembersArgs extends ForwardPage {
  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Members of subgroups too, each once.' })
  transitive?: boolean | null;
}

@ArgsType()
class PrincipalGroupsArgs extends ForwardPage {
  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Default groups and subgroup inheritance too.',
  })
  effective?: boolean | null;
}

@Resolver(() => Group)
export class GroupMembersResolver {
  @FieldResolver(() => GroupMemberConnection, { nullable: true, description: 'Principals with a live membership.' })
  members(
    @Root() { id }: Group,
    @Args(() => MembersArgs) { transitive, ...page }: MembersArgs,
    @Ctx() { view }: Context,
  ) {
    if (!view.access.mayReadSome('principal') || !view.access.reads('group', id)) return null;
    const { members, transitiveMembers } = view.load(principalLoaders);
    return transitive ? transitiveMembers(id, page) : members(id, page);
  }

  @Mutation(() => GroupPayload, { nullable: true, description: 'Adds members; those who are there are updated.' })
  async addGroupMembers(
    @Arg('input', () => AddGroupMembersInput) input: AddGroupMembersInput,
    @Ctx() context: Context,
  ) {
    const { access, now } = context.view;
    const groupId = requiredKey<GroupId>('input.groupId', input.groupId, 'Group');
    await context.write(tx => addMembers(tx, access, groupId, input, now));
    return groupPayload(context, groupId);
  }

  @Mutation(() => GroupPayload, { nullable: true, description: 'Removes members; whoever is none is no error.' })
  async removeGroupMembers(
    @Arg('input', () => RemoveGroupMembersInput) input: RemoveGroupMembersInput,
    @Ctx() context: Context,
  ) {
    const { access } = context.view;
    const groupId = requiredKey<GroupId>('input.groupId', input.groupId, 'Group');
    await context.write(tx => removeMembers(tx, access, groupId, input.usernames));
    return groupPayload(context, groupId);
  }
}

@Resolver(() => Principal)
export class PrincipalGroupsResolver {
  @FieldResolver(() => GroupConnection, {
    nullable: true,
    description: 'Groups with an explicit, unexpired membership; `effective` adds default groups and inheritance.',
  })
  groups(
    @Root() { id }: Principal,
    @Args(() => PrincipalGroupsArgs) { effective, ...page }: PrincipalGroupsArgs,
    @Ctx() { view }: Context,
  ) {
    if (!view.access.reads('principal', id)) return null;
    const { ofPrincipal, effectiveOfPrincipal } = view.load(groupLoaders);
    return effective ? effectiveOfPrincipal(id, page) : ofPrincipal(id, page);
  }
}
