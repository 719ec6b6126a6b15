import type { TenantId } from '../kernel/ids.js';
import type { Database } from '../store/database.js';
import { CatalogueReader } from './catalogue.js';
import { revisionReader, type Revisions } from './revisions.js';
import { SubjectCache } from './subject-cache.js';

/** What decisions need beyond one request: caches that are keyed by revision, and so are never stale. */
export type Engine = {
  readonly db: Database;
  readonly revisions: (tenantId: TenantId) => Promise<Revisions>;
  readonly subjects: SubjectCache;
  readonly catalogue: CatalogueReader;
};

/** An engine on a database; `cacheEntries` is how many subjects it keeps at most. */
export const createEngine = (db: Database, cacheEntries: number): Engine => ({
  db,
  revisions: revisionReader(db),
  subjects: new SubjectCache(cacheEntries),
  catalogue: new CatalogueReader(db),
});
