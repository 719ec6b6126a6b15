import { sql } from 'kysely';
import type { GrantId, GroupId, PrincipalId, ResourceUid } from '../kernel/ids.js';
import type { Scope } from '../store/scope.js';
import { compiled } from '../store/statement.js';
import type { Catalogue } from './catalogue.js';
import { factsRows, factsTables, standAlone } from './facts-sql.js';
import type { Attributes } from './matching.js';

/** A resource as questions name it: its type, and the id that its own service gave it. */
export type ResourceKey = { readonly type: string; readonly id: string };

/** A live grant on a resource. `groupId` is null for a principal's. */
export type GrantFact = {
  readonly id: GrantId;
  readonly verb: string;
  readonly subjectId: PrincipalId | GroupId;
  readonly groupId: GroupId | null;
};

/** What is known of a resource, as far as it matters to the subjects that were asked about. */
export type ResourceFacts = ResourceKey & {
  /** The key in the table; null unless it is registered. */
  readonly uid: ResourceUid | null;
  readonly ownerId: PrincipalId | null;
  readonly attributes: Attributes;
  readonly grants: readonly GrantFact[];
  readonly shares: readonly GroupId[];
  /** Whether it is shared with any group at all. */
  readonly isShared: boolean;
  readonly parents: readonly ResourceKey[];
  readonly children: readonly ResourceKey[];
};

/** A row of `factsRows`. */
export type FactsRow = ResourceKey & {
  readonly uid: ResourceUid;
  readonly owner_id: PrincipalId | null;
  readonly attributes: Attributes | null;
  readonly grants: GrantFact[] | null;
  readonly shares: GroupId[] | null;
  readonly is_shared: boolean;
  readonly parents: ResourceKey[] | null;
  readonly children: ResourceKey[] | null;
};

const textOf = ({ type, id }: ResourceKey) => `${type} ${id}`;

/** Resources, and what their decisions depend on: the parents they inherit from, the related ones through which they are seen. */
export class Facts {
  readonly #known: ReadonlyMap<string, ResourceFacts>;

  constructor(rows: readonly FactsRow[]) {
    this.#known = new Map(rows.map(row => [textOf(row), factsOf(row, row)]));
  }

  /** What is known of a resource; nothing of one that is not registered. */
  at(key: ResourceKey): ResourceFacts {
    return this.#known.get(textOf(key)) ?? factsOf(key);
  }

  /** The verbs of all grants among the facts. */
  verbs(): string[] {
    return [...this.#known.values()].flatMap(({ grants }) => grants.map(({ verb }) => verb));
  }
}

export const NO_FACTS = new Facts([]);

/**
 * Reads resources and what their decisions depend on, for some subjects (principals and groups), in one statement; with
 * `sees`, also what it takes to say who sees them.
 */
export async function loadFacts(
  { scope, catalogue, now }: { readonly scope: Scope; readonly catalogue: Catalogue; readonly now: Date },
  asked: readonly ResourceKey[],
  subjectIds: readonly string[],
  sees = false,
): Promise<Facts> {
  const seed = sql`select a.type, a.resource_id
    from unnest(${asked.map(({ type }) => type)}::text[], ${asked.map(({ id }) => id)}::text[]) as a (type, resource_id)`;
  const types = [...new Set(asked.map(({ type }) => type))];
  const query = { tenantId: scope.tenantId, catalogue, types, now, seed, subjects: sql`${subjectIds}::uuid[]`, sees };
  const statement = compiled(sql`with recursive ${factsTables(query)} ${factsRows(query)}`);
  const name = standAlone(query) ? 'facts of their own' : 'facts';
  return new Facts(await scope.prepared<FactsRow>({ name, ...statement }));
}

/**
 * The attributes of a resource, by those that are registered or said of it. The application of Grantry itself: the attribute
 * `id` of its objects is their global id, which is their resource id, whatever is said.
 */
export const attributesOf = ({ type, id }: ResourceKey, registered: Attributes | null): Attributes =>
  type.startsWith('rbac:') ? { ...registered, id } : (registered ?? {});

/** Facts of a resource from its row; without one, those of a resource that is not registered. */
export const factsOf = ({ type, id }: ResourceKey, row?: FactsRow): ResourceFacts => ({
  type,
  id,
  uid: row?.uid ?? null,
  ownerId: row?.owner_id ?? null,
  attributes: attributesOf({ type, id }, row?.attributes ?? null),
  grants: row?.grants ?? [],
  shares: row?.shares ?? [],
  isShared: row?.is_shared ?? false,
  parents: row?.parents ?? [],
  children: row?.children ?? [],
});
