import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ObjectType,
  Query,
  registerEnumType,
  Resolver,
  Root,
} from 'type-graphql';
import type { Context } from '../api/context.js';
import { Principal } from '../directory/principal.entity.js';
import { principalLoaders } from '../directory/principal.loaders.js';
import { Tenant } from '../directory/tenant.entity.js';
import { tenantLoaders } from '../directory/tenant.loaders.js';
import { Access, AccessArgs, AccessConnection, AccessOrder, accessPage, rolesOfAccess } from './access.js';
import { accessSubject } from './access.subject.js';
import { answerOne } from './decisions.js';
import { Role } from './role.entity.js';

export enum CallerKind {
  USER = 'USER',
  SERVICE = 'SERVICE',
  ANONYMOUS = 'ANONYMOUS',
}
registerEnumType(CallerKind, { name: 'CallerKind', description: 'What kind of caller one is.' });

@ObjectType({ description: 'Whoever is asking.' })
export class Viewer {}

@ArgsType()
class AccessOfArgs extends AccessArgs {
  @Field(() => String, { nullable: true, description: 'Whose; the caller’s unless given.' })
  username?: string | null;

  @Field(() => AccessOrder, { nullable: true, description: 'By permission unless told.' })
  orderBy?: AccessOrder | null;
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, { description: 'Whoever is asking.' })
  viewer(): Viewer {
    return new Viewer();
  }

  @FieldResolver(() => CallerKind, { description: 'A user, a service client, or nobody in particular.' })
  kind(@Ctx() { view }: Context) {
    return view.caller.kind.toUpperCase();
  }

  @FieldResolver(() => Principal, { nullable: true, description: 'The user as a principal.' })
  principal(@Ctx() { view }: Context) {
    const { caller } = view;
    return caller.kind === 'user' ? view.load(principalLoaders).byId.load(caller.principalId) : null;
  }

  @FieldResolver(() => Tenant, { nullable: true, description: 'The tenant that one is signed in to.' })
  tenant(@Ctx() { view }: Context) {
    const { caller } = view;
    return caller.kind !== 'anonymous' && caller.tenantId ? view.load(tenantLoaders).byId.load(caller.tenantId) : null;
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description: 'Whether one may; null for service clients, which are no subjects.',
  })
  async can(
    @Arg('permission', () => String, { description: 'application:resource:verb.' }) permission: string,
    @Arg('resourceId', () => String, { nullable: true, description: 'On this resource.' })
    resourceId: string | null | undefined,
    @Ctx() { view }: Context,
  ) {
    return view.caller.kind === 'service' ? null : (await answerOne(view, { permission, resourceId })).allowed;
  }

  @FieldResolver(() => AccessConnection, {
    nullable: true,
    description: 'One’s own role rows; null unless one is a user.',
  })
  access(@Args(() => AccessArgs) { application, ...page }: AccessArgs, @Ctx() { view }: Context) {
    return view.caller.kind === 'user' ? accessPage(view.access.subject, application, null, page) : null;
  }
}

@Resolver(() => Access)
export class AccessResolver {
  @Query(() => AccessConnection, { nullable: true, description: 'Role rows of a principal.' })
  async access(
    @Args(() => AccessOfArgs) { application, username, orderBy, ...page }: AccessOfArgs,
    @Ctx() { view }: Context,
  ) {
    return accessPage(await accessSubject(view, username), application, orderBy, page);
  }

  @FieldResolver(() => [Role], { nullable: true, description: 'The roles it comes from.' })
  roles(@Root() access: Access, @Ctx() { view }: Context) {
    return rolesOfAccess(access, view);
  }
}
