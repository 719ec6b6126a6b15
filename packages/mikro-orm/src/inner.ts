import type { Constructor, EntityManager, EntityMetadata, EntityName } from '@mikro-orm/core';
import { GrantryError } from './errors.js';
import type { QueryBuilder } from './query-builder.js';

export type Options = Readonly<Record<string, unknown>>;

/** What is overridden of MikroORM's EntityManager; some of it is internal there, so `innerOf` looks whether it exists. */
export interface Inner {
  getContext(validate?: boolean): EntityManager;
  getMetadata(): { get(entityName: EntityName): EntityMetadata };
  fork(options?: Options): EntityManager;
  addFilter(options: { readonly name: string }): void;
  prepareOptions(options: Options): Options;
  processWhere(
    entityName: EntityName,
    where: unknown,
    options: Record<string, unknown>,
    type: string,
  ): Promise<unknown>;
  applyFilters(entityName: EntityName, where: unknown, filters: unknown, ...rest: unknown[]): Promise<unknown>;
  autoJoinRefsForFilters(meta: EntityMetadata, options: Options, parent?: unknown): Promise<void>;
  createQueryBuilder(entityName: EntityName, ...rest: unknown[]): QueryBuilder;
  countBy(entityName: EntityName, groupBy: string | readonly string[], options?: Options): Promise<unknown>;
  upsert(entity: EntityName | object, ...rest: unknown[]): Promise<unknown>;
  upsertMany(entities: EntityName | readonly object[], ...rest: unknown[]): Promise<unknown>;
  clone(entity: EntityName | object, ...rest: unknown[]): Promise<unknown>;
}

const OVERRIDDEN = [
  'getContext',
  'fork',
  'addFilter',
  'prepareOptions',
  'processWhere',
  'applyFilters',
  'autoJoinRefsForFilters',
  'createQueryBuilder',
  'countBy',
  'upsert',
  'upsertMany',
  'clone',
] as const satisfies readonly (keyof Inner)[];

export type InnerClass = new (...args: unknown[]) => Inner;

/** The class as it is inside. Throws when it lacks something: what cannot be restricted must not start. */
export function innerOf(base: Constructor<EntityManager>): InnerClass {
  const methods = base.prototype as Partial<Record<string, unknown>>;
  const missing = OVERRIDDEN.find(name => typeof methods[name] !== 'function');
  if (missing)
    throw new GrantryError('SETUP', `This EntityManager has no ${missing}: an SQL driver of MikroORM 7 is wanted.`);
  return base as unknown as InnerClass;
}
