import { sql, type RawBuilder } from 'kysely';
import type { View } from '../api/context.js';
import { groupRoles, within, type Condition } from '../api/sql.js';
import type { TenantId } from '../kernel/ids.js';

/** Roles that the caller may read, on the table alias `r`: system roles are for everybody who is signed in. */
export const visibleRoles = ({ access, caller }: View): Condition =>
  caller.kind === 'anonymous' ? sql`false` : sql`(r.system or ${within(access.readable('role'), sql`r.id`)})`;

/** The rows of all roles as one table, with the permission spelled out. */
export const allRoleAccess = (tenantId: TenantId): RawBuilder<unknown> => sql`(
  select a.role_id, a.position, a.resource_definitions, p.permission, p.application
    from role_access a join permission p on p.id = a.permission_id where a.tenant_id = ${tenantId}
  union all
  select a.system_role_id, a.position, a.resource_definitions, p.permission, p.application
    from system_role_access a join permission p on p.id = a.permission_id)`;

/** Named policies with a role, as far as the caller may read policies; on the table alias `r`. */
export const rolePolicyCount = ({ scope: { tenantId }, access }: View): RawBuilder<unknown> => sql`(
  select count(*)::int from policy_role pr join policy p on p.tenant_id = ${tenantId} and p.id = pr.policy_id
   where pr.tenant_id = ${tenantId} and coalesce(pr.role_id, pr.system_role_id) = r.id and not p.system
     and ${within(access.readable('policy'), sql`p.id`)})`;

/** Which group has which role, each pair once; just for some groups when these are named. */
export const distinctGroupRoles = (tenantId: TenantId, groups?: readonly string[]): RawBuilder<unknown> =>
  sql`(select distinct gr.group_id, gr.role_id from ${groupRoles(tenantId)} gr
    where ${groups ? sql`gr.group_id = any(${groups}::uuid[])` : sql`true`})`;
