-- The tables of a migrated database, parents first. Written by npm run schema; changes are made in migrations/.

create table catalogue_revision (
  id smallint not null,
  revision bigint not null,
  tenants bigint not null,
  constraint catalogue_revision__id PRIMARY KEY (id),
  constraint catalogue_revision__id_not_one CHECK ((id = 1))
);
comment on table catalogue_revision is 'One row. revision is raised by every change of permissions, types and system roles; tenants by every change of tenants.';

create table tenant (
  id uuid not null,
  slug text not null,
  name text not null,
  external_id text,
  assignment_policy jsonb,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint tenant__id PRIMARY KEY (id),
  constraint tenant__external_id UNIQUE (external_id),
  constraint tenant__slug UNIQUE (slug),
  constraint tenant__slug_form CHECK ((slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'::text))
);
comment on table tenant is 'A customer. Owns principals, groups, roles, policies; nothing of one tenant can be named from another.';

create table permission (
  id uuid not null,
  permission text collate "C" not null,
  application text collate "C" not null,
  resource_type text collate "C" not null,
  verb text collate "C" not null,
  description text not null,
  constraint permission__id PRIMARY KEY (id),
  constraint permission__permission UNIQUE (permission)
);
comment on table permission is 'application:resource:verb; resource and verb may be *. Must exist before a role can use it.';

create table permission_requires (
  permission_id uuid not null,
  required_id uuid not null,
  constraint permission_requires__permission_id_required_id PRIMARY KEY (permission_id, required_id),
  constraint permission_requires__permission_id FOREIGN KEY (permission_id) REFERENCES permission(id) ON DELETE CASCADE,
  constraint permission_requires__required_id FOREIGN KEY (required_id) REFERENCES permission(id) ON DELETE RESTRICT
);
CREATE INDEX permission_requires__by_required_id ON permission_requires USING btree (required_id);
comment on table permission_requires is 'A role with the permission must also have the required one.';

create table resource_type (
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
  constraint resource_type__id PRIMARY KEY (id),
  constraint resource_type__name UNIQUE (name),
  constraint resource_type__controlled_by CHECK ((controlled_by = ANY (ARRAY['NONE'::text, 'PARENTS'::text, 'CHILDREN'::text]))),
  constraint resource_type__public_or_controlled CHECK (((NOT unshared_are_public) OR (controlled_by = 'NONE'::text))),
  constraint resource_type__visibility CHECK ((visibility = ANY (ARRAY['OPEN'::text, 'SHARED'::text])))
);
comment on table resource_type is 'application:resource, with the options that say how its resources are reached.';

create table system_role (
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
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint system_role__id PRIMARY KEY (id),
  constraint system_role__display_name UNIQUE (display_name_key),
  constraint system_role__name UNIQUE (name_key),
  constraint system_role__origin CHECK ((origin = ANY (ARRAY['PLATFORM'::text, 'FOLDER'::text])))
);
comment on table system_role is 'A role that every tenant has. Written by seeding alone.';
comment on column system_role.origin is 'PLATFORM: comes with the product; FOLDER: from a seed folder, and only these are pruned.';

create table system_role_access (
  id uuid not null,
  system_role_id uuid not null,
  permission_id uuid not null,
  "position" integer not null,
  resource_definitions jsonb not null,
  constraint system_role_access__id PRIMARY KEY (id),
  constraint system_role_access__permission_id FOREIGN KEY (permission_id) REFERENCES permission(id) ON DELETE RESTRICT,
  constraint system_role_access__system_role_id FOREIGN KEY (system_role_id) REFERENCES system_role(id) ON DELETE CASCADE
);
CREATE INDEX system_role_access__by_permission_id ON system_role_access USING btree (permission_id);
CREATE INDEX system_role_access__by_system_role_id ON system_role_access USING btree (system_role_id);
comment on table system_role_access is 'A permission of a system role, with the attribute filters under which it holds.';

create table tenant_revision (
  tenant_id uuid not null,
  revision bigint not null,
  constraint tenant_revision__tenant_id PRIMARY KEY (tenant_id),
  constraint tenant_revision__tenant FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
comment on table tenant_revision is 'Raised, in the same transaction, by whatever changes what a subject of the tenant is. Its lock makes the writes of a tenant one after the other.';

create table principal (
  tenant_id uuid not null,
  id uuid not null,
  username text collate "C" not null,
  type text not null,
  email text,
  external_id text,
  active boolean not null,
  org_admin boolean not null,
  superuser boolean not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint principal__id PRIMARY KEY (tenant_id, id),
  constraint principal__username UNIQUE (tenant_id, username),
  constraint principal__type CHECK ((type = ANY (ARRAY['USER'::text, 'SERVICE_ACCOUNT'::text]))),
  constraint principal__tenant FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
comment on table principal is 'A user or a service account. username is stored in lower case.';

create table "group" (
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
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint group__id PRIMARY KEY (tenant_id, id),
  constraint group__name UNIQUE (tenant_id, name_key),
  constraint group__anonymous_has_no_parent CHECK (((NOT anonymous_default) OR (parent_id IS NULL))),
  constraint group__parent_is_another CHECK (((parent_id IS NULL) OR (parent_id <> id))),
  constraint group__parent_id FOREIGN KEY (tenant_id, parent_id) REFERENCES "group"(tenant_id, id),
  constraint group__tenant FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX group__admin_default ON "group" USING btree (tenant_id) WHERE admin_default;
CREATE INDEX group__by_anonymous_default ON "group" USING btree (tenant_id) WHERE anonymous_default;
CREATE INDEX group__by_parent_id ON "group" USING btree (tenant_id, parent_id);
CREATE UNIQUE INDEX group__platform_default ON "group" USING btree (tenant_id) WHERE platform_default;
comment on table "group" is 'A node of the group forest; rings are refused by the command that moves. A default group with system = true has the flagged system roles, without a row.';
comment on column "group".shares_with_any is 'True: members may share with any group; false: with those in group_can_share alone.';

create table group_auto_share (
  tenant_id uuid not null,
  group_id uuid not null,
  target_id uuid not null,
  constraint group_auto_share__group_id_target_id PRIMARY KEY (tenant_id, group_id, target_id),
  constraint group_auto_share__group_id FOREIGN KEY (tenant_id, group_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE,
  constraint group_auto_share__target_id FOREIGN KEY (tenant_id, target_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX group_auto_share__by_target_id ON group_auto_share USING btree (tenant_id, target_id);
comment on table group_auto_share is 'What members of group_id create is shared with target_id.';

create table group_can_share (
  tenant_id uuid not null,
  group_id uuid not null,
  target_id uuid not null,
  constraint group_can_share__group_id_target_id PRIMARY KEY (tenant_id, group_id, target_id),
  constraint group_can_share__group_id FOREIGN KEY (tenant_id, group_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE,
  constraint group_can_share__target_id FOREIGN KEY (tenant_id, target_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX group_can_share__by_target_id ON group_can_share USING btree (tenant_id, target_id);
comment on table group_can_share is 'Members of group_id may share with target_id; counts only when the group does not share with any.';

create table membership (
  tenant_id uuid not null,
  group_id uuid not null,
  principal_id uuid not null,
  roles text[] not null,
  expires_at timestamp with time zone,
  added_at timestamp with time zone not null,
  constraint membership__group_id_principal_id PRIMARY KEY (tenant_id, group_id, principal_id),
  constraint membership__group_id FOREIGN KEY (tenant_id, group_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE,
  constraint membership__principal_id FOREIGN KEY (tenant_id, principal_id) REFERENCES principal(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX membership__by_principal_id ON membership USING btree (tenant_id, principal_id);
comment on table membership is 'A principal in a group. Once expires_at has passed, it is no membership.';

create table role (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  display_name text not null,
  display_name_key text collate "C" not null,
  description text,
  version integer not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint role__id PRIMARY KEY (tenant_id, id),
  constraint role__display_name UNIQUE (tenant_id, display_name_key),
  constraint role__name UNIQUE (tenant_id, name_key),
  constraint role__tenant FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
comment on table role is 'A role that the tenant made itself.';

create table role_access (
  tenant_id uuid not null,
  id uuid not null,
  role_id uuid not null,
  permission_id uuid not null,
  "position" integer not null,
  resource_definitions jsonb not null,
  constraint role_access__id PRIMARY KEY (tenant_id, id),
  constraint role_access__permission_id FOREIGN KEY (permission_id) REFERENCES permission(id) ON DELETE RESTRICT,
  constraint role_access__role_id FOREIGN KEY (tenant_id, role_id) REFERENCES role(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX role_access__by_permission_id ON role_access USING btree (permission_id);
CREATE INDEX role_access__by_role_id ON role_access USING btree (tenant_id, role_id);
comment on table role_access is 'A permission of a role, with the attribute filters under which it holds.';

create table policy (
  tenant_id uuid not null,
  id uuid not null,
  name text not null,
  name_key text collate "C" not null,
  description text,
  group_id uuid not null,
  system boolean not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint policy__id PRIMARY KEY (tenant_id, id),
  constraint policy__group_id FOREIGN KEY (tenant_id, group_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX policy__by_group_id ON policy USING btree (tenant_id, group_id);
CREATE UNIQUE INDEX policy__name ON policy USING btree (tenant_id, name_key) WHERE (NOT system);
CREATE UNIQUE INDEX policy__system ON policy USING btree (tenant_id, group_id) WHERE system;
comment on table policy is 'Gives roles to a group. The one with system = true holds what addGroupRoles gave, and is hidden.';

create table policy_role (
  tenant_id uuid not null,
  id uuid not null,
  policy_id uuid not null,
  role_id uuid,
  system_role_id uuid,
  constraint policy_role__id PRIMARY KEY (tenant_id, id),
  constraint policy_role__one_role CHECK ((num_nonnulls(role_id, system_role_id) = 1)),
  constraint policy_role__policy_id FOREIGN KEY (tenant_id, policy_id) REFERENCES policy(tenant_id, id) ON DELETE CASCADE,
  constraint policy_role__role_id FOREIGN KEY (tenant_id, role_id) REFERENCES role(tenant_id, id) ON DELETE CASCADE,
  constraint policy_role__system_role_id FOREIGN KEY (system_role_id) REFERENCES system_role(id) ON DELETE RESTRICT
);
CREATE INDEX policy_role__by_role_id ON policy_role USING btree (tenant_id, role_id);
CREATE INDEX policy_role__by_system_role_id ON policy_role USING btree (system_role_id);
CREATE UNIQUE INDEX policy_role__policy_id_role_id ON policy_role USING btree (tenant_id, policy_id, role_id);
CREATE UNIQUE INDEX policy_role__policy_id_system_role_id ON policy_role USING btree (tenant_id, policy_id, system_role_id);
comment on table policy_role is 'A role of a policy: one of the tenant or one of the system.';

create table resource (
  tenant_id uuid not null,
  id uuid not null,
  type text collate "C" not null,
  resource_id text collate "C" not null,
  owner_id uuid,
  attributes jsonb,
  was_put boolean not null,
  created_at timestamp with time zone not null,
  modified_at timestamp with time zone not null,
  constraint resource__id PRIMARY KEY (tenant_id, id),
  constraint resource__type_resource_id UNIQUE (tenant_id, type, resource_id),
  constraint resource__owner_id FOREIGN KEY (tenant_id, owner_id) REFERENCES principal(tenant_id, id),
  constraint resource__tenant FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE INDEX resource__by_attributes ON resource USING gin (attributes jsonb_path_ops) WHERE (attributes IS NOT NULL);
CREATE INDEX resource__by_owner_id ON resource USING btree (tenant_id, owner_id, type, resource_id) WHERE (owner_id IS NOT NULL);
comment on table resource is 'An object that another service keeps, by type and that service''s own id. Registered by whoever puts, grants or shares it.';
comment on column resource.was_put is 'False for what a grant, a share or a child has merely named: its first put is still to come.';

create table resource_parent (
  tenant_id uuid not null,
  type text collate "C" not null,
  resource_id text collate "C" not null,
  parent_type text collate "C" not null,
  parent_resource_id text collate "C" not null,
  constraint resource_parent__resource_id_parent_resource_id PRIMARY KEY (tenant_id, type, resource_id, parent_type, parent_resource_id),
  constraint resource_parent__parent_resource_id FOREIGN KEY (tenant_id, parent_type, parent_resource_id) REFERENCES resource(tenant_id, type, resource_id) ON DELETE CASCADE,
  constraint resource_parent__resource_id FOREIGN KEY (tenant_id, type, resource_id) REFERENCES resource(tenant_id, type, resource_id) ON DELETE CASCADE
);
CREATE INDEX resource_parent__by_parent_resource_id ON resource_parent USING btree (tenant_id, parent_type, parent_resource_id, type, resource_id);
comment on table resource_parent is 'Which resource stands below which; rings are refused by the command that writes.';

create table resource_share (
  tenant_id uuid not null,
  group_id uuid not null,
  type text collate "C" not null,
  resource_id text collate "C" not null,
  constraint resource_share__group_id_resource_id PRIMARY KEY (tenant_id, group_id, type, resource_id),
  constraint resource_share__group_id FOREIGN KEY (tenant_id, group_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE,
  constraint resource_share__resource_id FOREIGN KEY (tenant_id, type, resource_id) REFERENCES resource(tenant_id, type, resource_id) ON DELETE CASCADE
);
CREATE INDEX resource_share__by_resource_id ON resource_share USING btree (tenant_id, type, resource_id, group_id);
comment on table resource_share is 'A resource that the members of a group see.';

create table "grant" (
  tenant_id uuid not null,
  id uuid not null,
  type text collate "C" not null,
  resource_id text collate "C",
  verb text collate "C" not null,
  subject_id uuid not null,
  principal_id uuid,
  group_id uuid,
  expires_at timestamp with time zone,
  by_hand boolean not null,
  hand_expires_at timestamp with time zone,
  granted_by text not null,
  reason text,
  created_at timestamp with time zone not null,
  constraint grant__id PRIMARY KEY (tenant_id, id),
  constraint grant__one_subject CHECK (((num_nonnulls(principal_id, group_id) = 1) AND (subject_id = COALESCE(principal_id, group_id)))),
  constraint grant__group_id FOREIGN KEY (tenant_id, group_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE,
  constraint grant__principal_id FOREIGN KEY (tenant_id, principal_id) REFERENCES principal(tenant_id, id) ON DELETE CASCADE,
  constraint grant__resource_id FOREIGN KEY (tenant_id, type, resource_id) REFERENCES resource(tenant_id, type, resource_id) ON DELETE CASCADE,
  constraint grant__tenant FOREIGN KEY (tenant_id) REFERENCES tenant(id) ON DELETE CASCADE
);
CREATE INDEX grant__by_group_id ON "grant" USING btree (tenant_id, group_id) WHERE (group_id IS NOT NULL);
CREATE INDEX grant__by_principal_id ON "grant" USING btree (tenant_id, principal_id) WHERE (principal_id IS NOT NULL);
CREATE INDEX grant__by_resource_id ON "grant" USING btree (tenant_id, type, resource_id, subject_id, verb) INCLUDE (expires_at);
CREATE INDEX grant__by_subject_id ON "grant" USING btree (tenant_id, subject_id) WHERE ((resource_id IS NULL) OR (type ~~ 'rbac:%'::text));
CREATE UNIQUE INDEX grant__subject_id_resource_id ON "grant" USING btree (tenant_id, type, verb, subject_id, resource_id) INCLUDE (expires_at) NULLS NOT DISTINCT;
comment on table "grant" is 'A verb on one resource, or (without resource_id) on all of a type, to one principal or group. Once expires_at has passed, it is no grant.';
comment on column "grant".subject_id is 'principal_id or group_id, whichever is set: what lists and checks look for.';
comment on column "grant".expires_at is 'The latest of what claims the grant: hand_expires_at if it was made by hand, and the claims in assignment_grant.';

create table assignment (
  tenant_id uuid not null,
  id uuid not null,
  type text collate "C" not null,
  resource_id text collate "C" not null,
  group_id uuid not null,
  principal_id uuid,
  created_at timestamp with time zone not null,
  constraint assignment__id PRIMARY KEY (tenant_id, id),
  constraint assignment__group_id FOREIGN KEY (tenant_id, group_id) REFERENCES "group"(tenant_id, id) ON DELETE CASCADE,
  constraint assignment__principal_id FOREIGN KEY (tenant_id, principal_id) REFERENCES principal(tenant_id, id) ON DELETE CASCADE,
  constraint assignment__resource_id FOREIGN KEY (tenant_id, type, resource_id) REFERENCES resource(tenant_id, type, resource_id) ON DELETE CASCADE
);
CREATE INDEX assignment__by_group_id ON assignment USING btree (tenant_id, group_id, principal_id);
CREATE INDEX assignment__by_principal_id ON assignment USING btree (tenant_id, principal_id) WHERE (principal_id IS NOT NULL);
CREATE UNIQUE INDEX assignment__resource_id_group_id_principal_id ON assignment USING btree (tenant_id, type, resource_id, group_id, principal_id) NULLS NOT DISTINCT;
comment on table assignment is 'A resource that was assigned by policy to a group, and to one of its members or to none in particular.';

create table assignment_grant (
  tenant_id uuid not null,
  assignment_id uuid not null,
  grant_id uuid not null,
  expires_at timestamp with time zone,
  constraint assignment_grant__assignment_id_grant_id PRIMARY KEY (tenant_id, assignment_id, grant_id),
  constraint assignment_grant__assignment_id FOREIGN KEY (tenant_id, assignment_id) REFERENCES assignment(tenant_id, id) ON DELETE CASCADE,
  constraint assignment_grant__grant_id FOREIGN KEY (tenant_id, grant_id) REFERENCES "grant"(tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX assignment_grant__by_grant_id ON assignment_grant USING btree (tenant_id, grant_id);
comment on table assignment_grant is 'A claim of an assignment on a grant: the grant goes when its last claim goes. expires_at is that of the membership, for the grants of the member.';
