import type { Constructor, EntityManager, EntityName, MikroORM } from '@mikro-orm/core';
import { Limits } from './condition.js';
import { guarded, viewableWhere, type Viewable } from './entity-manager.js';
import { GrantryError } from './errors.js';
import { innerOf } from './inner.js';
import { rulesOf, type Protection } from './protection.js';
import { withRefusals } from './refusals.js';

export type GrantryOptions = {
  /** What `protect` and `unprotected` decided. */
  readonly entities: readonly Protection[];
  /** True refuses to start while an entity is neither protected nor unprotected. */
  readonly everyEntity?: boolean;
  /** More ids than this of one type are an error, 50000 unless told. */
  readonly maxIds?: number;
};

const MAX_IDS = 50_000;
const limitsOf = new WeakMap<object, Limits>();

/**
 * The extension for MikroORM's configuration: `extensions: [grantry({ entities: [protect(Book, …)] })]`. From then on each
 * EntityManager of this MikroORM reads of protected entities only what the caller may view.
 */
export function grantry(options: GrantryOptions): { register(orm: MikroORM): void } {
  return {
    register(orm) {
      const { driver } = orm;
      const create = driver.createEntityManager.bind(driver);
      // The first EntityManager is made when the entities are known; each later one is a fork of it.
      driver.createEntityManager = ((useContext?: boolean) => {
        const plain = create(useContext);
        orm.config.set('entityManager', guardedClass(orm, plain, options));
        driver.createEntityManager = create;
        return create(useContext);
      }) as typeof driver.createEntityManager;
    },
  };
}

function guardedClass(orm: MikroORM, plain: EntityManager, options: GrantryOptions) {
  if (!orm.config.get('filtersOnRelations') || !orm.config.get('autoJoinRefsForFilters'))
    throw new GrantryError('SETUP', 'filtersOnRelations and autoJoinRefsForFilters must not be false.');
  const metadata = plain.getMetadata();
  const rules = rulesOf(options.entities, metadata, options.everyEntity ?? false);
  const limits = new Limits(rules, options.maxIds ?? MAX_IDS, isPostgres(orm));
  limitsOf.set(plain.config, limits);
  const names = [orm.config.get('filters'), ...[...metadata].map(meta => meta.filters)].flatMap(found =>
    Object.keys(found ?? {}),
  );
  const inner = innerOf(plain.constructor as Constructor<EntityManager>);
  return withRefusals(guarded(inner, limits, new Set(names)), limits) as unknown as Constructor<EntityManager>;
}

/** PostgreSQL and its like, by the class that MikroORM's drivers for it share. */
function isPostgres(orm: MikroORM): boolean {
  let step: unknown = orm.driver.getPlatform();
  while (step) {
    if ((step as object).constructor.name === 'BasePostgreSqlPlatform') return true;
    step = Object.getPrototypeOf(step);
  }
  return false;
}

/**
 * The condition under which the caller may view rows of a protected entity, for reads that are not filtered: in a
 * QueryBuilder, or with `automatic: false`.
 */
export async function viewable<Entity extends object>(
  em: EntityManager,
  entity: EntityName<Entity>,
): Promise<Viewable<Entity>> {
  const limits = limitsOf.get(em.config);
  if (!limits) throw new GrantryError('SETUP', 'This MikroORM has no grantry() among its extensions.');
  return viewableWhere(limits, em.getMetadata().get(entity));
}
