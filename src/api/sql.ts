import { sql, type RawBuilder } from 'kysely';
import type { Reach } from '../engine/reach.js';
import type { TenantId } from '../kernel/ids.js';
import { askedKey, isStorable, nameKey } from '../kernel/text.js';

export type Condition = RawBuilder<unknown>;

/** A condition that holds for the rows whose id, in `column`, is within reach. */
export const within = (reach: Reach, column: RawBuilder<unknown>): Condition =>
  reach.all ? sql`true` : among(reach.ids, column);

/** A condition that holds for the rows whose id is one of these. */
export const among = (ids: Iterable<string>, column: RawBuilder<unknown>): Condition =>
  sql`${column} = any(${[...ids]}::uuid[])`;

/** A condition that holds for the rows whose text, in `column`, is one of these; a text that no database can hold is none. */
export const oneOf = (texts: readonly string[], column: RawBuilder<unknown>): Condition =>
  sql`${column} = any(${texts.filter(isStorable)}::text[])`;

export enum NameMatch {
  PARTIAL = 'PARTIAL',
  EXACT = 'EXACT',
}

/** A condition on a column of folded names: equal to, or containing, the name; without letter case in both. */
export function named(column: RawBuilder<unknown>, name: string, match: NameMatch | null | undefined): Condition {
  if (!isStorable(name)) return sql`false`;
  return match === NameMatch.EXACT
    ? sql`${column} = ${askedKey(name)}`
    : sql`position(${nameKey(name)}::text in ${column}) > 0`;
}

/** All roles as one table: the tenant's own and those of the system. */
export const allRoles = (tenantId: TenantId): RawBuilder<unknown> => sql`(
  select r.id, r.name, r.name_key, r.display_name, r.display_name_key, r.description, r.version, r.created_at, r.modified_at,
    false as system, false as platform_default, false as admin_default
    from role r where r.tenant_id = ${tenantId}
  union all
  select s.id, s.name, s.name_key, s.display_name, s.display_name_key, s.description, s.version, s.created_at, s.modified_at,
    true, s.platform_default, s.admin_default
    from system_role s)`;

/**
 * Which group has which role, as one table: by its policies, or, for a default group that is still the platform's, by
 * the flags of the system roles. `policy_id` is null for the latter.
 */
export const groupRoles = (tenantId: TenantId): RawBuilder<unknown> => sql`(
  select p.group_id, p.id as policy_id, p.system as hidden, coalesce(pr.role_id, pr.system_role_id) as role_id
    from policy p join policy_role pr on pr.tenant_id = ${tenantId} and pr.policy_id = p.id
   where p.tenant_id = ${tenantId}
  union all
  select g.id, null, true, s.id
    from "group" g join system_role s
      on (g.platform_default and s.platform_default) or (g.admin_default and s.admin_default)
   where g.tenant_id = ${tenantId} and g.system)`;
