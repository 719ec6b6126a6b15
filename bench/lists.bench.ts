import { listResources, type ListQuery } from '../src/engine/lists.js';
import { WHOLE } from '../src/engine/reading.js';
import { expect, type Bench } from './bench.js';
import type { World } from './world.js';

const PAGE = { after: null, limit: 20 };

const list = async (world: World, username: string, type: string, verbs: ListQuery['verbs'] = ['view']) => {
  const query: ListQuery = { subject: { by: 'username', value: username }, type, verbs, match: 'ALL', reading: WHOLE };
  return listResources(await world.asking(), query, PAGE);
};

const isFull = ({ ids, more }: { ids: readonly string[]; more: boolean }) => ids.length === PAGE.limit && more;

/** First pages of `resources`. */
export const LISTS: Bench[] = [
  {
    name: '20 resources of a user with 10 000 grants',
    target: 10,
    run: async world => expect(isFull(await list(world, 'user-0', 'bench:document')), 'a full page'),
  },
  {
    name: '20 resources through roles with attribute filters',
    run: async world => expect(isFull(await list(world, 'user-10', 'bench:record')), 'a full page'),
  },
  {
    name: '20 resources inherited through parents',
    run: async world => expect(isFull(await list(world, 'user-7', 'bench:file')), 'a full page'),
  },
];
