import { Arg, Args, Ctx, Field, FieldResolver, Int, Mutation, ObjectType, Query, Resolver, Root } from 'type-graphql';
import { ForwardPage } from '../api/connection-types.js';
import type { Context } from '../api/context.js';
import { Group } from '../directory/group.entity.js';
import { groupLoaders } from '../directory/group.loaders.js';
import { Principal } from '../directory/principal.entity.js';
import { principalLoaders } from '../directory/principal.loaders.js';
import type { ResourceUid } from '../kernel/ids.js';
import { validResourceId } from '../kernel/text.js';
import { Viewer } from '../policy/access.resolver.js';
import { askedVerb, knownType, validResourceIds } from './checks.js';
import { putResources } from './put.commands.js';
import { childrenOf } from './resource.children.js';
import { deleteResources, pruneResources } from './resource.commands.js';
import { keyOfResource, Resource, ResourceConnection } from './resource.entity.js';
import {
  PruneResourcesInput,
  PutResourcesInput,
  ResourcesArgs,
  ResourcesInput,
  ViewerResourcesArgs,
} from './resource.inputs.js';
import { resourcePage } from './resource.lists.js';
import { resourceLoaders } from './resource.loaders.js';
import { viewerRef } from './rights.js';

@ObjectType({ description: 'What became of the resources.' })
export class PutResourcesPayload {
  @Field(() => [Resource], {
    nullable: true,
    description: 'The resources as they are now, as far as the caller may read them.',
  })
  resources!: Promise<Resource[]>;

  @Field(() => Int, { description: 'How many are new.' })
  created!: number;
}

@ObjectType({ description: 'How many it was.' })
export class CountPayload {
  @Field(() => Int, { description: 'How many were there, and are not any more.' })
  count!: number;
}

/** Resources in the order of their keys, as far as the caller may read them. */
export async function shownResources({ view }: Context, uids: readonly ResourceUid[]): Promise<Resource[]> {
  const found = await Promise.all(uids.map(uid => view.load(resourceLoaders).byId.load(uid)));
  return found.filter(resource => resource !== null);
}

@Resolver(() => Resource)
export class ResourceResolver {
  @Query(() => Resource, {
    nullable: true,
    description: 'A resource; null unless it is registered and the caller holds anything on it.',
  })
  resource(
    @Arg('type', () => String, { description: 'application:resource.' }) type: string,
    @Arg('resourceId', () => String, { description: 'Its id.' }) resourceId: string,
    @Ctx() { view }: Context,
  ) {
    knownType(view.asking.catalogue, 'type', type);
    return view.load(resourceLoaders).byKey.load({ type, id: validResourceId('resourceId', resourceId) });
  }

  @Query(() => ResourceConnection, {
    nullable: true,
    description: 'Resources on which a subject holds permissions: all of them, in byte order of their ids.',
  })
  resources(@Args(() => ResourcesArgs) { first, after, ...asked }: ResourcesArgs, @Ctx() { view }: Context) {
    return resourcePage(view, asked, { first, after });
  }

  @Mutation(() => PutResourcesPayload, {
    nullable: true,
    description: 'Registers resources, or changes those that are there.',
  })
  async putResources(@Arg('input', () => PutResourcesInput) input: PutResourcesInput, @Ctx() context: Context) {
    const { access, now, asking } = context.view;
    const type = knownType(asking.catalogue, 'input.type', input.type);
    const { uids, created } = await context.write(tx => putResources(tx, access, type, input, now));
    return { resources: shownResources(context, uids), created };
  }

  @Mutation(() => CountPayload, { nullable: true, description: 'Deletes resources with their grants and shares.' })
  async deleteResources(@Arg('input', () => ResourcesInput) input: ResourcesInput, @Ctx() context: Context) {
    const { access, now, asking } = context.view;
    const type = knownType(asking.catalogue, 'input.type', input.type);
    return { count: await context.write(tx => deleteResources(tx, access, type, input.resourceIds, now)) };
  }

  @Mutation(() => CountPayload, { nullable: true, description: 'Deletes all resources of a type but these.' })
  async pruneResources(@Arg('input', () => PruneResourcesInput) input: PruneResourcesInput, @Ctx() context: Context) {
    const { access, asking } = context.view;
    const type = knownType(asking.catalogue, 'input.type', input.type);
    const keep = validResourceIds('input.keepResourceIds', input.keepResourceIds, Infinity);
    return { count: await context.write(tx => pruneResources(tx, access, type, keep, context.view.now)) };
  }

  @FieldResolver(() => Principal, { nullable: true, description: 'Whose it is.' })
  owner(@Root() { ownerId }: Resource, @Ctx() { view }: Context) {
    return ownerId && view.load(principalLoaders).byId.load(ownerId);
  }

  @FieldResolver(() => [Resource], { nullable: true, description: 'The resources directly above it.' })
  parents(@Root() resource: Resource, @Ctx() { view }: Context) {
    if (resource.isMasked) return null;
    return view.load(resourceLoaders).parentsOf.load(keyOfResource(resource));
  }

  @FieldResolver(() => ResourceConnection, { nullable: true, description: 'The resources directly below it.' })
  children(@Root() resource: Resource, @Args(() => ForwardPage) page: ForwardPage, @Ctx() { view }: Context) {
    if (resource.isMasked) return null;
    return view.load(childrenOf)(keyOfResource(resource), page);
  }

  @FieldResolver(() => [Group], { nullable: true, description: 'The groups that it is shared with, by name.' })
  async sharedWith(@Root() resource: Resource, @Ctx() { view }: Context) {
    if (resource.isMasked) return null;
    const ids = await view.load(resourceLoaders).sharesOf.load(keyOfResource(resource));
    const groups = await Promise.all(ids.map(id => view.load(groupLoaders).byId.load(id)));
    return groups.filter(group => group !== null);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether the viewer may; null for service clients, which are no subjects.',
  })
  async viewerCan(
    @Root() resource: Resource,
    @Arg('verb', () => String, { description: 'The verb alone, such as `read`.' }) verb: string,
    @Ctx() { view }: Context,
  ) {
    const subject = viewerRef(view);
    const permission = `${resource.type}:${askedVerb('verb', verb)}`;
    if (!subject) return null;
    return (await view.asking.answer({ subject, permission, resourceId: resource.resourceId, context: null }, 'verb'))
      .allowed;
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description: 'All that the viewer holds on it, in full; null for service clients.',
  })
  async viewerPermissions(@Root() resource: Resource, @Ctx() { view }: Context) {
    const subject = viewerRef(view);
    const verbs = subject && (await view.asking.permissionsOn(subject, keyOfResource(resource)));
    return verbs && verbs.map(verb => `${resource.type}:${verb}`);
  }
}

@Resolver(() => Viewer)
export class ViewerResourcesResolver {
  @FieldResolver(() => ResourceConnection, {
    nullable: true,
    description: 'Resources on which one holds permissions; null for service clients.',
  })
  resources(
    @Args(() => ViewerResourcesArgs) { first, after, ...asked }: ViewerResourcesArgs,
    @Ctx() { view }: Context,
  ) {
    return view.caller.kind === 'service' ? null : resourcePage(view, asked, { first, after });
  }
}
