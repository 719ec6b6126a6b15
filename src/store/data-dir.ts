import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../kernel/errors.js';

/** The folder of an embedded database, while it is ours. */
export type DataDir = {
  /** Where the database itself is. */
  readonly path: string;
  /** Whether there is no database yet. */
  readonly isNew: boolean;
  /** Says that the database is complete; what is not complete is removed by the next start. */
  complete(): Promise<void>;
  /** Gives the folder back. */
  release(): Promise<void>;
};

const nothing = async () => {};

/**
 * Makes the folder and marks it as ours: the embedded database would be damaged by a second process. A mark whose
 * process is gone is taken over. Throws UNAVAILABLE when another process works there, or there can be no such folder.
 */
export async function lockDataDir(dataDir: string): Promise<DataDir> {
  if (dataDir.startsWith('memory:')) return { path: dataDir, isNew: true, complete: nothing, release: nothing };
  const mark = join(dataDir, 'grantry.pid');
  const path = join(dataDir, 'pg');
  const draft = join(dataDir, 'incomplete');
  try {
    await mkdir(dataDir, { recursive: true });
    await take(dataDir, mark);
    if (await exists(draft)) await rm(path, { recursive: true, force: true });
    const isNew = !(await exists(path));
    if (isNew) await writeFile(draft, '');
    return { path, isNew, complete: () => rm(draft, { force: true }), release: () => rm(mark, { force: true }) };
  } catch (error) {
    throw error instanceof AppError ? error : unusable(dataDir, error);
  }
}

async function take(dataDir: string, mark: string): Promise<void> {
  const owner = Number(await readFile(mark, 'utf8').catch(() => ''));
  if (owner && owner !== process.pid && isAlive(owner)) throw inUse(dataDir, owner);
  if (owner) await rm(mark, { force: true });
  await writeFile(mark, String(process.pid), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EEXIST' ? inUse(dataDir, 0) : error;
  });
}

const inUse = (dataDir: string, owner: number) =>
  new AppError(
    'UNAVAILABLE',
    `${dataDir} is in use by another process${owner ? ` (${owner})` : ''}: stop it, or set GRANTRY_DATA_DIR or DATABASE_URL`,
  );

/** The folder, or the database in it, is no good: says so, and what was found. */
export const unusable = (dataDir: string, cause: unknown): AppError =>
  Object.assign(
    new AppError('UNAVAILABLE', `${dataDir} cannot be used for the embedded database: see GRANTRY_DATA_DIR`),
    { cause },
  );

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
