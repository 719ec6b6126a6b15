/** Tables of the platform, parents first. No tenant writes them; in a distributed database every node has a copy. */
export const CATALOGUE_TABLES = [
  'catalogue_revision',
  'tenant',
  'permission',
  'permission_requires',
  'resource_type',
  'system_role',
  'system_role_access',
] as const;

/** Tables that belong to tenants, parents first. Every key of theirs starts with `tenant_id`, by which they are distributed. */
export const TENANT_TABLES = [
  'tenant_revision',
  'principal',
  'group',
  'group_auto_share',
  'group_can_share',
  'membership',
  'role',
  'role_access',
  'policy',
  'policy_role',
  'resource',
  'resource_parent',
  'resource_share',
  'grant',
  'assignment',
  'assignment_grant',
] as const;

/** What the migrations have run on this database; kept by the migrator, not by us. */
export const MIGRATION_TABLE = 'schema_migration';
