import { Migration } from '@mikro-orm/migrations';

const UP = [
  // An unknown placeholder on PostgreSQL, and harmless there; on a distributed database it orders what follows.
  `set local citus.multi_shard_modify_mode to 'sequential'`,

  // ---- the catalogue: the platform's, the same for every tenant
  `create table catalogue_revision (
     id smallint not null constraint catalogue_revision__id_not_one check (id = 1),
     revision bigint not null,
     tenants bigint not null,
     constraint catalogue_revision__id primary key (id)
   )`,
  `comment on table catalogue_revision is 'One row. revision is raised by every change of permissions, types and system roles; tenants by every change of tenants.'`,
  `insert into catalogue_revision (id, revision, tenants) values (1, 1, 1)`,

  `create table tenant (
     id uuid not null,
     slug text not null,
     name text not null,
     external_id text,
     assignment_policy jsonb,
     created_at timestamptz not null,
     modified_at timestamptz not null,
     constraint tenant__id primary key (id)
   )`,
  `alter table tenant add constraint tenant__slug unique (slug)`,
  `alter table tenant add constraint tenant__external_id unique (external_id)`,
  `alter table tenant add constraint tenant__slug_form check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$')`,
  `comment on table tenant is 'A customer. Owns principals, groups, roles, policies; nothing of one tenant can be named from another.'`,

  `create table permission (
     id uuid not null,
     permission text collate "C" not null,
     application text collate "C" not null,
     resource_type text collate "C" not null,
     verb text collate "C" not null,
     description text not null,
     constraint permission__id primary key (id)
   )`,
  `alter table permission add constraint permission__permission unique (permission)`,
  `comment on table permission is 'application:resource:verb; resource and verb may be *. Must exist before a role can use it.'`,

  `create table permission_requires (
     permission_id uuid not null,
     required_id uuid not null,
     constraint permission_requires__permission_id_required_id primary key (permission_id, required_id)
   )`,
  `alter table permission_requires add constraint permission_requires__permission_id foreign key (permission_id) references permission (id) on delete cascade`,
  `alter table permission_requires add constraint permission_requires__required_id foreign key (required_id) references permission (id) on delete restrict`,
  `create index permission_requires__by_required_id on permission_requires (required_id)`,
  `comment on table permission_requires is 'A role with the permission must also have the required one.'`,

  `create table resource_type (
     id uuid not null,
     name text collate "C" not null,
     application text collate "C" not null,
     resource_type text collate "C" not null,
     description text not null,
     owner_verbs text[] not null,
     shared_verbs text[] not null,
     inherited_verbs text[] not null,
     visibility text not null,
     unshared_are_public boolean not null,
     controlled_by text not null,
     visible_without_related boolean not null,
     open_verbs boolean not null,
     ownable boolean not null,
     constraint resource_type__id primary key (id)
   )`,
  `alter table resource_type add constraint resource_type__name unique (name)`,
  `alter table resource_type add constraint resource_type__visibility check (visibility in ('OPEN', 'SHARED'))`,
  `alter table resource_type add constraint resource_type__controlled_by check (controlled_by in ('NONE', 'PARENTS', 'CHILDREN'))`,
  `alter table resource_type add constraint resource_type__public_or_controlled check (not unshared_are_public or controlled_by = 'NONE')`,
  `comment on table resource_type is 'application:resource, with the options that say how its resources are reached.'`,

  `create table system_role (
     id uuid not null,
     name text not null,
     name_key text collate "C" not null,
     display_name text not null,
     display_name_key text collate "C" not null,
     description text,
     platform_default boolean not null,
     admin_default boolean not null,
     version integer not null,
     origin text not null,
     created_at timestamptz not null,
     modified_at timestamptz not null,
     constraint system_role__id primary key (id)
   )`,
  `alter table system_role add constraint system_role__name unique (name_key)`,
  `alter table system_role add constraint system_role__display_name unique (display_name_key)`,
  `alter table system_role add constraint system_role__origin check (origin in ('PLATFORM', 'FOLDER'))`,
  `comment on table system_role is 'A role that every tenant has. Written by seeding alone.'`,
  `comment on column system_role.origin is 'PLATFORM: comes with the product; FOLDER: from a seed folder, and only these are pruned.'`,

  `create table system_role_access (
     id uuid not null,
     system_role_id uuid not null,
     permission_id uuid not null,
     position integer not null,
     resource_definitions jsonb not null,
     constraint system_role_access__id primary key (id)
   )`,
  `alter table system_role_access add constraint system_role_access__system_role_id foreign key (system_role_id) references system_role (id) on delete cascade`,
  `alter table system_role_access add constraint system_role_access__permission_id foreign key (permission_id) references permission (id) on delete restrict`,
  `create index system_role_access__by_system_role_id on system_role_access (system_role_id)`,
  `create index system_role_access__by_permission_id on system_role_access (permission_id)`,
  `comment on table system_role_access is 'A permission of a system role, with the attribute filters under which it holds.'`,

  // ---- what a tenant owns: every key starts with tenant_id
  `create table tenant_revision (
     tenant_id uuid not null,
     revision bigint not null,
     constraint tenant_revision__tenant_id primary key (tenant_id)
   )`,
  `alter table tenant_revision add constraint tenant_revision__tenant foreign key (tenant_id) references tenant (id) on delete cascade`,
  `comment on table tenant_revision is 'Raised, in the same transaction, by whatever changes what a subject of the tenant is. Its lock makes the writes of a tenant one after the other.'`,

  `create table principal (
     tenant_id uuid not null,
     id uuid not null,
     username text collate "C" not null,
     type text not null,
     email text,
     external_id text,
     active boolean not null,
     org_admin boolean not null,
     superuser boolean not null,
     created_at timestamptz not null,
     modified_at timestamptz not null,
     constraint principal__id primary key (tenant_id, id)
   )`,
  `alter table principal add constraint principal__tenant foreign key (tenant_id) references tenant (id) on delete cascade`,
  `alter table principal add constraint principal__username unique (tenant_id, username)`,
  `alter table principal add constraint principal__type check (type in ('USER', 'SERVICE_ACCOUNT'))`,
  `comment on table principal is 'A user or a service account. username is stored in lower case.'`,

  `create table "group" (
     tenant_id uuid not null,
     id uuid not null,
     name text not null,
     name_key text collate "C" not null,
     description text,
     parent_id uuid,
     type text,
     entities text[] not null,
     properties jsonb,
     platform_default boolean not null,
     admin_default boolean not null,
     anonymous_default boolean not null,
     system boolean not null,
     includes_subgroups boolean not null,
     supergroup boolean not null,
     shares_with_any boolean not null,
     created_at timestamptz not null,
     modified_at timestamptz not null,
     constraint group__id primary key (tenant_id, id)
   )`,
  `alter table "group" add constraint group__tenant foreign key (tenant_id) references tenant (id) on delete cascade`,
  `alter table "group" add constraint group__name unique (tenant_id, name_key)`,
  `alter table "group" add constraint group__parent_id foreign key (tenant_id, parent_id) references "group" (tenant_id, id) on delete no action`,
  `alter table "group" add constraint group__parent_is_another check (parent_id is null or parent_id <> id)`,
  `alter table "group" add constraint group__anonymous_has_no_parent check (not anonymous_default or parent_id is null)`,
  `create index group__by_parent_id on "group" (tenant_id, parent_id)`,
  `create unique index group__platform_default on "group" (tenant_id) where platform_default`,
  `create unique index group__admin_default on "group" (tenant_id) where admin_default`,
  `create index group__by_anonymous_default on "group" (tenant_id) where anonymous_default`,
  `comment on table "group" is 'A node of the group forest; rings are refused by the command that moves. A default group with system = true has the flagged system roles, without a row.'`,
  `comment on column "group".shares_with_any is 'True: members may share with any group; false: with those in group_can_share alone.'`,

  ...['group_auto_share', 'group_can_share'].flatMap(table => [
    `create table ${table} (
       tenant_id uuid not null,
       group_id uuid not null,
       target_id uuid not null,
       constraint ${table}__group_id_target_id primary key (tenant_id, group_id, target_id)
     )`,
    `alter table ${table} add constraint ${table}__group_id foreign key (tenant_id, group_id) references "group" (tenant_id, id) on delete cascade`,
    `alter table ${table} add constraint ${table}__target_id foreign key (tenant_id, target_id) references "group" (tenant_id, id) on delete cascade`,
    `create index ${table}__by_target_id on ${table} (tenant_id, target_id)`,
  ]),
  `comment on table group_auto_share is 'What members of group_id create is shared with target_id.'`,
  `comment on table group_can_share is 'Members of group_id may share with target_id; counts only when the group does not share with any.'`,

  `create table membership (
     tenant_id uuid not null,
     group_id uuid not null,
     principal_id uuid not null,
     roles text[] not null,
     expires_at timestamptz,
     added_at timestamptz not null,
     constraint membership__group_id_principal_id primary key (tenant_id, group_id, principal_id)
   )`,
  `alter table membership add constraint membership__group_id foreign key (tenant_id, group_id) references "group" (tenant_id, id) on delete cascade`,
  `alter table membership add constraint membership__principal_id foreign key (tenant_id, principal_id) references principal (tenant_id, id) on delete cascade`,
  `create index membership__by_principal_id on membership (tenant_id, principal_id)`,
  `comment on table membership is 'A principal in a group. Once expires_at has passed, it is no membership.'`,

  `create table role (
     tenant_id uuid not null,
     id uuid not null,
     name text not null,
     name_key text collate "C" not null,
     display_name text not null,
     display_name_key text collate "C" not null,
     description text,
     version integer not null,
     created_at timestamptz not null,
     modified_at timestamptz not null,
     constraint role__id primary key (tenant_id, id)
   )`,
  `alter table role add constraint role__tenant foreign key (tenant_id) references tenant (id) on delete cascade`,
  `alter table role add constraint role__name unique (tenant_id, name_key)`,
  `alter table role add constraint role__display_name unique (tenant_id, display_name_key)`,
  `comment on table role is 'A role that the tenant made itself.'`,

  `create table role_access (
     tenant_id uuid not null,
     id uuid not null,
     role_id uuid not null,
     permission_id uuid not null,
     position integer not null,
     resource_definitions jsonb not null,
     constraint role_access__id primary key (tenant_id, id)
   )`,
  `alter table role_access add constraint role_access__role_id foreign key (tenant_id, role_id) references role (tenant_id, id) on delete cascade`,
  `alter table role_access add constraint role_access__permission_id foreign key (permission_id) references permission (id) on delete restrict`,
  `create index role_access__by_role_id on role_access (tenant_id, role_id)`,
  `create index role_access__by_permission_id on role_access (permission_id)`,
  `comment on table role_access is 'A permission of a role, with the attribute filters under which it holds.'`,

  `create table policy (
     tenant_id uuid not null,
     id uuid not null,
     name text not null,
     name_key text collate "C" not null,
     description text,
     group_id uuid not null,
     system boolean not null,
     created_at timestamptz not null,
     modified_at timestamptz not null,
     constraint policy__id primary key (tenant_id, id)
   )`,
  `alter table policy add constraint policy__group_id foreign key (tenant_id, group_id) references "group" (tenant_id, id) on delete cascade`,
  `create unique index policy__name on policy (tenant_id, name_key) where not system`,
  `create unique index policy__system on policy (tenant_id, group_id) where system`,
  `create index policy__by_group_id on policy (tenant_id, group_id)`,
  `comment on table policy is 'Gives roles to a group. The one with system = true holds what addGroupRoles gave, and is hidden.'`,

  `create table policy_role (
     tenant_id uuid not null,
     id uuid not null,
     policy_id uuid not null,
     role_id uuid,
     system_role_id uuid,
     constraint policy_role__id primary key (tenant_id, id)
   )`,
  `alter table policy_role add constraint policy_role__policy_id foreign key (tenant_id, policy_id) references policy (tenant_id, id) on delete cascade`,
  `alter table policy_role add constraint policy_role__role_id foreign key (tenant_id, role_id) references role (tenant_id, id) on delete cascade`,
  `alter table policy_role add constraint policy_role__system_role_id foreign key (system_role_id) references system_role (id) on delete restrict`,
  `alter table policy_role add constraint policy_role__one_role check (num_nonnulls(role_id, system_role_id) = 1)`,
  `create unique index policy_role__policy_id_role_id on policy_role (tenant_id, policy_id, role_id)`,
  `create unique index policy_role__policy_id_system_role_id on policy_role (tenant_id, policy_id, system_role_id)`,
  `create index policy_role__by_role_id on policy_role (tenant_id, role_id)`,
  `create index policy_role__by_system_role_id on policy_role (system_role_id)`,
  `comment on table policy_role is 'A role of a policy: one of the tenant or one of the system.'`,
];

const TABLES = [
  'policy_role',
  'policy',
  'role_access',
  'role',
  'membership',
  'group_can_share',
  'group_auto_share',
  '"group"',
  'principal',
  'tenant_revision',
  'system_role_access',
  'system_role',
  'resource_type',
  'permission_requires',
  'permission',
  'tenant',
  'catalogue_revision',
];

/** The catalogue, and what a tenant has from the beginning: principals, groups, roles, policies. */
export class TenantsRolesAndGroups extends Migration {
  override up() {
    for (const statement of UP) this.addSql(statement);
  }

  override down() {
    for (const table of TABLES) this.addSql(`drop table ${table}`);
  }
}
