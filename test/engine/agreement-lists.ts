import type { Asking } from '../../src/engine/asking.js';
import type { Engine } from '../../src/engine/engine.js';
import { listResources } from '../../src/engine/lists.js';
import { listed, listedByGrant, type Listed, type Listing } from '../oracle/lists.js';
import type { StoredWorld } from '../oracle/stored-world.js';
import { askingOf, refOf, same, type Way } from './engine-words.js';

/** A list, and how many resources are asked for at a time. */
export type PagedListing = Listing & { readonly limit: number };

/** Asks the engine for these lists, page by page, and throws when one is not the oracle's. */
export async function compareLists(engine: Engine, stored: StoredWorld, lists: readonly PagedListing[], way: Way) {
  const asking = await askingOf(engine, stored, way);
  for (const list of lists) {
    const { world } = stored;
    const wanted = list.verbs.length > 0 ? listed(world, list, way.now) : byGrant(stored, list, way);
    same(`list ${JSON.stringify(list)} ${JSON.stringify(way)}`, await allPages(asking, stored, list, way), wanted);
  }
}

const byGrant = ({ world }: StoredWorld, { subject, type, reading: { includeGroups } }: Listing, { now }: Way) =>
  listedByGrant(world, { subject, type, includeGroups }, now);

async function allPages(
  asking: Asking,
  stored: StoredWorld,
  { subject, limit, ...rest }: PagedListing,
  { byId }: Way,
): Promise<Listed> {
  const ids: string[] = [];
  for (;;) {
    const query = { ...rest, subject: refOf(subject, stored, byId) };
    const page = await listResources(asking, query, { after: ids.at(-1) ?? null, limit });
    if (page.ids.length > limit || (page.more && page.ids.length === 0))
      throw new Error(`a page of ${page.ids.length}`);
    ids.push(...page.ids);
    if (!page.more) return { everything: page.everything, ids };
  }
}
