import { TenantsRolesAndGroups } from '../../migrations/0001-tenants-roles-and-groups.js';
import { ResourcesAndGrants } from '../../migrations/0002-resources-and-grants.js';

/** All migrations, in the order in which they run. */
export const MIGRATIONS = [
  { name: '0001-tenants-roles-and-groups', class: TenantsRolesAndGroups },
  { name: '0002-resources-and-grants', class: ResourcesAndGrants },
];
