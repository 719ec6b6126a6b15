import { sql, type RawBuilder } from 'kysely';
import { batched } from '../api/batched.js';
import { pageOf, pagesOf, type List } from '../api/connection.js';
import type { View } from '../api/context.js';
import type { PageRequest } from '../api/cursor.js';
import { Direction, Scope } from '../api/enums.js';
import { keyOf } from '../api/ids.js';
import { among, named, oneOf, within, type Condition } from '../api/sql.js';
import { reaches } from '../engine/reach.js';
import type { GroupId, PolicyId } from '../kernel/ids.js';
import { entity } from '../store/rows.js';
import { Policy } from './policy.entity.js';
import { PolicyOrderField, type PolicyFilter, type PolicyOrder } from './policy.inputs.js';

const KEYS = {
  [PolicyOrderField.NAME]: { key: sql`p.name_key`, keyType: 'text' },
  [PolicyOrderField.MODIFIED]: { key: sql`p.modified_at`, keyType: 'timestamptz' },
} as const;

const toPolicy = (row: object) => entity(Policy, row);

/** Named policies that the caller may read; the hidden one of a group shows only as part of a reason. */
export const policyLoaders = (view: View) => {
  const { scope, access } = view;
  const { tenantId } = scope;
  const readable = within(access.readable('policy'), sql`p.id`);
  const visible: Condition[] = [sql`p.tenant_id = ${tenantId}`, sql`not p.system`, readable];
  const found = async (where: readonly Condition[]) =>
    (await scope.query<object>(sql`select p.* from policy p where ${sql.join([...where], sql` and `)}`)).map(toPolicy);
  const list = (
    name: string,
    from: RawBuilder<unknown>,
    where: Condition[],
    order?: PolicyOrder | null,
  ): List<object, Policy> => ({
    name: `${name} ${order?.field ?? PolicyOrderField.NAME} ${order?.direction ?? Direction.ASC}`,
    listing: {
      columns: sql`p.*`,
      from,
      where: [...visible, ...where],
      ...KEYS[order?.field ?? PolicyOrderField.NAME],
      id: sql`p.id`,
      descending: order?.direction === Direction.DESC,
    },
    toNode: toPolicy,
  });

  return {
    byId: batched<PolicyId, Policy>(
      ids => found([...visible, among(ids, sql`p.id`)]),
      policy => policy.id,
    ),
    /** By folded name (`nameKey`). */
    byName: batched<string, Policy>(
      names => found([...visible, oneOf(names, sql`p.name_key`)]),
      policy => policy.nameKey,
    ),
    /** Also hidden ones: those that the caller may read, or that are behind its own groups. */
    ofReason: batched<PolicyId, Policy>(
      ids => {
        const own = access.caller.kind === 'user' ? (access.subject?.groups ?? []) : [];
        const shows = sql`(${readable} or (p.system and ${among(own, sql`p.group_id`)}))`;
        return found([sql`p.tenant_id = ${tenantId}`, among(ids, sql`p.id`), shows]);
      },
      policy => policy.id,
    ),
    page: (filter: PolicyFilter | null | undefined, order: PolicyOrder | null | undefined, request: PageRequest) =>
      pageOf(scope, list('policies', sql`policy p`, policyConditions(view, filter ?? {}), order), request),
    ofGroup: pagesOf(scope, () => list('group policies', sql`policy p`, []), sql`p.group_id`),
    ofPrincipal: pagesOf(
      scope,
      async principalIds => {
        const pairs = await policyPairs(view, principalIds);
        const from = sql`unnest(${pairs.map(pair => pair.principalId)}::uuid[], ${pairs.map(pair => pair.policyId)}::uuid[])
          as e (principal_id, policy_id) join policy p on p.tenant_id = ${tenantId} and p.id = e.policy_id`;
        return list('principal policies', from, []);
      },
      sql`e.principal_id`,
    ),
  };
};

async function policyPairs({ asking }: View, principalIds: readonly string[]) {
  const subjects = await Promise.all(principalIds.map(value => asking.subject({ by: 'principalId', value })));
  return subjects.flatMap((subject, i) =>
    [...(subject?.policies ?? [])].map(policyId => ({ principalId: principalIds[i]!, policyId })),
  );
}

/** The conditions of a filter, on the table alias `p`. A group that the caller may not read is unknown. */
function policyConditions({ scope: { tenantId }, access }: View, filter: PolicyFilter): Condition[] {
  const { name, match, groupName, groupId, scope } = filter;
  const group = typeof groupId === 'string' ? keyOf<GroupId>('filter.groupId', groupId, 'Group') : null;
  const known = group && reaches(access.readable('group'), group);
  return [
    ...(typeof name === 'string' ? [named(sql`p.name_key`, name, match)] : []),
    ...(typeof groupName === 'string'
      ? [
          sql`exists (select 1 from "group" g where g.tenant_id = ${tenantId} and g.id = p.group_id
            and ${within(access.readable('group'), sql`g.id`)} and ${named(sql`g.name_key`, groupName, match)})`,
        ]
      : []),
    ...(typeof groupId === 'string' ? [known ? sql`p.group_id = ${group}` : sql`false`] : []),
    ...(scope === Scope.PRINCIPAL ? [among(access.subject?.policies ?? [], sql`p.id`)] : []),
  ];
}
