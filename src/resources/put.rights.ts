import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import { Standing } from '../engine/administering.js';
import type { TypeOptions } from '../engine/catalogue.js';
import type { ResourceFacts } from '../engine/facts.js';
import { definitionsMatch, type Attributes } from '../engine/matching.js';
import { controlledTypes, requireMayShow, requireSees } from '../engine/showing.js';
import type { Definition } from '../kernel/definitions.js';
import { forbidden } from '../kernel/errors.js';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import { isStorable } from '../kernel/text.js';
import type { Tx } from '../store/tx.js';
import type { CheckedPut } from './put.checks.js';
import { WRITE_NEEDS } from './resource.commands.js';
import type { PutResourcesInput, ResourceRef } from './resource.inputs.js';
import { requireMayShareWith } from './share.commands.js';

/** A resource as it stands before a put. */
export type Before = {
  readonly resource_id: string;
  readonly owner_id: PrincipalId | null;
  readonly was_put: boolean;
  readonly parents: readonly ResourceRef[];
  readonly shares: readonly GroupId[];
};
export type Befores = ReadonlyMap<string, Before>;

/** Where the caller stands among what is put. FORBIDDEN, before any name is looked up, for whoever may not put all of it. */
export async function requireWrites(
  tx: Tx,
  access: Access,
  type: TypeOptions,
  { resources }: PutResourcesInput,
  now: Date,
): Promise<Standing | null> {
  const ids = resources.map(({ resourceId }) => resourceId).filter(isStorable);
  const parents = resources.flatMap(put => put.parents ?? []).filter(({ resourceId }) => isStorable(resourceId));
  const around = parents.map(({ type: name, resourceId: id }) => ({ type: name, id }));
  const standing = await Standing.of(tx, access, type, ids, now, around);
  // Whoever may hand out rights is not thereby allowed to write resources.
  if (!standing && !access.mayOn('resource', 'write', type, null)) throw forbidden(WRITE_NEEDS);
  if (standing && ids.some(id => !standing.writes(standing.at(id)))) throw forbidden(WRITE_NEEDS);
  return standing;
}

/**
 * Whoever is no administrator of the tenant changes what is its own or what it has the right to write, and brings nobody
 * into what it does not hold itself: a new owner, those who hold or see something on a new parent, those for whom new
 * attributes count, and whom it is shared with. What is new has nothing yet that could be handed out.
 */
export async function requireMayPut(
  tx: Tx,
  standing: Standing,
  puts: readonly CheckedPut[],
  before: Befores,
  now: Date,
): Promise<void> {
  for (const put of puts) requireMaySetShares(standing, put, before.get(put.resourceId));
  const added = puts.flatMap(put => (put.shares ?? []).filter(share => !isThere(before, put, share.groupId)));
  await requireMayShareWith(tx, standing.access, added, now);
  if (standing.access.caller.kind === 'service') return;
  await requireMayLeave(tx, standing, puts, before, now);
  const shown: string[] = [];
  for (const put of puts) {
    requireMayPlace(standing, put, before.get(put.resourceId));
    const old = before.get(put.resourceId);
    if (old && conveys(standing, put, old)) shown.push(put.resourceId);
  }
  await requireMayShow(tx, standing, shown);
  await requireMayDescribe(tx, standing, puts, before);
}

const isThere = (before: Befores, { resourceId }: CheckedPut, groupId: GroupId) =>
  before.get(resourceId)?.shares.includes(groupId) === true;

/** Sharing, also with fewer, needs to administer the resource, or to become its owner with the same put. */
function requireMaySetShares(standing: Standing, put: CheckedPut, before: Before | undefined): void {
  if (!put.shares || (put.shares.length === 0 && !before)) return;
  const owns = typeof put.ownerId === 'string' && put.ownerId === standing.principalId;
  if (owns || standing.administers(standing.at(put.resourceId))) return;
  throw forbidden('Sharing needs rbac:grant:write, ownership, or the verb manage');
}

/** Refuses to hand out verbs that the caller does not hold; says whether the put lets others see the resource. */
function conveys(standing: Standing, put: CheckedPut, before: Before): boolean {
  const { type } = standing;
  const resource = standing.at(put.resourceId);
  const newOwner = typeof put.ownerId === 'string' && put.ownerId !== before.owner_id;
  const newShares = (put.shares ?? []).some(({ groupId }) => !before.shares.includes(groupId));
  const isMoved =
    type.controlledBy === 'PARENTS' && [...newParents(put, before), ...oldParents(put, before)].length > 0;
  if (newOwner) standing.requireHolds([...type.ownerVerbs, ...type.sharedVerbs], resource);
  if (newShares || isMoved) standing.requireHolds(type.sharedVerbs, resource);
  if (newParents(put, before).length > 0) standing.requireHolds(type.inheritedVerbs, resource);
  return newOwner || newShares || isMoved;
}

