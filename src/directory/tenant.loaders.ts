import { sql } from 'kysely';
import { batched } from '../api/batched.js';
import { pageOf } from '../api/connection.js';
import type { View } from '../api/context.js';
import type { PageRequest } from '../api/cursor.js';
import { among, within, type Condition } from '../api/sql.js';
import type { TenantId } from '../kernel/ids.js';
import { isStorable } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import { Tenant } from './tenant.entity.js';

const exactly = (column: Condition, text: string): Condition =>
  isStorable(text) ? sql`${column} = ${text}` : sql`false`;
const toTenant = (row: object) => entity(Tenant, row);

/** Tenants that the caller may read: its own, or, for operators, all. */
export const tenantLoaders = (view: View) => {
  const visible = within(view.access.readable('tenant'), sql`t.id`);
  return {
    byId: batched<TenantId, Tenant>(
      async ids =>
        (
          await view.scope.query<object>(sql`select t.* from tenant t where ${among(ids, sql`t.id`)} and ${visible}`)
        ).map(toTenant),
      tenant => tenant.id,
    ),
    page(filter: { slug?: string | null; externalId?: string | null } | null | undefined, request: PageRequest) {
      const { slug, externalId } = filter ?? {};
      const where = [
        visible,
        ...(typeof slug === 'string' ? [exactly(sql`t.slug`, slug)] : []),
        ...(typeof externalId === 'string' ? [exactly(sql`t.external_id`, externalId)] : []),
      ];
      const key = { key: sql`t.slug collate "C"`, keyType: 'text' } as const;
      const listing = { columns: sql`t.*`, from: sql`tenant t`, where, ...key, id: sql`t.id` };
      return pageOf(view.scope, { name: 'tenants', listing, toNode: toTenant }, request);
    },
  };
};
