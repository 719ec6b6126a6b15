import type { Database } from '../../store/database.js';
import { platformFolder } from './platform-folder.js';
import { seedFolder, type SeedReport } from './seed-folder.js';

/** Brings the catalogue to what this release of the product comes with: the permissions of `rbac`, and its own roles. */
export const seedPlatform = (db: Database): Promise<SeedReport> =>
  seedFolder(db, platformFolder(), { origin: 'PLATFORM', prune: false });
