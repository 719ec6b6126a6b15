import { sql } from 'kysely';
import { batched } from '../api/batched.js';
import { pagesOf } from '../api/connection.js';
import type { View } from '../api/context.js';
import { among } from '../api/sql.js';
import type { GrantId } from '../kernel/ids.js';
import { entity } from '../store/rows.js';
import { Grant } from './grant.entity.js';
import { resourceLoaders } from './resource.loaders.js';
import { administers, isOwnGrant } from './rights.js';

const toGrant = (row: object) => entity(Grant, row);

/** Live grants; by id, those that the caller may know of. */
export const grantLoaders = (view: View) => {
  const { scope, now } = view;
  const isLive = sql`(g.expires_at is null or g.expires_at > ${now}::timestamptz)`;
  return {
    byId: batched<GrantId, Grant>(
      async ids => {
        const rows = await scope.query<object>(
          sql`select g.* from "grant" g where g.tenant_id = ${scope.tenantId} and ${among(ids, sql`g.id`)} and ${isLive}`,
        );
        const grants = rows.map(toGrant);
        const reads = await Promise.all(grants.map(grant => mayRead(view, grant)));
        return grants.filter((_, at) => reads[at]);
      },
      grant => grant.id,
    ),
    /** Those on a resource, by its key in the table; the oldest first. */
    ofResource: pagesOf<object, Grant>(
      scope,
      () => ({
        name: 'grants',
        listing: {
          columns: sql`g.*`,
          from: sql`resource r join "grant" g on g.tenant_id = ${scope.tenantId} and g.type = r.type and g.resource_id = r.resource_id`,
          where: [sql`r.tenant_id = ${scope.tenantId}`, isLive],
          ...{ key: sql`g.created_at`, keyType: 'timestamptz' },
          id: sql`g.id`,
        },
        toNode: toGrant,
      }),
      sql`r.id`,
    ),
  };
};

/** One's own, those on what one administers, and, for whoever may read the access of others, all. */
async function mayRead(view: View, grant: Grant): Promise<boolean> {
  const { access, asking } = view;
  if (access.isExempt || access.may('access', 'read') || isOwnGrant(view, grant.subjectId)) return true;
  const type = asking.catalogue.typeNamed(grant.type);
  if (!type) return false;
  if (grant.resourceId === null) return access.mayOn('grant', 'write', type, null);
  const resource = await view.load(resourceLoaders).byKey.load({ type: grant.type, id: grant.resourceId });
  return resource !== null && administers(view, resource);
}
