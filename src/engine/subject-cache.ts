import { LRUCache } from 'lru-cache';
import type { TenantId } from '../kernel/ids.js';
import type { Scope } from '../store/scope.js';
import { loadSubjects } from './subject-loader.js';
import type { Revision, Subject, SubjectRef } from './subject.js';

const isAtLeast = (revision: Revision, wanted: Revision) =>
  revision.tenant >= wanted.tenant && revision.catalogue >= wanted.catalogue;

/**
 * Subjects by the revision that they were read at. One that is older than the revision of the request, or in which a
 * membership has expired since, is read again: a stale one is never answered with.
 */
export class SubjectCache {
  readonly #subjects: LRUCache<string, Subject>;

  constructor(entries: number) {
    this.#subjects = new LRUCache({ max: entries });
  }

  /** How many subjects are kept. */
  get size(): number {
    return this.#subjects.size;
  }

  /** The subject, if it is known at the revision and still valid at that time. */
  known(tenantId: TenantId, ref: SubjectRef, revision: Revision, now: Date): Subject | undefined {
    const subject = this.#subjects.get(keyOf(tenantId, ref));
    return subject && isAtLeast(subject.revision, revision) && now.getTime() < subject.until ? subject : undefined;
  }

  /** All subjects in order, null where there is none; those not known yet are read with one statement. */
  async all(scope: Scope, refs: readonly SubjectRef[], revision: Revision, now: Date): Promise<(Subject | null)[]> {
    const found = new Map<string, Subject | null>();
    const missing = new Map<string, SubjectRef>();
    for (const ref of refs) {
      const key = keyOf(scope.tenantId, ref);
      const subject = this.known(scope.tenantId, ref, revision, now);
      if (subject) found.set(key, subject);
      else missing.set(key, ref);
    }
    const loaded = missing.size > 0 ? await loadSubjects(scope, [...missing.values()], now) : [];
    [...missing.keys()].forEach((key, i) => found.set(key, this.keep(key, loaded[i] ?? null)));
    return refs.map(ref => found.get(keyOf(scope.tenantId, ref)) ?? null);
  }

  /** A slower reader must not put an older subject in the place of a newer one. */
  private keep(key: string, subject: Subject | null): Subject | null {
    const kept = this.#subjects.peek(key);
    if (subject && (!kept || isAtLeast(subject.revision, kept.revision))) this.#subjects.set(key, subject);
    return subject;
  }
}

const keyOf = (tenantId: TenantId, { by, value }: SubjectRef) => `${tenantId} ${by} ${value}`;
