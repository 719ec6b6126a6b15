import { sql, type RawBuilder } from 'kysely';
import type { Definition } from '../kernel/definitions.js';
import type { PrincipalId, TenantId } from '../kernel/ids.js';
import { hasVerb, knowsVerb, type Catalogue, type TypeOptions } from './catalogue.js';
import type { Reading } from './reading.js';
import type { Relation } from './relation.js';
import { idsOf, type Subject } from './subject.js';

type Sql = RawBuilder<unknown>;

/** For whom, and which part of the list, in byte order of the resource ids. */
export type CandidateQuery = {
  readonly tenantId: TenantId;
  readonly catalogue: Catalogue;
  readonly subject: Subject;
  /** The relation of the subject without any facts. */
  readonly relation: Relation;
  readonly reading: Reading;
  readonly type: TypeOptions;
  readonly now: Date;
  readonly after: string;
  /** Null: to the end. */
  readonly limit: number | null;
};

/** A query of `resource_id`, and the common tables that it needs. */
export type Candidates = { readonly tables: readonly Sql[]; readonly select: Sql };

/**
 * Where a subject may hold one of some verbs. It leaves nothing out, and may have some in excess: who holds what is the
 * relation's to say. Plain grants, ownership and shares are scanned along their indexes, a page for each subject; only what
 * comes through other resources is worked out as a whole.
 */
export function candidatesOfAny(query: CandidateQuery, verbs: readonly string[]): Candidates {
  const { tables, selects } = candidatesOfEach(query, verbs);
  return { tables, select: sql.join(selects, sql` union all `) };
}

/**
 * Where a subject may hold all of some verbs: the candidates of that verb alone whose next ones lead furthest, as whatever is
 * held with the others is among them. So a verb that is held rarely is not looked for among all that is held with another.
 */
export function candidatesOfAll(query: CandidateQuery, verbs: readonly string[]): Candidates {
  const { tables, selects } = candidatesOfEach(query, verbs);
  const { limit } = query;
  if (selects.length === 1) return { tables, select: selects[0]! };
  const names = selects.map((_, at) => sql.table(`next_${at}`));
  const next = selects.map((select, at) => sql`${names[at]!} (resource_id) as (${pageOf(select, limit)})`);
  const ends = names.map(
    (name, at) => sql`select ${sql.lit(at)} as at, count(*) as size, max(resource_id collate "C") as last from ${name}`,
  );
  const furthest = sql`furthest (at) as (
    select e.at from (${sql.join(ends, sql` union all `)}) e
     order by e.size >= ${limit}::int, case when e.size >= ${limit}::int then e.last end desc, e.size limit 1)`;
  const chosen = names.map(
    (name, at) => sql`select resource_id from ${name} where (select at from furthest) = ${sql.lit(at)}`,
  );
  return { tables: [...tables, ...next, furthest], select: sql.join(chosen, sql` union all `) };
}

/** The next resource ids of a query. */
export const pageOf = (select: Sql, limit: number | null): Sql =>
  sql`select distinct c.resource_id from (${select}) c order by c.resource_id limit ${limit}`;

function candidatesOfEach(query: CandidateQuery, verbs: readonly string[]) {
  const each = verbs.map((verb, at) => candidatesOfVerb(query, verb, `held_${at}`));
  return {
    tables: [...(each.some(({ usesSeen }) => usesSeen) ? [seenTable(query)] : []), ...each.flatMap(({ held }) => held)],
    selects: each.map(({ select }) =>
      select.length > 0 ? sql.join(select, sql` union all `) : sql`select null::text as resource_id where false`,
    ),
  };
}

function candidatesOfVerb(query: CandidateQuery, verb: string, heldName: string) {
  const { type, relation, reading, subject } = query;
  const rows = relation.coveringRows(type, verb);
  const isSeenOnly = type.visibility === 'SHARED' && !subject.supergroup;
  const needsSight = hasVerb(type.sharedVerbs, verb) || (isSeenOnly && rows.length > 0);
  const isControlled = needsSight && type.controlledBy !== 'NONE';
  const inherits = hasVerb(type.inheritedVerbs, verb);
  const owns = needsSight || hasVerb(type.ownerVerbs, verb);
  const hasGroups = reading.includeGroups || subject.kind === 'group';
  return {
    usesSeen: isControlled || inherits,
    held: inherits ? [heldTable(query, verb, heldName)] : [],
    select: [
      ...grantsOf(query, [verb, '*']),
      ...(owns ? ownedOf(query) : []),
      ...(needsSight && hasGroups ? sharedOf(query) : []),
      ...(needsSight && seesAll(query) ? [registered(query, sql`true`)] : []),
      ...(rows.length > 0 && !isSeenOnly ? [registered(query, someMatch(type, rows))] : []),
      ...(isControlled ? [fromTable(query, 'seen')] : []),
      ...(inherits ? [fromTable(query, heldName)] : []),
    ],
  };
}

