import DataLoader from 'dataloader';
import { sql } from 'kysely';
import { batched } from '../api/batched.js';
import { pageOf } from '../api/connection.js';
import type { View } from '../api/context.js';
import type { PageRequest } from '../api/cursor.js';
import { keysOf } from '../api/ids.js';
import { among, named, NameMatch, oneOf, within, type Condition } from '../api/sql.js';
import { mayUseApplication } from '../api/role-applications.js';
import type { PermissionId, RoleId } from '../kernel/ids.js';
import { entity } from '../store/rows.js';
import type { PermissionFilter } from './catalogue.inputs.js';
import { Permission } from './permission.entity.js';

const toPermission = (row: object) => entity(Permission, row);

/** Permissions of the catalogue that the caller may read. */
export const permissionLoaders = (view: View) => {
  const { scope } = view;
  const visible = within(view.access.readable('permission'), sql`p.id`);
  const found = async (condition: Condition) => {
    const query = sql`select p.* from permission p where ${condition} and ${visible} order by p.permission`;
    return (await scope.query<object>(query)).map(toPermission);
  };
  return {
    byId: batched<PermissionId, Permission>(
      ids => found(among(ids, sql`p.id`)),
      permission => permission.id,
    ),
    page(filter: PermissionFilter | null | undefined, request: PageRequest) {
      const where = [visible, ...permissionConditions(view, filter ?? {})];
      const key = { key: sql`p.permission`, keyType: 'text' } as const;
      const listing = { columns: sql`p.*`, from: sql`permission p`, where, ...key, id: sql`p.id` };
      return pageOf(scope, { name: 'permissions', listing, toNode: toPermission }, request);
    },
    requiredBy: new DataLoader<PermissionId, Permission[]>(async ids => {
      const rows = await scope.query<{ by_id: PermissionId }>(sql`select r.permission_id as by_id, p.*
        from permission_requires r join permission p on p.id = r.required_id
        where ${among(ids, sql`r.permission_id`)} and ${visible} order by p.permission`);
      const byId = Map.groupBy(rows, row => row.by_id);
      return ids.map(id => (byId.get(id) ?? []).map(toPermission));
    }),
    /** Permissions of a type, by its name. */
    ofType: new DataLoader<string, Permission[]>(async names => {
      const permissions = await found(sql`p.application || ':' || p.resource_type = any(${names}::text[])`);
      const byType = Map.groupBy(permissions, ({ application, resourceType }) => `${application}:${resourceType}`);
      return names.map(name => byType.get(name) ?? []);
    }),
  };
};

/** The conditions of a filter, on the table alias `p`. */
function permissionConditions({ scope, access, caller, settings }: View, filter: PermissionFilter): Condition[] {
  const { applications, resourceTypes, verbs, permission, excludeGlobals, excludeRoleIds, allowedOnly } = filter;
  const excluded = excludeRoleIds ? keysOf<RoleId>('filter.excludeRoleIds', excludeRoleIds, 'Role') : [];
  const signedIn = caller.kind !== 'anonymous';
  return [
    ...(applications ? [oneOf(applications, sql`p.application`)] : []),
    ...(resourceTypes ? [oneOf(resourceTypes, sql`p.resource_type`)] : []),
    ...(verbs ? [oneOf(verbs, sql`p.verb`)] : []),
    ...(typeof permission === 'string' ? [named(sql`lower(p.permission)`, permission, NameMatch.PARTIAL)] : []),
    ...(excludeGlobals ? [sql`p.resource_type <> '*' and p.verb <> '*'`] : []),
    ...(allowedOnly ? [mayUseApplication(settings.roleApplications, sql`p.application`)] : []),
    ...(excluded.length > 0
      ? [
          sql`not exists (select 1 from role_access ra where ra.tenant_id = ${scope.tenantId} and ra.permission_id = p.id
            and ${among(excluded, sql`ra.role_id`)} and ${within(access.readable('role'), sql`ra.role_id`)})`,
          sql`not exists (select 1 from system_role_access sa where sa.permission_id = p.id
            and ${among(excluded, sql`sa.system_role_id`)} and ${signedIn})`,
        ]
      : []),
  ];
}
