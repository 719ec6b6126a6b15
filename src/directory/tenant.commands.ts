import { sql, type RawBuilder } from 'kysely';
import { badInput, conflict, notFound } from '../kernel/errors.js';
import { newId, type TenantId } from '../kernel/ids.js';
import { validName } from '../kernel/text.js';
import { TENANT_TABLES } from '../store/registry.js';
import type { CatalogueTx } from '../store/tx.js';
import { validPolicy, type PolicyInput } from './assignment-policy.js';
import { insertDefaultGroups } from './default-groups.js';
import { Tenant } from './tenant.entity.js';

export type NewTenant = { slug: string; name: string; externalId?: string | null };
export type TenantChanges = {
  slug?: string | null;
  name?: string | null;
  externalId?: string | null;
  assignmentPolicy?: PolicyInput | null;
};

const SLUG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Whether text can be the slug of a tenant. */
export const isSlug = (text: string) => SLUG.test(text);

/** Creates a tenant with its default groups. BAD_USER_INPUT for bad names, CONFLICT for a slug or external id in use. */
export async function createTenant(tx: CatalogueTx, input: NewTenant, now: Date): Promise<TenantId> {
  const slug = validSlug(input.slug);
  const name = validName('input.name', input.name);
  const externalId = validExternalId(input.externalId);
  const id = newId<TenantId>();
  await refuseTaken(tx, id, { slug, externalId });
  await tx.insert(Tenant, [{ id, slug, name, externalId, assignmentPolicy: null, createdAt: now, modifiedAt: now }]);
  await tx.query(sql`insert into tenant_revision (tenant_id, revision) values (${id}, 1)`);
  await insertDefaultGroups(tx.ofTenant(id), now);
  tx.raise('tenants');
  return id;
}

/** Changes what is given. NOT_FOUND naming `input.id`; otherwise as `createTenant`. */
export async function updateTenant(tx: CatalogueTx, id: TenantId, changes: TenantChanges, now: Date): Promise<void> {
  const { slug, name, externalId, assignmentPolicy: policy } = changes;
  if (slug === null || name === null) throw badInput(slug === null ? 'input.slug' : 'input.name', 'cannot be cleared');
  const set = {
    ...(slug !== undefined && { slug: validSlug(slug) }),
    ...(name !== undefined && { name: validName('input.name', name) }),
    ...(externalId !== undefined && { externalId: validExternalId(externalId) }),
    ...(policy !== undefined && { assignmentPolicy: policy && validPolicy('input.assignmentPolicy', policy) }),
  };
  await refuseTaken(tx, id, set);
  const changed = await tx.update(Tenant, { id }, { ...set, modifiedAt: now });
  if (changed === 0) throw notFound('input.id');
  tx.raise('tenants');
}

/** Deletes a tenant and everything that it owns. NOT_FOUND naming `input.id`. */
export async function deleteTenant(tx: CatalogueTx, id: TenantId): Promise<void> {
  // Children first: on a distributed database no cascade crosses from the catalogue into what tenants own.
  const locked = await tx.query(sql`select tenant_id from tenant_revision where tenant_id = ${id} for update`);
  if (locked.length === 0) throw notFound('input.id');
  for (const table of [...TENANT_TABLES].reverse()) {
    await tx.query(sql`delete from ${sql.table(table)} where tenant_id = ${id}`);
  }
  await tx.remove(Tenant, { id });
  tx.raise('tenants');
}

function validSlug(slug: string): string {
  if (!isSlug(slug)) throw badInput('input.slug', `must match ${SLUG.source}`);
  return slug;
}

const validExternalId = (externalId: string | null | undefined) =>
  externalId === null || externalId === undefined ? null : validName('input.externalId', externalId);

type Names = { slug?: string; externalId?: string | null };

/** A token may name a tenant by either: so neither may be taken as the other one's either. */
async function refuseTaken(tx: CatalogueTx, id: TenantId, { slug, externalId }: Names): Promise<void> {
  const isTaken = async (name: RawBuilder<unknown>) =>
    (await tx.query(sql`select 1 from tenant where id <> ${id} and ${name}`)).length > 0;
  if (slug && (await isTaken(sql`(slug = ${slug} or external_id = ${slug})`))) {
    throw conflict(`The slug ${slug} is taken`, 'input.slug');
  }
  if (externalId && (await isTaken(sql`(slug = ${externalId} or external_id = ${externalId})`))) {
    throw conflict(`The external id ${externalId} is taken`, 'input.externalId');
  }
}
