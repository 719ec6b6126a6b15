import { sql, type RawBuilder } from 'kysely';
import type { TenantId } from '../kernel/ids.js';
import { mattersWhoSees, type Catalogue, type TypeOptions } from './catalogue.js';
import type { Reading } from './reading.js';

type Sql = RawBuilder<unknown>;

export type Touching = {
  readonly tenantId: TenantId;
  readonly catalogue: Catalogue;
  readonly now: Date;
  readonly type: TypeOptions;
  readonly reading: Reading;
};

/**
 * Whom the facts in `needed` may reach: `touched_group`, by what these groups have themselves, and `touched_principal`, by
 * what these principals have or by a group they count as members of. Leaves nobody out, and may have some in excess.
 */
export function touchedTables(touching: Touching): Sql {
  const { tenantId, now, reading } = touching;
  const { includeGroups, includeSuperuser, acceptGlobal } = reading;
  const live = (alias: string) =>
    sql`(${sql.ref(`${alias}.expires_at`)} is null or ${sql.ref(`${alias}.expires_at`)} > ${now}::timestamptz)`;
  const typeWide = sql`"grant" g where g.tenant_id = ${tenantId} and g.resource_id is null and ${live('g')}
    and g.type = any(${typesOf(touching)}::text[])`;
  const global = sql`
    union select g.group_id from ${typeWide} and g.group_id is not null
    union ${groupsWithRows(touching)}
    union select g.id from "group" g where g.tenant_id = ${tenantId} and g.supergroup`;
  const everybody = seesUnshared(touching)
    ? sql`union select g.id from "group" g where g.tenant_id = ${tenantId}`
    : sql``;
  const through = sql`
    -- Group by group: how many are touched is not known when the plan is made, and it must not be to read the whole table.
    union select m.principal_id from below b cross join lateral (
            select m.principal_id from membership m
             where m.tenant_id = ${tenantId} and m.group_id = b.id and ${live('m')} offset 0) m
    union select p.id from principal p
           where p.tenant_id = ${tenantId} and p.type = 'USER' and exists (select 1 from below b join "group" g
             on g.tenant_id = ${tenantId} and g.id = b.id and g.platform_default)
    union select p.id from principal p
           where p.tenant_id = ${tenantId} and p.type = 'USER' and p.org_admin and exists (select 1 from below b join "group" g
             on g.tenant_id = ${tenantId} and g.id = b.id and g.admin_default)
    union select p.id from principal p
           where p.tenant_id = ${tenantId} and exists (select 1 from below b join "group" g
             on g.tenant_id = ${tenantId} and g.id = b.id and g.anonymous_default)
`;
  return sql`
  touched_group (id) as (
    select g.group_id from needed n join "grant" g on g.tenant_id = ${tenantId} and g.type = n.type
       and g.resource_id = n.resource_id and g.group_id is not null and ${live('g')}
     where n.decides
    union select s.group_id from needed n join resource_share s on s.tenant_id = ${tenantId} and s.type = n.type
       and s.resource_id = n.resource_id
    ${acceptGlobal ? global : sql``}
    ${everybody}
  ),
  below (id) as (
    select id from touched_group
    union
    select g.id from below b cross join lateral (
        select g.id from "group" above join "group" g on g.tenant_id = ${tenantId} and g.parent_id = above.id
         where above.tenant_id = ${tenantId} and above.id = b.id and above.includes_subgroups offset 0) g
  ),
  touched_principal (id) as (
    select g.principal_id from needed n join "grant" g on g.tenant_id = ${tenantId} and g.type = n.type
       and g.resource_id = n.resource_id and g.principal_id is not null and ${live('g')}
     where n.decides
    union select r.owner_id from needed n join resource r on r.tenant_id = ${tenantId} and r.type = n.type
       and r.resource_id = n.resource_id and r.owner_id is not null
    ${acceptGlobal ? sql`union select g.principal_id from ${typeWide} and g.principal_id is not null` : sql``}
    ${includeGroups ? through : sql``}
    ${includeSuperuser ? sql`union select p.id from principal p where p.tenant_id = ${tenantId} and p.superuser` : sql``}
  )`;
}

/** Whether every principal is among those that may be reached, whom `touched_principal` then does not have. */
export const touchesEverybody = (touching: Touching) => touching.reading.includeGroups && seesUnshared(touching);

/** Whether somebody may hold something by seeing what is shared with nobody in particular. */
function seesUnshared({ catalogue, type }: Touching): boolean {
  const opens = (one: TypeOptions) =>
    one.unsharedArePublic || (one.controlledBy !== 'NONE' && one.visibleWithoutRelated);
  const isAlone = type.inheritedVerbs.length === 0 && type.controlledBy === 'NONE';
  if (isAlone) return mattersWhoSees(type) && opens(type);
  return catalogue.namesOf(opens).length > 0 && catalogue.namesOf(mattersWhoSees).length > 0;
}

/** The types on which a wide right may reach the resource: its own, and those of whatever it may inherit from. */
const typesOf = ({ catalogue, type }: Touching) =>
  type.inheritedVerbs.length === 0 ? [type.name] : catalogue.namesOf(() => true);

/** Groups with any role row on the applications of these types. */
function groupsWithRows({ tenantId, ...touching }: Touching): Sql {
  const applications = [...new Set(typesOf({ tenantId, ...touching }).map(name => name.slice(0, name.indexOf(':'))))];
  const ofSystem = sql`exists (
    select 1 from system_role_access a join permission m on m.id = a.permission_id
     where a.system_role_id = s.id and m.application = any(${applications}::text[]))`;
  return sql`select p.group_id from policy p
      join policy_role pr on pr.tenant_id = ${tenantId} and pr.policy_id = p.id
      join role_access a on a.tenant_id = ${tenantId} and a.role_id = pr.role_id
      join permission m on m.id = a.permission_id and m.application = any(${applications}::text[])
     where p.tenant_id = ${tenantId}
    union select p.group_id from policy p
      join policy_role pr on pr.tenant_id = ${tenantId} and pr.policy_id = p.id
      join system_role s on s.id = pr.system_role_id and ${ofSystem}
     where p.tenant_id = ${tenantId}
    union select g.id from "group" g
      join system_role s on (g.platform_default and s.platform_default) or (g.admin_default and s.admin_default)
     where g.tenant_id = ${tenantId} and g.system and ${ofSystem}`;
}
