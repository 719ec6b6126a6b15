import DataLoader from 'dataloader';
import type { Definition } from '../kernel/definitions.js';
import { badInput } from '../kernel/errors.js';
import { isWildcard, parsePermission, type PermissionParts } from '../kernel/permission.js';
import { isStorable } from '../kernel/text.js';
import type { Scope } from '../store/scope.js';
import { knowsVerb, type Catalogue, type TypeOptions } from './catalogue.js';
import type { Engine } from './engine.js';
import { loadFacts, NO_FACTS, type Facts, type ResourceKey } from './facts.js';
import type { Attributes } from './matching.js';
import type { Reading } from './reading.js';
import { Relation, type Reason } from './relation.js';
import { idsOf, isLive, type Revision, type Subject, type SubjectRef } from './subject.js';
import { verbsToTry } from './verbs.js';

/** A question as it is put: names, not yet looked up. */
export type Ask = {
  readonly subject: SubjectRef;
  readonly permission: string;
  readonly resourceId: string | null;
  readonly context: Attributes | null;
};

/** An answer. Why, and under which filters it would be yes, is worked out when asked for. */
export type Answer = {
  readonly allowed: boolean;
  reasons(): readonly Reason[];
  filterSets(): readonly (readonly Definition[])[];
};

type AboutResource = { readonly subject: Subject; readonly key: ResourceKey };

const NO: Answer = { allowed: false, reasons: () => [], filterSets: () => [] };

/** The decisions of one request, at one revision. Those that are asked in the same tick are answered together. */
export class Asking {
  readonly #subjects: DataLoader<SubjectRef, Subject | null, string>;
  readonly #facts: DataLoader<AboutResource, Facts, string>;

  constructor(
    engine: Engine,
    readonly scope: Scope,
    readonly catalogue: Catalogue,
    revision: Revision,
    readonly now: Date,
  ) {
    this.#subjects = new DataLoader(refs => engine.subjects.all(scope, refs, revision, now), {
      cacheKeyFn: ({ by, value }) => `${by} ${value}`,
    });
    this.#facts = new DataLoader(
      async asked => {
        const facts = await this.factsOf(asked);
        return asked.map(() => facts);
      },
      { cacheKeyFn: ({ subject, key }) => `${nameOf(subject)} ${key.type} ${key.id}` },
    );
  }

  /** A subject; null when there is none of that name. */
  subject(ref: SubjectRef): Promise<Subject | null> {
    return this.#subjects.load(ref);
  }

  /** What there is between a subject and a resource; all that is asked for in one tick is read together. */
  async relation(subject: Subject, key: ResourceKey | null, reading?: Reading): Promise<Relation> {
    const isDecided = !key || !isLive(subject) || !isStorable(key.id);
    const facts = isDecided ? NO_FACTS : await this.#facts.load({ subject, key });
    return new Relation(subject, this.catalogue, facts, reading);
  }

  /**
   * Answers one question; an unknown subject is a no. Throws BAD_USER_INPUT naming `field` for a permission that is
   * malformed, has a wildcard, or speaks of an unknown application or type.
   */
  async answer(ask: Ask, field: string): Promise<Answer> {
    const { type, verb } = this.askedPermission(ask.permission, field);
    const subject = await this.subject(ask.subject);
    if (!subject) return NO;
    const key = ask.resourceId === null ? null : { type: type.name, id: ask.resourceId };
    const relation = await this.relation(subject, key);
    const resource = key && relation.at(key);
    return {
      allowed: relation.allows(type, verb, resource, ask.context),
      reasons: () => [...relation.reasons(type, verb, resource, ask.context)],
      filterSets: () => (resource ? [] : filterSets(relation, type, verb, ask.context)),
    };
  }

  /** The type and the verb of a permission that may be asked about. Throws as `answer` does. */
  askedPermission(text: string, field: string): { type: TypeOptions; verb: string } {
    const permission = parsePermission(text);
    if (!permission || isWildcard(permission)) {
      throw badInput(field, 'must be application:resource:verb, without wildcards');
    }
    return { type: this.typeOf(permission, field), verb: permission.verb };
  }

  /** The verbs that a subject holds on a resource, sorted: all of them, its own alone, or those that its groups were granted. */
  async permissionsOn(
    ref: SubjectRef,
    key: ResourceKey,
    via: 'EFFECTIVE' | 'DIRECT' | 'GROUPS' = 'EFFECTIVE',
  ): Promise<string[]> {
    const type = this.catalogue.typeNamed(key.type);
    const subject = type && (await this.subject(ref));
    if (!subject) return [];
    const relation = await this.relation(subject, key);
    const isOwn = (reason: Reason) => reason.kind === 'OWNER' || isGrantTo(reason, subject.kind === 'group');
    const counts = {
      EFFECTIVE: () => true,
      DIRECT: isOwn,
      GROUPS: (reason: Reason) => reason.kind === 'GRANT' && !isOwn(reason),
    }[via];
    const resource = relation.at(key);
    return verbsToTry(type, relation).filter(verb => [...relation.reasons(type, verb, resource)].some(counts));
  }

  private typeOf(permission: PermissionParts, field: string): TypeOptions {
    const type = this.catalogue.typeOf(permission);
    if (!type) throw badInput(field, `there is no resource type ${permission.application}:${permission.resource}`);
    return type;
  }

  private factsOf(asked: readonly AboutResource[]): Promise<Facts> {
    const keys = new Map(asked.map(({ key }) => [`${key.type} ${key.id}`, key]));
    const subjectIds = new Set([...new Set(asked.map(({ subject }) => subject))].flatMap(idsOf));
    return loadFacts(this, [...keys.values()], [...subjectIds]);
  }
}

const isGrantTo = (reason: Reason, group: boolean) => reason.kind === 'GRANT' && (reason.groupId !== null) === group;

const nameOf = ({ kind, principal, groups }: Subject) => `${kind} ${principal?.id ?? [...groups].join()}`;

/**
 * Without a resource and denied: for each role row that covers the permission under attribute filters, these filters.
 * The alternatives are to be applied each as a whole.
 */
function filterSets(relation: Relation, type: TypeOptions, verb: string, context: Attributes | null) {
  if (!knowsVerb(type, verb) || relation.allows(type, verb, null, context)) return [];
  return [...new Map(relation.coveringRows(type, verb).map(row => [row.id, row.definitions])).values()];
}
