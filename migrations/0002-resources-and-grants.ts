import { Migration } from '@mikro-orm/migrations';

const UP = [
  // An unknown placeholder on PostgreSQL, and harmless there; on a distributed database it orders what follows.
  `set local citus.multi_shard_modify_mode to 'sequential'`,

  `create table resource (
     tenant_id uuid not null,
     id uuid not null,
     type text collate "C" not null,
     resource_id text collate "C" not null,
     owner_id uuid,
     attributes jsonb,
     was_put boolean not null,
     created_at timestamptz not null,
     modified_at timestamptz not null,
     constraint resource__id primary key (tenant_id, id)
   )`,
  `alter table resource add constraint resource__tenant foreign key (tenant_id) references tenant (id) on delete cascade`,
  `alter table resource add constraint resource__type_resource_id unique (tenant_id, type, resource_id)`,
  `alter table resource add constraint resource__owner_id foreign key (tenant_id, owner_id) references principal (tenant_id, id) on delete no action`,
  `create index resource__by_owner_id on resource (tenant_id, owner_id, type, resource_id) where owner_id is not null`,
  `create index resource__by_attributes on resource using gin (attributes jsonb_path_ops) where attributes is not null`,
  `comment on table resource is 'An object that another service keeps, by type and that service''s own id. Registered by whoever puts, grants or shares it.'`,

  `comment on column resource.was_put is 'False for what a grant, a share or a child has merely named: its first put is still to come.'`,

  `create table resource_parent (
     tenant_id uuid not null,
     type text collate "C" not null,
     resource_id text collate "C" not null,
     parent_type text collate "C" not null,
     parent_resource_id text collate "C" not null,
     constraint resource_parent__resource_id_parent_resource_id primary key (tenant_id, type, resource_id, parent_type, parent_resource_id)
   )`,
  `alter table resource_parent add constraint resource_parent__resource_id foreign key (tenant_id, type, resource_id) references resource (tenant_id, type, resource_id) on delete cascade`,
  `alter table resource_parent add constraint resource_parent__parent_resource_id foreign key (tenant_id, parent_type, parent_resource_id) references resource (tenant_id, type, resource_id) on delete cascade`,
  `create index resource_parent__by_parent_resource_id on resource_parent (tenant_id, parent_type, parent_resource_id, type, resource_id)`,
  `comment on table resource_parent is 'Which resource stands below which; rings are refused by the command that writes.'`,

  `create table resource_share (
     tenant_id uuid not null,
     group_id uuid not null,
     type text collate "C" not null,
     resource_id text collate "C" not null,
     constraint resource_share__group_id_resource_id primary key (tenant_id, group_id, type, resource_id)
   )`,
  `alter table resource_share add constraint resource_share__group_id foreign key (tenant_id, group_id) references "group" (tenant_id, id) on delete cascade`,
  `alter table resource_share add constraint resource_share__resource_id foreign key (tenant_id, type, resource_id) references resource (tenant_id, type, resource_id) on delete cascade`,
  `create index resource_share__by_resource_id on resource_share (tenant_id, type, resource_id, group_id)`,
  `comment on table resource_share is 'A resource that the members of a group see.'`,

  `create table "grant" (
     tenant_id uuid not null,
     id uuid not null,
     type text collate "C" not null,
     resource_id text collate "C",
     verb text collate "C" not null,
     subject_id uuid not null,
     principal_id uuid,
     group_id uuid,
     expires_at timestamptz,
     by_hand boolean not null,
     hand_expires_at timestamptz,
     granted_by text not null,
     reason text,
     created_at timestamptz not null,
     constraint grant__id primary key (tenant_id, id)
   )`,
  `alter table "grant" add constraint grant__tenant foreign key (tenant_id) references tenant (id) on delete cascade`,
  `alter table "grant" add constraint grant__resource_id foreign key (tenant_id, type, resource_id) references resource (tenant_id, type, resource_id) on delete cascade`,
  `alter table "grant" add constraint grant__principal_id foreign key (tenant_id, principal_id) references principal (tenant_id, id) on delete cascade`,
  `alter table "grant" add constraint grant__group_id foreign key (tenant_id, group_id) references "group" (tenant_id, id) on delete cascade`,
  `alter table "grant" add constraint grant__one_subject check (num_nonnulls(principal_id, group_id) = 1 and subject_id = coalesce(principal_id, group_id))`,
  `create unique index grant__subject_id_resource_id on "grant" (tenant_id, type, verb, subject_id, resource_id) include (expires_at) nulls not distinct`,
  `create index grant__by_resource_id on "grant" (tenant_id, type, resource_id, subject_id, verb) include (expires_at)`,
  `create index grant__by_subject_id on "grant" (tenant_id, subject_id) where resource_id is null or type like 'rbac:%'`,
  `create index grant__by_principal_id on "grant" (tenant_id, principal_id) where principal_id is not null`,
  `create index grant__by_group_id on "grant" (tenant_id, group_id) where group_id is not null`,
  `comment on table "grant" is 'A verb on one resource, or (without resource_id) on all of a type, to one principal or group. Once expires_at has passed, it is no grant.'`,
  `comment on column "grant".subject_id is 'principal_id or group_id, whichever is set: what lists and checks look for.'`,
  `comment on column "grant".expires_at is 'The latest of what claims the grant: hand_expires_at if it was made by hand, and the claims in assignment_grant.'`,

  `create table assignment (
     tenant_id uuid not null,
     id uuid not null,
     type text collate "C" not null,
     resource_id text collate "C" not null,
     group_id uuid not null,
     principal_id uuid,
     created_at timestamptz not null,
     constraint assignment__id primary key (tenant_id, id)
   )`,
  `alter table assignment add constraint assignment__resource_id foreign key (tenant_id, type, resource_id) references resource (tenant_id, type, resource_id) on delete cascade`,
  `alter table assignment add constraint assignment__group_id foreign key (tenant_id, group_id) references "group" (tenant_id, id) on delete cascade`,
  `alter table assignment add constraint assignment__principal_id foreign key (tenant_id, principal_id) references principal (tenant_id, id) on delete cascade`,
  `create unique index assignment__resource_id_group_id_principal_id on assignment (tenant_id, type, resource_id, group_id, principal_id) nulls not distinct`,
  `create index assignment__by_group_id on assignment (tenant_id, group_id, principal_id)`,
  `create index assignment__by_principal_id on assignment (tenant_id, principal_id) where principal_id is not null`,
  `comment on table assignment is 'A resource that was assigned by policy to a group, and to one of its members or to none in particular.'`,

  `create table assignment_grant (
     tenant_id uuid not null,
     assignment_id uuid not null,
     grant_id uuid not null,
     expires_at timestamptz,
     constraint assignment_grant__assignment_id_grant_id primary key (tenant_id, assignment_id, grant_id)
   )`,
  `alter table assignment_grant add constraint assignment_grant__assignment_id foreign key (tenant_id, assignment_id) references assignment (tenant_id, id) on delete cascade`,
  `alter table assignment_grant add constraint assignment_grant__grant_id foreign key (tenant_id, grant_id) references "grant" (tenant_id, id) on delete cascade`,
  `create index assignment_grant__by_grant_id on assignment_grant (tenant_id, grant_id)`,
  `comment on table assignment_grant is 'A claim of an assignment on a grant: the grant goes when its last claim goes. expires_at is that of the membership, for the grants of the member.'`,
];

const TABLES = ['assignment_grant', 'assignment', '"grant"', 'resource_share', 'resource_parent', 'resource'];

/** Permissions on single objects: resources with owners, parents and shares; grants; assignments by policy. */
export class ResourcesAndGrants extends Migration {
  override up(): void {
    for (const statement of UP) this.addSql(statement);
  }

  override down(): void {
    for (const table of TABLES) this.addSql(`drop table ${table}`);
  }
}
