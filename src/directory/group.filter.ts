import { sql } from 'kysely';
import { Match, Scope } from '../api/enums.js';
import { keyOf, keysOf } from '../api/ids.js';
import { among, groupRoles, named, within, allRoles, type Condition } from '../api/sql.js';
import type { View } from '../api/context.js';
import { reaches } from '../engine/reach.js';
import { tooMany } from '../kernel/errors.js';
import { askedKey, isStorable } from '../kernel/text.js';
import type { GroupId } from '../kernel/ids.js';
import type { GroupFilter } from './group.inputs.js';

const NEVER = sql`false`;
const MOST_ROLE_NAMES = 100;

/** The conditions of a filter, on the table alias `g`. What the caller may not read is as if it did not exist. */
export async function groupConditions(view: View, filter: GroupFilter): Promise<Condition[]> {
  const { ids, name, match, platformDefault, adminDefault, system, parentId } = filter;
  const parent = typeof parentId === 'string' ? keyOf<GroupId>('filter.parentId', parentId, 'Group') : null;
  return [
    ...(ids ? [among(keysOf('filter.ids', ids, 'Group'), sql`g.id`)] : []),
    ...(typeof name === 'string' ? [named(sql`g.name_key`, name, match)] : []),
    ...(typeof platformDefault === 'boolean' ? [sql`g.platform_default = ${platformDefault}`] : []),
    ...(typeof adminDefault === 'boolean' ? [sql`g.admin_default = ${adminDefault}`] : []),
    ...(typeof system === 'boolean' ? [sql`g.system = ${system}`] : []),
    ...(parentId === null ? [sql`g.parent_id is null`] : []),
    ...(typeof parentId === 'string'
      ? [parent && isReadable(view, parent) ? sql`g.parent_id = ${parent}` : NEVER]
      : []),
    ...roleConditions(view, filter),
    ...(await memberConditions(view, filter)),
  ];
}

const isReadable = ({ access }: View, id: GroupId) => reaches(access.readable('group'), id);

/** Roles count only as far as the caller may read roles: which group has which is no business of others. */
function roleConditions(
  { scope: { tenantId }, access }: View,
  { roleNames, roleMatch, match }: GroupFilter,
): Condition[] {
  if (!roleNames) return [];
  if (roleNames.length > MOST_ROLE_NAMES) throw tooMany('filter.roleNames', MOST_ROLE_NAMES);
  const readable = access.mayReadSome('role') ? within(access.readable('role'), sql`r.id`) : NEVER;
  const each = roleNames.map(
    name => sql`exists (select 1 from ${groupRoles(tenantId)} gr join ${allRoles(tenantId)} r on r.id = gr.role_id
      where gr.group_id = g.id and ${readable} and ${named(sql`r.name_key`, name, match)})`,
  );
  if (each.length === 0) return [NEVER];
  return [sql`(${sql.join(each, roleMatch === Match.ALL ? sql` and ` : sql` or `)})`];
}

async function memberConditions(view: View, { username, excludeUsername, scope }: GroupFilter): Promise<Condition[]> {
  const own = scope === Scope.PRINCIPAL ? [among(view.access.subject?.groups ?? [], sql`g.id`)] : [];
  const included = typeof username === 'string' ? [among(await groupsOf(view, username), sql`g.id`)] : [];
  const excluded =
    typeof excludeUsername === 'string' ? [sql`not (${among(await groupsOf(view, excludeUsername), sql`g.id`)})`] : [];
  return [...own, ...included, ...excluded];
}

/** The groups that a principal counts as a member of; none, when the caller may not read the principal. */
async function groupsOf(view: View, username: string): Promise<Iterable<GroupId>> {
  if (!isStorable(username)) return [];
  const subject = await view.asking.subject({ by: 'username', value: askedKey(username) });
  const readable = subject?.principal && reaches(view.access.readable('principal'), subject.principal.id);
  return readable ? subject.groups : [];
}
