import { grantPermissions } from '../src/resources/grant.commands.js';
import { expect, type Bench } from './bench.js';

const USERS = Array.from({ length: 10 }, (_, i) => ({ username: `user-${2000 + i}` }));
const IDS = Array.from({ length: 100 }, (_, i) => `granted ${i}`);

/** Writes of one operation. */
export const WRITES: Bench[] = [
  {
    name: '1 000 grants in one mutation, on new resources',
    before: world =>
      world.query(
        `delete from resource where tenant_id = $1 and type = 'bench:document' and resource_id like 'granted %'`,
      ),
    run: async world => {
      const input = { permissions: ['bench:document:view'], subjects: USERS, resourceIds: IDS };
      const { created } = await world.write((tx, access) => grantPermissions(tx, access, input, new Date()));
      expect(created === 1_000, 'a thousand are new');
    },
  },
];
