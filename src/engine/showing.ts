import { sql, type RawBuilder } from 'kysely';
import { forbidden } from '../kernel/errors.js';
import type { Tx } from '../store/tx.js';
import type { Standing } from './administering.js';
import { mattersWhoSees, type Catalogue, type TypeOptions } from './catalogue.js';
import type { ResourceFacts } from './facts.js';

type Control = TypeOptions['controlledBy'];

/** The types that are seen through their parents, or through their children; none if it never matters who sees them. */
export function controlledTypes(catalogue: Catalogue): Record<Exclude<Control, 'NONE'>, string[]> {
  const matters = catalogue.namesOf(type => type.controlledBy !== 'NONE' && mattersWhoSees(type)).length > 0;
  const by = (control: Control) => (matters ? catalogue.namesOf(type => type.controlledBy === control) : []);
  return { PARENTS: by('PARENTS'), CHILDREN: by('CHILDREN') };
}

/**
 * Refuses whoever would let others see what it does not see itself, where rights go by that: those of role rows, or those on
 * other resources that are seen through these.
 */
export async function requireMayShow(tx: Tx, standing: Standing, ids: readonly string[]): Promise<void> {
  const { type, access } = standing;
  const telling = type.visibility === 'SHARED' ? ids : await seenThrough(tx, access.catalogue, type, ids);
  for (const id of telling) requireSees(standing, standing.at(id));
}

/** FORBIDDEN unless the caller sees a resource. */
export function requireSees(standing: Standing, resource: ResourceFacts): void {
  if (!standing.sees(resource)) throw forbidden('Nobody can let others see what they do not see');
}

/** Those of some resources of a type through which others are seen. */
async function seenThrough(tx: Tx, catalogue: Catalogue, { name }: TypeOptions, ids: readonly string[]) {
  const { PARENTS, CHILDREN } = controlledTypes(catalogue);
  if (PARENTS.length + CHILDREN.length === 0) return [];
  const rows = await tx.query<{ id: string }>(sql`
    select r.resource_id as id from resource r
     where r.tenant_id = ${tx.tenantId} and r.type = ${name} and r.resource_id = any(${ids}::text[])
       and ${isSeenThrough(tx, catalogue, 'r')}`);
  return rows.map(({ id }) => id);
}

/** That others are seen through the resource whose type and id are columns of a table. */
export function isSeenThrough({ tenantId }: Tx, catalogue: Catalogue, table: string): RawBuilder<unknown> {
  const { PARENTS, CHILDREN } = controlledTypes(catalogue);
  if (PARENTS.length + CHILDREN.length === 0) return sql`false`;
  const [type, id] = [sql.ref(`${table}.type`), sql.ref(`${table}.resource_id`)];
  return sql`(exists (select 1 from resource_parent p where p.tenant_id = ${tenantId} and p.parent_type = ${type}
      and p.parent_resource_id = ${id} and p.type = any(${PARENTS}::text[]))
    or exists (select 1 from resource_parent p where p.tenant_id = ${tenantId} and p.type = ${type}
      and p.resource_id = ${id} and p.parent_type = any(${CHILDREN}::text[])))`;
}

/** As `requireMayShow`, for whoever takes resources away: what was seen through them alone may then be for everybody. */
export async function requireMayTakeAway(tx: Tx, standing: Standing, ids: readonly string[]): Promise<void> {
  for (const id of await seenThrough(tx, standing.access.catalogue, standing.type, ids)) {
    requireSees(standing, standing.at(id));
  }
}
