import DataLoader from 'dataloader';
import { sql, type RawBuilder } from 'kysely';
import type { View } from '../api/context.js';
import { among, groupRoles, within } from '../api/sql.js';
import type { GroupId } from '../kernel/ids.js';

type Counted = 'principal' | 'policy' | 'role';
type Asked = { readonly id: GroupId; readonly counted: Counted };

/** Users with a live membership in the group `g`, as far as the caller may read principals. */
const principalCount = ({ scope: { tenantId }, access, now }: View) => sql`(
  select count(*)::int from membership m join principal p on p.tenant_id = ${tenantId} and p.id = m.principal_id
   where m.tenant_id = ${tenantId} and m.group_id = g.id and (m.expires_at is null or m.expires_at > ${now})
     and p.type = 'USER' and ${within(access.readable('principal'), sql`p.id`)})`;

/** Policies of the group `g`, without the hidden one, as far as the caller may read policies. */
const policyCount = ({ scope: { tenantId }, access }: View) => sql`(
  select count(*)::int from policy p
   where p.tenant_id = ${tenantId} and p.group_id = g.id and not p.system and ${within(access.readable('policy'), sql`p.id`)})`;

/** Roles of the group `g`, as far as the caller may read roles; those of the system are for everybody. */
const roleCount = ({ scope: { tenantId }, access }: View) => sql`(
  select count(distinct gr.role_id)::int from ${groupRoles(tenantId)} gr
   where gr.group_id = g.id
     and (${within(access.readable('role'), sql`gr.role_id`)} or gr.role_id in (select s.id from system_role s)))`;

const COUNTS = { principal: principalCount, policy: policyCount, role: roleCount };

/** What groups are ordered by; whoever may not read what is counted sees no order by it either. */
export const countKey = (view: View, counted: Counted): RawBuilder<unknown> =>
  view.access.mayReadSome(counted) ? COUNTS[counted](view) : sql`0`;

/**
 * How many users, policies and roles groups have: whatever is asked in one tick is answered by one statement. Null for
 * callers who have no right to read what is counted.
 */
export const groupCounts = (view: View) => {
  const { scope, access } = view;
  const loader = new DataLoader<Asked, number, string>(
    async asked => {
      const kinds = [...new Set(asked.map(({ counted }) => counted))];
      const columns = sql.join(kinds.map(counted => sql`${COUNTS[counted](view)} as ${sql.ref(counted)}`));
      const rows = await scope.query<
        Record<Counted, number> & { id: GroupId }
      >(sql`select g.id, ${columns} from "group" g
        where g.tenant_id = ${scope.tenantId} and ${among(new Set(asked.map(({ id }) => id)), sql`g.id`)}`);
      const byId = new Map(rows.map(row => [row.id, row]));
      return asked.map(({ id, counted }) => byId.get(id)?.[counted] ?? 0);
    },
    { cacheKeyFn: ({ id, counted }) => `${counted} ${id}` },
  );
  return async (id: GroupId, counted: Counted): Promise<number | null> =>
    access.mayReadSome(counted) && access.reads('group', id) ? loader.load({ id, counted }) : null;
};