/** Grants of these verbs, on single resources of the type, to the subject. */
export const grantsOf = (query: CandidateQuery, verbs: readonly string[]): Sql[] => [
  sql`select f.resource_id from unnest(${subjectIds(query)}::uuid[]) as s (id)
    cross join unnest(${verbs}::text[]) as v (verb)
    cross join lateral (
      select g.resource_id from "grant" g
       where g.tenant_id = ${query.tenantId} and g.type = ${query.type.name} and g.verb = v.verb and g.subject_id = s.id
         and g.resource_id > ${query.after} and (g.expires_at is null or g.expires_at > ${query.now}::timestamptz)
       order by g.resource_id limit ${query.limit}) f`,
];

/** Resources of the type with any live grant to the subject. */
export function withAnyGrant(query: CandidateQuery): Sql[] {
  const { type, tenantId, now } = query;
  if (!type.openVerbs) return grantsOf(query, [...type.verbs, '*']);
  const granted = sql`exists (select 1 from "grant" g
    where g.tenant_id = ${tenantId} and g.type = r.type and g.resource_id = r.resource_id
      and g.subject_id = any(${subjectIds(query)}::uuid[]) and (g.expires_at is null or g.expires_at > ${now}::timestamptz))`;
  return [registered(query, granted)];
}

/** All resources of the type for which a condition on `r` holds. */
export const registered = ({ tenantId, type, after, limit }: CandidateQuery, condition: Sql): Sql =>
  sql`(select r.resource_id from resource r
    where r.tenant_id = ${tenantId} and r.type = ${type.name} and r.resource_id > ${after} and ${condition}
    order by r.resource_id limit ${limit})`;

function subjectIds({ subject, reading }: CandidateQuery): string[] {
  if (reading.includeGroups || subject.kind === 'group') return idsOf(subject);
  return ownId(subject);
}

const ownId = ({ principal }: Subject): PrincipalId[] => (principal ? [principal.id] : []);

const ownedOf = (query: CandidateQuery): Sql[] =>
  ownId(query.subject).map(id => registered(query, sql`r.owner_id = ${id}`));

function sharedOf(query: CandidateQuery): Sql[] {
  const { tenantId, type, after, limit, subject } = query;
  const shared = sql`select f.resource_id from unnest(${[...subject.groups]}::uuid[]) as s (id)
    cross join lateral (
      select h.resource_id from resource_share h
       where h.tenant_id = ${tenantId} and h.group_id = s.id and h.type = ${type.name} and h.resource_id > ${after}
       order by h.resource_id limit ${limit}) f`;
  return [shared, ...(type.unsharedArePublic ? [registered(query, isUnshared(tenantId))] : [])];
}

const isUnshared = (tenantId: TenantId): Sql => sql`not exists (
  select 1 from resource_share h where h.tenant_id = ${tenantId} and h.type = r.type and h.resource_id = r.resource_id)`;

const seesAll = ({ subject, reading }: CandidateQuery) =>
  subject.supergroup && (reading.includeGroups || subject.kind === 'group') && reading.acceptGlobal;

const fromTable = ({ type, after, limit }: CandidateQuery, table: string): Sql =>
  sql`(select t.resource_id from ${sql.table(table)} t where t.type = ${type.name} and t.resource_id > ${after}
    order by t.resource_id limit ${limit})`;

/** Every resource of any type that the subject sees, and those that are seen through these. */
function seenTable({ tenantId, catalogue, subject, reading }: CandidateQuery): Sql {
  const named = (holds: (type: TypeOptions) => boolean) => catalogue.namesOf(holds);
  const alone = (controlled: TypeOptions['controlledBy']) =>
    subject.kind === 'principal' ? named(type => type.controlledBy === controlled && type.visibleWithoutRelated) : [];
  const groups = reading.includeGroups || subject.kind === 'group' ? [...subject.groups] : [];
  const others = sql`
    union select h.type, h.resource_id from resource_share h
           where h.tenant_id = ${tenantId} and h.group_id = any(${groups}::uuid[])
    union select r.type, r.resource_id from resource r
           where r.tenant_id = ${tenantId} and r.type = any(${named(type => type.unsharedArePublic)}::text[])
             and ${isUnshared(tenantId)}
    union select r.type, r.resource_id from resource r
           where r.tenant_id = ${tenantId} and r.type = any(${alone('PARENTS')}::text[]) and not exists (
             select 1 from resource_parent p
              where p.tenant_id = ${tenantId} and p.type = r.type and p.resource_id = r.resource_id)
    union select r.type, r.resource_id from resource r
           where r.tenant_id = ${tenantId} and r.type = any(${alone('CHILDREN')}::text[]) and not exists (
             select 1 from resource_parent p
              where p.tenant_id = ${tenantId} and p.parent_type = r.type and p.parent_resource_id = r.resource_id)`;
  return sql`seen (type, resource_id) as (
    (select r.type, r.resource_id from resource r
      where r.tenant_id = ${tenantId} and r.owner_id = any(${ownId(subject)}::uuid[])
    ${reading.includeGroups || subject.kind === 'group' ? others : sql``})
    union
    select n.type, n.resource_id from seen s cross join lateral (
      select p.type, p.resource_id from resource_parent p
       where p.tenant_id = ${tenantId} and p.parent_type = s.type and p.parent_resource_id = s.resource_id
         and p.type = any(${named(type => type.controlledBy === 'PARENTS')}::text[])
      union all
      select p.parent_type, p.parent_resource_id from resource_parent p
       where p.tenant_id = ${tenantId} and p.type = s.type and p.resource_id = s.resource_id
         and p.parent_type = any(${named(type => type.controlledBy === 'CHILDREN')}::text[])
    ) n)`;
}

