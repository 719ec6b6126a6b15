import { AsyncLocalStorage } from 'node:async_hooks';
import type { EntityMetadata } from '@mikro-orm/core';
import type { Limits } from './condition.js';
import { GrantryError } from './errors.js';
import { currentScope } from './scope.js';

type Source = { readonly meta?: EntityMetadata; readonly prop?: { readonly targetMeta?: EntityMetadata } };

/** What is used of a QueryBuilder of an SQL driver. */
export type QueryBuilder = {
  readonly state: {
    readonly joins: Readonly<Record<string, Source>>;
    readonly aliases: Readonly<Record<string, Source>>;
  };
  readonly mainAlias: { readonly meta?: EntityMetadata };
  getNativeQuery: (this: QueryBuilder, ...rest: unknown[]) => unknown;
  clone: (this: QueryBuilder, ...rest: unknown[]) => QueryBuilder;
};

const trust = new AsyncLocalStorage<true>();

/** Runs work of ours whose QueryBuilders have their conditions already. */
export const trusted = <Result>(work: () => Result): Result => trust.run(true, work);

/**
 * A QueryBuilder takes no part in the filters of MikroORM. This one refuses to become SQL over a protected entity, at the
 * latest moment, when all of its joins are known, unless the code is unrestricted.
 */
export function guardQueryBuilder(builder: QueryBuilder, limits: Limits): QueryBuilder {
  if (trust.getStore()) return builder;
  const { getNativeQuery, clone } = builder;
  return Object.assign(builder, {
    getNativeQuery(this: QueryBuilder, ...rest: unknown[]) {
      const native = getNativeQuery.apply(this, rest);
      refuseProtected(this, limits);
      return native;
    },
    clone(this: QueryBuilder, ...rest: unknown[]) {
      return guardQueryBuilder(clone.apply(this, rest), limits);
    },
  });
}

function refuseProtected({ state, mainAlias }: QueryBuilder, limits: Limits): void {
  if (currentScope().kind === 'unrestricted') return;
  const sources = [mainAlias, ...Object.values(state.joins), ...Object.values(state.aliases)];
  const metas = sources.flatMap((source: Source) => [source.meta, source.prop?.targetMeta]);
  const found = metas.find(meta => meta && limits.isTouched(meta));
  if (found)
    throw new GrantryError(
      'NOT_FILTERED',
      `A QueryBuilder over ${found.className}, which is protected or refers to what is, is not filtered: run it in unrestricted(), with the condition of viewable().`,
    );
}
