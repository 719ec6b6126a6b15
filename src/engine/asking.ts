import DataLoader from 'dataloader';
import { badInput } from '../kernel/errors.js';
import { isWildcard, parsePermission } from '../kernel/permission.js';
import type { Scope } from '../store/scope.js';
import type { Catalogue } from './catalogue.js';
import { filterSets, isAllowed, reasons, type Question, type Reason } from './decide.js';
import type { Engine } from './engine.js';
import type { Attributes } from './matching.js';
import type { Revision, Subject, SubjectRef } from './subject.js';

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
  filterSets(): ReturnType<typeof filterSets>;
};

const NO: Answer = { allowed: false, reasons: () => [], filterSets: () => [] };

/** The decisions of one request, at one revision. Those that are asked in the same tick are answered together. */
export class Asking {
  readonly #loader: DataLoader<SubjectRef, Subject | null, string>;

  constructor(
    engine: Engine,
    scope: Scope,
    private readonly catalogue: Catalogue,
    revision: Revision,
    now: Date,
  ) {
    this.#loader = new DataLoader(refs => engine.subjects.all(scope, refs, revision, now), {
      cacheKeyFn: ({ by, value }) => `${by} ${value}`,
    });
  }

  /** A subject; null when there is none of that name. */
  subject(ref: SubjectRef): Promise<Subject | null> {
    return this.#loader.load(ref);
  }

  /**
   * Answers one question; an unknown subject is a no. Throws BAD_USER_INPUT naming `field` for a permission that is
   * malformed, has a wildcard, or speaks of an unknown application or type.
   */
  async answer(ask: Ask, field: string): Promise<Answer> {
    const permission = parsePermission(ask.permission);
    if (!permission || isWildcard(permission))
      throw badInput(field, 'must be application:resource:verb, without wildcards');
    const type = this.catalogue.typeOf(permission);
    if (!type) throw badInput(field, `there is no resource type ${permission.application}:${permission.resource}`);
    const subject = await this.subject(ask.subject);
    if (!subject) return NO;
    const question: Question = { subject, permission, type, resourceId: ask.resourceId, context: ask.context };
    return {
      allowed: isAllowed(question),
      reasons: () => [...reasons(question)],
      filterSets: () => filterSets(question),
    };
  }
}
