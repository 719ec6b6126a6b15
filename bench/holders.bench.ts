import { createHash } from 'node:crypto';
import { principalsOn } from '../src/engine/holders.js';
import { expect, type Bench } from './bench.js';

/** The document that the crowds were granted. */
const POPULAR = { type: 'bench:document', id: createHash('md5').update('document 0').digest('hex') };

const READING = { includeGroups: true, includeSuperuser: false, acceptGlobal: false };

/** First pages of the holders of a resource. */
export const HOLDERS: Bench[] = [
  {
    name: '20 of the 1 000 holders of a resource',
    target: 10,
    run: async world => {
      const asking = await world.asking();
      const page = await principalsOn(
        asking,
        POPULAR,
        { verbs: ['view'], reading: READING },
        { after: null, limit: 20 },
      );
      expect(page.holders.length === 20 && page.more, 'a full page');
    },
  },
];
