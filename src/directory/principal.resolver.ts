import { Arg, Args, ArgsType, Ctx, Field, ID, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Page } from '../api/connection-types.js';
import type { Context } from '../api/context.js';
import { DeleteInput, DeletePayload } from '../api/deleting.js';
import { keyOf, requiredKey } from '../api/ids.js';
import { exactlyOne } from '../api/lookup.js';
import type { PrincipalId } from '../kernel/ids.js';
import { askedKey } from '../kernel/text.js';
import { createPrincipal, deletePrincipal, updatePrincipal } from './principal.commands.js';
import { Principal, PrincipalConnection } from './principal.entity.js';
import { CreatePrincipalInput, PrincipalFilter, PrincipalOrder, UpdatePrincipalInput } from './principal.inputs.js';
import { principalLoaders } from './principal.loaders.js';

@ArgsType()
class PrincipalsArgs extends Page {
  @Field(() => PrincipalFilter, { nullable: true, description: 'Which principals.' })
  filter?: PrincipalFilter | null;

  @Field(() => PrincipalOrder, { nullable: true, description: 'By username unless told.' })
  orderBy?: PrincipalOrder | null;
}

@ObjectType({ description: 'What became of the principal.' })
export class PrincipalPayload {
  @Field(() => Principal, { nullable: true, description: 'As it is now; null when the caller may not read it.' })
  principal!: Promise<Principal | null>;
}

const payload = ({ view }: Context, id: PrincipalId): PrincipalPayload => ({
  principal: view.load(principalLoaders).byId.load(id),
});

@Resolver(() => Principal)
export class PrincipalResolver {
  @Query(() => Principal, {
    nullable: true,
    description: 'A principal by id or by username; null when there is none to see.',
  })
  principal(
    @Arg('id', () => ID, { nullable: true, description: 'Its id.' }) id: string | null | undefined,
    @Arg('username', () => String, { nullable: true, description: 'In any letter case.' })
    username: string | null | undefined,
    @Ctx() { view }: Context,
  ) {
    const { field, value } = exactlyOne({ id, username });
    const { byId, byUsername } = view.load(principalLoaders);
    if (field === 'username') return byUsername.load(askedKey(value));
    const key = keyOf<PrincipalId>('id', value, 'Principal');
    return key && byId.load(key);
  }

  @Query(() => PrincipalConnection, {
    nullable: true,
    description: 'Principals that the caller may read, itself among them.',
  })
  principals(@Args(() => PrincipalsArgs) { filter, orderBy, ...page }: PrincipalsArgs, @Ctx() { view }: Context) {
    return view.load(principalLoaders).page(filter, orderBy, page);
  }

  @Mutation(() => PrincipalPayload, { nullable: true, description: 'Creates a principal.' })
  async createPrincipal(
    @Arg('input', () => CreatePrincipalInput) input: CreatePrincipalInput,
    @Ctx() context: Context,
  ) {
    const { access, now } = context.view;
    return payload(context, await context.write(tx => createPrincipal(tx, access, input, now)));
  }

  @Mutation(() => PrincipalPayload, { nullable: true, description: 'Changes a principal.' })
  async updatePrincipal(
    @Arg('input', () => UpdatePrincipalInput) input: UpdatePrincipalInput,
    @Ctx() context: Context,
  ) {
    const { access, now } = context.view;
    const id = requiredKey<PrincipalId>('input.id', input.id, 'Principal');
    await context.write(tx => updatePrincipal(tx, access, id, input, now));
    return payload(context, id);
  }

  @Mutation(() => DeletePayload, { nullable: true, description: 'Deletes a principal with its memberships.' })
  async deletePrincipal(
    @Arg('input', () => DeleteInput) input: DeleteInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    const id = requiredKey<PrincipalId>('input.id', input.id, 'Principal');
    await context.write(tx => deletePrincipal(tx, id));
    return { deletedId: input.id };
  }
}
