import type { EntityManager, EntityMetadata, EntityName, ObjectQuery } from '@mikro-orm/core';
import { within, type Condition, type Limits } from './condition.js';
import { GrantryError } from './errors.js';
import type { InnerClass, Options } from './inner.js';
import { refuseHiddenOrder } from './order.js';
import { isFree } from './scope.js';
import { copyScope, keepScope } from './scopes-of-managers.js';
import { guardWhere } from './where.js';

/** The EntityManager class with every read of it restricted to what the scope may read. */
export function guarded(base: InnerClass, limits: Limits, filterNames: Set<string>): InnerClass {
  class GuardedEntityManager extends base {
    override fork(options: Options = {}) {
      const fork = super.fork(options);
      if (options.clear === false) {
        const parent = options.disableContextResolution ? this : this.getContext(false);
        copyScope(parent as EntityManager, fork);
      }
      return fork;
    }

    override addFilter(options: { readonly name: string }) {
      filterNames.add(options.name);
      super.addFilter(options);
    }

    override prepareOptions(options: Options) {
      keepScope(this.getContext(false));
      const prepared = super.prepareOptions(options);
      // A result cache has no notion of callers.
      return isFree() ? prepared : { ...prepared, cache: false };
    }

    override async processWhere(
      entityName: EntityName,
      where: unknown,
      options: Record<string, unknown>,
      type: string,
    ) {
      if (!isFree()) {
        const meta = this.getMetadata().get(entityName);
        await refuseHiddenOrder(limits, meta, options);
        for (const name of ['populateWhere', 'populateFilter'])
          if (typeof options[name] === 'object') options[name] = await guardWhere(limits, options[name], meta);
      }
      return super.processWhere(entityName, where, options, type);
    }

    override async applyFilters(entityName: EntityName, where: unknown, filters: unknown, ...rest: unknown[]) {
      if (isFree()) return super.applyFilters(entityName, where, filters, ...rest);
      keepScope(this.getContext(false));
      const meta = this.getMetadata().get(entityName);
      const found = await super.applyFilters(entityName, await guardWhere(limits, where, meta), filters, ...rest);
      const limit = await limits.of(limits.ruleOf(meta));
      return limit ? { $and: [within(limit), ...(found === undefined ? [] : [found])] } : found;
    }

    override async autoJoinRefsForFilters(meta: EntityMetadata, options: Options, parent?: unknown) {
      if (isFree()) return super.autoJoinRefsForFilters(meta, options, parent);
      // `filters: false` would leave out the joins by which references to hidden rows become null.
      const none = () => Object.fromEntries([...filterNames].map(name => [name, false]));
      const filters = options.filters === false ? none() : options.filters;
      return super.autoJoinRefsForFilters(meta, { ...options, filters, fields: onlyNames(options.fields) }, parent);
    }
  }
  return GuardedEntityManager;
}

/** The fields when they name properties of the entity alone; otherwise undefined, which means all. */
function onlyNames(fields: unknown): readonly string[] | undefined {
  if (!Array.isArray(fields) || !fields.every(field => typeof field === 'string')) return undefined;
  return fields.some(field => field.includes('*') || field.includes('.')) ? undefined : fields;
}

/** A condition on properties, as `em.find` and a QueryBuilder take it. */
export type Viewable<Entity> = {
  [Name in keyof ObjectQuery<Entity> as Name extends `$${string}` ? never : Name]: ObjectQuery<Entity>[Name];
};

/** The condition that `viewable` answers, for a scope that is restricted. */
export async function viewableWhere<Entity>(limits: Limits, meta: EntityMetadata): Promise<Viewable<Entity>> {
  const rule = limits.knownRuleOf(meta);
  if (!rule) throw new GrantryError('SETUP', `${meta.className} is not protected.`);
  const limit = await limits.of(rule);
  const condition: Condition = limit ? within(limit) : {};
  return condition as Viewable<Entity>;
}
