import { CATALOGUE_TABLES, MIGRATION_TABLE, TENANT_TABLES } from '../../src/store/registry.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import { offences, type Ask } from './offences.js';

let test: TestDatabase;
beforeAll(async () => void (test = await openTestDatabase({ entities: [] })));
afterAll(() => test.close());

const ask: Ask = text => test.db.query({ text, values: [] });

describe('the tables of a migrated database', () => {
  it('can be distributed by tenant', async () => {
    expect(await offences(ask)).toEqual([]);
  });

  it('are those of the registry', async () => {
    const rows = await ask<{ name: string }>(
      `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
    );
    const registered = [...CATALOGUE_TABLES, ...TENANT_TABLES, MIGRATION_TABLE];
    expect(rows.map(({ name }) => name).sort()).toEqual(registered.sort());
  });

  it('stand in the registry after the tables that they refer to', async () => {
    const order: readonly string[] = [...CATALOGUE_TABLES, ...TENANT_TABLES];
    const links = await ask<{ child: string; parent: string }>(
      `select c.relname as child, p.relname as parent from pg_constraint k
       join pg_class c on c.oid = conrelid join pg_class p on p.oid = confrelid where contype = 'f'`,
    );
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter(({ child, parent }) => order.indexOf(child) < order.indexOf(parent))).toEqual([]);
  });
});

describe('a change that could not be distributed is found', () => {
  it.each([
    ['alter table role add constraint role__x unique (name)', 'role__x does not start with tenant_id'],
    ['alter table role add constraint role__x unique (name, tenant_id)', 'role__x does not start with tenant_id'],
    ['create unique index role__x on role (name_key)', 'role__x does not start with tenant_id'],
    [
      `alter table policy add constraint policy__x foreign key (group_id, tenant_id) references "group" (id, tenant_id)`,
      'policy__x does not start with tenant_id',
    ],
    [
      'alter table policy add constraint policy__x foreign key (tenant_id) references tenant (id) on delete set null',
      'policy__x: on delete set null',
    ],
    [
      'alter table policy add constraint policy__x foreign key (tenant_id) references tenant (id) on update cascade',
      'policy__x: on update cascade',
    ],
    [
      'alter table policy add constraint policy__x foreign key (tenant_id) references tenant (id) deferrable',
      'policy__x is deferrable',
    ],
    [
      'alter table tenant add constraint tenant__x foreign key (id) references tenant_revision (tenant_id)',
      'tenant__x leads from the catalogue to a tenant',
    ],
    ['alter table policy add check (name <> name_key)', 'policy_check is not named policy__…'],
    ['alter table policy add column x serial not null', 'policy.x draws from a sequence'],
    ['alter table policy add column x int generated always as identity', 'policy.x draws from a sequence'],
    ['alter table policy add column x uuid default gen_random_uuid()', 'policy.x has a default that is computed'],
    ['alter table tenant_revision drop column tenant_id', 'tenant_revision.tenant_id is not uuid not null'],
    [
      'create trigger t before update on policy for each row execute function suppress_redundant_updates_trigger()',
      'policy has a trigger',
    ],
  ])('%s', async (change, offence) => {
    const undone = new Error('undone');
    const attempt = test.db.transaction(async (_, run) => {
      const within: Ask = text => run({ text, values: [] });
      await within(change);
      expect(await offences(within)).toContain(offence);
      throw undone;
    });
    await expect(attempt).rejects.toBe(undone);
  });
});
