/**
 * The data folder of an embedded database as it is before anything is in it, if the package that has it is installed:
 * making one takes several seconds, and unpacking this one a fraction of that.
 */
export async function emptyCluster(): Promise<Blob | undefined> {
  const found = (await import(PACKAGE).catch(() => null)) as { dataDir(): Promise<Blob> } | null;
  return found?.dataDir();
}

// A name in a variable: an optional package may be missing when types are checked, too.
const PACKAGE: string = '@electric-sql/pglite-prepopulatedfs';
