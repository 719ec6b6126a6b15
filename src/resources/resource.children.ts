import DataLoader from 'dataloader';
import { sql } from 'kysely';
import { connection } from '../api/connection.js';
import type { View } from '../api/context.js';
import { cursorOf, placeAt, sizeOf, type PageRequest } from '../api/cursor.js';
import type { ResourceKey } from '../engine/facts.js';
import { badInput } from '../kernel/errors.js';
import { isStorable } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import { Resource, type ResourcePage } from './resource.entity.js';
import { mayReadResource } from './rights.js';

type Place = { readonly type: string; readonly id: string };
type Asked = { readonly parent: ResourceKey; readonly after: Place; readonly limit: number };

const START: Place = { type: '', id: '' };
const LARGEST_CHUNK = 1_000;

/** The resources directly below others, as far as the caller may read them: by type, then in byte order of their ids. */
export const childrenOf = (view: View) => {
  // Whatever is asked in one tick is read by one statement, and decided about together.
  const chunks = new DataLoader<Asked, Resource[], string>(asked => childrenChunks(view, asked), {
    cacheKeyFn: JSON.stringify,
  });
  const upTo = async (
    parent: ResourceKey,
    start: Place,
    most: number,
  ): Promise<{ found: Resource[]; more: boolean }> => {
    const found: Resource[] = [];
    let after = start;
    for (let limit = Math.min(most + 1, LARGEST_CHUNK); ; limit = Math.min(limit * 4, LARGEST_CHUNK)) {
      const children = await chunks.load({ parent, after, limit });
      const reads = await Promise.all(children.map(child => mayReadResource(view, child)));
      found.push(...children.filter((_, at) => reads[at]));
      if (found.length > most) return { found: found.slice(0, most), more: true };
      const last = children.at(-1);
      if (!last || children.length < limit) return { found, more: false };
      after = { type: last.type, id: last.resourceId };
    }
  };
  return async (parent: ResourceKey, request: PageRequest): Promise<ResourcePage> => {
    const name = `children ${parent.type} ${parent.id}`;
    const { limit } = sizeOf(request);
    const start = typeof request.after === 'string' ? placeOf(request.after, name) : START;
    const { found, more } = await upTo(parent, start, limit);
    const edges = found.map(node => ({ cursor: cursorOf(name, [node.type, node.resourceId]), node }));
    const count = async () => (await upTo(parent, START, Infinity)).found.length;
    return { ...connection(edges, request, more, count), everything: false };
  };
};

function placeOf(cursor: string, name: string): Place {
  const [type, id, ...rest] = placeAt('after', cursor, name);
  const isPlace = [type, id].every(part => typeof part === 'string' && isStorable(part)) && rest.length === 0;
  if (!isPlace) throw badInput('after', 'is not a cursor');
  return { type: type as string, id: id as string };
}

async function childrenChunks({ scope }: View, asked: readonly Asked[]): Promise<Resource[][]> {
  const of = <T>(part: (one: Asked) => T) => asked.map(part);
  const rows = await scope.query<{ asked: number }>(sql`
    select a.at::int as asked, c.* from unnest(
      ${of(({ parent }) => parent.type)}::text[], ${of(({ parent }) => parent.id)}::text[],
      ${of(({ after }) => after.type)}::text[], ${of(({ after }) => after.id)}::text[], ${of(({ limit }) => limit)}::int[]
    ) with ordinality as a (type, id, after_type, after_id, most, at)
    cross join lateral (
      select r.* from resource_parent p
        join resource r on r.tenant_id = ${scope.tenantId} and r.type = p.type and r.resource_id = p.resource_id
       where p.tenant_id = ${scope.tenantId} and p.parent_type = a.type and p.parent_resource_id = a.id
         and (p.type, p.resource_id) > (a.after_type, a.after_id)
       order by p.type, p.resource_id limit a.most) c
    order by a.at, c.type, c.resource_id`);
  const byAsked = Map.groupBy(rows, row => row.asked);
  return asked.map((_, at) => (byAsked.get(at + 1) ?? []).map(row => entity(Resource, row)));
}
