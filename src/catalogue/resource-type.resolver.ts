import { Arg, Ctx, FieldResolver, Mutation, ObjectType, Field, Query, Resolver, Root } from 'type-graphql';
import type { Context } from '../api/context.js';
import { UpdateResourceTypeInput } from './catalogue.inputs.js';
import { Permission } from './permission.entity.js';
import { permissionLoaders } from './permission.loaders.js';
import { updateResourceType } from './resource-type.commands.js';
import { ResourceType } from './resource-type.entity.js';
import { resourceTypeLoaders } from './resource-type.loaders.js';

@ObjectType({ description: 'What became of the type.' })
export class ResourceTypePayload {
  @Field(() => ResourceType, { nullable: true, description: 'The type as it is now.' })
  resourceType!: Promise<ResourceType | null>;
}

@Resolver(() => ResourceType)
export class ResourceTypeResolver {
  @Query(() => ResourceType, { nullable: true, description: 'A type by name; null when there is none.' })
  resourceType(
    @Arg('name', () => String, { description: 'application:resource.' }) name: string,
    @Ctx() { view }: Context,
  ) {
    return view.load(resourceTypeLoaders).byName.load(name);
  }

  @Query(() => [ResourceType], { nullable: true, description: 'Types by name: of an application, or all.' })
  resourceTypes(
    @Arg('application', () => String, { nullable: true, description: 'Exactly this one.' })
    application: string | null | undefined,
    @Ctx() { view }: Context,
  ) {
    return view.load(resourceTypeLoaders).all(application);
  }

  @Mutation(() => ResourceTypePayload, { nullable: true, description: 'Changes how resources of a type are reached.' })
  async updateResourceType(
    @Arg('input', () => UpdateResourceTypeInput) input: UpdateResourceTypeInput,
    @Ctx() context: Context,
  ): Promise<ResourceTypePayload> {
    const id = await context.writeCatalogue(tx => updateResourceType(tx, input));
    return { resourceType: context.view.load(resourceTypeLoaders).byId.load(id) };
  }

  @FieldResolver(() => [Permission], { description: 'The permissions of the type.' })
  permissions(@Root() { name }: ResourceType, @Ctx() { view }: Context) {
    return view.load(permissionLoaders).ofType.load(name);
  }
}
