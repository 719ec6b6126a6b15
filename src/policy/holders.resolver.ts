import { Arg, Args, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { ForwardPage } from '../api/connection-types.js';
import type { Context, View } from '../api/context.js';
import { requiredKey } from '../api/ids.js';
import { groupCounts } from '../directory/group.counts.js';
import { Group } from '../directory/group.entity.js';
import { GroupPayload, groupPayload } from '../directory/group.resolver.js';
import { Principal } from '../directory/principal.entity.js';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import { addGroupRoles, removeGroupRoles } from './group-roles.commands.js';
import { PolicyConnection } from './policy.entity.js';
import { GroupRolesInput } from './policy.inputs.js';
import { policyLoaders } from './policy.loaders.js';
import { RoleConnection } from './role.entity.js';
import { roleLoaders } from './role.loaders.js';

/** Of a group that one may not read, one sees the name alone, whatever else one may read. */
const mayReadOf = ({ access }: View, id: GroupId, type: 'role' | 'policy') =>
  access.mayReadSome(type) && access.reads('group', id);

@Resolver(() => Group)
export class GroupRolesResolver {
  @Mutation(() => GroupPayload, { nullable: true, description: 'Gives roles to a group.' })
  async addGroupRoles(@Arg('input', () => GroupRolesInput) input: GroupRolesInput, @Ctx() context: Context) {
    const { access, now } = context.view;
    const groupId = requiredKey<GroupId>('input.groupId', input.groupId, 'Group');
    await context.write(tx => addGroupRoles(tx, access, groupId, input.roleIds, now));
    return groupPayload(context, groupId);
  }

  @Mutation(() => GroupPayload, { nullable: true, description: 'Takes roles from a group; what policies give stays.' })
  async removeGroupRoles(@Arg('input', () => GroupRolesInput) input: GroupRolesInput, @Ctx() context: Context) {
    const { access, now } = context.view;
    const groupId = requiredKey<GroupId>('input.groupId', input.groupId, 'Group');
    await context.write(tx => removeGroupRoles(tx, access, groupId, input.roleIds, now));
    return groupPayload(context, groupId);
  }

  @FieldResolver(() => RoleConnection, { nullable: true, description: 'Roles that its policies give.' })
  roles(@Root() { id }: Group, @Args(() => ForwardPage) page: ForwardPage, @Ctx() { view }: Context) {
    return mayReadOf(view, id, 'role') ? view.load(roleLoaders).ofGroup(id, page) : null;
  }

  @FieldResolver(() => PolicyConnection, { nullable: true, description: 'Policies that give it roles.' })
  policies(@Root() { id }: Group, @Args(() => ForwardPage) page: ForwardPage, @Ctx() { view }: Context) {
    return mayReadOf(view, id, 'policy') ? view.load(policyLoaders).ofGroup(id, page) : null;
  }

  @FieldResolver(() => Int, { nullable: true, description: 'How many roles it has.' })
  roleCount(@Root() { id }: Group, @Ctx() { view }: Context) {
    return view.load(groupCounts)(id, 'role');
  }
}

/** One's own, or those of somebody whom one may read, with the right to read them. */
const mayAsk = ({ access, caller }: View, id: PrincipalId, type: 'role' | 'policy') =>
  (caller.kind === 'user' && caller.principalId === id) || (access.mayReadSome(type) && access.reads('principal', id));

@Resolver(() => Principal)
export class PrincipalRolesResolver {
  @FieldResolver(() => RoleConnection, { nullable: true, description: 'Roles that reach it through its groups.' })
  roles(@Root() { id }: Principal, @Args(() => ForwardPage) page: ForwardPage, @Ctx() { view }: Context) {
    return mayAsk(view, id, 'role') ? view.load(roleLoaders).ofPrincipal(id, page) : null;
  }

  @FieldResolver(() => PolicyConnection, { nullable: true, description: 'Policies that reach it through its groups.' })
  policies(@Root() { id }: Principal, @Args(() => ForwardPage) page: ForwardPage, @Ctx() { view }: Context) {
    return mayAsk(view, id, 'policy') ? view.load(policyLoaders).ofPrincipal(id, page) : null;
  }
}
