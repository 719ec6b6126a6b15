import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Findings } from './findings.js';
import { readFolder } from './folder.js';
import { readPermissions } from './permission-files.js';

/** The folder of the catalogue that comes with the product. It lies beside package.json, above sources and build alike. */
export const platformFolder = (): string => join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'seeds');

/** The permissions that come with the product. */
export async function platformPermissions(): Promise<ReadonlySet<string>> {
  const findings = new Findings();
  const { permissions } = await readFolder(platformFolder(), findings);
  return new Set(readPermissions(permissions, findings).map(({ permission }) => permission));
}

const packageRoot = (folder: string): string => {
  if (existsSync(join(folder, 'package.json')) || dirname(folder) === folder) return folder;
  return packageRoot(dirname(folder));
};
