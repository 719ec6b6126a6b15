import { sql } from 'kysely';
import { AppError, type ErrorCode } from '../kernel/errors.js';
import type { TenantName } from '../kernel/identity.js';
import type { TenantId } from '../kernel/ids.js';
import { isStorable } from '../kernel/text.js';
import { compiled } from '../store/statement.js';
import type { Database } from '../store/database.js';
import { createTenant, isSlug } from './tenant.commands.js';

/** A tenant that was looked up by name, and the count of changes of tenants at which it was. */
export type FoundTenant = { readonly id: TenantId; readonly slug: string; readonly tenants: number };

// The name can be kept by no tenant, or is taken by another one as the other kind of name.
const UNFIT: readonly ErrorCode[] = ['BAD_USER_INPUT', 'CONFLICT'];

const byName = ({ by, value }: TenantName) => {
  const slug = sql`t.slug = ${value}`;
  const externalId = sql`t.external_id = ${value.normalize('NFC')}`; // as it is stored
  if (by === 'either') return sql`(${slug} or ${externalId})`;
  return by === 'slug' ? slug : externalId;
};

/** The tenant of a name; null when there is none. */
export async function findTenant(db: Database, name: TenantName): Promise<FoundTenant | null> {
  if (!isStorable(name.value)) return null;
  const query = sql`select t.id, t.slug, c.tenants from tenant t cross join catalogue_revision c
    where c.id = 1 and ${byName(name)} order by t.slug = ${name.value} desc limit 1`;
  const [row] = await db.query<FoundTenant>(compiled(query));
  return row ?? null;
}

/**
 * Creates the tenant of an organisation that is not known yet: its name serves as slug where it can be one. Null when
 * no tenant can have that name.
 */
export async function createUnknownTenant(db: Database, name: TenantName, now: Date): Promise<FoundTenant | null> {
  const { by, value } = name;
  if (by === 'slug' && !isSlug(value)) return null;
  const slug = isSlug(value) ? value : `org-${crypto.randomUUID()}`;
  try {
    await db.writeCatalogue(async tx => {
      // Another first user of the organisation may have been quicker.
      if ((await tx.query(sql`select t.id from tenant t where ${byName(name)}`)).length > 0) return;
      await createTenant(tx, { slug, name: value, externalId: by === 'slug' ? null : value }, now);
    });
  } catch (error) {
    if (!(error instanceof AppError) || !UNFIT.includes(error.code)) throw error;
  }
  return findTenant(db, name);
}
