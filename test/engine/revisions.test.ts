import { sql } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import { revisionReader } from '../../src/engine/revisions.js';
import type { TenantId } from '../../src/kernel/ids.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import { store } from '../oracle/stored-world.js';
import { smallWorld } from './small-world.js';

let database: TestDatabase;
let [one, other] = ['' as TenantId, '' as TenantId];

beforeAll(async () => {
  database = await openTestDatabase({ entities: [] });
  const stored = await store(database.db, [smallWorld(), smallWorld()]);
  [one, other] = stored.map(({ tenantId }) => tenantId) as [TenantId, TenantId];
});
beforeEach(() => void (database.statements.length = 0));
afterAll(() => database.close());

const raise = (tenantId: TenantId) => database.db.write(tenantId, async tx => tx.raise());

describe('reading revisions', () => {
  it('sees each raise of the tenant, and no raise of another', async () => {
    const read = revisionReader(database.db);
    const [before, beside] = await Promise.all([read(one), read(other)]);
    await raise(one);
    const [after, still] = await Promise.all([read(one), read(other)]);
    expect(after.tenant).toBe(before.tenant + 1);
    expect(still).toEqual(beside);
  });

  it('sees each raise of the catalogue and of tenants, in every tenant', async () => {
    const read = revisionReader(database.db);
    const before = await Promise.all([read(one), read(other)]);
    await database.db.writeCatalogue(async tx => {
      tx.raise('revision');
      tx.raise('tenants');
    });
    const raised = before.map(({ tenant, catalogue, tenants }) => ({
      tenant,
      catalogue: catalogue + 1,
      tenants: tenants + 1,
    }));
    expect(await Promise.all([read(one), read(other)])).toEqual(raised);
  });

  it('is 0 for a tenant that does not exist', async () => {
    const nobody = '00000000-0000-0000-0000-000000000000' as TenantId;
    expect((await revisionReader(database.db)(nobody)).tenant).toBe(0);
  });

  it('takes one statement for all who ask in the same tick about the same tenant', async () => {
    const read = revisionReader(database.db);
    const answers = await Promise.all(Array.from({ length: 50 }, () => read(one)));
    expect(new Set(answers.map(({ tenant }) => tenant)).size).toBe(1);
    expect(database.statements).toHaveLength(1);
  });

  it('takes one statement for each tenant, also in the same tick', async () => {
    const read = revisionReader(database.db);
    while ((await read(other)).tenant <= (await read(one)).tenant) await raise(other);
    database.statements.length = 0;
    const [first, second] = await Promise.all([read(one), read(other), read(one)]);
    expect(second?.tenant).toBeGreaterThan(first!.tenant);
    expect(database.statements).toHaveLength(2);
  });

  it('is not shared with a read that is on its way already, which may not see what was written since', async () => {
    const read = revisionReader(database.db);
    const early = read(one);
    while (database.statements.length === 0) await pause(0);
    const late = read(one);
    await Promise.all([early, late]);
    expect(database.statements).toHaveLength(2);
  });

  it('never falls behind a write that was finished before the question, however many are asking', async () => {
    const read = revisionReader(database.db);
    const crowd = Array.from({ length: 20 }, async () => {
      for (let i = 0; i < 10; i++) await read(one);
    });
    for (let i = 0; i < 10; i++) {
      await raise(one);
      const [stored] = await database.db
        .scope(one)
        .query<{ revision: number }>(sql`select revision from tenant_revision where tenant_id = ${one}`);
      expect((await read(one)).tenant).toBeGreaterThanOrEqual(stored!.revision);
    }
    await Promise.all(crowd);
  });
});
