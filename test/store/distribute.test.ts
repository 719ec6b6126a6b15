import { distribute, distributionSteps } from '../../src/store/distribute.js';
import { CATALOGUE_TABLES, TENANT_TABLES } from '../../src/store/registry.js';
import { openTestDatabase } from '../database.js';

const all = [
  ...CATALOGUE_TABLES.map(name => ({ name, type: 'reference' })),
  ...TENANT_TABLES.map(name => ({ name: name === 'group' ? '"group"' : name, type: 'distributed' })),
];

describe('distributing the tables', () => {
  it('does nothing where Citus is not installed', async () => {
    const { db, close } = await openTestDatabase({ entities: [] });
    expect(await distribute(db)).toBeNull();
    await close();
  });

  it('takes the catalogue first, then what tenants own beside each other, then the rows left behind', () => {
    const steps = distributionSteps([]);
    expect(steps[0]).toBe(`select create_reference_table('"catalogue_revision"')`);
    expect(steps[CATALOGUE_TABLES.length]).toBe(`select create_distributed_table('"tenant_revision"', 'tenant_id')`);
    expect(steps).toContain(
      `select create_distributed_table('"group"', 'tenant_id', colocate_with => 'tenant_revision')`,
    );
    expect(steps.at(-1)).toBe(`select truncate_local_data_after_distributing_table('"assignment_grant"')`);
    expect(steps).toHaveLength(2 * (CATALOGUE_TABLES.length + TENANT_TABLES.length));
  });

  it('leaves out what is distributed already', () => {
    const steps = distributionSteps(all.filter(({ name }) => name !== '"group"'));
    expect(steps.filter(step => step.includes('create_'))).toEqual([
      `select create_distributed_table('"group"', 'tenant_id', colocate_with => 'tenant_revision')`,
    ]);
    expect(distributionSteps(all)).toEqual([]);
  });

  it('does not take a table that Citus merely watches for a distributed one', () => {
    const watched = all.map(table => (table.name === 'role' ? { ...table, type: 'local' } : table));
    expect(distributionSteps(watched)[0]).toContain(`create_distributed_table('"role"'`);
  });
});
