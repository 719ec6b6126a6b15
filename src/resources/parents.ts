import { sql } from 'kysely';
import type { TypeOptions } from '../engine/catalogue.js';
import { conflict } from '../kernel/errors.js';
import type { Tx } from '../store/tx.js';
import type { CheckedPut } from './put.checks.js';
import { register } from './resource.commands.js';

/** Replaces the parents of resources; unknown ones are registered. CONFLICT when a resource would come to stand below itself. */
export async function replaceParents(tx: Tx, type: TypeOptions, puts: readonly CheckedPut[], now: Date): Promise<void> {
  const placed = puts.filter(({ parents }) => parents !== undefined);
  if (placed.length === 0) return;
  const edges = placed.flatMap(({ resourceId, parents }) => parents!.map(parent => ({ resourceId, parent })));
  await register(
    tx,
    edges.map(({ parent }) => parent),
    now,
  );
  const ids = placed.map(({ resourceId }) => resourceId);
  await tx.query(sql`delete from resource_parent p
    where p.tenant_id = ${tx.tenantId} and p.type = ${type.name} and p.resource_id = any(${ids}::text[])`);
  if (edges.length === 0) return;
  await tx.query(sql`
    insert into resource_parent (tenant_id, type, resource_id, parent_type, parent_resource_id)
    select ${tx.tenantId}, ${type.name}, e.resource_id, e.parent_type, e.parent_resource_id
      from unnest(${edges.map(({ resourceId }) => resourceId)}::text[], ${edges.map(({ parent }) => parent.type)}::text[],
        ${edges.map(({ parent }) => parent.resourceId)}::text[]) as e (resource_id, parent_type, parent_resource_id)`);
  await refuseRings(tx, type, placed);
}

async function refuseRings(tx: Tx, type: TypeOptions, placed: readonly CheckedPut[]): Promise<void> {
  const rings = await tx.query<{ id: string }>(sql`
    with recursive up (start, type, resource_id) as (
      select p.resource_id, p.parent_type, p.parent_resource_id from resource_parent p
       where p.tenant_id = ${tx.tenantId} and p.type = ${type.name}
         and p.resource_id = any(${placed.map(({ resourceId }) => resourceId)}::text[])
      union
      select u.start, p.parent_type, p.parent_resource_id from up u
        join resource_parent p on p.tenant_id = ${tx.tenantId} and p.type = u.type and p.resource_id = u.resource_id
    )
    select u.start as id from up u where u.type = ${type.name} and u.resource_id = u.start`);
  const ring = placed.find(({ resourceId }) => rings.some(({ id }) => id === resourceId));
  if (ring) throw conflict('A resource cannot stand below itself', `${ring.field}.parents`);
}
