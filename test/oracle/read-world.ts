import { sql, type RawBuilder } from 'kysely';
import type { Scope } from '../../src/store/scope.js';
import { readResources } from './read-resources.js';
import { grantText } from './stored-resources.js';
import type { StoredWorld } from './stored-world.js';
import type { Filter, Role } from './world.js';

type Named = { readonly id: string; readonly name: string };
type Access = { readonly role: string; readonly permission: string; readonly filters: Filter[] };

/**
 * Reads a tenant, and the catalogue, as they stand in the tables: one plain statement for each table, and no joins but
 * for the names of permissions. Roles of the tenant and of the system are told apart by their ids.
 */
export async function readWorld(scope: Scope): Promise<StoredWorld> {
  const { tenantId } = scope;
  const rows = <Row>(query: RawBuilder<unknown>) => scope.query<Row>(query);
  const groups = await rows<GroupRow>(sql`select * from "group" where tenant_id = ${tenantId}`);
  const principals = await rows<PrincipalRow>(sql`select * from principal where tenant_id = ${tenantId}`);
  const memberships = await rows<MembershipRow>(sql`select * from membership where tenant_id = ${tenantId}`);
  const policies = await rows<PolicyRow>(sql`select * from policy where tenant_id = ${tenantId}`);
  const given = await rows<GivenRow>(sql`select * from policy_role where tenant_id = ${tenantId}`);
  const roles = await rows<Named>(sql`select id, id as name from role where tenant_id = ${tenantId}`);
  const systemRoles = await rows<SystemRow>(sql`select *, id as name from system_role`);
  const access = await rows<Access>(sql`
    select a.role_id as role, p.permission, a.resource_definitions as filters
      from role_access a join permission p on p.id = a.permission_id where a.tenant_id = ${tenantId}`);
  const systemAccess = await rows<Access>(sql`
    select a.system_role_id as role, p.permission, a.resource_definitions as filters
      from system_role_access a join permission p on p.id = a.permission_id`);
  const permissions = await rows<{ permission: string }>(sql`select permission from permission`);
  const types = await rows<TypeRow>(sql`select * from resource_type`);

  const nameOf = (things: readonly Named[], id: string | null) => things.find(thing => thing.id === id)?.name ?? null;
  const usernameOf = (id: string) => principals.find(principal => principal.id === id)!.username;
  const names = { group: (id: string) => nameOf(groups, id)!, username: usernameOf };
  const objects = await readResources(scope, names);
  const withRows = (role: Named, from: readonly Access[]): Role => ({
    name: role.name,
    rows: from.filter(one => one.role === role.id),
  });
  const world = {
    permissions: permissions.map(({ permission }) => permission),
    types: types.map(type => ({
      name: type.name,
      ownerVerbs: type.owner_verbs,
      sharedVerbs: type.shared_verbs,
      inheritedVerbs: type.inherited_verbs,
      visibility: type.visibility,
      unsharedArePublic: type.unshared_are_public,
      controlledBy: type.controlled_by,
      visibleWithoutRelated: type.visible_without_related,
      openVerbs: type.open_verbs,
    })),
    systemRoles: systemRoles.map(role => ({
      ...withRows(role, systemAccess),
      platformDefault: role.platform_default,
      adminDefault: role.admin_default,
    })),
    roles: roles.map(role => withRows(role, access)),
    principals: principals.map(({ username, type, active, org_admin: orgAdmin, superuser }) => ({
      ...{ username, type, active, orgAdmin, superuser },
    })),
    groups: groups.map(group => ({
      name: group.name,
      parent: nameOf(groups, group.parent_id),
      includesSubgroups: group.includes_subgroups,
      supergroup: group.supergroup,
      anonymousDefault: group.anonymous_default,
      standard: standardOf(group),
    })),
    memberships: memberships.map(row => ({
      group: nameOf(groups, row.group_id)!,
      principal: usernameOf(row.principal_id),
      expiresAt: row.expires_at && row.expires_at.getTime(),
    })),
    policies: policies.map(policy => ({
      name: policy.id,
      group: nameOf(groups, policy.group_id)!,
      roles: given.filter(row => row.policy_id === policy.id).map(row => (row.role_id ?? row.system_role_id)!),
      hidden: policy.system,
    })),
    resources: objects.resources,
    grants: objects.grants.map(({ grant }) => grant),
  };
  const idsOf = (things: readonly Named[]) => new Map(things.map(({ id, name }) => [name, id]));
  return {
    world,
    tenantId,
    groups: idsOf(groups),
    principals: new Map(principals.map(({ id, username }) => [username, id])),
    roles: idsOf([...roles, ...systemRoles]),
    policies: new Map(policies.map(({ id }) => [id, id])),
    grants: new Map(objects.grants.map(({ id, grant }) => [grantText(grant), id])),
  };
}

const standardOf = (group: GroupRow) => {
  if (group.admin_default) return 'ADMIN' as const;
  if (group.platform_default) return group.system ? ('PLATFORM' as const) : ('CUSTOM' as const);
  return null;
};

type GroupRow = Named & {
  readonly parent_id: string | null;
  readonly includes_subgroups: boolean;
  readonly supergroup: boolean;
  readonly anonymous_default: boolean;
  readonly platform_default: boolean;
  readonly admin_default: boolean;
  readonly system: boolean;
};
type PrincipalRow = {
  readonly id: string;
  readonly username: string;
  readonly type: 'USER' | 'SERVICE_ACCOUNT';
  readonly active: boolean;
  readonly org_admin: boolean;
  readonly superuser: boolean;
};
type MembershipRow = { readonly group_id: string; readonly principal_id: string; readonly expires_at: Date | null };
type PolicyRow = { readonly id: string; readonly group_id: string; readonly system: boolean };
type GivenRow = { readonly policy_id: string; readonly role_id: string | null; readonly system_role_id: string | null };
type SystemRow = Named & { readonly platform_default: boolean; readonly admin_default: boolean };
type TypeRow = {
  readonly name: string;
  readonly visibility: 'OPEN' | 'SHARED';
  readonly controlled_by: 'NONE' | 'PARENTS' | 'CHILDREN';
  readonly unshared_are_public: boolean;
  readonly visible_without_related: boolean;
  readonly open_verbs: boolean;
  readonly owner_verbs: string[];
  readonly shared_verbs: string[];
  readonly inherited_verbs: string[];
};
