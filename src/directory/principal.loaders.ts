import { sql, type RawBuilder } from 'kysely';
import { batched } from '../api/batched.js';
import { pageOf, pagesOf, type List } from '../api/connection.js';
import type { View } from '../api/context.js';
import type { PageRequest } from '../api/cursor.js';
import { Direction } from '../api/enums.js';
import { keyOf } from '../api/ids.js';
import { among, named, within, type Condition } from '../api/sql.js';
import { reaches } from '../engine/reach.js';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import { askedKey, isStorable } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import { Principal } from './principal.entity.js';
import { PrincipalOrderField, type PrincipalFilter, type PrincipalOrder } from './principal.inputs.js';

const KEYS = {
  [PrincipalOrderField.USERNAME]: { key: sql`p.username`, keyType: 'text' },
  [PrincipalOrderField.CREATED]: { key: sql`p.created_at`, keyType: 'timestamptz' },
  [PrincipalOrderField.MODIFIED]: { key: sql`p.modified_at`, keyType: 'timestamptz' },
} as const;

type MemberRow = { member_roles: string[]; member_expires_at: Date | null; member_added_at: Date };

const toPrincipal = (row: object) => entity(Principal, row);
const toMemberEdge = ({ member_roles: roles, member_expires_at: expiresAt, member_added_at: addedAt }: MemberRow) => ({
  roles,
  expiresAt,
  addedAt,
});

/** Principals of the caller's tenant that the caller may read. */
export const principalLoaders = (view: View) => {
  const { scope, access, now } = view;
  const { tenantId } = scope;
  const visible: Condition[] = [sql`p.tenant_id = ${tenantId}`, within(access.readable('principal'), sql`p.id`)];
  const found = async (condition: Condition) => {
    const where = sql.join([...visible, condition], sql` and `);
    return (await scope.query<object>(sql`select p.* from principal p where ${where}`)).map(toPrincipal);
  };
  const members = (name: string, memberships: RawBuilder<unknown>): List<MemberRow, Principal> => ({
    name,
    listing: {
      columns: sql`p.*, m.roles as member_roles, m.expires_at as member_expires_at, m.added_at as member_added_at`,
      from: sql`${memberships} m join principal p on p.tenant_id = ${tenantId} and p.id = m.principal_id`,
      where: visible,
      ...KEYS.USERNAME,
      id: sql`p.id`,
    },
    toNode: toPrincipal,
    toEdge: toMemberEdge,
  });

  return {
    byId: batched<PrincipalId, Principal>(
      ids => found(among(ids, sql`p.id`)),
      principal => principal.id,
    ),
    /** By folded name (`nameKey`). */
    byUsername: batched<string, Principal>(
      names => found(sql`p.username = any(${names.filter(isStorable)}::text[])`),
      principal => principal.username,
    ),
    /**
     * Also those that the caller may not read, for whoever may know who holds something: with their name, and without what
     * else is theirs.
     */
    named: batched<PrincipalId, Principal>(
      async ids =>
        (
          await scope.query<object>(sql`select p.* from principal p where ${visible[0]!} and ${among(ids, sql`p.id`)}`)
        ).map(row => shownTo(view, toPrincipal(row))),
      principal => principal.id,
    ),
    page(filter: PrincipalFilter | null | undefined, order: PrincipalOrder | null | undefined, request: PageRequest) {
      const { field, direction } = order ?? { field: PrincipalOrderField.USERNAME, direction: Direction.ASC };
      const list: List<object, Principal> = {
        name: `principals ${field} ${direction}`,
        listing: {
          columns: sql`p.*`,
          from: sql`principal p`,
          where: [...visible, ...principalConditions(view, filter ?? {})],
          ...KEYS[field],
          id: sql`p.id`,
          descending: direction === Direction.DESC,
        },
        toNode: toPrincipal,
      };
      return pageOf(scope, list, request);
    },
    members: pagesOf(
      scope,
      groups =>
        members(
          'members',
          sql`(select m.* from membership m where m.tenant_id = ${tenantId} and ${among(groups, sql`m.group_id`)}
          and (m.expires_at is null or m.expires_at > ${now}))`,
        ),
      sql`m.group_id`,
    ),
    /** Members of the whole subtree, as far as it shows, each once, by the membership that is nearest to the group. */
    transitiveMembers: pagesOf(
      scope,
      groups => members('all members', subtreeMemberships(view, groups)),
      sql`m.root_id`,
    ),
  };
};

const PRIVATE = { email: null, externalId: null, active: null, orgAdmin: null, superuser: null };

/** A principal without what is nobody's business who may not read it. */
const shownTo = ({ access }: View, principal: Principal): Principal =>
  reaches(access.readable('principal'), principal.id) ? principal : Object.assign(principal, PRIVATE);

const subtreeMemberships = ({ scope: { tenantId }, access, now }: View, groups: readonly string[]) => sql`(
  with recursive below (root_id, group_id, depth) as (
    select id, id, 0 from unnest(${groups}::uuid[]) as roots (id)
    union
    select b.root_id, g.id, b.depth + 1 from below b join "group" g on g.tenant_id = ${tenantId} and g.parent_id = b.group_id
      and ${within(access.readable('group'), sql`g.id`)}
  )
  select distinct on (b.root_id, m.principal_id) b.root_id, m.principal_id, m.roles, m.expires_at, m.added_at
    from below b join membership m on m.tenant_id = ${tenantId} and m.group_id = b.group_id
   where m.expires_at is null or m.expires_at > ${now}
   order by b.root_id, m.principal_id, b.depth, m.group_id)`;

/** The conditions of a filter, on the table alias `p`. */
function principalConditions({ scope: { tenantId }, access, now }: View, filter: PrincipalFilter): Condition[] {
  const { usernames, username, match, email, type, active, orgAdmin, groupId } = filter;
  const group = typeof groupId === 'string' ? keyOf<GroupId>('filter.groupId', groupId, 'Group') : null;
  const inGroup = group && reaches(access.readable('group'), group);
  return [
    ...(usernames ? [sql`p.username = any(${usernames.filter(isStorable).map(askedKey)}::text[])`] : []),
    ...(typeof username === 'string' ? [named(sql`p.username`, username, match)] : []),
    ...(typeof email === 'string' ? [isStorable(email) ? sql`p.email = ${email}` : sql`false`] : []),
    ...(type ? [sql`p.type = ${type}`] : []),
    ...(typeof active === 'boolean' ? [sql`p.active = ${active}`] : []),
    ...(typeof orgAdmin === 'boolean' ? [sql`p.org_admin = ${orgAdmin}`] : []),
    ...(inGroup
      ? [
          sql`exists (select 1 from membership m where m.tenant_id = ${tenantId} and m.principal_id = p.id
            and m.group_id = ${group} and (m.expires_at is null or m.expires_at > ${now}))`,
        ]
      : []),
    ...(typeof groupId === 'string' && !inGroup ? [sql`false`] : []),
  ];
}
