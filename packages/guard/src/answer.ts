/** One path from the subject to the permission. */
export type Reason = { readonly kind: string; readonly message: string };

/** Attributes that a resource has to have, all of them. */
export type FilterSet = {
  readonly resourceDefinitions: readonly {
    readonly attributeFilter: { readonly key: string; readonly operation: 'EQUAL' | 'IN'; readonly value: unknown };
  }[];
};

/** A decision of Grantry, and why. */
export type Decision = {
  readonly allowed: boolean;
  /** Why it is allowed; empty for a no. */
  readonly reasons: readonly Reason[];
  /** Of a no in general: under which attributes it would be a yes; alternatives of each other. */
  readonly filterSets: readonly FilterSet[];
};

/** What Grantry says to one question; the details are there when they were asked for. */
export type Answer = { readonly allowed: boolean; readonly details?: Omit<Decision, 'allowed'> };

/** The answers to questions in their order, and the revision that they were read at. */
export type Answers = { readonly answers: readonly (Answer | Error)[]; readonly revision: string | null };
