import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Page } from '../api/connection-types.js';
import type { Context } from '../api/context.js';
import { DeleteInput, DeletePayload } from '../api/deleting.js';
import { requiredKey } from '../api/ids.js';
import type { PermissionId } from '../kernel/ids.js';
import { parsePermission } from '../kernel/permission.js';
import { CreatePermissionInput, PermissionFilter, UpdatePermissionInput } from './catalogue.inputs.js';
import { createPermission, deletePermission, updatePermission } from './permission.commands.js';
import { Permission, PermissionConnection } from './permission.entity.js';
import { permissionLoaders } from './permission.loaders.js';
import { ResourceType } from './resource-type.entity.js';
import { resourceTypeLoaders } from './resource-type.loaders.js';

@ArgsType()
class PermissionsArgs extends Page {
  @Field(() => PermissionFilter, { nullable: true, description: 'Which permissions.' })
  filter?: PermissionFilter | null;
}

@ObjectType({ description: 'What became of the permission.' })
export class PermissionPayload {
  @Field(() => Permission, { nullable: true, description: 'As it is now; null when the caller may not read it.' })
  permission!: Permission | null;

  @Field(() => ResourceType, { nullable: true, description: 'The type that it names; none for a wildcard.' })
  resourceType!: ResourceType | null;
}

async function payload({ view }: Context, id: PermissionId, name?: string): Promise<PermissionPayload> {
  const permission = await view.load(permissionLoaders).byId.load(id);
  const parts = parsePermission(name ?? permission?.permission ?? '');
  const type = parts && (await view.load(resourceTypeLoaders).byName.load(`${parts.application}:${parts.resource}`));
  return { permission, resourceType: type };
}

@Resolver(() => Permission)
export class PermissionResolver {
  @Query(() => PermissionConnection, { nullable: true, description: 'Permissions of the catalogue.' })
  permissions(@Args(() => PermissionsArgs) { filter, ...page }: PermissionsArgs, @Ctx() { view }: Context) {
    return view.load(permissionLoaders).page(filter, page);
  }

  @Mutation(() => PermissionPayload, {
    nullable: true,
    description: 'Creates a permission, and its type when that is new.',
  })
  async createPermission(
    @Arg('input', () => CreatePermissionInput) input: CreatePermissionInput,
    @Ctx() context: Context,
  ) {
    const id = await context.writeCatalogue(tx => createPermission(tx, input));
    return payload(context, id, input.permission);
  }

  @Mutation(() => PermissionPayload, { nullable: true, description: 'Changes a permission.' })
  async updatePermission(
    @Arg('input', () => UpdatePermissionInput) input: UpdatePermissionInput,
    @Ctx() context: Context,
  ) {
    const id = requiredKey<PermissionId>('input.id', input.id, 'Permission');
    await context.writeCatalogue(tx => updatePermission(tx, id, input));
    return payload(context, id);
  }

  @Mutation(() => DeletePayload, { nullable: true, description: 'Deletes a permission that nothing uses.' })
  async deletePermission(
    @Arg('input', () => DeleteInput) input: DeleteInput,
    @Ctx() context: Context,
  ): Promise<DeletePayload> {
    const id = requiredKey<PermissionId>('input.id', input.id, 'Permission');
    await context.writeCatalogue(tx => deletePermission(tx, id));
    return { deletedId: input.id };
  }

  @FieldResolver(() => [Permission], { description: 'Permissions that a role with this one must also have.' })
  requires(@Root() { id }: Permission, @Ctx() { view }: Context) {
    return view.load(permissionLoaders).requiredBy.load(id);
  }
}
