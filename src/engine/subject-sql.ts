import { sql, type RawBuilder } from 'kysely';
import type { TenantId } from '../kernel/ids.js';

type Sql = RawBuilder<unknown>;

/** The columns of a principal that a table `asked` has. */
export const PRINCIPAL = sql`p.id, p.username, p.type, p.email, p.active, p.org_admin, p.superuser`;

/**
 * The common tables of a statement about subjects; to stand in a `with recursive` after two others: `asked` has the
 * principals in question (`PRINCIPAL`), and `named_group` the ids of the groups.
 */
export const subjectTables = (tenantId: TenantId, now: Date): Sql => sql`
  -- One by one, here and below: how many there are is not known when the plan is made, and it must not be to read the whole table.
  live as (
    select m.principal_id, m.group_id, m.expires_at
      from asked a cross join lateral (
        select m.principal_id, m.group_id, m.expires_at from membership m
         where m.tenant_id = ${tenantId} and m.principal_id = a.id and (m.expires_at is null or m.expires_at > ${now}::timestamptz)
        offset 0) m
  ),
  -- Up the tree, for as long as each step includes its subgroups.
  counted (principal_id, group_id) as (
    select principal_id, group_id from live
    union
    select c.principal_id, a.id
      from counted c cross join lateral (
        select above.id from "group" g
          join "group" above on above.tenant_id = ${tenantId} and above.id = g.parent_id and above.includes_subgroups
         where g.tenant_id = ${tenantId} and g.id = c.group_id offset 0) a
  ),
  default_group as (
    select g.id, g.platform_default, g.admin_default, g.anonymous_default
      from "group" g
     where g.tenant_id = ${tenantId} and (g.platform_default or g.admin_default or g.anonymous_default)
  ),
  belongs (principal_id, group_id) as (
    select principal_id, group_id from counted
    union
    select a.id, d.id
      from asked a join default_group d
        on d.anonymous_default
        or (a.type = 'USER' and d.platform_default)
        or (a.type = 'USER' and a.org_admin and d.admin_default)
  ),
  relevant (group_id) as (
    select group_id from belongs
    union select id from default_group where anonymous_default
    union select id from named_group
  ),
  -- A default group that is still the platform's has the flagged system roles, without rows of its own.
  held as (
    select r.group_id, p.policy_id, p.hidden, p.role_id, p.system_role_id
      from relevant r cross join lateral (
        select p.id as policy_id, p.system as hidden, pr.role_id, pr.system_role_id
          from policy p join policy_role pr on pr.tenant_id = ${tenantId} and pr.policy_id = p.id
         where p.tenant_id = ${tenantId} and p.group_id = r.group_id offset 0) p
    union all
    select g.id, null, true, null, s.id
      from "group" g join system_role s
        on (g.platform_default and s.platform_default) or (g.admin_default and s.admin_default)
     where g.tenant_id = ${tenantId} and g.system and g.id in (select group_id from relevant)
  ),
  access as (
    select a.id, h.role_id, a.permission_id, a.resource_definitions
      from (select distinct role_id from held where role_id is not null) h cross join lateral (
        select * from role_access a where a.tenant_id = ${tenantId} and a.role_id = h.role_id offset 0) a
    union all
    select sa.id, sa.system_role_id, sa.permission_id, sa.resource_definitions
      from system_role_access sa
     where sa.system_role_id in (select system_role_id from held where system_role_id is not null)
  ),
  granted as (
    select g.id, g.type, g.verb, g.resource_id, g.principal_id, g.group_id, g.expires_at
      from "grant" g
     where g.tenant_id = ${tenantId} and (g.resource_id is null or g.type like 'rbac:%')
       and g.subject_id in (select id from asked union all select group_id from relevant)
       and (g.expires_at is null or g.expires_at > ${now}::timestamptz)
  )`;

/** Subjects with the grants that are part of them, and the revisions they belong to, as columns of one row. */
export const subjectColumns = (tenantId: TenantId): Sql => sql`
  (select r.revision from tenant_revision r where r.tenant_id = ${tenantId}) as tenant_revision,
  (select c.revision from catalogue_revision c where c.id = 1) as catalogue_revision,
  (select coalesce(json_agg(json_build_object(
      'id', a.id, 'username', a.username, 'type', a.type, 'email', a.email, 'active', a.active,
      'orgAdmin', a.org_admin, 'superuser', a.superuser,
      'groups', (select coalesce(json_agg(b.group_id), '[]') from belongs b where b.principal_id = a.id),
      'memberships', (select coalesce(json_agg(json_build_object('groupId', l.group_id, 'expiresAt', l.expires_at)), '[]')
                        from live l where l.principal_id = a.id))), '[]') from asked a) as principals,
  (select coalesce(json_agg(json_build_object(
      'id', g.id, 'nameKey', g.name_key, 'supergroup', g.supergroup, 'anonymous', g.anonymous_default)), '[]')
     from relevant r cross join lateral (
       select g.* from "group" g where g.tenant_id = ${tenantId} and g.id = r.group_id offset 0) g) as groups,
  (select coalesce(json_agg(json_build_object(
      'groupId', h.group_id, 'policyId', h.policy_id, 'hidden', h.hidden,
      'roleId', coalesce(h.role_id, h.system_role_id))), '[]') from held h) as held,
  (select coalesce(json_agg(json_build_object(
      'id', x.id, 'roleId', x.role_id, 'permission', p.permission, 'application', p.application,
      'resource', p.resource_type, 'verb', p.verb, 'definitions', x.resource_definitions)), '[]')
     from access x join permission p on p.id = x.permission_id) as access,
  (select coalesce(json_agg(json_build_object(
      'id', g.id, 'type', g.type, 'verb', g.verb, 'resourceId', g.resource_id, 'principalId', g.principal_id,
      'groupId', g.group_id, 'expiresAt', g.expires_at)), '[]') from granted g) as granted`;
