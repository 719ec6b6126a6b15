import { sql, type RawBuilder } from 'kysely';
import type { TenantId } from '../kernel/ids.js';
import { mattersWhoSees, type Catalogue, type TypeOptions } from './catalogue.js';

type Sql = RawBuilder<unknown>;

/**
 * What facts are read of. `seed` selects `type` and `resource_id`, of resources of these types; `subjects` is an array of
 * ids, or null for everybody's.
 */
export type FactsQuery = {
  readonly tenantId: TenantId;
  readonly catalogue: Catalogue;
  readonly types: readonly string[];
  readonly now: Date;
  readonly seed: Sql;
  readonly subjects: Sql | null;
  /** Whether it is also asked who sees the resources themselves, where decisions about them do not go by it. */
  readonly sees?: boolean;
};

/**
 * The common tables of a statement about facts; to stand in a `with recursive`. Each resource is met in one or two ways:
 * `decide` needs grants and the parents that are inherited from; `see` needs the owner, the shares, and the related
 * resources through which it is seen.
 */
export function factsTables(query: FactsQuery): Sql {
  const { tenantId, catalogue, seed, sees = false } = query;
  const { inheriting, seen, byParents, byChildren } = typesOf(catalogue, sees);
  if (standAlone(query)) {
    return sql`
  needed (type, resource_id, decides, sees) as (
    select distinct a.type collate "C", a.resource_id collate "C", true, a.type = any(${seen}::text[]) from (${seed}) a
  )`;
  }
  return sql`
  met (type, resource_id, way) as (
    select a.type collate "C", a.resource_id collate "C", 'decide' from (${seed}) a
    union
    select n.type, n.resource_id, n.way
      from met m cross join lateral (
        select m.type, m.resource_id, 'see' as way where m.way = 'decide' and m.type = any(${seen}::text[])
        union all
        select p.parent_type, p.parent_resource_id, m.way
          from resource_parent p
         where p.tenant_id = ${tenantId} and p.type = m.type and p.resource_id = m.resource_id
           and ((m.way = 'decide' and m.type = any(${inheriting}::text[])) or (m.way = 'see' and m.type = any(${byParents}::text[])))
        union all
        select p.type, p.resource_id, m.way
          from resource_parent p
         where p.tenant_id = ${tenantId} and p.parent_type = m.type and p.parent_resource_id = m.resource_id
           and m.way = 'see' and m.type = any(${byChildren}::text[])
      ) n
  ),
  needed as (
    select m.type, m.resource_id, bool_or(m.way = 'decide') as decides, bool_or(m.way = 'see') as sees
      from met m group by m.type, m.resource_id
  )`;
}

/** The facts as rows, from these tables; resources that are not registered have none. */
export function factsRows(query: FactsQuery): Sql {
  const { tenantId, now, subjects } = query;
  const ofSubjects = (column: Sql) => (subjects ? sql`and ${column} = any(${subjects})` : sql``);
  return sql`
  select n.type, n.resource_id as id, r.id as uid, r.owner_id, r.attributes, r.created_at, r.modified_at,
    case when n.decides then (
      select json_agg(json_build_object('id', g.id, 'verb', g.verb, 'subjectId', g.subject_id, 'groupId', g.group_id))
        from "grant" g
       where g.tenant_id = ${tenantId} and g.type = n.type and g.resource_id = n.resource_id ${ofSubjects(sql`g.subject_id`)}
         and (g.expires_at is null or g.expires_at > ${now}::timestamptz)) end as grants,
    case when n.sees then (
      select json_agg(s.group_id)
        from resource_share s
       where s.tenant_id = ${tenantId} and s.type = n.type and s.resource_id = n.resource_id ${ofSubjects(sql`s.group_id`)}) end
      as shares,
    -- Not exists: that is taken for a question about all shares there are.
    n.sees and (
      select true from resource_share s
       where s.tenant_id = ${tenantId} and s.type = n.type and s.resource_id = n.resource_id limit 1) is not null as is_shared,
    ${standAlone(query) ? sql`null::json as parents, null::json as children` : related(query)}
  from needed n
  -- One by one: how many there are is not known when the plan is made, and it must not be to read the whole table.
  cross join lateral (
    select * from resource r where r.tenant_id = ${tenantId} and r.type = n.type and r.resource_id = n.resource_id offset 0) r`;
}

const related = ({ tenantId, catalogue }: FactsQuery): Sql => {
  const { inheriting, byParents, byChildren } = typesOf(catalogue);
  return sql`
    case when (n.decides and n.type = any(${inheriting}::text[])) or (n.sees and n.type = any(${byParents}::text[])) then (
      select json_agg(json_build_object('type', p.parent_type, 'id', p.parent_resource_id))
        from resource_parent p
       where p.tenant_id = ${tenantId} and p.type = n.type and p.resource_id = n.resource_id) end as parents,
    case when n.sees and n.type = any(${byChildren}::text[]) then (
      select json_agg(json_build_object('type', p.type, 'id', p.resource_id))
        from resource_parent p
       where p.tenant_id = ${tenantId} and p.parent_type = n.type and p.parent_resource_id = n.resource_id) end as children`;
};

/** Whether nothing depends on related resources: the statement is then a good deal shorter, and different. */
export const standAlone = ({ catalogue, types, sees = false }: FactsQuery): boolean => {
  const isAlone = (type: TypeOptions) =>
    type.inheritedVerbs.length === 0 && (type.controlledBy === 'NONE' || !(sees || mattersWhoSees(type)));
  return types.every(name => catalogue.namesOf(isAlone).includes(name));
};

const typesOf = (catalogue: Catalogue, sees = false) => ({
  inheriting: catalogue.namesOf(type => type.inheritedVerbs.length > 0),
  seen: catalogue.namesOf(type => sees || mattersWhoSees(type)),
  byParents: catalogue.namesOf(type => type.controlledBy === 'PARENTS'),
  byChildren: catalogue.namesOf(type => type.controlledBy === 'CHILDREN'),
});
