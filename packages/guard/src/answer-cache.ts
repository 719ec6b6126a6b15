import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Answer, Answers } from './answer.js';
import { setup } from './errors.js';
import type { Identity } from './identity.js';
import type { Question } from './question.js';

/** How long answers count for later requests of the same sender, and how many are kept. */
export type CacheOptions = {
  /** From 1 to 10000 milliseconds. A change in Grantry is seen that much later at most. */
  readonly ttlMs: number;
  /** The most answers, 10000 unless told. */
  readonly max?: number;
};

const LONGEST_MS = 10_000;

/** What was last heard of the state of Grantry, by who asked. */
type Heard = { readonly revision: string; readonly asked: number };

/**
 * Answers for later requests of the same identity. An answer belongs to the revision that it was read at: as soon as that
 * identity gets an answer of another revision, those of before are out of reach. Answers without a revision, such as the
 * anonymous caller's, are not kept.
 */
export class AnswerCache {
  readonly #answers: LRUCache<string, Answer>;
  readonly #heard: LRUCache<string, Heard>;

  constructor({ ttlMs, max = 10_000 }: CacheOptions) {
    if (!Number.isInteger(ttlMs) || ttlMs < 1 || ttlMs > LONGEST_MS)
      throw setup(`ttlMs of the cache must be from 1 to ${LONGEST_MS}`);
    if (!Number.isInteger(max) || max < 1) throw setup('max of the cache must be at least 1');
    this.#answers = new LRUCache({ max, ttl: ttlMs });
    this.#heard = new LRUCache({ max, ttl: ttlMs });
  }

  get({ key }: Identity, question: Question): Answer | undefined {
    const heard = this.#heard.get(key);
    return heard && this.#answers.get(keyOf(key, heard.revision, question));
  }

  /** Keeps answers to questions that were asked at `asked`, by `performance.now()`; errors never. */
  put({ key }: Identity, questions: readonly Question[], { answers, revision }: Answers, asked: number): void {
    // An answer that was overtaken by one to a later question may be of a state that is over.
    if (revision === null || (this.#heard.get(key)?.asked ?? 0) > asked) return;
    this.#heard.set(key, { revision, asked }, { start: asked });
    questions.forEach((question, at) => {
      const answer = answers[at];
      if (answer && !(answer instanceof Error))
        this.#answers.set(keyOf(key, revision, question), answer, { start: asked });
    });
  }
}

const keyOf = (identityKey: string, revision: string, question: Question) =>
  createHash('sha256')
    .update(JSON.stringify([identityKey, revision, question.text]))
    .digest('base64');
