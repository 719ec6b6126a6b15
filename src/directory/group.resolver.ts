import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { ForwardPage, Page } from '../api/connection-types.js';
import type { Context } from '../api/context.js';
import { keyOf, requiredKey } from '../api/ids.js';
import { exactlyOne } from '../api/lookup.js';
import { DeleteInput, DeletePayload } from '../api/deleting.js';
import type { GroupId } from '../kernel/ids.js';
import { askedKey } from '../kernel/text.js';
import { createGroup, deleteGroup, updateGroup } from './group.commands.js';
import { groupCounts } from './group.counts.js';
import { Group, GroupConnection } from './group.entity.js';
import { CreateGroupInput, GroupFilter, GroupOrder, UpdateGroupInput } from './group.inputs.js';
import { groupLoaders } from './group.loaders.js';

@ArgsType()
class GroupsArgs extends Page {
  @Field(() => GroupFilter, { nullable: true, description: 'Which groups.' })
  filter?: GroupFilter | null;

  @Field(() => GroupOrder, { nullable: true, description: 'By name unless told.' })
  orderBy?: GroupOrder | null;
}

@ObjectType({ description: 'What became of the group.' })
export class GroupPayload {
  @Field(() => Group, { nullable: true, description: 'The group as it is now; null when the caller may not read it.' })
  group!: Promise<Group | null>;
}

/** The payload of a mutation on a group, read after the write. */
export const groupPayload = ({ view }: Context, id: GroupId): GroupPayload => ({
  group: view.load(groupLoaders).byId.load(id),
});

@Resolver(() => Group)
export class GroupResolver {
  @Query(() => Group, { nullable: true, description: 'A group by id or by name; null when there is none to see.' })
  group(
    @Arg('id', () => ID, { nullable: true, description: 'Its id.' }) id: string | null | undefined,
    @Arg('name', () => String, { nullable: true, description: 'Its name, in any letter case.' })
    name: string | null | undefined,
    @Ctx() { view }: Context,
  ) {
    const { field, value } = exactlyOne({ id, name });
    const { byId, byName } = view.load(groupLoaders);
    if (field === 'name') return byName.load(askedKey(value));
    const key = keyOf<GroupId>('id', value, 'Group');
    return key && byId.load(key);
  }

  @Query(() => GroupConnection, { nullable: true, description: 'Groups that the caller may read, its own among them.' })
  groups(@Args(() => GroupsArgs) { filter, orderBy, ...page }: GroupsArgs, @Ctx() { view }: Context) {
    return view.load(groupLoaders).page(filter, orderBy, page);
  }

  @Mutation(() => GroupPayload, { nullable: true, description: 'Creates a group.' })
  async createGroup(@Arg('input', () => CreateGroupInput) input: CreateGroupInput, @Ctx() context: Context) {
    const { access, now } = context.view;
    return groupPayload(context, await context.write(tx => createGroup(tx, access, input, now)));
  }

  @Mutation(() => GroupPayload, { nullable: true, description: 'Changes a group.' })
  async updateGroup(@Arg('input', () => UpdateGroupInput) input: UpdateGroupInput, @Ctx() context: Context) {
    const { access, now } = context.view;
    const id = requiredKey<GroupId>('input.id', input.id, 'Group');
    await context.write(tx => updateGroup(tx, access, id, input, now));
    return groupPayload(context, id);
  }

  @Mutation(() => DeletePayload, {
    nullable: true,
    description: 'Deletes a group; a customised default group goes back.',
  })
  async deleteGroup(
    @Arg('input', () => DeleteInput) input: DeleteInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    const { access, now } = context.view;
    const id = requiredKey<GroupId>('input.id', input.id, 'Group');
    await context.write(tx => deleteGroup(tx, access, id, now));
    return { deletedId: input.id };
  }

  @FieldResolver(() => Group, { nullable: true, description: 'The group above it.' })
  parent(@Root() { parentId }: Group, @Ctx() { view }: Context) {
    return parentId && view.load(groupLoaders).byId.load(parentId);
  }

  @FieldResolver(() => GroupConnection, { nullable: true, description: 'The groups directly below it.' })
  subgroups(@Root() { id }: Group, @Args(() => ForwardPage) page: ForwardPage, @Ctx() { view }: Context) {
    if (!view.access.reads('group', id)) return null;
    return view.load(groupLoaders).subgroups(id, page);
  }

  @FieldResolver(() => [Group], {
    nullable: true,
    description: 'Groups with which its members’ new resources are shared.',
  })
  autoShareWith(@Root() { id }: Group, @Ctx() { view }: Context) {
    if (!view.access.reads('group', id)) return null;
    return view.load(groupLoaders).autoShareTargets.load(id);
  }

  @FieldResolver(() => [Group], {
    nullable: true,
    description: 'Groups that its members may share with; null is any group.',
  })
  canShareWith(@Root() { id, sharesWithAny }: Group, @Ctx() { view }: Context) {
    return sharesWithAny ? null : view.load(groupLoaders).canShareTargets.load(id);
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Users with a live membership.' })
  principalCount(@Root() { id }: Group, @Ctx() { view }: Context) {
    return view.load(groupCounts)(id, 'principal');
  }

  @FieldResolver(() => Int, { nullable: true, description: 'Policies that give it roles.' })
  policyCount(@Root() { id }: Group, @Ctx() { view }: Context) {
    return view.load(groupCounts)(id, 'policy');
  }
}
