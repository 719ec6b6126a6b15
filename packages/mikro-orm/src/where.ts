import {
  isRaw,
  Reference,
  ReferenceKind,
  Utils,
  wrap,
  type EntityMetadata,
  type EntityProperty,
} from '@mikro-orm/core';
import { beyond, within, type Condition, type Limit, type Limits } from './condition.js';
import { GrantryError } from './errors.js';

type Properties = Readonly<Record<string, EntityProperty>>;
/** What stands for a key: its value unless it is dropped, and conditions beside it. */
type Guarded = { readonly value?: unknown; readonly and?: readonly Condition[] };

/**
 * The same condition, in which relations reach only rows that may be read: a hidden row answers like one that is not
 * there, whether it is asked by its content, by its id, or by its absence.
 */
export const guardWhere = (limits: Limits, where: unknown, meta: EntityMetadata): Promise<unknown> =>
  new Guard(limits, false).where(where, meta.properties);

class Guard {
  /** Inside a negation a hidden row has to pass, so that the negation leaves it out as it leaves out one that is none. */
  constructor(
    private readonly limits: Limits,
    private readonly negated: boolean,
  ) {}

  async where(where: unknown, properties: Properties): Promise<unknown> {
    if (Array.isArray(where)) return Promise.all(where.map(one => this.where(one, properties)));
    if (!isCondition(where)) return where;
    const kept: Condition = {};
    const more: Condition[] = [];
    for (const key of Reflect.ownKeys(where)) {
      const guarded = await this.key(key, where[key], properties);
      if ('value' in guarded) kept[key] = guarded.value;
      more.push(...(guarded.and ?? []));
    }
    if (more.length === 0) return kept;
    return { $and: [...(Reflect.ownKeys(kept).length > 0 ? [kept] : []), ...more] };
  }

  private async key(key: PropertyKey, value: unknown, properties: Properties): Promise<Guarded> {
    const property = typeof key === 'string' && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (property) return this.property(property, value);
    // $and, $or, $some and their like hold conditions on the same entity; other operators hold values.
    if (typeof key !== 'string' || !key.startsWith('$')) return { value };
    return { value: await this.inside(key).where(value, properties) };
  }

  /** The database asks $some, $none, $all and $every in queries of their own, whatever is negated around them. */
  private inside(operator: string): Guard {
    if (operator === '$not') return new Guard(this.limits, !this.negated);
    return COLLECTION.includes(operator) ? new Guard(this.limits, operator === '$every') : this;
  }

  private async property(property: EntityProperty, value: unknown): Promise<Guarded> {
    if (property.kind === ReferenceKind.EMBEDDED) return { value: await this.embedded(property, value) };
    const target = property.targetMeta;
    if (!target) return { value };
    const inner = await this.where(keyOf(value), target.properties);
    const limit = await this.limits.of(this.limits.ruleOf(target));
    if (!limit) return { value: inner };
    return isToOne(property)
      ? this.toOne(property.name, inner, limit)
      : this.toMany(property.name, inner, limit, target);
  }

  /** MikroORM takes no operators inside embeddables, so what would need some there is refused. */
  private async embedded(property: EntityProperty, value: unknown): Promise<unknown> {
    const guarded = await this.where(value, property.embeddedProps as Properties);
    if (isCondition(guarded) && isCondition(value) && '$and' in guarded && !('$and' in value))
      throw notFiltered(`A condition on a relation inside ${property.name}`);
    return guarded;
  }

  /** A hidden row on the other side counts as none. */
  private toOne(name: string, value: unknown, limit: Limit): Guarded {
    const either = (...found: readonly unknown[]) => ({ and: [{ $or: found.map(one => ({ [name]: one })) }] });
    if (value === null || isOnly(value, '$eq', null)) return either(null, { [limit.property]: null }, beyond(limit));
    if (this.negated && !isOnly(value, '$ne', null)) return either(value, beyond(limit));
    return { value, and: [{ [name]: within(limit) }] };
  }

  /** A condition on a collection holds for the part of it that may be read. */
  private toMany(name: string, value: unknown, limit: Limit, target: EntityMetadata): Guarded {
    const { $some, $none, $every, $all, $size, ...plain } = onKeys(value, target);
    if ($size !== undefined) throw notFiltered(`$size of ${name}`);
    const part = (inner: unknown) => ({ $and: [onKeys(inner, target), within(limit)].filter(isAsking) });
    const orHidden = (inner: unknown) => ({ $or: [onKeys(inner, target), beyond(limit)] });
    const condition = {
      ...(Reflect.ownKeys(plain).length > 0 && (this.negated ? orHidden(plain) : part(plain))),
      ...($some !== undefined && { $some: part($some) }),
      ...($none !== undefined && { $none: part($none) }),
      ...($every !== undefined && { $every: orHidden($every) }),
      ...(Array.isArray($all) && { $all: $all.map(part) }),
    };
    return { value: condition };
  }
}

/** Conditions that stand for the primary key of a collection's rows are written as ones on the key. */
function onKeys(value: unknown, target: EntityMetadata): Condition {
  const key = Utils.getPrimaryKeyHash(target.primaryKeys);
  if (Array.isArray(value)) return { [key]: { $in: value } };
  if (!isCondition(value)) return { [key]: value };
  const keys = Reflect.ownKeys(value);
  if (!keys.some(isOfKey)) return value;
  const split = (ofKey: boolean) =>
    Object.fromEntries(keys.filter(name => isOfKey(name) === ofKey).map(name => [name, value[name]]));
  return { ...split(false), [key]: split(true) };
}

const COLLECTION = ['$some', '$none', '$every', '$size', '$all'];
const isOfKey = (name: PropertyKey) =>
  typeof name === 'string' && Utils.isOperator(name, false) && !COLLECTION.includes(name);

const isToOne = ({ kind }: EntityProperty) => kind === ReferenceKind.MANY_TO_ONE || kind === ReferenceKind.ONE_TO_ONE;
const isCondition = (value: unknown): value is Condition =>
  Utils.isPlainObject(value) && !isRaw(value) && !Utils.isEntity(value);
const isAsking = (value: unknown) => !isCondition(value) || Reflect.ownKeys(value).length > 0;
const isOnly = (value: unknown, key: string, wanted: unknown) =>
  isCondition(value) && Reflect.ownKeys(value).length === 1 && value[key] === wanted;

function keyOf(value: unknown): unknown {
  const entity = Reference.isReference(value) ? value.unwrap() : value;
  return Utils.isEntity(entity) ? wrap(entity, true).getPrimaryKey() : entity;
}

const notFiltered = (what: string) =>
  new GrantryError('NOT_FILTERED', `${what} cannot be filtered by what the caller may view; see unrestricted().`);
