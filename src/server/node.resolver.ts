import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Context, View } from '../api/context.js';
import { Node } from '../api/node.js';
import { permissionLoaders } from '../catalogue/permission.loaders.js';
import { resourceTypeLoaders } from '../catalogue/resource-type.loaders.js';
import { groupLoaders } from '../directory/group.loaders.js';
import { principalLoaders } from '../directory/principal.loaders.js';
import { tenantLoaders } from '../directory/tenant.loaders.js';
import { badInput, tooMany } from '../kernel/errors.js';
import { parseGlobalId, type NodeType } from '../kernel/ids.js';
import { policyLoaders } from '../policy/policy.loaders.js';
import { roleLoaders } from '../policy/role.loaders.js';
import { grantLoaders } from '../resources/grant.loaders.js';
import { resourceLoaders } from '../resources/resource.loaders.js';

/** How many objects are looked up in one go. */
export const MOST_NODES = 1_000;

/** Where the objects of each type are found, filtered to what the caller may read. */
const FINDERS: Record<NodeType, (view: View, id: string) => Promise<Node | null>> = {
  Tenant: (view, id) => view.load(tenantLoaders).byId.load(id as never),
  Principal: (view, id) => view.load(principalLoaders).byId.load(id as never),
  Group: (view, id) => view.load(groupLoaders).byId.load(id as never),
  Permission: (view, id) => view.load(permissionLoaders).byId.load(id as never),
  Role: (view, id) => view.load(roleLoaders).byId.load(id as never),
  Policy: (view, id) => view.load(policyLoaders).byId.load(id as never),
  Resource: (view, id) => view.load(resourceLoaders).byId.load(id as never),
  Grant: (view, id) => view.load(grantLoaders).byId.load(id as never),
  ResourceType: (view, id) => view.load(resourceTypeLoaders).byId.load(id as never),
};

/** An object by its global id, of the given type if there is one; null when there is none to see. */
export async function foundNode(view: View, field: string, id: string, type?: NodeType): Promise<Node | null> {
  const parsed = parseGlobalId(id);
  if (!parsed) throw badInput(field, 'is not an id');
  return type === undefined || type === parsed.type ? FINDERS[parsed.type](view, parsed.id) : null;
}

@Resolver()
export class NodeResolver {
  @Query(() => Node, { nullable: true, description: 'Any object by its id; null when there is none to see.' })
  node(@Arg('id', () => ID, { description: 'Its id.' }) id: string, @Ctx() { view }: Context) {
    return foundNode(view, 'id', id);
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: 'Objects by their ids, in order; null for each that is not to be seen.',
  })
  nodes(@Arg('ids', () => [ID], { description: 'At most 1000.' }) ids: string[], @Ctx() { view }: Context) {
    if (ids.length > MOST_NODES) throw tooMany('ids', MOST_NODES);
    return Promise.all(ids.map((id, i) => foundNode(view, `ids.${i}`, id)));
  }
}
