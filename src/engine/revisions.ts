import DataLoader from 'dataloader';
import type { TenantId } from '../kernel/ids.js';
import type { Database } from '../store/database.js';

/** What a request is answered at. `tenant` is 0 for a tenant that does not exist; `tenants` counts changes of tenants. */
export type Revisions = { readonly tenant: number; readonly catalogue: number; readonly tenants: number };

const REVISIONS = /* sql */ `
select
  (select r.revision from tenant_revision r where r.tenant_id = $1) as tenant,
  (select c.revision from catalogue_revision c where c.id = 1) as catalogue,
  (select c.tenants from catalogue_revision c where c.id = 1) as tenants`;

/**
 * Reads the revisions of a tenant. Requests that ask in the same tick share one statement; one that is already on its
 * way is not shared, since it may have been answered before the newcomer's predecessor wrote.
 */
export function revisionReader(db: Database): (tenantId: TenantId) => Promise<Revisions> {
  const read = async (tenantId: TenantId): Promise<Revisions> => {
    type Row = { tenant: number | null; catalogue: number; tenants: number };
    const [row] = await db.query<Row>({ name: 'revisions', text: REVISIONS, values: [tenantId] });
    return { tenant: row?.tenant ?? 0, catalogue: row?.catalogue ?? 0, tenants: row?.tenants ?? 0 };
  };
  const loader = new DataLoader<TenantId, Revisions>(
    async tenantIds => {
      const distinct = new Map([...new Set(tenantIds)].map(id => [id, read(id)]));
      return Promise.all(tenantIds.map(id => distinct.get(id)!.catch((error: Error) => error)));
    },
    { cache: false },
  );
  return tenantId => loader.load(tenantId);
}
