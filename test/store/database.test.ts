import { sql } from 'kysely';
import { newId, type TenantId } from '../../src/kernel/ids.js';
import { openTestDatabase } from '../database.js';

describe('a database for a test', () => {
  it('is migrated, is empty, and is of its own', async () => {
    const first = await openTestDatabase({ entities: [] });
    const second = await openTestDatabase({ entities: [] });
    const write = {
      text: `insert into tenant (id, slug, name, created_at, modified_at) values ($1, 'a', 'A', $2, $2)`,
    };
    await first.db.query({ ...write, values: [newId<TenantId>(), new Date()] });
    expect(await first.db.query({ text: 'select slug from tenant', values: [] })).toHaveLength(1);
    expect(await second.db.query({ text: 'select slug from tenant', values: [] })).toEqual([]);
    await Promise.all([first.close(), second.close()]);
  });

  it('keeps the text of each statement', async () => {
    const { db, statements, close } = await openTestDatabase({ entities: [] });
    const tenantId = newId<TenantId>();
    await db.scope(tenantId).query(sql`select id from "group" where tenant_id = ${tenantId}`);
    expect(statements).toEqual(['select id from "group" where tenant_id = $1']);
    await close();
  });

  it('fails at its end when a statement named no tenant', async () => {
    const { db, close } = await openTestDatabase({ entities: [] });
    await db.query({ text: 'select id from "group"', values: [] });
    await expect(close()).rejects.toThrow('- group without tenant_id = a parameter\n  select id from "group"');
  });
});
