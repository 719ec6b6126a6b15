import { connection, type Connection, type Edge } from '../api/connection.js';
import type { View } from '../api/context.js';
import { cursorOf, placeAt, sizeOf, type PageRequest } from '../api/cursor.js';
import type { Group } from '../directory/group.entity.js';
import { groupLoaders } from '../directory/group.loaders.js';
import type { Principal } from '../directory/principal.entity.js';
import { principalLoaders } from '../directory/principal.loaders.js';
import { everyoneOn, groupsOn, principalsOn, type Holder, type HoldersQuery } from '../engine/holders.js';
import type { ResourceKey } from '../engine/facts.js';
import { badInput } from '../kernel/errors.js';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import { isStorable } from '../kernel/text.js';
import { keyOfResource, type Resource } from './resource.entity.js';

export type HolderEdge<N> = Edge<N> & { readonly permissions: readonly string[] };
export type HolderPage<N> = Connection<N, HolderEdge<N>>;
export type PrincipalHolderPage = HolderPage<Principal> & { everyone(): Promise<boolean> };
type Chunk<Id> = { readonly holders: readonly Holder<Id>[]; readonly more: boolean };

const COUNTED_AT_ONCE = 1_000;

/** The principals that hold something on a resource. */
export async function principalHolders(
  view: View,
  resource: Resource,
  query: HoldersQuery,
  request: PageRequest,
): Promise<PrincipalHolderPage> {
  const key = keyOfResource(resource);
  const read = (after: string | null, limit: number) => principalsOn(view.asking, key, query, { after, limit });
  const nodeOf = (id: PrincipalId) => view.load(principalLoaders).named.load(id);
  const page = await pageOf<PrincipalId, Principal>('principals', { key, query, request, read, nodeOf });
  // A group that everybody is in counts whatever is asked about the groups of principals.
  const reading = { ...query.reading, includeGroups: true };
  return Object.assign(page, { everyone: () => everyoneOn(view.asking, key, { ...query, reading }) });
}

/** The groups that hold something on a resource. */
export function groupHolders(view: View, resource: Resource, query: HoldersQuery, request: PageRequest) {
  const key = keyOfResource(resource);
  const read = (after: string | null, limit: number) => groupsOn(view.asking, key, query, { after, limit });
  const nodeOf = (id: GroupId) => view.load(groupLoaders).named.load(id);
  return pageOf<GroupId, Group>('groups', { key, query, request, read, nodeOf });
}

type Listing<Id, N> = {
  readonly key: ResourceKey;
  readonly query: HoldersQuery;
  readonly request: PageRequest;
  readonly read: (after: string | null, limit: number) => Promise<Chunk<Id>>;
  readonly nodeOf: (id: Id) => Promise<N | null>;
};

async function pageOf<Id, N>(
  what: string,
  { key, query, request, read, nodeOf }: Listing<Id, N>,
): Promise<HolderPage<N>> {
  const name = `${what} on ${JSON.stringify([key, query])}`;
  const after = typeof request.after === 'string' ? nameAt(request.after, name) : null;
  const { holders, more } = await read(after, sizeOf(request).limit);
  const nodes = await Promise.all(holders.map(({ id }) => nodeOf(id)));
  const edges = holders.flatMap((holder, at) => {
    const node = nodes[at];
    if (!node) return []; // gone meanwhile
    const permissions = holder.verbs.map(verb => `${key.type}:${verb}`);
    return [{ cursor: cursorOf(name, [holder.name]), node, permissions }];
  });
  const count = async () => {
    let counted = 0;
    for (let place: string | null = null; ;) {
      const chunk: Chunk<Id> = await read(place, COUNTED_AT_ONCE);
      counted += chunk.holders.length;
      if (!chunk.more) return counted;
      place = chunk.holders.at(-1)!.name;
    }
  };
  return connection(edges, request, more, count);
}

function nameAt(cursor: string, list: string): string {
  const [name, ...rest] = placeAt('after', cursor, list);
  if (typeof name !== 'string' || !isStorable(name) || rest.length > 0) throw badInput('after', 'is not a cursor');
  return name;
}
