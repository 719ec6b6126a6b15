import type { ResourceTypeId } from '../kernel/ids.js';
import type { PermissionParts } from '../kernel/permission.js';
import type { Database } from '../store/database.js';

/** A resource type, as far as decisions go by it. */
export type TypeOptions = {
  readonly id: ResourceTypeId;
  readonly name: string;
  readonly application: string;
  readonly resource: string;
  readonly ownerVerbs: readonly string[];
  readonly sharedVerbs: readonly string[];
  readonly inheritedVerbs: readonly string[];
  readonly visibility: 'OPEN' | 'SHARED';
  readonly unsharedArePublic: boolean;
  readonly controlledBy: 'NONE' | 'PARENTS' | 'CHILDREN';
  readonly visibleWithoutRelated: boolean;
  readonly openVerbs: boolean;
  readonly ownable: boolean;
  readonly verbs: ReadonlySet<string>;
};

/** The catalogue at one revision. */
export class Catalogue {
  constructor(
    readonly revision: number,
    private readonly types: ReadonlyMap<string, TypeOptions>,
  ) {}

  /** The type that a permission speaks of, if there is one. */
  typeOf({ application, resource }: Pick<PermissionParts, 'application' | 'resource'>): TypeOptions | undefined {
    return this.types.get(`${application}:${resource}`);
  }

  /** The type of a name, if there is one. */
  typeNamed(name: string): TypeOptions | undefined {
    return this.types.get(name);
  }

  /** The names of all types that answer to a condition. */
  namesOf(holds: (type: TypeOptions) => boolean): string[] {
    return [...this.types.values()].filter(holds).map(({ name }) => name);
  }
}

/** Whether a type knows a verb: one that it does not know is held by nobody. `*` is what every verb together is. */
export const knowsVerb = ({ openVerbs, verbs }: TypeOptions, verb: string) =>
  openVerbs || verb === '*' || verbs.has(verb);

/** Whether a type knows every verb that another one knows. */
export const knowsAllOf = (type: TypeOptions, other: TypeOptions) =>
  type.openVerbs || (!other.openVerbs && [...other.verbs].every(verb => type.verbs.has(verb)));

/** Whether a list of verbs, in which `*` is all of them, has a verb. */
export const hasVerb = (list: readonly string[], verb: string) => list.includes(verb) || list.includes('*');

/** Whether it ever matters who sees a resource of a type. */
export const mattersWhoSees = ({ visibility, sharedVerbs }: TypeOptions) =>
  visibility === 'SHARED' || sharedVerbs.length > 0;

const TYPES = /* sql */ `
select
  (select c.revision from catalogue_revision c where c.id = 1) as revision,
  (select coalesce(json_agg(json_build_object(
      'id', t.id, 'name', t.name, 'application', t.application, 'resource', t.resource_type,
      'ownerVerbs', t.owner_verbs, 'sharedVerbs', t.shared_verbs, 'inheritedVerbs', t.inherited_verbs,
      'visibility', t.visibility, 'unsharedArePublic', t.unshared_are_public, 'controlledBy', t.controlled_by,
      'visibleWithoutRelated', t.visible_without_related, 'openVerbs', t.open_verbs, 'ownable', t.ownable,
      'verbs', (select coalesce(json_agg(p.verb), '[]') from permission p
                 where p.application = t.application and p.resource_type = t.resource_type and p.verb <> '*'))), '[]')
     from resource_type t) as types`;

type TypeRow = Omit<TypeOptions, 'verbs'> & { verbs: string[] };

/** Keeps the newest catalogue read so far, and reads it again when somebody knows of a newer revision. */
export class CatalogueReader {
  #newest = new Catalogue(0, new Map());
  #reading: Promise<Catalogue> | null = null;

  constructor(private readonly db: Database) {}

  /** The catalogue at `revision` or later. */
  async at(revision: number): Promise<Catalogue> {
    if (this.#newest.revision >= revision) return this.#newest;
    // What is already being read may be older than what is asked for; what is read from now on cannot be.
    const underWay = await this.#reading?.catch(() => null);
    if (underWay && underWay.revision >= revision) return underWay;
    this.#reading ??= this.read().finally(() => (this.#reading = null));
    return this.#reading;
  }

  private async read(): Promise<Catalogue> {
    type Row = { revision: number; types: TypeRow[] };
    const [row] = await this.db.query<Row>({ name: 'catalogue', text: TYPES, values: [] });
    const types = (row?.types ?? []).map(type => [type.name, { ...type, verbs: new Set(type.verbs) }] as const);
    const read = new Catalogue(row?.revision ?? 0, new Map(types));
    if (read.revision > this.#newest.revision) this.#newest = read;
    return read;
  }
}
