import DataLoader from 'dataloader';
import type { Answer, Answers, Decision } from './answer.js';
import type { AnswerCache } from './answer-cache.js';
import { askChecks } from './client.js';
import { denied, messageOf, setup, undecided, type GuardError } from './errors.js';
import type { Identity } from './identity.js';
import type { PermissionName } from './permission-names.js';
import { portionsOf } from './portions.js';
import { questionOf, type About, type Attributes, type Question, type ResourceId } from './question.js';
import type { Endpoint } from './transport.js';

/** What all guards of a server share. */
export type Shared = {
  readonly endpoint: Endpoint;
  readonly cache: AnswerCache | null;
  /** Told of each failure once. */
  readonly onFailure: (failure: GuardError) => void;
};

/** Whether a guard remembers its answers, and from which revision on they may be. */
export type Manner = { readonly remembers: boolean; readonly atLeast?: string | undefined };

/**
 * Decisions for one request. Questions of one tick go to Grantry together, each once, and answers are remembered as long as
 * the guard lives. Nothing that fails is ever a yes: it rejects with a GraphQLError.
 */
export class Guard {
  readonly #shared: Shared;
  readonly #identity: Identity;
  readonly #loader: DataLoader<Question, Answer, string>;
  readonly #remembers: boolean;
  #atLeast: string | undefined;
  // What has to be seen at once is not taken from the cache of all requests: single grants have no revision of their own.
  #usesCache: boolean;
  #revision: string | null = null;
  #fresh: Guard | undefined;

  constructor(shared: Shared, identity: Identity, { remembers, atLeast }: Manner) {
    this.#shared = shared;
    this.#identity = identity;
    this.#remembers = remembers;
    this.#atLeast = atLeast;
    this.#usesCache = remembers && atLeast === undefined;
    this.#loader = new DataLoader(questions => this.#answer(questions), {
      cache: remembers,
      cacheKeyFn: ({ text }) => text,
    });
  }

  /** Whether the sender holds the permission: on the resource `on`, or in general. */
  async check(permission: PermissionName, about: About = {}): Promise<boolean> {
    return (await this.#ask(permission, about, false))?.allowed === true;
  }

  /** Whether, why, and under which attributes it would be allowed. */
  async decide(permission: PermissionName, about: About = {}): Promise<Decision> {
    const answer = await this.#ask(permission, about, true);
    return { allowed: answer?.allowed === true, reasons: [], filterSets: [], ...answer?.details };
  }

  /** Rejects unless the sender holds the permission: FORBIDDEN, or UNAUTHENTICATED when nobody has signed in. */
  async require(permission: PermissionName, about: About = {}): Promise<void> {
    if (!(await this.check(permission, about))) throw this.denial(permission);
  }

  /** The items on which the sender holds the permission, in their order. One without an id is left out. */
  async allowed<Item>(
    items: readonly Item[],
    permission: PermissionName,
    idOf: (item: Item) => ResourceId | null | undefined,
    contextOf?: (item: Item) => Attributes,
  ): Promise<Item[]> {
    // All of them before the first is asked: one that throws must not leave the others without anybody who hears how they end.
    const abouts = items.map(item => ({ on: idOf(item) ?? null, ...(contextOf && { context: contextOf(item) }) }));
    const answers = await Promise.all(abouts.map(about => this.check(permission, about)));
    return items.filter((_item, at) => answers[at]);
  }

  /**
   * Forgets all answers, for after a change of rights in the same request. With the token of a revision, such as
   * `extensions.grantry.revision` of a mutation's answer, Grantry answers from no older state than that.
   */
  forget(atLeast?: string): void {
    this.#loader.clearAll();
    this.#usesCache = false;
    this.#atLeast = atLeast ?? this.#atLeast;
    this.#fresh?.forget(atLeast);
  }

  /** The same guard without memory, for what outlives a request: each tick asks anew. */
  get fresh(): Guard {
    if (!this.#remembers) return this;
    this.#fresh ??= new Guard(this.#shared, this.#identity, { remembers: false, atLeast: this.#atLeast });
    return this.#fresh;
  }

  /** The token of the revision that was answered from last; null before, and where nobody has signed in. */
  get revision(): string | null {
    return this.#revision;
  }

  /** The error for a no. */
  denial(permission: string) {
    return denied(permission, this.#identity.signedIn);
  }

  /** The error for what a question is about, when it could not be read; the cause is told to whoever runs the server. */
  unread(cause: unknown) {
    const failure = setup(`What a question is about could not be read: ${messageOf(cause)}`, cause);
    this.#shared.onFailure(failure);
    return undecided(failure);
  }

  /** The answer, or null for a question about no resource. A failure is not remembered. */
  async #ask(permission: string, about: About, detailed: boolean): Promise<Answer | null> {
    let question: Question | null = null;
    try {
      question = questionOf(permission, about, detailed);
      return question && (await this.#loader.load(question));
    } catch (error) {
      if (question) this.#loader.clear(question);
      else this.#shared.onFailure(error as GuardError);
      throw undecided(error);
    }
  }

  async #answer(questions: readonly Question[]): Promise<(Answer | Error)[]> {
    const answers = new Map<string, Answer | Error>();
    const open = new Map<string, Question>();
    for (const question of questions) {
      const known = this.#usesCache ? this.#shared.cache?.get(this.#identity, question) : undefined;
      if (known) answers.set(question.text, known);
      else open.set(question.text, question);
    }
    await Promise.all(
      portionsOf([...open.values()]).map(async portion => {
        const given = await this.#fetch(portion);
        portion.forEach((question, at) => answers.set(question.text, given[at]!));
      }),
    );
    return questions.map(question => answers.get(question.text)!);
  }

  async #fetch(questions: readonly Question[]): Promise<Answers['answers']> {
    const { endpoint, cache, onFailure } = this.#shared;
    const asked = performance.now();
    try {
      const result = await askChecks(endpoint, this.#identity, questions, this.#atLeast);
      cache?.put(this.#identity, questions, result, asked);
      this.#revision = result.revision ?? this.#revision;
      const failures = result.answers.filter(answer => answer instanceof Error);
      failures.forEach(failure => onFailure(failure as GuardError));
      return result.answers;
    } catch (error) {
      onFailure(error as GuardError);
      return questions.map(() => error as Error);
    }
  }
}
