import { ENTITIES } from '../src/server/entities.js';
import { Database, type DatabaseOptions } from '../src/store/database.js';
import { migratedImage } from './migrated-image.js';
import { createTestDatabase } from './postgres.js';
import { watchStatements } from './distribution/watched-statements.js';

export type TestDatabase = {
  readonly db: Database;
  /** The text of each statement since the database was opened; a test may empty it. */
  readonly statements: string[];
  /** Where a second connection can be opened; none on the embedded database. */
  readonly url?: string;
  /** Closes and forgets the database. Throws when a statement broke a rule of distribution. */
  close(): Promise<void>;
};

export type TestDatabaseOptions = { readonly entities?: DatabaseOptions['entities'] };

/**
 * A migrated database of its own for a test file: embedded, in memory; or a new one on the PostgreSQL that
 * GRANTRY_TEST_DATABASE_URL names.
 */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const entities = options.entities ?? ENTITIES;
  const watch = watchStatements();
  const server = process.env.GRANTRY_TEST_DATABASE_URL;
  const place = server ? await createTestDatabase(server) : null;
  const where = place ? { url: place.url } : { image: await migratedImage() };
  const db = await Database.open({ ...where, entities, trace: watch.trace });
  watch.statements.length = 0;
  const close = async () => {
    await db.close();
    await place?.drop();
    watch.assertAllowed();
  };
  return { db, statements: watch.statements, close, ...(place && { url: place.url }) };
}
