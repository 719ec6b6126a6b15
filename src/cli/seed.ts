import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import type { SeedReport } from '../catalogue/seeding/seed-folder.js';
import { readConfig, type Config } from '../config.js';
import { badInput } from '../kernel/errors.js';

type Options = { readonly dir?: string; readonly prune?: boolean };
type Print = (line: string) => void;

/** `seed`: brings the catalogue to what this release and a folder say. The exit status is 1 when anything was wrong. */
export const seedCommand = (): Command =>
  new Command('seed')
    .description('load permissions and system roles: those of this release, then those of a folder')
    .option('--dir <dir>', 'a folder with permissions/*.json and roles/*.json (default: GRANTRY_SEED_DIR)')
    .option('--prune', 'delete roles that an earlier folder had and this one has not')
    .action(async (options: Options) => {
      const config = readConfig(process.env, { serving: false });
      const isClean = await seed(config, options, line => process.stdout.write(`${line}\n`));
      if (!isClean) process.exitCode = 1;
    });

/** Seeds the configured database and prints what was done; answers whether nothing was wrong. */
export async function seed(
  config: Pick<Config, 'database' | 'seedDir'>,
  options: Options,
  print: Print,
): Promise<boolean> {
  const dir = options.dir ?? config.seedDir;
  if (options.prune && dir === undefined)
    throw badInput('--prune', 'needs --dir or GRANTRY_SEED_DIR: which roles are still there?');
  const { Database, migrateUp, seedFolder, seedPlatform } = await whatSeeds();
  const db = await Database.open({ ...config.database, entities: [] });
  try {
    await migrateUp(db);
    const reports = [await seedPlatform(db)];
    summarise('this release', reports[0]!, print);
    if (dir !== undefined) {
      reports.push(
        await withProgress(onProgress => seedFolder(db, dir, { origin: 'FOLDER', prune: !!options.prune, onProgress })),
      );
      summarise(dir, reports[1]!, print);
    }
    return reports.every(({ errors }) => errors.length === 0);
  } finally {
    await db.close();
  }
}

/** What takes a while to load, and is not needed to help with a command. */
const whatSeeds = async () => ({
  ...(await import('../store/database.js')),
  ...(await import('../store/migrate.js')),
  ...(await import('../catalogue/seeding/seed-folder.js')),
  ...(await import('../catalogue/seeding/seed-platform.js')),
});

function summarise(source: string, { permissions, roles, warnings, errors }: SeedReport, print: Print): void {
  print(`${source}:`);
  print(
    `  permissions: ${permissions.created} created, ${permissions.updated} updated, ${permissions.unchanged} unchanged`,
  );
  const { created, updated, unchanged, pruned } = roles;
  print(
    `  roles: ${created.length} created, ${updated.length} updated, ${unchanged.length} unchanged, ${pruned.length} pruned`,
  );
  for (const name of pruned) print(`  pruned: ${name}`);
  for (const finding of warnings) print(`  warning: ${placed(finding)}`);
  for (const finding of errors) print(`  error: ${placed(finding)}`);
  print(`  warnings: ${warnings.length}, errors: ${errors.length}`);
}

const placed = ({ file, path, message }: SeedReport['errors'][number]) =>
  `${path ? `${file} ${path}` : file}: ${message}`;

async function withProgress<T>(work: (onProgress: (done: number, total: number) => void) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) return work(() => {});
  const bar = new SingleBar({ stream: process.stderr, format: 'roles {bar} {value}/{total}', clearOnComplete: true });
  try {
    return await work((done, total) => {
      if (bar.isActive) bar.update(done);
      else bar.start(total, done);
    });
  } finally {
    bar.stop();
  }
}