/** What is seen through its children is seen by whoever sees a new one. */
function requireMayPlace(standing: Standing, put: CheckedPut, before: Before | undefined): void {
  const { catalogue } = standing.access;
  const { CHILDREN } = controlledTypes(catalogue);
  for (const { type, resourceId } of newParents(put, before)) {
    const parent = standing.atKey({ type, id: resourceId });
    if (parent.uid === null) requireMayRegister(standing, catalogue.typeNamed(type)!, parent);
    else if (CHILDREN.includes(type)) requireSees(standing, parent);
  }
}

/** What is seen through its children may be seen by everybody when it has lost the last one. */
async function requireMayLeave(
  tx: Tx,
  { access, type }: Standing,
  puts: readonly CheckedPut[],
  before: Befores,
  now: Date,
): Promise<void> {
  const { CHILDREN } = controlledTypes(access.catalogue);
  const left = puts
    .flatMap(put => oldParents(put, before.get(put.resourceId)))
    .filter(parent => CHILDREN.includes(parent.type))
    .map(parent => ({ type: parent.type, id: parent.resourceId }));
  if (left.length === 0) return;
  const standing = await Standing.of(tx, access, type, [], now, left);
  for (const key of left) if (standing) requireSees(standing, standing.atKey(key));
}

/** A resource that is seen by everybody as soon as it is registered is not for everybody to register on the way. */
function requireMayRegister(standing: Standing, type: TypeOptions, resource: ResourceFacts): void {
  const isOpen = type.unsharedArePublic || type.controlledBy !== 'NONE';
  if (!isOpen || standing.access.mayOn('resource', 'write', type, null)) return;
  standing.requireHolds(type.sharedVerbs, resource, type);
}

const newParents = ({ parents }: CheckedPut, before: Before | undefined): readonly ResourceRef[] =>
  (parents ?? []).filter(parent => !(before?.parents ?? []).some(old => isSame(old, parent)));

const oldParents = ({ parents }: CheckedPut, before: Before | undefined): readonly ResourceRef[] =>
  parents ? (before?.parents ?? []).filter(old => !parents.some(parent => isSame(old, parent))) : [];

const isSame = (a: ResourceRef, b: ResourceRef) => a.type === b.type && a.resourceId === b.resourceId;

type Row = { readonly verb: string; readonly definitions: Definition[] };

/** Attributes are what role rows with definitions go by: those that come to match must give nothing that is not held. */
async function requireMayDescribe(
  tx: Tx,
  standing: Standing,
  puts: readonly CheckedPut[],
  before: Befores,
): Promise<void> {
  const described = puts.filter(put => put.attributes !== undefined && before.has(put.resourceId));
  if (described.length === 0) return;
  const rows = await rowsWithDefinitions(tx, standing.type);
  for (const { resourceId, attributes } of described) {
    const resource = standing.at(resourceId);
    const after = { ...(attributes as Attributes | null), ...ownAttributes(standing.type, resource) };
    const gained = rows.filter(
      ({ definitions }) => definitionsMatch(definitions, after) && !definitionsMatch(definitions, resource.attributes),
    );
    if (gained.some(({ verb }) => knowable(standing, verb) && !standing.holds(verb, resource))) {
      throw forbidden('With these attributes, a role would give what you do not hold');
    }
  }
}

const knowable = ({ type }: Standing, verb: string) => verb === '*' || type.openVerbs || type.verbs.has(verb);

const ownAttributes = ({ application }: TypeOptions, { id }: ResourceFacts) => (application === 'rbac' ? { id } : {});

const rowsWithDefinitions = (tx: Tx, { application, resource }: TypeOptions) =>
  tx.query<Row>(sql`
    select distinct p.verb, a.resource_definitions as definitions
      from (
        select ra.permission_id, ra.resource_definitions from role_access ra where ra.tenant_id = ${tx.tenantId}
        union all
        select sa.permission_id, sa.resource_definitions from system_role_access sa
      ) a
      join permission p on p.id = a.permission_id
     where p.application = ${application} and p.resource_type in (${resource}, '*')
       and a.resource_definitions <> '[]'::jsonb`);
