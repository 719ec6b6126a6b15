import DataLoader from 'dataloader';
import { sql, type RawBuilder } from 'kysely';
import { batched } from '../api/batched.js';
import { pageOf, pagesOf, type List } from '../api/connection.js';
import type { View } from '../api/context.js';
import type { PageRequest } from '../api/cursor.js';
import { Direction } from '../api/enums.js';
import { allRoles, among, oneOf, type Condition } from '../api/sql.js';
import type { Definition } from '../kernel/definitions.js';
import type { RoleId } from '../kernel/ids.js';
import type { KeyType } from '../store/page.js';
import { entity } from '../store/rows.js';
import { shown } from './resource-definition.js';
import { Role } from './role.entity.js';
import { roleConditions } from './role.filter.js';
import { RoleOrderField, type RoleAccess, type RoleFilter, type RoleOrder } from './role.inputs.js';
import { allRoleAccess, distinctGroupRoles, rolePolicyCount, visibleRoles } from './role.sql.js';

type AccessRow = { role_id: RoleId; permission: string; resource_definitions: Definition[] };

const toRole = (row: object) => entity(Role, row);

/** Roles that the caller may read: the tenant's as far as its rights go, its own, and those of the system. */
export const roleLoaders = (view: View) => {
  const { scope, access } = view;
  const { tenantId } = scope;
  const roles = allRoles(tenantId);
  const visible = visibleRoles(view);
  const found = async (condition: Condition) =>
    (
      await scope.query<object>(
        sql`select r.* from ${roles} r where ${visible} and ${condition} order by r.name_key, r.system desc`,
      )
    ).map(toRole);
  const list = (
    name: string,
    from: RawBuilder<unknown>,
    where: Condition[],
    order?: RoleOrder | null,
  ): List<object, Role> => ({
    name: `${name} ${order?.field ?? RoleOrderField.NAME} ${order?.direction ?? Direction.ASC}`,
    listing: {
      columns: sql`r.*`,
      from,
      where: [visible, ...where],
      ...keyOf(view, order?.field ?? RoleOrderField.NAME),
      id: sql`r.id`,
      descending: order?.direction === Direction.DESC,
    },
    toNode: toRole,
  });

  return {
    byId: batched<RoleId, Role>(
      ids => found(among(ids, sql`r.id`)),
      role => role.id,
    ),
    /** By folded name (`nameKey`); the tenant's own before one of the system. */
    byName: batched<string, Role>(
      names => found(oneOf(names, sql`r.name_key`)),
      role => role.nameKey,
    ),
    page: async (filter: RoleFilter | null | undefined, order: RoleOrder | null | undefined, request: PageRequest) =>
      pageOf(scope, list('roles', sql`${roles} r`, await roleConditions(view, filter ?? {}), order), request),
    ofGroup: pagesOf(
      scope,
      groups =>
        list('group roles', sql`${distinctGroupRoles(tenantId, groups)} gr join ${roles} r on r.id = gr.role_id`, []),
      sql`gr.group_id`,
    ),
    ofPrincipal: pagesOf(
      scope,
      async principalIds => {
        const pairs = await rolePairs(view, principalIds);
        const from = sql`unnest(${pairs.map(pair => pair.principalId)}::uuid[], ${pairs.map(pair => pair.roleId)}::uuid[])
          as e (principal_id, role_id) join ${roles} r on r.id = e.role_id`;
        return list('principal roles', from, []);
      },
      sql`e.principal_id`,
    ),
    ofPolicy: new DataLoader<string, Role[]>(async policyIds => {
      const rows = await scope.query<{ of_policy: string }>(sql`select pr.policy_id as of_policy, r.*
        from policy_role pr join ${roles} r on r.id = coalesce(pr.role_id, pr.system_role_id)
        where pr.tenant_id = ${tenantId} and ${among(policyIds, sql`pr.policy_id`)} and ${visible} order by r.name_key`);
      const byPolicy = Map.groupBy(rows, row => row.of_policy);
      return policyIds.map(id => (byPolicy.get(id) ?? []).map(toRole));
    }),
    access: accessLoader(view),
    /** How many named policies have the role; null for callers who may not read policies. */
    policyCount: new DataLoader<RoleId, number | null>(async ids => {
      if (!access.mayReadSome('policy')) return ids.map(() => null);
      const rows = await scope.query<{ id: RoleId; count: number }>(
        sql`select r.id, ${rolePolicyCount(view)} as count from unnest(${ids}::uuid[]) as r (id)`,
      );
      const byId = new Map(rows.map(row => [row.id, row.count]));
      return ids.map(id => byId.get(id) ?? 0);
    }),
  };
};

/** The rows of each role, in the order in which they were written. */
const accessLoader = ({ scope }: View) =>
  new DataLoader<RoleId, RoleAccess[]>(async ids => {
    const rows = await scope.query<AccessRow>(
      sql`select a.* from ${allRoleAccess(scope.tenantId)} a where ${among(ids, sql`a.role_id`)} order by a.position, a.permission`,
    );
    const byRole = Map.groupBy(rows, row => row.role_id);
    return ids.map(id =>
      (byRole.get(id) ?? []).map(({ permission, resource_definitions: definitions }) => ({
        permission,
        resourceDefinitions: shown(definitions),
      })),
    );
  });

async function rolePairs({ asking }: View, principalIds: readonly string[]) {
  const subjects = await Promise.all(principalIds.map(value => asking.subject({ by: 'principalId', value })));
  return subjects.flatMap((subject, i) =>
    [...(subject?.roles ?? [])].map(roleId => ({ principalId: principalIds[i]!, roleId })),
  );
}

/** Whoever may not read policies sees no order by their number either. */
function keyOf(view: View, field: RoleOrderField): { key: RawBuilder<unknown>; keyType: KeyType } {
  if (field === RoleOrderField.NAME) return { key: sql`r.name_key`, keyType: 'text' };
  if (field === RoleOrderField.DISPLAY_NAME) return { key: sql`r.display_name_key`, keyType: 'text' };
  if (field === RoleOrderField.MODIFIED) return { key: sql`r.modified_at`, keyType: 'timestamptz' };
  return { key: view.access.mayReadSome('policy') ? rolePolicyCount(view) : sql`0`, keyType: 'int' };
}
