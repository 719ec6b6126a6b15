import { sql, type RawBuilder } from 'kysely';
import type { Asking } from './asking.js';
import {
  candidatesOfAll,
  candidatesOfAny,
  pageOf,
  registered,
  withAnyGrant,
  type CandidateQuery,
  type Candidates,
} from './candidates.js';
import { knowsVerb, type TypeOptions } from './catalogue.js';
import { factsRows, factsTables } from './facts-sql.js';
import { Facts, NO_FACTS, type FactsRow } from './facts.js';
import type { Reading } from './reading.js';
import { Relation } from './relation.js';
import { idsOf, isLive, type Subject, type SubjectRef } from './subject.js';

type Sql = RawBuilder<unknown>;

/** What is listed: the resources of a type on which a subject holds all, or any, of some verbs; without verbs, those with a grant of its own. */
export type ListQuery = {
  readonly subject: SubjectRef;
  readonly type: string;
  readonly verbs: readonly string[];
  readonly match: 'ALL' | 'ANY';
  readonly reading: Reading;
};

export type ListWindow = { readonly after: string | null; readonly limit: number };

/** A resource of a list, as it stands in its table. */
export type ListedResource = FactsRow & { readonly created_at: Date; readonly modified_at: Date };

/** `everything`: the subject holds it on every resource of the type, registered or not. */
export type ResourceList = {
  readonly resources: readonly ListedResource[];
  readonly more: boolean;
  readonly everything: boolean;
};

const NOTHING: ResourceList = { resources: [], more: false, everything: false };
const LARGEST_CHUNK = 1_000;

/** A page of such a list, in byte order of the resource ids. */
export async function listedResources(asking: Asking, query: ListQuery, window: ListWindow): Promise<ResourceList> {
  const lister = await listerOf(asking, query);
  if (!lister) return NOTHING;
  const { everything } = lister;
  const found: ListedResource[] = [];
  let after = window.after ?? '';
  for (let limit = window.limit + 1; ; limit = Math.min(limit * 4, LARGEST_CHUNK)) {
    const { candidates, held } = await lister.chunk(after, limit);
    found.push(...held);
    if (found.length > window.limit) return { resources: found.slice(0, window.limit), more: true, everything };
    if (candidates.length < limit) return { resources: found, more: false, everything };
    after = candidates.at(-1)!.id;
  }
}

/** As `listedResources`, by their ids alone. */
export async function listResources(asking: Asking, query: ListQuery, window: ListWindow) {
  const { resources, more, everything } = await listedResources(asking, query, window);
  return { ids: resources.map(({ id }) => id), more, everything };
}

/** How many there are in such a list. */
export async function countResources(asking: Asking, query: ListQuery): Promise<number> {
  const lister = await listerOf(asking, query);
  if (!lister) return 0;
  if (lister.isExact) return lister.count();
  let count = 0;
  for (let after = ''; ;) {
    const { candidates, held } = await lister.chunk(after, LARGEST_CHUNK);
    count += held.length;
    if (candidates.length < LARGEST_CHUNK) return count;
    after = candidates.at(-1)!.id;
  }
}

async function listerOf(asking: Asking, query: ListQuery): Promise<Lister | null> {
  const type = asking.catalogue.typeNamed(query.type);
  if (!type || (query.match === 'ALL' && !query.verbs.every(verb => knowsVerb(type, verb)))) return null;
  const subject = await asking.subject(query.subject);
  return subject && isLive(subject) ? new Lister(asking, query, type, subject) : null;
}

/** A list under way. */
class Lister {
  readonly everything: boolean;
  /** Whether what SQL finds needs no second look. */
  readonly isExact: boolean;
  /** What has to be held on each resource; verbs that are held everywhere are not asked for any more. */
  private readonly asked: readonly string[];
  private readonly relation: Relation;

  constructor(
    private readonly asking: Asking,
    private readonly query: ListQuery,
    private readonly type: TypeOptions,
    private readonly subject: Subject,
  ) {
    const { verbs, match, reading } = query;
    this.relation = new Relation(subject, asking.catalogue, NO_FACTS, reading);
    const everywhere = verbs.filter(verb => this.relation.holdsAll(type, verb));
    this.everything = match === 'ALL' ? verbs.length > 0 && everywhere.length === verbs.length : everywhere.length > 0;
    this.asked = verbs.filter(verb => !everywhere.includes(verb));
    this.isExact = this.everything || verbs.length === 0;
  }

  /** The next candidates behind a place, and those of them on which the subject holds what is asked. */
  async chunk(after: string, limit: number) {
    const { scope, catalogue, now } = this.asking;
    const { tables, select } = this.candidates(after, limit);
    const seed = sql`select ${this.type.name} as type, c.resource_id from candidate c`;
    const types = [this.type.name];
    const facts = {
      tenantId: scope.tenantId,
      catalogue,
      types,
      now,
      seed,
      subjects: sql`${idsOf(this.subject)}::uuid[]`,
    };
    const rows = await scope.query<ListedResource & { is_candidate: boolean }>(sql`with recursive
      ${sql.join([...tables, candidateTable(select, limit), factsTables(facts)])}
      select f.*, f.type = ${this.type.name} and f.id in (select resource_id from candidate) as is_candidate
        from (${factsRows(facts)}) f order by f.id`);
    const candidates = rows.filter(row => row.is_candidate);
    return { candidates, held: this.isExact ? candidates : this.held(rows, candidates) };
  }

  async count(): Promise<number> {
    const { scope } = this.asking;
    const { tables, select } = this.candidates('', null);
    const [row] = await scope.query<{ count: number }>(sql`with recursive
      ${sql.join([...tables, candidateTable(select, null)])} select count(*)::int as count from candidate`);
    return row?.count ?? 0;
  }

  private held(rows: readonly ListedResource[], candidates: readonly ListedResource[]): ListedResource[] {
    const { match, reading } = this.query;
    const facts = new Facts(rows);
    const relation = new Relation(this.subject, this.asking.catalogue, facts, reading);
    return candidates.filter(candidate => {
      const holds = (verb: string) => relation.allows(this.type, verb, facts.at(candidate));
      return match === 'ALL' ? this.asked.every(holds) : this.asked.some(holds);
    });
  }

  private candidates(after: string, limit: number | null): Candidates {
    const { scope, catalogue, now } = this.asking;
    const query: CandidateQuery = {
      ...{ tenantId: scope.tenantId, catalogue, now, type: this.type },
      ...{ subject: this.subject, relation: this.relation, reading: this.query.reading, after, limit },
    };
    if (this.everything) return { tables: [], select: registered(query, sql`true`) };
    if (this.query.verbs.length === 0) return { tables: [], select: sql.join(withAnyGrant(query), sql` union all `) };
    return this.query.match === 'ALL' ? candidatesOfAll(query, this.asked) : candidatesOfAny(query, this.asked);
  }
}

const candidateTable = (select: Sql, limit: number | null): Sql =>
  sql`candidate (resource_id) as (${pageOf(select, limit)})`;
