import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Database } from '../src/store/database.js';
import { migrateUp } from '../src/store/migrate.js';
import { without } from './tar.js';

const MIGRATIONS = join(import.meta.dirname, '../migrations');
const PGLITE = join(import.meta.dirname, '../node_modules/@electric-sql/pglite/package.json');
const WASM = join(import.meta.dirname, '../node_modules/@electric-sql/pglite/dist/pglite.wasm');
const CACHE = join(import.meta.dirname, '../node_modules/.cache/grantry');
// Of template1 and template0. Nobody connects to them, and half of the files are theirs.
const TEMPLATES = /^\/base\/[14]\/./;
// While it is held, a database that loads the same bytes is given what V8 has compiled and optimised for those before it.
let embedded: WebAssembly.Module | undefined;

/** Changes with every change of a migration, of the embedded database, or of how the image is made. */
export async function migrationsHash(): Promise<string> {
  const files = (await readdir(MIGRATIONS)).sort().map(name => join(MIGRATIONS, name));
  const hash = createHash('sha256');
  for (const file of [import.meta.filename, PGLITE, ...files]) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}

/** The data folder of a migrated embedded database. Starting from it takes a tenth of the time of making it anew. */
export async function migratedImage(): Promise<Blob> {
  embedded ??= await WebAssembly.compile(await readFile(WASM));
  const file = join(CACHE, `migrated-${await migrationsHash()}.tar`);
  const known = await readFile(file).catch(() => null);
  return new Blob([known ?? (await makeImage(file))]);
}

async function makeImage(file: string): Promise<Buffer<ArrayBuffer>> {
  const db = await Database.open({ entities: [] });
  await migrateUp(db);
  // Each start writes to all buffers, and to replay what a checkpoint has not written takes time, too.
  for (const text of [`alter system set shared_buffers = '16MB'`, 'checkpoint']) await db.query({ text, values: [] });
  const client = (await db.orm.em.getConnection().getNativeClient()) as unknown as DumpsDataDir;
  const image = without(TEMPLATES, Buffer.from(await (await client.dumpDataDir('none')).arrayBuffer()));
  await db.close();
  await mkdir(CACHE, { recursive: true });
  for (const old of await readdir(CACHE)) if (old.endsWith('.tar')) await rm(join(CACHE, old), { force: true });
  const draft = `${file}.${randomUUID()}`; // another worker may be writing the same
  await writeFile(draft, image);
  await rename(draft, file);
  return image;
}

type DumpsDataDir = { dumpDataDir(compression: 'none'): Promise<Blob> };
