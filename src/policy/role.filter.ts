import { sql } from 'kysely';
import type { View } from '../api/context.js';
import { Scope } from '../api/enums.js';
import { keyOf, keysOf } from '../api/ids.js';
import { among, groupRoles, named, oneOf, type Condition } from '../api/sql.js';
import { reaches } from '../engine/reach.js';
import { badInput } from '../kernel/errors.js';
import type { GroupId, RoleId } from '../kernel/ids.js';
import { parsePermission } from '../kernel/permission.js';
import { askedKey } from '../kernel/text.js';
import type { RoleFilter } from './role.inputs.js';
import { allRoleAccess } from './role.sql.js';

/** The conditions of a filter, on the table alias `r`. What the caller may not read is as if it did not exist. */
export async function roleConditions(view: View, filter: RoleFilter): Promise<Condition[]> {
  const { ids, name, displayName, match, applications, permissions, system } = filter;
  const { tenantId } = view.scope;
  const hasRow = (condition: Condition) =>
    sql`exists (select 1 from ${allRoleAccess(tenantId)} a where a.role_id = r.id and ${condition})`;
  permissions?.forEach((permission, i) => {
    if (!parsePermission(permission)) throw badInput(`filter.permissions.${i}`, 'must be application:resource:verb');
  });
  return [
    ...(ids ? [among(keysOf('filter.ids', ids, 'Role'), sql`r.id`)] : []),
    ...(typeof name === 'string' ? [named(sql`r.name_key`, name, match)] : []),
    ...(typeof displayName === 'string' ? [named(sql`r.display_name_key`, displayName, match)] : []),
    ...(applications ? [hasRow(oneOf(applications, sql`a.application`))] : []),
    ...(permissions ? [hasRow(oneOf(permissions, sql`a.permission`))] : []),
    ...(typeof system === 'boolean' ? [sql`r.system = ${system}`] : []),
    ...(await principalConditions(view, filter)),
    ...groupConditions(view, filter),
  ];
}

async function principalConditions(view: View, { username, scope }: RoleFilter): Promise<Condition[]> {
  const own = scope === Scope.PRINCIPAL ? [among(view.access.subject?.roles ?? [], sql`r.id`)] : [];
  return typeof username === 'string' ? [...own, among(await rolesOf(view, username), sql`r.id`)] : own;
}

/** The roles that reach a principal; none, unless they are the caller's own or the caller may read both. */
async function rolesOf({ access, asking, caller }: View, username: string): Promise<Iterable<RoleId>> {
  const subject = await asking.subject({ by: 'username', value: askedKey(username) });
  const id = subject?.principal?.id;
  if (!subject || !id || !reaches(access.readable('principal'), id)) return [];
  const isSelf = caller.kind === 'user' && caller.principalId === id;
  return isSelf || access.mayReadSome('role') ? subject.roles : [];
}

function groupConditions({ access, scope: { tenantId } }: View, { groupId, notInGroupId }: RoleFilter): Condition[] {
  const hasRole = (group: GroupId) =>
    sql`exists (select 1 from ${groupRoles(tenantId)} gr where gr.role_id = r.id and gr.group_id = ${group})`;
  const readable = (field: string, id: string) => {
    const group = keyOf<GroupId>(field, id, 'Group');
    return group && access.mayReadSome('role') && reaches(access.readable('group'), group) ? group : null;
  };
  const included = typeof groupId === 'string' ? readable('filter.groupId', groupId) : undefined;
  const excluded = typeof notInGroupId === 'string' ? readable('filter.notInGroupId', notInGroupId) : undefined;
  return [
    ...(included === undefined ? [] : [included ? hasRole(included) : sql`false`]),
    ...(excluded ? [sql`not ${hasRole(excluded)}`] : []),
  ];
}
