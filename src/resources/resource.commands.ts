import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import { Standing } from '../engine/administering.js';
import type { TypeOptions } from '../engine/catalogue.js';
import { requireMayTakeAway } from '../engine/showing.js';
import { forbidden } from '../kernel/errors.js';
import { newId, type ResourceUid } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import { placeIn, validResourceIds } from './checks.js';

/** How many resources one statement deletes. */
const BATCH = 5_000;

export const WRITE_NEEDS = 'This needs rbac:resource:write, or to own or to manage it';

/** Registers resources that are only named so far; those that are known stay as they are. */
export async function register(
  tx: Tx,
  resources: readonly { readonly type: string; readonly resourceId: string }[],
  now: Date,
): Promise<void> {
  if (resources.length === 0) return;
  const ids = resources.map(() => newId<ResourceUid>());
  await tx.query(sql`
    insert into resource (tenant_id, id, type, resource_id, was_put, created_at, modified_at)
    select ${tx.tenantId}, r.id, r.type, r.resource_id, false, ${now}::timestamptz, ${now}::timestamptz
      from unnest(${ids}::uuid[], ${resources.map(({ type }) => type)}::text[],
        ${resources.map(({ resourceId }) => resourceId)}::text[]) as r (id, type, resource_id)
    on conflict (tenant_id, type, resource_id) do nothing`);
}

/**
 * Deletes resources with their grants, shares and places below others. Answers how many there were. BAD_USER_INPUT,
 * LIMIT_EXCEEDED or NOT_FOUND naming the argument; FORBIDDEN.
 */
export async function deleteResources(
  tx: Tx,
  access: Access,
  type: TypeOptions,
  sent: readonly string[],
  now: Date,
): Promise<number> {
  const ids = validResourceIds('input.resourceIds', sent);
  const standing = await Standing.of(tx, access, type, ids, now);
  if (!access.mayOn('resource', 'write', type, null)) requireWrites(standing, sent);
  if (standing && access.caller.kind === 'user') await requireMayTakeAway(tx, standing, ids);
  const gone = await removeResources(tx, type, ids);
  raiseFor(tx, type);
  return gone.length;
}

const removeResources = (tx: Tx, { name }: TypeOptions, ids: readonly string[]) =>
  tx.query(sql`delete from resource r
    where r.tenant_id = ${tx.tenantId} and r.type = ${name} and r.resource_id = any(${ids}::text[]) returning r.id`);

/** Whoever may hand out rights is not thereby allowed to write resources. */
function requireWrites(standing: Standing | null, ids: readonly string[]): void {
  if (!standing) throw forbidden(WRITE_NEEDS);
  const refused = ids.find(id => !standing.writes(standing.at(id)));
  if (refused === undefined) return;
  throw standing.refusal(standing.at(refused), placeIn('input.resourceIds', ids)(refused), WRITE_NEEDS);
}

/** Deletes all resources of a type but these, batch by batch. Answers how many there were. FORBIDDEN as for deleting them. */
export async function pruneResources(
  tx: Tx,
  access: Access,
  type: TypeOptions,
  keep: readonly string[],
  now: Date,
): Promise<number> {
  if (!access.mayOn('resource', 'write', type, null)) throw forbidden('This needs rbac:resource:write on the type');
  raiseFor(tx, type);
  for (let deleted = 0; ;) {
    const rows = await tx.query<{ id: string }>(sql`select r.resource_id as id from resource r
      where r.tenant_id = ${tx.tenantId} and r.type = ${type.name} and r.resource_id <> all(${keep}::text[])
      limit ${BATCH}`);
    const ids = rows.map(({ id }) => id);
    const standing = access.caller.kind === 'user' ? await Standing.of(tx, access, type, ids, now) : null;
    if (standing) await requireMayTakeAway(tx, standing, ids);
    deleted += (await removeResources(tx, type, ids)).length;
    if (ids.length < BATCH) return deleted;
  }
}

/** What is granted on objects of the management API is part of what subjects are. */
function raiseFor(tx: Tx, { application }: TypeOptions): void {
  if (application === 'rbac') tx.raise();
}
