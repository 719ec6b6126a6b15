import { sql, type RawBuilder } from 'kysely';
import { forbidden } from '../kernel/errors.js';
import type { GroupId } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import type { Access } from './access.js';
import { Standing } from './administering.js';
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

/** As sharing with everybody: refuses whoever would take a group away with which alone a resource was shared that is then public. */
export async function requireMayOpen(tx: Tx, access: Access, groupId: GroupId, now: Date): Promise<void> {
  const types = access.catalogue.namesOf(type => type.unsharedArePublic);
  if (access.isExempt || types.length === 0) return;
  const alone = await tx.query<{ type: string; id: string }>(sql`
    select s.type, s.resource_id as id from resource_share s
     where s.tenant_id = ${tx.tenantId} and s.group_id = ${groupId} and s.type = any(${types}::text[]) and not exists (
       select 1 from resource_share o where o.tenant_id = ${tx.tenantId} and o.type = s.type and o.resource_id = s.resource_id
          and o.group_id <> s.group_id)`);
  for (const [name, resources] of Map.groupBy(alone, ({ type }) => type)) {
    const type = access.catalogue.typeNamed(name)!;
    const ids = resources.map(({ id }) => id);
    const standing = await Standing.of(tx, access, type, ids, now);
    if (!standing) continue;
    for (const id of ids) standing.requireHolds(type.sharedVerbs, standing.at(id));
    await requireMayShow(tx, standing, ids);
  }
}
