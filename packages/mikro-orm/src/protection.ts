import { Utils, type EntityMetadata, type EntityName, type MetadataStorage } from '@mikro-orm/core';
import { GrantryError } from './errors.js';
import { idReader, type IdReader } from './ids.js';

export type ProtectOptions<Entity> = {
  /** The resource type in Grantry, `application:resource`. */
  readonly type: string;
  /** The property that holds the resource id; the primary key unless told. */
  readonly id?: keyof Entity & string;
  /** What one has to be allowed to do to read a row; `view` unless told. */
  readonly verb?: string;
  /** False leaves reads as they are; `viewable` gives the condition where it is wanted. */
  readonly automatic?: boolean;
};

/** What is decided about one entity; made by `protect` and `unprotected`. */
export type Protection = {
  readonly entity: EntityName<object>;
  readonly options?: {
    readonly type: string;
    readonly id?: string;
    readonly verb?: string;
    readonly automatic?: boolean;
  };
};

/** A protected entity, with everything its condition needs. */
export type Rule = {
  readonly permission: string;
  readonly property: string;
  readonly column: string;
  readonly read: IdReader;
  readonly automatic: boolean;
};
export type Rules = ReadonlyMap<EntityMetadata, Rule>;

const PART = '[A-Za-z0-9][A-Za-z0-9._-]*';
const TYPE = new RegExp(`^${PART}:${PART}$`);
const VERB = new RegExp(`^${PART}$`);
const setup = (message: string) => new GrantryError('SETUP', message);

/** Decides that rows of the entity are read only by those who may view them. Takes effect in `grantry({ entities })`. */
export function protect<Entity extends object>(
  entity: EntityName<Entity>,
  options: ProtectOptions<Entity>,
): Protection {
  if (!TYPE.test(options.type)) throw setup(`${options.type} is no resource type: application:resource is wanted.`);
  if (options.verb !== undefined && !VERB.test(options.verb)) throw setup(`${options.verb} is no verb.`);
  return { entity: entity as EntityName<object>, options };
}

/** Decides that everybody may read the entity, so that `everyEntity` does not ask about it. */
export const unprotected = (entity: EntityName<object>): Protection => ({ entity });

/** The rules by the metadata of their entities. Throws when one cannot be kept. */
export function rulesOf(protections: readonly Protection[], metadata: MetadataStorage, everyEntity: boolean): Rules {
  const decided = new Map<EntityMetadata, Protection>();
  for (const protection of protections) {
    const meta = metaOf(protection, metadata);
    if (decided.has(meta)) throw setup(`${meta.className} is decided on twice.`);
    decided.set(meta, protection);
  }
  const open = [...metadata].find(meta => isTable(meta) && !decided.has(meta.root));
  if (everyEntity && open) throw setup(`${open.className} is neither protected nor unprotected.`);
  refusePolymorphs(decided, metadata);
  const rules = [...decided].flatMap(([meta, { options }]) =>
    options ? [[meta, ruleOf(meta, options)] as const] : [],
  );
  return new Map(rules);
}

const isTable = (meta: EntityMetadata) => !meta.embeddable && !meta.pivotTable && !meta.abstract;

/** MikroORM filters a relation that points to several entities in some reads and not in others. */
function refusePolymorphs(decided: ReadonlyMap<EntityMetadata, Protection>, metadata: MetadataStorage): void {
  const isFiltered = (meta: EntityMetadata) => {
    const options = decided.get(meta.root)?.options;
    return options !== undefined && options.automatic !== false;
  };
  for (const meta of metadata)
    for (const { name, polymorphTargets } of meta.relations)
      if (polymorphTargets?.some(isFiltered))
        throw setup(
          `${meta.className}.${name} points to several entities, of which one is protected: that is not supported.`,
        );
}

function metaOf({ entity }: Protection, metadata: MetadataStorage): EntityMetadata {
  const meta = metadata.find(entity);
  if (!meta) throw setup(`${Utils.className(entity)} is no entity of this MikroORM.`);
  // A query for the parent also returns the rows of its children.
  if (meta.root !== meta) throw setup(`${meta.className} shares rows with ${meta.root.className}: decide on that one.`);
  return meta;
}

function ruleOf(meta: EntityMetadata, options: NonNullable<Protection['options']>): Rule {
  if (options.id === undefined && meta.primaryKeys.length !== 1)
    throw setup(
      `${meta.className} has ${meta.primaryKeys.length} primary keys: name the property with the resource id.`,
    );
  const name = options.id ?? meta.primaryKeys[0] ?? '';
  const property = meta.properties[name as keyof typeof meta.properties];
  const read = property && idReader(property);
  if (!read)
    throw setup(`${meta.className}.${name} cannot be a resource id: text, a whole number or a UUID is wanted.`);
  return {
    permission: `${options.type}:${options.verb ?? 'view'}`,
    property: name,
    column: property.columnTypes[0] ?? '',
    read,
    automatic: options.automatic ?? true,
  };
}
