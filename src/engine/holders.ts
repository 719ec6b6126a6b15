import { createHash } from 'node:crypto';
import { sql, type RawBuilder } from 'kysely';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import { compiled } from '../store/statement.js';
import type { Asking } from './asking.js';
import type { TypeOptions } from './catalogue.js';
import { factsRows, factsTables, type FactsQuery } from './facts-sql.js';
import { Facts, type FactsRow, type ResourceKey } from './facts.js';
import { touchedTables, touchesEverybody, type Touching } from './holders-sql.js';
import type { Reading } from './reading.js';
import { Relation } from './relation.js';
import { subjectsFrom, type LoadedSubjects } from './subject-loader.js';
import { PRINCIPAL, subjectColumns, subjectTables } from './subject-sql.js';
import { ANONYMOUS, type Subject, type SubjectRef } from './subject.js';
import { verbsToTry } from './verbs.js';

type Sql = RawBuilder<unknown>;

/** Who is listed: holders of any of these verbs, or, without, of any at all. What counts is also what is attached. */
export type HoldersQuery = { readonly verbs: readonly string[] | null; readonly reading: Reading };
export type HoldersWindow = { readonly after: string | null; readonly limit: number };

/** A holder with the verbs that it holds. `name` is what the list is ordered by. */
export type Holder<Id> = { readonly id: Id; readonly name: string; readonly verbs: readonly string[] };
type Page<H> = { readonly holders: readonly H[]; readonly more: boolean };
type Candidate<Id> = { readonly id: Id; readonly name: string };
type Loaded<Id> = LoadedSubjects & { readonly facts: FactsRow[] | null; readonly candidates: Candidate<Id>[] };

/** How many candidates are looked at in one statement. There are few sizes, since each is a statement to be prepared. */
const CHUNKS = [21, 101, 401];
const LARGEST_CHUNK = 1_001;

/** Active principals that hold something on a resource, by username. */
export async function principalsOn(asking: Asking, key: ResourceKey, query: HoldersQuery, window: HoldersWindow) {
  const page = await pageOf<PrincipalId>(asking, key, query, window, principalCandidates, value => ({
    by: 'principalId',
    value,
  }));
  return { ...page, holders: page.holders.map(holder => ({ ...holder, username: holder.name })) };
}

/** Groups that hold something on a resource, by folded name. */
export async function groupsOn(asking: Asking, key: ResourceKey, query: HoldersQuery, window: HoldersWindow) {
  const page = await pageOf<GroupId>(asking, key, query, window, groupCandidates, value => ({ by: 'groupId', value }));
  return { ...page, holders: page.holders.map(holder => ({ ...holder, nameKey: holder.name })) };
}

/** Whether a group that everybody is in holds one of the verbs. */
export async function everyoneOn(asking: Asking, key: ResourceKey, { verbs, reading }: HoldersQuery): Promise<boolean> {
  const type = asking.catalogue.typeNamed(key.type);
  const everybodys = (await asking.subject(ANONYMOUS))?.groups ?? [];
  const groups = await Promise.all([...everybodys].map(value => asking.subject({ by: 'groupId', value })));
  const holds = await Promise.all(
    groups.map(async group => {
      if (!group || !type) return false;
      const relation = await asking.relation(group, key, reading);
      return isListed(verbs, verbsHeld(relation, type, key, verbs));
    }),
  );
  return holds.includes(true);
}

type Candidates = (touching: Touching, window: { after: string; limit: number }) => Sql;

async function pageOf<Id>(
  asking: Asking,
  key: ResourceKey,
  query: HoldersQuery,
  window: HoldersWindow,
  candidatesOf: Candidates,
  refOf: (id: Id) => SubjectRef,
): Promise<Page<Holder<Id>>> {
  const type = asking.catalogue.typeNamed(key.type);
  if (!type || query.verbs?.length === 0) return { holders: [], more: false };
  const found: Holder<Id>[] = [];
  let after = window.after ?? '';
  const sizes = CHUNKS.filter(size => size > window.limit);
  for (let limit = sizes.shift() ?? LARGEST_CHUNK; ; limit = sizes.shift() ?? LARGEST_CHUNK) {
    const loaded = await chunk<Id>(asking, { key, type, reading: query.reading }, candidatesOf, { after, limit });
    const facts = new Facts(loaded.facts ?? []);
    const subjectOf = subjectsFrom(loaded);
    for (const { id, name } of loaded.candidates) {
      const verbs = held(asking, subjectOf(refOf(id)), { key, type, facts, query });
      if (isListed(query.verbs, verbs)) found.push({ id, name, verbs });
    }
    if (found.length > window.limit) return { holders: found.slice(0, window.limit), more: true };
    if (loaded.candidates.length < limit) return { holders: found, more: false };
    after = loaded.candidates.at(-1)!.name;
  }
}

