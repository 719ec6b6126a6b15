import { ReferenceKind, Utils, type EntityMetadata, type EntityProperty } from '@mikro-orm/core';
import type { Limits } from './condition.js';
import { GrantryError } from './errors.js';

type Options = Readonly<Record<string, unknown>>;

/** Refuses an order by what hidden rows contain: their places would tell. Relations of the entity itself are joined filtered. */
export async function refuseHiddenOrder(limits: Limits, meta: EntityMetadata, options: Options): Promise<void> {
  for (const order of [options.orderBy, options.populateOrderBy, meta.orderBy]) await refuse(limits, order, meta, true);
}

async function refuse(limits: Limits, order: unknown, meta: EntityMetadata, isFirst: boolean): Promise<void> {
  if (Array.isArray(order)) {
    for (const one of order) await refuse(limits, one, meta, isFirst);
    return;
  }
  if (!Utils.isPlainObject(order)) return;
  for (const [name, inner] of Object.entries(order)) {
    const property = propertyOf(meta, name);
    const target = property?.targetMeta;
    if (!property || !target) continue;
    const isJoined = isFirst && isToOne(property) && isByContent(inner, target);
    if (!isJoined && (await isLimited(limits, property)))
      throw new GrantryError(
        'NOT_FILTERED',
        `${meta.className} cannot be ordered by ${name}: some of it may be hidden.`,
      );
    await refuse(limits, inner, target, false);
  }
}

/** The primary key is read from the entity itself, not from the joined row. */
const isByContent = (order: unknown, target: EntityMetadata) =>
  Utils.isPlainObject(order) && !Object.keys(order).some(name => (target.primaryKeys as string[]).includes(name));

/** Refuses to count by a relation to rows of which some are hidden: the groups would name them. */
export async function refuseHiddenGroups(limits: Limits, meta: EntityMetadata, by: string | readonly string[]) {
  for (const name of Utils.asArray(by)) {
    const property = propertyOf(meta, name);
    if (property && (await isLimited(limits, property)))
      throw new GrantryError(
        'NOT_FILTERED',
        `${meta.className} cannot be counted by ${name}: some of it may be hidden.`,
      );
  }
}

const propertyOf = (meta: EntityMetadata, name: string): EntityProperty | undefined =>
  meta.properties[name as keyof typeof meta.properties];

const isToOne = ({ kind }: EntityProperty) => kind === ReferenceKind.MANY_TO_ONE || kind === ReferenceKind.ONE_TO_ONE;

const isLimited = async (limits: Limits, property: EntityProperty): Promise<boolean> =>
  (await limits.of(limits.ruleOf(property.targetMeta))) !== undefined;
