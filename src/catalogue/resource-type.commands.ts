import { sql } from 'kysely';
import { badInput, notFound } from '../kernel/errors.js';
import { newId, type ResourceTypeId } from '../kernel/ids.js';
import { isVerb, parsePermission } from '../kernel/permission.js';
import { validText } from '../kernel/text.js';
import type { CatalogueTx } from '../store/tx.js';

type Options = {
  readonly description: string;
  readonly ownerVerbs: readonly string[];
  readonly sharedVerbs: readonly string[];
  readonly inheritedVerbs: readonly string[];
  readonly visibility: 'OPEN' | 'SHARED';
  readonly unsharedArePublic: boolean;
  readonly controlledBy: 'NONE' | 'PARENTS' | 'CHILDREN';
  readonly visibleWithoutRelated: boolean;
  readonly openVerbs: boolean;
  readonly ownable: boolean;
};

/** What to change of the type `name`: absent = unchanged, null = back to the default. */
export type ResourceTypeChange = { readonly name: string } & { readonly [K in keyof Options]?: Options[K] | null };

const DEFAULTS: Options = {
  description: '',
  ownerVerbs: [],
  sharedVerbs: [],
  inheritedVerbs: [],
  visibility: 'OPEN',
  unsharedArePublic: false,
  controlledBy: 'NONE',
  visibleWithoutRelated: true,
  openVerbs: false,
  ownable: true,
};
const VERB_LISTS = ['ownerVerbs', 'sharedVerbs', 'inheritedVerbs'] as const;

/** Makes the types `application:resource` that are not there yet, with all options at their defaults. */
export async function addResourceTypes(
  tx: CatalogueTx,
  types: readonly { readonly application: string; readonly resource: string }[],
): Promise<void> {
  if (types.length === 0) return;
  const d = DEFAULTS;
  const rows = types.map(
    ({ application, resource }) =>
      sql`(${newId<ResourceTypeId>()}::uuid, ${`${application}:${resource}`}, ${application}, ${resource},
        ${d.description}, ${d.ownerVerbs}::text[], ${d.sharedVerbs}::text[], ${d.inheritedVerbs}::text[], ${d.visibility},
        ${d.unsharedArePublic}::boolean, ${d.controlledBy}, ${d.visibleWithoutRelated}::boolean, ${d.openVerbs}::boolean,
        ${d.ownable}::boolean)`,
  );
  await tx.query(sql`
    insert into resource_type (id, name, application, resource_type, description, owner_verbs, shared_verbs,
      inherited_verbs, visibility, unshared_are_public, controlled_by, visible_without_related, open_verbs, ownable)
    values ${sql.join(rows)} on conflict (name) do nothing`);
}

/** Changes the options of a type. NOT_FOUND when there is none of that name. */
export async function updateResourceType(tx: CatalogueTx, input: ResourceTypeChange): Promise<ResourceTypeId> {
  const { id, ...stored } = await storedType(tx, input.name);
  const next = { ...stored, ...given(input) };
  validText('input.description', next.description);
  if (next.unsharedArePublic && next.controlledBy !== 'NONE') {
    const field = input.unsharedArePublic ? 'input.unsharedArePublic' : 'input.controlledBy';
    throw badInput(field, 'unsharedArePublic needs controlledBy NONE: either sharing or related resources decide');
  }
  await checkVerbs(tx, input, stored, next);
  if (JSON.stringify(stored) === JSON.stringify(next)) return id;
  await tx.query(sql`
    update resource_type set description = ${next.description}, owner_verbs = ${next.ownerVerbs},
      shared_verbs = ${next.sharedVerbs}, inherited_verbs = ${next.inheritedVerbs}, visibility = ${next.visibility},
      unshared_are_public = ${next.unsharedArePublic}, controlled_by = ${next.controlledBy},
      visible_without_related = ${next.visibleWithoutRelated}, open_verbs = ${next.openVerbs}, ownable = ${next.ownable}
    where id = ${id}`);
  tx.raise('revision');
  return id;
}

async function storedType(tx: CatalogueTx, name: string): Promise<Options & { readonly id: ResourceTypeId }> {
  if (!parsePermission(`${name}:*`)) throw notFound('input.name');
  const [stored] = await tx.query<Options & { id: ResourceTypeId }>(sql`
    select id, description, owner_verbs as "ownerVerbs", shared_verbs as "sharedVerbs",
      inherited_verbs as "inheritedVerbs", visibility, unshared_are_public as "unsharedArePublic",
      controlled_by as "controlledBy", visible_without_related as "visibleWithoutRelated", open_verbs as "openVerbs",
      ownable
    from resource_type where name = ${name}`);
  if (!stored) throw notFound('input.name');
  return stored;
}

function given(input: ResourceTypeChange): Partial<Options> {
  const named = (Object.keys(DEFAULTS) as (keyof Options)[]).filter(option => input[option] !== undefined);
  const values = named.map(option => [option, input[option] ?? DEFAULTS[option]] as const);
  return Object.fromEntries(
    values.map(([option, value]) => [option, Array.isArray(value) ? [...new Set(value)] : value]),
  );
}

async function checkVerbs(tx: CatalogueTx, input: ResourceTypeChange, stored: Options, next: Options): Promise<void> {
  const known = await verbsOf(tx, input.name);
  for (const list of VERB_LISTS) {
    input[list]?.forEach((verb, at) => {
      if (verb === '*') return;
      if (!isVerb(verb)) throw badInput(`input.${list}.${at}`, 'must be a verb, or * for all');
      if (!next.openVerbs && !known.has(verb)) {
        throw badInput(
          `input.${list}.${at}`,
          `${input.name} has no permission with the verb ${verb}; create it, or set openVerbs`,
        );
      }
    });
  }
  if (!stored.openVerbs || next.openVerbs) return;
  const open = VERB_LISTS.flatMap(list => next[list]).find(verb => verb !== '*' && !known.has(verb));
  if (open !== undefined)
    throw badInput('input.openVerbs', `the lists name ${open}, for which ${input.name} has no permission`);
}

async function verbsOf(tx: CatalogueTx, name: string): Promise<ReadonlySet<string>> {
  const [application, resource] = name.split(':');
  const rows = await tx.query<{ verb: string }>(
    sql`select verb from permission where application = ${application} and resource_type = ${resource}`,
  );
  return new Set(rows.map(({ verb }) => verb));
}