/** Whose grants and shares matter: those of the candidates and of their groups. */
const LISTED = sql`(select array_agg(l.id) from (select id from candidate union all select group_id from relevant) l)::uuid[]`;

type About = { readonly key: ResourceKey; readonly type: TypeOptions; readonly reading: Reading };

/** The facts of a resource, and the next subjects that may hold something on it, in one statement. */
async function chunk<Id>(
  { scope, catalogue, now }: Asking,
  { key, type, reading }: About,
  candidatesOf: Candidates,
  window: { after: string; limit: number },
): Promise<Loaded<Id>> {
  const { tenantId } = scope;
  const seed = sql`select ${key.type}::text as type, ${key.id}::text as resource_id`;
  const facts: FactsQuery = { tenantId, catalogue, types: [key.type], now, seed, subjects: LISTED };
  const touching: Touching = { tenantId, catalogue, now, type, reading };
  const statement = compiled(sql`with recursive
    ${factsTables(facts)},
    ${touchedTables(touching)},
    ${candidatesOf(touching, window)},
    ${subjectTables(tenantId, now)}
    select ${subjectColumns(tenantId)},
      (select json_agg(f) from (${factsRows(facts)}) f) as facts,
      (select coalesce(json_agg(json_build_object('id', c.id, 'name', c.name) order by c.name), '[]') from candidate c) as candidates`);
  const [loaded] = await scope.prepared<Loaded<Id>>({ name: nameOf(statement.text), ...statement });
  return loaded!;
}

// Planning takes a third of its time. There are as many of these statements as combinations of options. The limit is part
// of the text: PostgreSQL plans a statement anew each time while it takes the plan for any limit to be worse.
const nameOf = (text: string) => `holders ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;

const principalCandidates: Candidates = (touching, { after, limit }) => {
  const { tenantId } = touching;
  // Nobody is read who is not touched, nor sorted where everybody is.
  const next = touchesEverybody(touching)
    ? sql`principal p where p.tenant_id = ${tenantId} and p.active and p.username > ${after}`
    : sql`touched_principal t cross join lateral (
        select p.id, p.username from principal p
         where p.tenant_id = ${tenantId} and p.id = t.id and p.active and p.username > ${after} offset 0) p`;
  return sql`
  candidate (id, name) as (select p.id, p.username from ${next} order by p.username limit ${sql.lit(limit)}),
  asked as (
    select ${PRINCIPAL} from candidate c cross join lateral (
      select * from principal p where p.tenant_id = ${tenantId} and p.id = c.id offset 0) p
  ),
  named_group (id) as (select null::uuid where false)`;
};

const groupCandidates: Candidates = ({ tenantId }, { after, limit }) => sql`
  candidate (id, name) as (
    select g.id, g.name_key from "group" g
     where g.tenant_id = ${tenantId} and g.name_key > ${after} and g.id in (select id from touched_group)
     order by g.name_key limit ${sql.lit(limit)}
  ),
  asked as (select ${PRINCIPAL} from principal p where p.tenant_id = ${tenantId} and false),
  named_group (id) as (select id from candidate)`;

function held(
  asking: Asking,
  subject: Subject | null,
  { key, type, query, facts }: Pick<About, 'key' | 'type'> & { query: HoldersQuery; facts: Facts },
): string[] {
  if (!subject) return [];
  return verbsHeld(new Relation(subject, asking.catalogue, facts, query.reading), type, key, query.verbs);
}

function verbsHeld(relation: Relation, type: TypeOptions, key: ResourceKey, wanted: HoldersQuery['verbs']): string[] {
  const resource = relation.at(key);
  return verbsToTry(type, relation, wanted ?? []).filter(verb => relation.allows(type, verb, resource));
}

const isListed = (wanted: readonly string[] | null, verbs: readonly string[]) =>
  wanted ? verbs.some(verb => wanted.includes(verb)) : verbs.length > 0;
