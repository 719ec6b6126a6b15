import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import { deletingRules } from '../api/deleting.js';
import { guarded, type Rules } from '../api/guarded.js';
import { signedIn } from '../api/rules.js';
import { allow } from '../api/shield.js';
import { catalogueRules } from '../catalogue/catalogue.rules.js';
import { PermissionResolver } from '../catalogue/permission.resolver.js';
import { ResourceTypeResolver } from '../catalogue/resource-type.resolver.js';
import { directoryRules } from '../directory/directory.rules.js';
import { GroupResolver } from '../directory/group.resolver.js';
import { GroupMembersResolver, PrincipalGroupsResolver } from '../directory/membership.resolver.js';
import { PrincipalResolver } from '../directory/principal.resolver.js';
import { TenantResolver } from '../directory/tenant.resolver.js';
import { AccessResolver, ViewerResolver } from '../policy/access.resolver.js';
import { DecisionResolver, PrincipalCanResolver, ReasonResolver } from '../policy/decision.resolver.js';
import { GroupRolesResolver, PrincipalRolesResolver } from '../policy/holders.resolver.js';
import { policyRules } from '../policy/policy.rules.js';
import { PolicyResolver } from '../policy/policy.resolver.js';
import { RoleResolver } from '../policy/role.resolver.js';
import { GrantResolver, ReasonGrantResolver } from '../resources/grant.resolver.js';
import { ResourceHoldersResolver } from '../resources/holders.resolver.js';
import { Protected } from '../resources/protected.js';
import { ProtectedResolver } from '../resources/protected.resolver.js';
import { ResourceResolver, ViewerResourcesResolver } from '../resources/resource.resolver.js';
import { resourcesRules } from '../resources/resources.rules.js';
import { subgraphText } from './federation.js';
import { NodeResolver } from './node.resolver.js';
import { asSubgraph, subgraphRules } from './subgraph.js';

const RESOLVERS = [
  ...[NodeResolver, ViewerResolver, AccessResolver],
  ...[DecisionResolver, ReasonResolver, PrincipalCanResolver],
  ...[TenantResolver, PrincipalResolver, PrincipalGroupsResolver, PrincipalRolesResolver],
  ...[GroupResolver, GroupMembersResolver, GroupRolesResolver],
  ...[PermissionResolver, ResourceTypeResolver, RoleResolver, PolicyResolver],
  ...[ResourceResolver, ViewerResourcesResolver, ResourceHoldersResolver, GrantResolver, ReasonGrantResolver],
  ProtectedResolver,
] as const;

const ROOMS: readonly Rules[] = [
  { Query: { node: signedIn, nodes: signedIn }, PageInfo: { '*': allow } },
  catalogueRules,
  directoryRules,
  policyRules,
  resourcesRules,
  deletingRules,
];

/** Whether anybody may read the text of the schema, as with introspection; otherwise service clients alone may. */
type Openness = { readonly textIsOpen: boolean };

const OPEN: Openness = { textIsOpen: true };

/** The rules of all rooms together. */
export function allRules({ textIsOpen } = OPEN): Rules {
  const rules: Rules = {};
  const rooms = [...ROOMS, subgraphRules(textIsOpen)];
  for (const [type, fields] of rooms.flatMap(room => Object.entries(room))) rules[type] = { ...rules[type], ...fields };
  return rules;
}

/** What this API itself says, without what routers ask of a subgraph. */
export function apiSchema(): GraphQLSchema {
  const schema = buildSchemaSync({ resolvers: RESOLVERS as never, orphanedTypes: [Protected], validate: false });
  schema.getQueryType()!.description = 'What can be asked; what the caller may not read is null, or not there.';
  schema.getMutationType()!.description =
    'What can be changed; each in one transaction, of which all happens or nothing.';
  return schema;
}

/** The schema without its rules, for tools that print or check it. */
export const bareSchema = (): GraphQLSchema => asSubgraph(apiSchema());

/** The schema that is served. Throws when a field has no rule. */
export const createSchema = (openness = OPEN): GraphQLSchema => guarded(bareSchema(), allRules(openness));

/** The schema as text for composition, always in the same order; `_service` answers the same. */
export const printedSchema = (): string => subgraphText(apiSchema());
