/** Which ways of getting access count. Decisions count all of them; lists may leave some out (semantics section 8). */
export type Reading = {
  /** Without it, only what a principal was granted itself and what it owns. */
  readonly includeGroups: boolean;
  readonly includeSuperuser: boolean;
  /** Role rows, type-wide grants and the sight of supergroups; without it, only what holds for a single resource. */
  readonly acceptGlobal: boolean;
};

/** The whole relation, as `check` reads it. */
export const WHOLE: Reading = { includeGroups: true, includeSuperuser: true, acceptGlobal: true };
