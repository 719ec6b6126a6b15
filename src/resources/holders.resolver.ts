import { Arg, Args, Ctx, FieldResolver, registerEnumType, Resolver, Root } from 'type-graphql';
import { ForwardPage } from '../api/connection-types.js';
import type { Context, View } from '../api/context.js';
import { badInput } from '../kernel/errors.js';
import { SubjectInput } from '../policy/decision.types.js';
import { subjectRef } from '../policy/subjects.js';
import { GrantConnection } from './grant.entity.js';
import { grantLoaders } from './grant.loaders.js';
import { groupHolders, principalHolders } from './holder.lists.js';
import {
  GroupHoldersArgs,
  PrincipalHoldersArgs,
  ResourceGroupConnection,
  ResourcePrincipalConnection,
} from './holder.types.js';
import { keyOfResource, Resource } from './resource.entity.js';
import { isViewer, requireSeesHolders } from './rights.js';

export enum Via {
  EFFECTIVE = 'EFFECTIVE',
  DIRECT = 'DIRECT',
  GROUPS = 'GROUPS',
}
registerEnumType(Via, {
  name: 'Via',
  description: 'EFFECTIVE: all ways. DIRECT: its own grants and ownership. GROUPS: the grants of its groups.',
});

@Resolver(() => Resource)
export class ResourceHoldersResolver {
  @FieldResolver(() => [String], { nullable: true, description: 'What a subject holds on it, in full.' })
  async permissionsOf(
    @Root() resource: Resource,
    @Arg('subject', () => SubjectInput, { description: 'Who.' }) subject: SubjectInput,
    @Arg('via', () => Via, { defaultValue: Via.EFFECTIVE, nullable: true, description: 'Which ways count.' })
    via: Via | null,
    @Ctx() { view }: Context,
  ) {
    const ref = subjectRef('subject', subject, view);
    if (!isViewer(view, ref)) await requireSeesHolders(view, resource);
    const verbs = await view.asking.permissionsOn(ref, keyOfResource(resource), via ?? Via.EFFECTIVE);
    return verbs.map(verb => `${resource.type}:${verb}`);
  }

  @FieldResolver(() => ResourcePrincipalConnection, {
    nullable: true,
    description: 'Active principals that hold something on it, by username, with what they hold.',
  })
  async principals(
    @Root() resource: Resource,
    @Args(() => PrincipalHoldersArgs) args: PrincipalHoldersArgs,
    @Ctx() { view }: Context,
  ) {
    await requireSeesHolders(view, resource);
    const { permissions, includeGroupMembers, includeSuperusers, acceptGlobal, ...page } = args;
    const reading = {
      includeGroups: includeGroupMembers ?? true,
      includeSuperuser: includeSuperusers ?? false,
      acceptGlobal: acceptGlobal ?? false,
    };
    return principalHolders(view, resource, { verbs: verbsIn(view, resource, permissions), reading }, page);
  }

  @FieldResolver(() => ResourceGroupConnection, {
    nullable: true,
    description: 'Groups that hold something on it, by name, with what they hold.',
  })
  async groups(
    @Root() resource: Resource,
    @Args(() => GroupHoldersArgs) { permissions, acceptGlobal, ...page }: GroupHoldersArgs,
    @Ctx() { view }: Context,
  ) {
    await requireSeesHolders(view, resource);
    const reading = { includeGroups: true, includeSuperuser: false, acceptGlobal: acceptGlobal ?? false };
    return groupHolders(view, resource, { verbs: verbsIn(view, resource, permissions), reading }, page);
  }

  @FieldResolver(() => GrantConnection, { nullable: true, description: 'Live grants on it, the oldest first.' })
  async grants(@Root() resource: Resource, @Args(() => ForwardPage) page: ForwardPage, @Ctx() { view }: Context) {
    await requireSeesHolders(view, resource);
    return view.load(grantLoaders).ofResource(resource.id, page);
  }
}

/** The verbs of a filter; null when there is none. BAD_USER_INPUT for permissions of another type. */
function verbsIn(
  { asking }: View,
  resource: Resource,
  permissions: readonly string[] | null | undefined,
): string[] | null {
  if (!permissions) return null;
  return permissions.map((text, at) => {
    const { type, verb } = asking.askedPermission(text, `permissions.${at}`);
    if (type.name !== resource.type) throw badInput(`permissions.${at}`, `must be of the type ${resource.type}`);
    return verb;
  });
}
