import DataLoader from 'dataloader';
import { sql } from 'kysely';
import { batched } from '../api/batched.js';
import type { View } from '../api/context.js';
import { among, within } from '../api/sql.js';
import type { ResourceKey } from '../engine/facts.js';
import type { GroupId, ResourceUid } from '../kernel/ids.js';
import { isStorable } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import { keyOfResource, Resource } from './resource.entity.js';
import { mayReadResource } from './rights.js';

const toResource = (row: object) => entity(Resource, row);
const textOf = ({ type, id }: ResourceKey) => `${type} ${id}`;

/** Resources that the caller may read: those on which it holds anything at all. */
export const resourceLoaders = (view: View) => {
  const { scope } = view;
  const { tenantId } = scope;
  const readable = async (rows: readonly object[]): Promise<Resource[]> => {
    const resources = rows.map(toResource);
    const reads = await Promise.all(resources.map(resource => mayReadResource(view, resource)));
    return resources.filter((_, at) => reads[at]);
  };
  const byKey = new DataLoader<ResourceKey, Resource | null, string>(
    async keys => {
      const known = keys.filter(({ id }) => isStorable(id));
      const rows = await scope.query<object>(sql`
        select r.* from unnest(${known.map(({ type }) => type)}::text[], ${known.map(({ id }) => id)}::text[]) as k (type, id)
          join resource r on r.tenant_id = ${tenantId} and r.type = k.type and r.resource_id = k.id`);
      const found = new Map((await readable(rows)).map(resource => [textOf(keyOfResource(resource)), resource]));
      return keys.map(key => found.get(textOf(key)) ?? null);
    },
    { cacheKeyFn: textOf },
  );
  return {
    byId: batched<ResourceUid, Resource>(
      async ids =>
        readable(
          await scope.query<object>(
            sql`select r.* from resource r where r.tenant_id = ${tenantId} and ${among(ids, sql`r.id`)}`,
          ),
        ),
      resource => resource.id,
    ),
    byKey,
    /** Those above a resource, by type and id. */
    parentsOf: new DataLoader<ResourceKey, Resource[], string>(
      async keys => {
        const parents = await parentKeys(view, keys);
        const found = await byKey.loadMany(parents.map(({ parent }) => parent));
        const byChild = Map.groupBy(
          found.map((resource, at) => ({ resource, child: parents[at]!.child })),
          ({ child }) => textOf(child),
        );
        return keys.map(key =>
          (byChild.get(textOf(key)) ?? []).flatMap(({ resource }) => (isFound(resource) ? [resource] : [])),
        );
      },
      { cacheKeyFn: textOf },
    ),
    /** The groups that a resource is shared with, as far as the caller may read them, by name. */
    sharesOf: new DataLoader<ResourceKey, GroupId[], string>(
      async keys => {
        const rows = await scope.query<ResourceKey & { group_id: GroupId }>(sql`
          select s.type, s.resource_id as id, s.group_id
            from unnest(${keys.map(({ type }) => type)}::text[], ${keys.map(({ id }) => id)}::text[]) as k (type, id)
            join resource_share s on s.tenant_id = ${tenantId} and s.type = k.type and s.resource_id = k.id
            join "group" g on g.tenant_id = ${tenantId} and g.id = s.group_id
           where ${within(view.access.readable('group'), sql`g.id`)} order by g.name_key`);
        const byKeyText = Map.groupBy(rows, textOf);
        return keys.map(key => (byKeyText.get(textOf(key)) ?? []).map(row => row.group_id));
      },
      { cacheKeyFn: textOf },
    ),
  };
};

const isFound = (found: Resource | Error | null): found is Resource => {
  if (found instanceof Error) throw found;
  return found !== null;
};

async function parentKeys({ scope }: View, keys: readonly ResourceKey[]) {
  type Row = ResourceKey & { parent_type: string; parent_id: string };
  const rows = await scope.query<Row>(sql`
    select p.type, p.resource_id as id, p.parent_type, p.parent_resource_id as parent_id
      from unnest(${keys.map(({ type }) => type)}::text[], ${keys.map(({ id }) => id)}::text[]) as k (type, id)
      join resource_parent p on p.tenant_id = ${scope.tenantId} and p.type = k.type and p.resource_id = k.id
     order by p.parent_type, p.parent_resource_id`);
  return rows.map(({ type, id, parent_type, parent_id }) => ({
    child: { type, id },
    parent: { type: parent_type, id: parent_id },
  }));
}
