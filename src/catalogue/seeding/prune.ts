import { sql } from 'kysely';
import { AppError, type ErrorCode } from '../../kernel/errors.js';
import type { RoleId, TenantId } from '../../kernel/ids.js';
import type { Database } from '../../store/database.js';
import { compiled } from '../../store/statement.js';
import { deleteSystemRole, detachSystemRole, SYSTEM_ROLES, type StoredSystemRole } from '../system-role.commands.js';
import type { Findings } from './findings.js';

const ATTEMPTS = 5;

/**
 * Deletes the roles that came from a seed folder and are not in `named` any more, and takes them out of the policies of
 * all tenants. Answers their names. A role that tenants keep attaching meanwhile stays and is reported.
 */
export async function pruneRoles(db: Database, named: ReadonlySet<string>, findings: Findings): Promise<string[]> {
  const stored = await db.query<StoredSystemRole>(compiled(SYSTEM_ROLES));
  const pruned: string[] = [];
  for (const role of stored.filter(({ origin, nameKey }) => origin === 'FOLDER' && !named.has(nameKey))) {
    const outcome = await pruneRole(db, role.id);
    if (outcome === 'deleted') pruned.push(role.name);
    if (outcome === 'in use')
      findings.error(FOLDER, `the role "${role.name}" is being given to groups; seed again to delete it`);
  }
  return pruned;
}

const FOLDER = { file: 'roles', path: '' };

async function pruneRole(db: Database, id: RoleId): Promise<'deleted' | 'gone' | 'in use'> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    await detachEverywhere(db, id);
    const deleted = await unless('CONFLICT', () => db.writeCatalogue(tx => deleteSystemRole(tx, id)));
    if (deleted !== null) return deleted ? 'deleted' : 'gone';
  }
  return 'in use';
}

async function detachEverywhere(db: Database, id: RoleId): Promise<void> {
  const tenants = await db.query<{ id: TenantId }>(
    compiled(sql`
      select t.id from tenant t join policy_role r on r.tenant_id = t.id where r.system_role_id = ${id} group by t.id`),
  );
  for (const tenant of tenants) {
    // A tenant that is gone by now has taken its policies along.
    await unless('NOT_FOUND', () => db.write(tenant.id, tx => detachSystemRole(tx, id)));
  }
}

async function unless<T>(code: ErrorCode, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === code) return null;
    throw error;
  }
}
