import { Utils, type EntityName } from '@mikro-orm/core';
import type { Limits } from './condition.js';
import { GrantryError } from './errors.js';
import type { InnerClass, Options } from './inner.js';
import { refuseHiddenGroups } from './order.js';
import { guardQueryBuilder, trusted } from './query-builder.js';
import { isFree } from './scope.js';

/** The EntityManager class without the ways to read that cannot be filtered; they are left to unrestricted work. */
export function withRefusals(base: InnerClass, limits: Limits): InnerClass {
  class RefusingEntityManager extends base {
    override createQueryBuilder(entityName: EntityName, ...rest: unknown[]) {
      return guardQueryBuilder(super.createQueryBuilder(entityName, ...rest), limits);
    }

    override async countBy(entityName: EntityName, groupBy: string | readonly string[], options?: Options) {
      if (isFree()) return super.countBy(entityName, groupBy, options);
      await refuseHiddenGroups(limits, this.getMetadata().get(entityName), groupBy);
      return trusted(() => super.countBy(entityName, groupBy, options));
    }

    override async upsert(entity: EntityName | object, ...rest: unknown[]) {
      this.refuseReadBack('upsert', entity);
      return super.upsert(entity, ...rest);
    }

    override async upsertMany(entities: EntityName | readonly object[], ...rest: unknown[]) {
      for (const entity of Utils.asArray<object>(entities)) this.refuseReadBack('upsertMany', entity);
      return super.upsertMany(entities, ...rest);
    }

    override async clone(entity: EntityName | object, ...rest: unknown[]) {
      if (!isFree()) throw notFiltered('clone()');
      return super.clone(entity, ...rest);
    }

    /** These write first and then answer with what the row holds, whoever may view it. */
    private refuseReadBack(what: string, entity: EntityName | object) {
      const name = (Utils.isEntity(entity) ? entity.constructor : entity) as EntityName;
      const meta = this.getMetadata().get(name);
      if (!isFree() && limits.isTouched(meta)) throw notFiltered(`${what}() of ${meta.className}`);
    }
  }
  return RefusingEntityManager;
}

const notFiltered = (what: string) =>
  new GrantryError('NOT_FILTERED', `${what} is not filtered by what the caller may view; see unrestricted().`);
