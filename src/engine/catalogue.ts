import type { PermissionParts } from '../kernel/permission.js';
import type { Database } from '../store/database.js';

/** A resource type, as far as decisions go by it. */
export type TypeOptions = {
  readonly name: string;
  readonly visibility: 'OPEN' | 'SHARED';
  readonly controlledBy: 'NONE' | 'PARENTS' | 'CHILDREN';
  readonly visibleWithoutRelated: boolean;
  readonly openVerbs: boolean;
  readonly verbs: ReadonlySet<string>;
};

/** The catalogue at one revision. */
export class Catalogue {
  constructor(
    readonly revision: number,
    private readonly types: ReadonlyMap<string, TypeOptions>,
  ) {}

  /** The type that a permission speaks of, if there is one. */
  typeOf({ application, resource }: PermissionParts): TypeOptions | undefined {
    return this.types.get(`${application}:${resource}`);
  }
}

/** Whether a type knows a verb: one that it does not know is held by nobody. */
export const knowsVerb = ({ openVerbs, verbs }: TypeOptions, verb: string) => openVerbs || verbs.has(verb);

const TYPES = /* sql */ `
select
  (select c.revision from catalogue_revision c where c.id = 1) as revision,
  (select coalesce(json_agg(json_build_object(
      'name', t.name, 'visibility', t.visibility, 'controlledBy', t.controlled_by,
      'visibleWithoutRelated', t.visible_without_related, 'openVerbs', t.open_verbs,
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
