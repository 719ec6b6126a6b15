import { sql } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import { CatalogueReader, knowsVerb } from '../../src/engine/catalogue.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import { forget, store, type StoredWorld } from '../oracle/stored-world.js';
import { smallWorld, type as typeOf } from './small-world.js';

let database: TestDatabase;
let stored: StoredWorld[];

beforeAll(async () => void (database = await openTestDatabase({ entities: [] })));
beforeEach(async () => {
  const permissions = ['app:doc:read', 'app:doc:*', 'app:*:write', 'app:free:*'];
  const types = [typeOf('app:doc', { visibility: 'SHARED' }), typeOf('app:free', { openVerbs: true })];
  const roles = { roles: [], policies: [] };
  stored = await store(database.db, [smallWorld({ permissions, types, ...roles })]);
  database.statements.length = 0;
});
afterEach(() => forget(database.db, stored));
afterAll(() => database.close());

const doc = { application: 'app', resource: 'doc', verb: 'read' };

async function revision(): Promise<number> {
  const text = 'select revision from catalogue_revision where id = 1';
  const [row] = await database.db.query<{ revision: number }>({ text, values: [] });
  database.statements.length = 0;
  return row!.revision;
}

const setVisibility = (visibility: string) =>
  database.db.writeCatalogue(async tx => {
    await tx.query(sql`update resource_type set visibility = ${visibility} where name = 'app:doc'`);
    tx.raise('revision');
  });

describe('the catalogue', () => {
  it('knows the types with their options, and no other', async () => {
    const catalogue = await new CatalogueReader(database.db).at(await revision());
    expect(catalogue.typeOf(doc)).toMatchObject({ name: 'app:doc', visibility: 'SHARED', openVerbs: false });
    expect(catalogue.typeOf({ ...doc, resource: 'item' })).toBeUndefined();
    expect(catalogue.typeOf({ ...doc, application: 'other' })).toBeUndefined();
    expect(catalogue.typeOf({ ...doc, resource: '*' })).toBeUndefined();
  });

  it('knows the verbs that were declared for a type, and no others', async () => {
    const catalogue = await new CatalogueReader(database.db).at(await revision());
    const known = catalogue.typeOf(doc)!;
    expect(knowsVerb(known, 'read')).toBe(true);
    for (const verb of ['write', 'Read', 'constructor']) expect(knowsVerb(known, verb)).toBe(false);
  });

  it('knows every verb of a type with open verbs', async () => {
    const catalogue = await new CatalogueReader(database.db).at(await revision());
    expect(knowsVerb(catalogue.typeOf({ ...doc, resource: 'free' })!, 'anything')).toBe(true);
  });

  it('is read once for each revision, however many ask', async () => {
    const reader = new CatalogueReader(database.db);
    const now = await revision();
    const all = await Promise.all([1, 2, 3].map(() => reader.at(now)));
    expect(new Set(all).size).toBe(1);
    expect(await reader.at(now)).toBe(all[0]);
    expect(await reader.at(now - 1)).toBe(all[0]);
    expect(database.statements).toHaveLength(1);
  });

  it('is read again for a newer revision', async () => {
    const reader = new CatalogueReader(database.db);
    expect((await reader.at(await revision())).typeOf(doc)?.visibility).toBe('SHARED');
    await setVisibility('OPEN');
    expect((await reader.at(await revision())).typeOf(doc)?.visibility).toBe('OPEN');
  });

  it('is not taken from a read on its way that may be too old', async () => {
    const reader = new CatalogueReader(database.db);
    const early = reader.at(await revision());
    while (database.statements.length === 0) await pause(0);
    await setVisibility('OPEN');
    const now = await revision();
    const late = await reader.at(now);
    expect(late.revision).toBeGreaterThanOrEqual(now);
    expect(late.typeOf(doc)?.visibility).toBe('OPEN');
    await early;
    expect(await reader.at(now)).toBe(late);
  });

  it('is asked for anew after a failure', async () => {
    const away = await openTestDatabase({ entities: [] });
    const reader = new CatalogueReader(away.db);
    await away.db.close();
    for (const attempts of [1, 2]) {
      await expect(reader.at(1)).rejects.toThrow();
      expect(away.statements).toHaveLength(attempts);
    }
    await away.close();
  });
});