/**
 * Resources on which the verb may be held, of any type, and those that inherit it. Of what is held through a whole type only
 * those that have something below them: the rest of the asked type is found without this table. Needs the table `seen`.
 */
function heldTable(query: CandidateQuery, verb: string, name: string): Sql {
  const { tenantId, catalogue, subject, relation, now } = query;
  const types = catalogue.namesOf(type => knowsVerb(type, verb));
  const all = catalogue.namesOf(type => seesAll(query) || relation.holdsAll(type, verb));
  const ruled = catalogue.namesOf(type => relation.coveringRows(type, verb).length > 0);
  const bySight = catalogue.namesOf(
    type => hasVerb(type.sharedVerbs, verb) || (type.visibility === 'SHARED' && ruled.includes(type.name)),
  );
  const open = ruled
    .map(name => catalogue.typeNamed(name)!)
    .filter(type => type.visibility === 'OPEN' || subject.supergroup);
  const matching = open.map(
    type => sql`union select r.type, r.resource_id from resource r
      where r.tenant_id = ${tenantId} and r.type = ${type.name} and ${someMatch(type, relation.coveringRows(type, verb))}
        and exists (select 1 from resource_parent p where p.tenant_id = ${tenantId} and p.parent_type = ${type.name})`,
  );
  return sql`${sql.table(name)} (type, resource_id) as (
    (select g.type, g.resource_id from unnest(${subjectIds(query)}::uuid[]) as s (id)
      cross join unnest(${types}::text[]) as t (name)
      join "grant" g on g.tenant_id = ${tenantId} and g.type = t.name and g.verb = any(${[verb, '*']}::text[])
       and g.subject_id = s.id and g.resource_id is not null and (g.expires_at is null or g.expires_at > ${now}::timestamptz)
    union select r.type, r.resource_id from resource r
           where r.tenant_id = ${tenantId} and r.owner_id = any(${ownId(subject)}::uuid[])
    union select s.type, s.resource_id from seen s where s.type = any(${bySight}::text[])
    union select p.parent_type, p.parent_resource_id from resource_parent p
           where p.tenant_id = ${tenantId} and p.parent_type = any(${all}::text[])
    ${sql.join(matching, sql` `)})
    union
    select p.type, p.resource_id from ${sql.table(name)} h
      -- One by one: how many are held is not known when the plan is made, and it must not be to read the whole table.
      cross join lateral (
        select p.type, p.resource_id from resource_parent p
         where p.tenant_id = ${tenantId} and p.parent_type = h.type and p.parent_resource_id = h.resource_id
           and p.type = any(${catalogue.namesOf(type => hasVerb(type.inheritedVerbs, verb))}::text[]) offset 0) p)`;
}

type WithDefinitions = { readonly definitions: readonly Definition[] };

/** That the attributes of `r` may match the definitions of one of the rows. */
const someMatch = ({ application }: TypeOptions, rows: readonly WithDefinitions[]): Sql =>
  // The attributes of Grantry's own objects are not all in the table.
  application === 'rbac'
    ? sql`true`
    : sql`(${sql.join(
        rows.map(row => allMatch(row.definitions)),
        sql` or `,
      )})`;

function allMatch(definitions: readonly Definition[]): Sql {
  const byKey = [...Map.groupBy(definitions, ({ key }) => key)];
  const conditions = byKey.map(([key, alternatives]) =>
    mayBeAt(
      key,
      alternatives.flatMap(({ value }) => value),
    ),
  );
  return conditions.length > 0 ? sql`(${sql.join(conditions, sql` and `)})` : sql`true`;
}

function mayBeAt(key: string, values: readonly (string | null)[]): Sql {
  const path = key.split('.');
  // In SQL a number would lead into a list, which the path of a definition does not.
  if (path.some(part => /^-?\d+$/.test(part))) return sql`true`;
  const isThere = sql`r.attributes @> any(${values.map(value => JSON.stringify(nested(path, value)))}::text[]::jsonb[])`;
  // Null is also what is not there.
  return values.includes(null) ? sql`(${isThere} or r.attributes #> ${path}::text[] is null)` : isThere;
}

const nested = (path: readonly string[], value: string | null) =>
  path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
