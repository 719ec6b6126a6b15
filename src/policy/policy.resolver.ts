import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Page } from '../api/connection-types.js';
import type { Context } from '../api/context.js';
import { DeleteInput, DeletePayload } from '../api/deleting.js';
import { keyOf, requiredKey } from '../api/ids.js';
import { exactlyOne } from '../api/lookup.js';
import { Group } from '../directory/group.entity.js';
import { groupLoaders } from '../directory/group.loaders.js';
import type { PolicyId } from '../kernel/ids.js';
import { askedKey } from '../kernel/text.js';
import { createPolicy, deletePolicy, updatePolicy } from './policy.commands.js';
import { Policy, PolicyConnection } from './policy.entity.js';
import { CreatePolicyInput, PolicyFilter, PolicyOrder, UpdatePolicyInput } from './policy.inputs.js';
import { policyLoaders } from './policy.loaders.js';
import { Role } from './role.entity.js';
import { roleLoaders } from './role.loaders.js';

@ArgsType()
class PoliciesArgs extends Page {
  @Field(() => PolicyFilter, { nullable: true, description: 'Which policies.' })
  filter?: PolicyFilter | null;

  @Field(() => PolicyOrder, { nullable: true, description: 'By name unless told.' })
  orderBy?: PolicyOrder | null;
}

@ObjectType({ description: 'What became of the policy.' })
export class PolicyPayload {
  @Field(() => Policy, {
    nullable: true,
    description: 'The policy as it is now; null when the caller may not read it.',
  })
  policy!: Promise<Policy | null>;
}

const payload = ({ view }: Context, id: PolicyId): PolicyPayload => ({
  policy: view.load(policyLoaders).byId.load(id),
});

@Resolver(() => Policy)
export class PolicyResolver {
  @Query(() => Policy, { nullable: true, description: 'A policy by id or by name; null when there is none to see.' })
  policy(
    @Arg('id', () => ID, { nullable: true, description: 'Its id.' }) id: string | null | undefined,
    @Arg('name', () => String, { nullable: true, description: 'Its name, in any letter case.' })
    name: string | null | undefined,
    @Ctx() { view }: Context,
  ) {
    const { field, value } = exactlyOne({ id, name });
    const { byId, byName } = view.load(policyLoaders);
    if (field === 'name') return byName.load(askedKey(value));
    const key = keyOf<PolicyId>('id', value, 'Policy');
    return key && byId.load(key);
  }

  @Query(() => PolicyConnection, {
    nullable: true,
    description: 'Policies that the caller may read, its own among them.',
  })
  policies(@Args(() => PoliciesArgs) { filter, orderBy, ...page }: PoliciesArgs, @Ctx() { view }: Context) {
    return view.load(policyLoaders).page(filter, orderBy, page);
  }

  @Mutation(() => PolicyPayload, { nullable: true, description: 'Creates a policy.' })
  async createPolicy(@Arg('input', () => CreatePolicyInput) input: CreatePolicyInput, @Ctx() context: Context) {
    const { access, now } = context.view;
    return payload(context, await context.write(tx => createPolicy(tx, access, input, now)));
  }

  @Mutation(() => PolicyPayload, { nullable: true, description: 'Changes a policy.' })
  async updatePolicy(@Arg('input', () => UpdatePolicyInput) input: UpdatePolicyInput, @Ctx() context: Context) {
    const { access, now } = context.view;
    const id = requiredKey<PolicyId>('input.id', input.id, 'Policy');
    await context.write(tx => updatePolicy(tx, access, id, input, now));
    return payload(context, id);
  }

  @Mutation(() => DeletePayload, { nullable: true, description: 'Deletes a policy: its group loses the roles.' })
  async deletePolicy(
    @Arg('input', () => DeleteInput) input: DeleteInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    const id = requiredKey<PolicyId>('input.id', input.id, 'Policy');
    await context.write(tx => deletePolicy(tx, id));
    return { deletedId: input.id };
  }

  @FieldResolver(() => Group, { nullable: true, description: 'The group that gets the roles.' })
  group(@Root() { groupId }: Policy, @Ctx() { view }: Context) {
    return view.load(groupLoaders).byId.load(groupId);
  }

  @FieldResolver(() => [Role], { nullable: true, description: 'The roles.' })
  roles(@Root() { id }: Policy, @Ctx() { view }: Context) {
    return view.load(roleLoaders).ofPolicy.load(id);
  }
}
