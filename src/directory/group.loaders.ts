import DataLoader from 'dataloader';
import { sql, type RawBuilder } from 'kysely';
import { batched } from '../api/batched.js';
import { pageOf, pagesOf, type List } from '../api/connection.js';
import type { View } from '../api/context.js';
import type { PageRequest } from '../api/cursor.js';
import { Direction } from '../api/enums.js';
import { among, within, type Condition } from '../api/sql.js';
import { reaches } from '../engine/reach.js';
import type { GroupId } from '../kernel/ids.js';
import { isStorable } from '../kernel/text.js';
import type { KeyType } from '../store/page.js';
import { entity } from '../store/rows.js';
import { countKey } from './group.counts.js';
import { Group } from './group.entity.js';
import { groupConditions } from './group.filter.js';
import { GroupOrderField, type GroupFilter, type GroupOrder } from './group.inputs.js';

const toGroup = (row: object) => entity(Group, row);

/** Groups of the caller's tenant that the caller may read. */
export const groupLoaders = (view: View) => {
  const { scope, access } = view;
  const { tenantId } = scope;
  const visible: Condition[] = [sql`g.tenant_id = ${tenantId}`, within(access.readable('group'), sql`g.id`)];
  const found = async (condition: Condition) => {
    const where = sql.join([...visible, condition], sql` and `);
    return (await scope.query<object>(sql`select g.* from "group" g where ${where}`)).map(toGroup);
  };
  const list = (
    name: string,
    from: RawBuilder<unknown>,
    where: Condition[],
    order?: GroupOrder | null,
  ): List<object, Group> => ({
    name: `${name} ${order?.field ?? GroupOrderField.NAME} ${order?.direction ?? Direction.ASC}`,
    listing: {
      columns: sql`g.*`,
      from,
      where: [...visible, ...where],
      ...keyOf(view, order?.field ?? GroupOrderField.NAME),
      id: sql`g.id`,
      descending: order?.direction === Direction.DESC,
    },
    toNode: toGroup,
  });

  return {
    byId: batched<GroupId, Group>(
      ids => found(among(ids, sql`g.id`)),
      group => group.id,
    ),
    /** By folded name (`nameKey`). */
    byName: batched<string, Group>(
      names => found(sql`g.name_key = any(${names.filter(isStorable)}::text[])`),
      group => group.nameKey,
    ),
    /**
     * Also those that the caller may not read, for whoever may know who holds something: with their name, and without what
     * else is theirs.
     */
    named: batched<GroupId, Group>(
      async ids => {
        const rows = await scope.query<object>(
          sql`select g.* from "group" g where ${visible[0]!} and ${among(ids, sql`g.id`)}`,
        );
        return rows.map(row => shownTo(view, toGroup(row)));
      },
      group => group.id,
    ),
    page: async (filter: GroupFilter | null | undefined, order: GroupOrder | null | undefined, request: PageRequest) =>
      pageOf(scope, list('groups', sql`"group" g`, await groupConditions(view, filter ?? {}), order), request),
    subgroups: pagesOf(scope, () => list('subgroups', sql`"group" g`, []), sql`g.parent_id`),
    /** Groups of a principal by explicit, live membership. */
    ofPrincipal: pagesOf(
      scope,
      () =>
        list('principal groups', sql`membership m join "group" g on g.tenant_id = ${tenantId} and g.id = m.group_id`, [
          sql`m.tenant_id = ${tenantId}`,
          sql`(m.expires_at is null or m.expires_at > ${view.now})`,
        ]),
      sql`m.principal_id`,
    ),
    /** Groups that a principal counts as a member of. */
    effectiveOfPrincipal: pagesOf(
      scope,
      async principalIds => {
        const pairs = await effectivePairs(view, principalIds);
        const from = sql`unnest(${pairs.map(pair => pair.principalId)}::uuid[], ${pairs.map(pair => pair.groupId)}::uuid[])
          as e (principal_id, group_id) join "group" g on g.tenant_id = ${tenantId} and g.id = e.group_id`;
        return list('effective groups', from, []);
      },
      sql`e.principal_id`,
    ),
    autoShareTargets: targetsIn(view, 'group_auto_share'),
    canShareTargets: targetsIn(view, 'group_can_share'),
  };
};

/** The groups that groups share with, as far as the caller may read them, by name. */
const targetsIn = ({ scope, access }: View, table: 'group_auto_share' | 'group_can_share') =>
  new DataLoader<GroupId, Group[]>(async ids => {
    const rows = await scope.query<{
      from_id: GroupId;
    }>(sql`select s.group_id as from_id, g.* from ${sql.table(table)} s
        join "group" g on g.tenant_id = ${scope.tenantId} and g.id = s.target_id
        where s.tenant_id = ${scope.tenantId} and ${among(ids, sql`s.group_id`)} and ${within(access.readable('group'), sql`g.id`)} order by g.name_key`);
    const byGroup = Map.groupBy(rows, row => row.from_id);
    return ids.map(id => (byGroup.get(id) ?? []).map(toGroup));
  });

const PRIVATE = {
  description: null,
  parentId: null,
  type: null,
  entities: null,
  properties: null,
  sharesWithAny: true,
};

/** A group without what is nobody's business who may not read it. */
const shownTo = ({ access }: View, group: Group): Group =>
  reaches(access.readable('group'), group.id) ? group : Object.assign(group, PRIVATE);

async function effectivePairs({ asking }: View, principalIds: readonly string[]) {
  const subjects = await Promise.all(principalIds.map(value => asking.subject({ by: 'principalId', value })));
  return subjects.flatMap((subject, i) =>
    [...(subject?.groups ?? [])].map(groupId => ({ principalId: principalIds[i]!, groupId })),
  );
}

function keyOf(view: View, field: GroupOrderField): { key: RawBuilder<unknown>; keyType: KeyType } {
  if (field === GroupOrderField.NAME) return { key: sql`g.name_key`, keyType: 'text' };
  if (field === GroupOrderField.MODIFIED) return { key: sql`g.modified_at`, keyType: 'timestamptz' };
  return { key: countKey(view, field === GroupOrderField.POLICY_COUNT ? 'policy' : 'principal'), keyType: 'int' };
}
