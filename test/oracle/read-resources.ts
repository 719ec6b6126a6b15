import { sql } from 'kysely';
import type { Scope } from '../../src/store/scope.js';
import type { Grant, Resource } from './world.js';

type Names = { readonly group: (id: string) => string; readonly username: (id: string) => string };

/** Reads the resources and grants of a tenant as they stand in the tables, the grants with their ids. */
export async function readResources(
  scope: Scope,
  names: Names,
): Promise<{ resources: Resource[]; grants: { id: string; grant: Grant }[] }> {
  const { tenantId } = scope;
  const rows = await scope.query<ResourceRow>(sql`select * from resource where tenant_id = ${tenantId}`);
  const parents = await scope.query<ParentRow>(sql`select * from resource_parent where tenant_id = ${tenantId}`);
  const shares = await scope.query<ShareRow>(sql`select * from resource_share where tenant_id = ${tenantId}`);
  const grants = await scope.query<GrantRow>(sql`select * from "grant" where tenant_id = ${tenantId}`);
  return {
    resources: rows.map(row => ({
      ...{ type: row.type, id: row.resource_id, attributes: row.attributes },
      owner: row.owner_id && names.username(row.owner_id),
      parents: parents
        .filter(one => isSame(one, row))
        .map(one => ({ type: one.parent_type, id: one.parent_resource_id })),
      shares: shares.filter(one => isSame(one, row)).map(one => names.group(one.group_id)),
    })),
    grants: grants.map(row => ({ id: row.id, grant: grantOf(row, names) })),
  };
}

const isSame = (a: Key, b: Key) => a.type === b.type && a.resource_id === b.resource_id;

const grantOf = (row: GrantRow, names: Names): Grant => ({
  ...{ type: row.type, verb: row.verb, resourceId: row.resource_id },
  to: row.group_id === null ? { username: names.username(row.principal_id!) } : { group: names.group(row.group_id) },
  expiresAt: row.expires_at && row.expires_at.getTime(),
});

type Key = { readonly type: string; readonly resource_id: string };
type ResourceRow = Key & { readonly owner_id: string | null; readonly attributes: Record<string, unknown> | null };
type ParentRow = Key & { readonly parent_type: string; readonly parent_resource_id: string };
type ShareRow = Key & { readonly group_id: string };
type GrantRow = {
  readonly id: string;
  readonly type: string;
  readonly resource_id: string | null;
  readonly verb: string;
  readonly principal_id: string | null;
  readonly group_id: string | null;
  readonly expires_at: Date | null;
};
