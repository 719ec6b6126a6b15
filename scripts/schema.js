// Writes what a migrated database and the API look like to schema/; with --check, says where the files differ instead.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Database } from '../dist/src/store/database.js';
import { dumpSchema } from '../dist/src/store/dump.js';
import { migrateUp } from '../dist/src/store/migrate.js';
import { printedSchema } from '../dist/src/server/schema.js';

const FOLDER = join(import.meta.dirname, '../schema');
const SHOWN = 10;

async function tables() {
  const db = await Database.open({ entities: [] });
  try {
    await migrateUp(db);
    return await dumpSchema(db);
  } finally {
    await db.close();
  }
}

/** The lines that one text has and the other has not. */
function difference(committed, made) {
  const [before, after] = [committed, made].map(text => text.split('\n'));
  const lines = [
    ...before.filter(line => !after.includes(line)).map(line => `- ${line}`),
    ...after.filter(line => !before.includes(line)).map(line => `+ ${line}`),
  ];
  const more = lines.length > SHOWN ? [`… and ${lines.length - SHOWN} lines more`] : [];
  return lines.length > 0 ? [...lines.slice(0, SHOWN), ...more].join('\n') : 'The lines stand in another order.';
}

const files = { 'grantry.sql': await tables(), 'grantry.graphql': await printedSchema() };
await mkdir(FOLDER, { recursive: true });
for (const [name, made] of Object.entries(files)) {
  const committed = await readFile(join(FOLDER, name), 'utf8').catch(() => '');
  if (made === committed) console.log(`schema/${name} is up to date`);
  else if (process.argv.includes('--check')) {
    console.error(`schema/${name} is not what the code makes; run npm run schema and look at the change:`);
    console.error(difference(committed, made));
    process.exitCode = 1;
  } else {
    await writeFile(join(FOLDER, name), made);
    console.log(`schema/${name} was written`);
  }
}
