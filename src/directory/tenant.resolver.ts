import { Arg, Args, ArgsType, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { Page } from '../api/connection-types.js';
import type { Context } from '../api/context.js';
import { DeleteInput, DeletePayload } from '../api/deleting.js';
import { requiredKey } from '../api/ids.js';
import type { TenantId } from '../kernel/ids.js';
import { createTenant, deleteTenant, updateTenant } from './tenant.commands.js';
import { AssignmentPolicyInput } from './tenant.inputs.js';
import { Tenant, TenantConnection } from './tenant.entity.js';
import { tenantLoaders } from './tenant.loaders.js';

@InputType({ description: 'A new tenant.' })
export class CreateTenantInput {
  @Field(() => String, { description: 'Lower case letters, digits and `-`, at most 63; unique.' })
  slug!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Organisation id of the identity provider; unique.' })
  externalId?: string | null;
}

@InputType({ description: 'Absent fields stay as they are; null clears where clearing makes sense.' })
export class UpdateTenantInput {
  @Field(() => ID, { description: 'The tenant.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new slug.' })
  slug?: string | null;

  @Field(() => String, { nullable: true, description: 'A new name.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'Organisation id of the identity provider.' })
  externalId?: string | null;

  @Field(() => AssignmentPolicyInput, {
    nullable: true,
    description: 'What `assignResource` gives in this tenant unless told; as a whole. Null goes back to the default.',
  })
  assignmentPolicy?: AssignmentPolicyInput | null;
}

@InputType({ description: 'Every condition that is given has to hold.' })
export class TenantFilter {
  @Field(() => String, { nullable: true, description: 'Exactly this slug.' })
  slug?: string | null;

  @Field(() => String, { nullable: true, description: 'Exactly this external id.' })
  externalId?: string | null;
}

@ArgsType()
class TenantsArgs extends Page {
  @Field(() => TenantFilter, { nullable: true, description: 'Which tenants.' })
  filter?: TenantFilter | null;
}

@ObjectType({ description: 'What became of the tenant.' })
export class TenantPayload {
  @Field(() => Tenant, { nullable: true, description: 'The tenant as it is now.' })
  tenant!: Promise<Tenant | null>;
}

const payload = ({ view }: Context, id: TenantId): TenantPayload => ({
  tenant: view.load(tenantLoaders).byId.load(id),
});

@Resolver(() => Tenant)
export class TenantResolver {
  @Query(() => TenantConnection, { nullable: true, description: 'All tenants, for operators; for others, their own.' })
  tenants(@Args(() => TenantsArgs) { filter, ...page }: TenantsArgs, @Ctx() { view }: Context) {
    return view.load(tenantLoaders).page(filter, page);
  }

  @Mutation(() => TenantPayload, { nullable: true, description: 'Creates a tenant with its default groups.' })
  async createTenant(@Arg('input', () => CreateTenantInput) input: CreateTenantInput, @Ctx() context: Context) {
    const { now } = context.view;
    return payload(context, await context.writeCatalogue(tx => createTenant(tx, input, now)));
  }

  @Mutation(() => TenantPayload, { nullable: true, description: 'Changes a tenant.' })
  async updateTenant(@Arg('input', () => UpdateTenantInput) input: UpdateTenantInput, @Ctx() context: Context) {
    const { now } = context.view;
    const id = requiredKey<TenantId>('input.id', input.id, 'Tenant');
    await context.writeCatalogue(tx => updateTenant(tx, id, input, now));
    return payload(context, id);
  }

  @Mutation(() => DeletePayload, { nullable: true, description: 'Deletes a tenant and everything that it owns.' })
  async deleteTenant(
    @Arg('input', () => DeleteInput) input: DeleteInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    const id = requiredKey<TenantId>('input.id', input.id, 'Tenant');
    await context.writeCatalogue(tx => deleteTenant(tx, id));
    return { deletedId: input.id };
  }
}
