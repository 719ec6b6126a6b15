import { sql } from 'kysely';
import { pagesOf, type List } from '../api/connection.js';
import type { View } from '../api/context.js';
import { within } from '../api/sql.js';
import { Group } from '../directory/group.entity.js';
import { entity } from '../store/rows.js';
import { distinctGroupRoles } from './role.sql.js';

/** Pages of the groups that have a role, as far as the caller may read groups. */
export const groupsOfRole = ({ scope, access }: View) => {
  const { tenantId } = scope;
  const list: List<object, Group> = {
    name: 'role groups',
    listing: {
      columns: sql`g.*`,
      from: sql`${distinctGroupRoles(tenantId)} gr join "group" g on g.tenant_id = ${tenantId} and g.id = gr.group_id`,
      where: [within(access.readable('group'), sql`g.id`)],
      key: sql`g.name_key`,
      keyType: 'text',
      id: sql`g.id`,
    },
    toNode: row => entity(Group, row),
  };
  return pagesOf(scope, () => list, sql`gr.role_id`);
};
