import { TenantsRolesAndGroups } from '../../migrations/0001-tenants-roles-and-groups.js';

/** All migrations, in the order in which they run. */
export const MIGRATIONS = [{ name: '0001-tenants-roles-and-groups', class: TenantsRolesAndGroups }];
