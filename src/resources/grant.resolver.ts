import { Arg, Ctx, Field, FieldResolver, Int, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import type { Context } from '../api/context.js';
import { Group } from '../directory/group.entity.js';
import { groupLoaders } from '../directory/group.loaders.js';
import { Principal } from '../directory/principal.entity.js';
import { principalLoaders } from '../directory/principal.loaders.js';
import { Reason } from '../policy/decision.types.js';
import { assignResource, unassignResource } from './assignment.commands.js';
import { AssignResourceInput, UnassignResourceInput } from './assignment.inputs.js';
import { knownType } from './checks.js';
import { grantPermissions, revokePermissions } from './grant.commands.js';
import { Grant } from './grant.entity.js';
import { GrantPermissionsInput, RevokePermissionsInput } from './grant.inputs.js';
import { grantLoaders } from './grant.loaders.js';
import { Resource } from './resource.entity.js';
import { ShareResourcesInput } from './resource.inputs.js';
import { resourceLoaders } from './resource.loaders.js';
import { CountPayload } from './resource.resolver.js';
import { shareResources, unshareResources, sharingOf } from './share.commands.js';

@ObjectType({ description: 'The grants that there are now.' })
export class GrantPermissionsPayload {
  @Field(() => [Grant], { nullable: true, description: 'Each of the combinations, old or new.' })
  grants!: Grant[];

  @Field(() => Int, { description: 'How many are new.' })
  created!: number;
}

@ObjectType({ description: 'The grants that come from the assignment.' })
export class AssignmentPayload {
  @Field(() => [Grant], {
    nullable: true,
    description: 'What the policy gives, to the group, those around it, and the member.',
  })
  grants!: Grant[];
}

@ObjectType({ description: 'What became of the resources.' })
export class ResourcesPayload {
  @Field(() => [Resource], {
    nullable: true,
    description: 'The resources as they are now, as far as the caller may read them.',
  })
  resources!: Promise<Resource[]>;
}

@Resolver(() => Grant)
export class GrantResolver {
  @Mutation(() => GrantPermissionsPayload, {
    nullable: true,
    description: 'Gives permissions to principals and groups: all of it or nothing.',
  })
  async grantPermissions(
    @Arg('input', () => GrantPermissionsInput) input: GrantPermissionsInput,
    @Ctx() context: Context,
  ) {
    const { access, now } = context.view;
    return context.write(tx => grantPermissions(tx, access, input, now));
  }

  @Mutation(() => CountPayload, {
    nullable: true,
    description: 'Takes permissions back; what is not there is no error.',
  })
  async revokePermissions(
    @Arg('input', () => RevokePermissionsInput) input: RevokePermissionsInput,
    @Ctx() context: Context,
  ) {
    const { access, now } = context.view;
    return { count: await context.write(tx => revokePermissions(tx, access, input, now)) };
  }

  @Mutation(() => AssignmentPayload, {
    nullable: true,
    description: 'Gives a resource to a group by policy, and records it.',
  })
  async assignResource(@Arg('input', () => AssignResourceInput) input: AssignResourceInput, @Ctx() context: Context) {
    const { access, now, asking } = context.view;
    const type = knownType(asking.catalogue, 'input.type', input.type);
    return { grants: await context.write(tx => assignResource(tx, access, type, input, now)) };
  }

  @Mutation(() => CountPayload, { nullable: true, description: 'Takes back exactly what assigning gave.' })
  async unassignResource(
    @Arg('input', () => UnassignResourceInput) input: UnassignResourceInput,
    @Ctx() context: Context,
  ) {
    const { access, now, asking } = context.view;
    const type = knownType(asking.catalogue, 'input.type', input.type);
    return { count: await context.write(tx => unassignResource(tx, access, type, input, now)) };
  }

  @Mutation(() => ResourcesPayload, {
    nullable: true,
    description: 'Shares resources with groups, beside those they are shared with.',
  })
  async shareResources(@Arg('input', () => ShareResourcesInput) input: ShareResourcesInput, @Ctx() context: Context) {
    const { access, now, asking } = context.view;
    const sharing = sharingOf(asking.catalogue, input);
    await context.write(tx => shareResources(tx, access, sharing, now));
    return { resources: shown(context, sharing) };
  }

  @Mutation(() => ResourcesPayload, {
    nullable: true,
    description: 'Takes shares back; what is not shared is no error.',
  })
  async unshareResources(@Arg('input', () => ShareResourcesInput) input: ShareResourcesInput, @Ctx() context: Context) {
    const { access, now, asking } = context.view;
    const sharing = sharingOf(asking.catalogue, input);
    await context.write(tx => unshareResources(tx, access, sharing, now));
    return { resources: shown(context, sharing) };
  }

  @FieldResolver(() => Resource, { nullable: true, description: 'On what; null when it is on all of the type.' })
  resource(@Root() { type, resourceId }: Grant, @Ctx() { view }: Context) {
    return resourceId === null ? null : view.load(resourceLoaders).byKey.load({ type, id: resourceId });
  }

  @FieldResolver(() => Principal, { nullable: true, description: 'To whom, when it is a principal.' })
  principal(@Root() { principalId }: Grant, @Ctx() { view }: Context) {
    return principalId && view.load(principalLoaders).named.load(principalId);
  }

  @FieldResolver(() => Group, { nullable: true, description: 'To whom, when it is a group.' })
  group(@Root() { groupId }: Grant, @Ctx() { view }: Context) {
    return groupId && view.load(groupLoaders).named.load(groupId);
  }
}

async function shown({ view }: Context, { type, ids }: ReturnType<typeof sharingOf>): Promise<Resource[]> {
  const found = await Promise.all(ids.map(id => view.load(resourceLoaders).byKey.load({ type: type.name, id })));
  return found.filter(resource => resource !== null);
}

@Resolver(() => Reason)
export class ReasonGrantResolver {
  @FieldResolver(() => Grant, { nullable: true, description: 'The grant it comes from.' })
  grant(@Root() { path }: Reason, @Ctx() { view }: Context) {
    return 'grantId' in path ? view.load(grantLoaders).byId.load(path.grantId) : null;
  }

  @FieldResolver(() => Resource, { nullable: true, description: 'The parent it is inherited from.' })
  resource(@Root() { path }: Reason, @Ctx() { view }: Context) {
    return 'resource' in path ? view.load(resourceLoaders).byKey.load(path.resource) : null;
  }
}
