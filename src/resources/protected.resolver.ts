import { Arg, Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { ForwardPage } from '../api/connection-types.js';
import type { Context } from '../api/context.js';
import { Group } from '../directory/group.entity.js';
import { Principal } from '../directory/principal.entity.js';
import { askedVerb } from './checks.js';
import { whyNot } from './denials.js';
import { GrantConnection } from './grant.entity.js';
import { ResourceHoldersResolver } from './holders.resolver.js';
import { keyOfProtected, Protected } from './protected.js';
import { resourceLoaders } from './resource.loaders.js';
import { ResourceResolver } from './resource.resolver.js';
import { viewerRef } from './rights.js';

/** What is the same as on `Resource`, when it is registered and the caller may read it. */
const AS_RESOURCE = { resource: new ResourceResolver(), holders: new ResourceHoldersResolver() };

const resourceOf = (object: Protected, { view }: Context) =>
  view.load(resourceLoaders).byKey.load(keyOfProtected(view, object));

@Resolver(() => Protected)
export class ProtectedResolver {
  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether the viewer may; null for service clients, which are no subjects.',
  })
  async viewerCan(
    @Root() object: Protected,
    @Arg('verb', () => String, { description: 'The verb alone, such as `read`.' }) verb: string,
    @Ctx() { view }: Context,
  ) {
    const { type, id } = keyOfProtected(view, object);
    const permission = `${type}:${askedVerb('verb', verb)}`;
    const subject = viewerRef(view);
    return (
      subject && (await view.asking.answer({ subject, permission, resourceId: id, context: null }, 'verb')).allowed
    );
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description: 'All that the viewer holds on it, in full; null for service clients.',
  })
  async viewerPermissions(@Root() object: Protected, @Ctx() { view }: Context) {
    const key = keyOfProtected(view, object);
    const subject = viewerRef(view);
    const verbs = subject && (await view.asking.permissionsOn(subject, key));
    return verbs && verbs.map(verb => `${key.type}:${verb}`);
  }

  @FieldResolver(() => [String], {
    nullable: true,
    description:
      'Why the viewer may not, in words for people; empty when it may, null for service clients. It goes by what the viewer itself has, and tells nothing of others.',
  })
  viewerCannotReasons(
    @Root() object: Protected,
    @Arg('verb', () => String, { description: 'The verb alone, such as `read`.' }) verb: string,
    @Ctx() { view }: Context,
  ) {
    return whyNot(view, keyOfProtected(view, object), askedVerb('verb', verb));
  }

  @FieldResolver(() => Principal, {
    nullable: true,
    description: 'Whose it is; null unless it is registered, and the caller may read it and its owner.',
  })
  async owner(@Root() object: Protected, @Ctx() context: Context) {
    const resource = await resourceOf(object, context);
    return resource && AS_RESOURCE.resource.owner(resource, context);
  }

  @FieldResolver(() => [Group], {
    nullable: true,
    description: 'The groups that it is shared with, by name; null unless it is registered and the caller may read it.',
  })
  async sharedWith(@Root() object: Protected, @Ctx() context: Context) {
    const resource = await resourceOf(object, context);
    return resource && AS_RESOURCE.resource.sharedWith(resource, context);
  }

  @FieldResolver(() => GrantConnection, {
    nullable: true,
    description: 'Live grants on it, the oldest first; null unless it is registered and the caller may read it.',
  })
  async grants(@Root() object: Protected, @Args(() => ForwardPage) page: ForwardPage, @Ctx() context: Context) {
    const resource = await resourceOf(object, context);
    return resource && AS_RESOURCE.holders.grants(resource, page, context);
  }
}
