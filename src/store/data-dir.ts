import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../kernel/errors.js';

const nothing = async () => {};

/**
 * Makes the folder and marks it as ours: the embedded database would be damaged by a second process. Answers how to
 * give it back. A mark whose process is gone is taken over. Throws UNAVAILABLE when another process works there.
 */
export async function lockDataDir(dataDir: string): Promise<() => Promise<void>> {
  if (dataDir.startsWith('memory:')) return nothing;
  await mkdir(dataDir, { recursive: true });
  const mark = join(dataDir, 'grantry.pid');
  const owner = Number(await readFile(mark, 'utf8').catch(() => ''));
  if (owner && owner !== process.pid && isAlive(owner)) throw inUse(dataDir, owner);
  if (owner) await rm(mark, { force: true });
  await writeFile(mark, String(process.pid), { flag: 'wx' }).catch(() => {
    throw inUse(dataDir, 0);
  });
  return () => rm(mark, { force: true });
}

const inUse = (dataDir: string, owner: number) =>
  new AppError(
    'UNAVAILABLE',
    `${dataDir} is in use by another process${owner ? ` (${owner})` : ''}: stop it, or set GRANTRY_DATA_DIR or DATABASE_URL`,
  );

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
