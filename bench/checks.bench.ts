import { expect, type Bench } from './bench.js';
import type { World } from './world.js';

const SUBJECT = { by: 'username', value: 'user-5' } as const;
const asked = new WeakMap<World, string[]>();

/** A hundred documents, of which the user was granted some. */
async function documents(world: World): Promise<string[]> {
  const known = asked.get(world);
  if (known) return known;
  const rows = await world.query<{ id: string }>(`
    (select g.resource_id as id from "grant" g join principal p on p.tenant_id = $1 and p.id = g.principal_id
      where g.tenant_id = $1 and g.type = 'bench:document' and p.username = 'user-5' order by g.resource_id limit 20)
    union
    (select r.resource_id from resource r where r.tenant_id = $1 and r.type = 'bench:document' order by r.resource_id limit 100)
    limit 100`);
  const ids = rows.map(({ id }) => id);
  asked.set(world, ids);
  return ids;
}

/** Questions of one operation, which are answered together. */
export const CHECKS: Bench[] = [
  {
    name: '100 checks on 100 resources',
    before: documents,
    run: async world => {
      const asking = await world.asking();
      const answers = (await documents(world)).map(resourceId =>
        asking.answer({ subject: SUBJECT, permission: 'bench:document:view', resourceId, context: null }, 'permission'),
      );
      const allowed = (await Promise.all(answers)).filter(answer => answer.allowed).length;
      expect(allowed > 0 && allowed < answers.length, 'some are allowed');
    },
  },
];
