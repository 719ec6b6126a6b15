import { sql } from 'kysely';
import { keyOf } from '../api/ids.js';
import type { Catalogue, TypeOptions } from '../engine/catalogue.js';
import { badInput, notFound, tooMany } from '../kernel/errors.js';
import type { GroupId, PrincipalId } from '../kernel/ids.js';
import { askedKey, isStorable, validJson, validResourceId } from '../kernel/text.js';
import type { Tx } from '../store/tx.js';
import { knownType, MOST_WRITTEN } from './checks.js';
import type { PutResourceInput, PutResourcesInput, ResourceRef } from './resource.inputs.js';

/** A group to share with, and where it was named. */
export type NamedShare = { readonly field: string; readonly groupId: GroupId };

/** A put with its names looked up. What is absent stays; an owner or attributes of null are cleared. */
export type CheckedPut = {
  readonly resourceId: string;
  readonly field: string;
  readonly ownerId?: PrincipalId | null;
  readonly attributes?: unknown;
  readonly parents?: readonly ResourceRef[];
  readonly shares?: readonly NamedShare[];
};

/** Checks what is to be put. BAD_USER_INPUT or NOT_FOUND naming the argument. */
export async function checkedPuts(
  tx: Tx,
  catalogue: Catalogue,
  type: TypeOptions,
  { resources }: PutResourcesInput,
): Promise<CheckedPut[]> {
  const owners = await ownersNamed(tx, resources);
  const groups = await knownGroups(tx, resources);
  const puts = resources.map((input, at) => {
    const field = `input.resources.${at}`;
    const { owner, parents, sharedWith } = input;
    return {
      field,
      resourceId: validResourceId(`${field}.resourceId`, input.resourceId),
      ...(owner !== undefined && { ownerId: ownerOf(type, field, owner, owners) }),
      ...(input.attributes !== undefined && { attributes: validAttributes(`${field}.attributes`, input.attributes) }),
      ...(parents !== undefined && { parents: validParents(catalogue, `${field}.parents`, parents ?? []) }),
      ...(sharedWith !== undefined && { shares: sharesOf(`${field}.sharedWith`, sharedWith ?? [], groups) }),
    };
  });
  const twice = puts.findIndex((put, at) => puts.findIndex(other => other.resourceId === put.resourceId) < at);
  if (twice >= 0) throw badInput(`input.resources.${twice}.resourceId`, 'stands in the list more than once');
  return puts;
}

async function ownersNamed(tx: Tx, resources: readonly PutResourceInput[]): Promise<Map<string, PrincipalId>> {
  const names = resources.flatMap(({ owner }) => (typeof owner === 'string' ? [askedKey(owner)] : []));
  if (names.length === 0) return new Map();
  const rows = await tx.query<{ id: PrincipalId; username: string }>(sql`
    select p.id, p.username from principal p
     where p.tenant_id = ${tx.tenantId} and p.username = any(${names.filter(isStorable)}::text[])`);
  return new Map(rows.map(({ id, username }) => [username, id]));
}

async function knownGroups(tx: Tx, resources: readonly PutResourceInput[]): Promise<Set<GroupId>> {
  const ids = resources.flatMap(({ sharedWith }, at) =>
    (sharedWith ?? []).flatMap((id, i) => keyOf<GroupId>(`input.resources.${at}.sharedWith.${i}`, id, 'Group') ?? []),
  );
  if (ids.length === 0) return new Set();
  const rows = await tx.query<{ id: GroupId }>(
    sql`select g.id from "group" g where g.tenant_id = ${tx.tenantId} and g.id = any(${ids}::uuid[])`,
  );
  return new Set(rows.map(({ id }) => id));
}

function ownerOf(
  type: TypeOptions,
  field: string,
  owner: string | null,
  owners: ReadonlyMap<string, PrincipalId>,
): PrincipalId | null {
  if (owner === null) return null;
  if (!type.ownable) throw badInput(`${field}.owner`, `resources of the type ${type.name} have no owner`);
  const id = owners.get(askedKey(owner));
  if (!id) throw notFound(`${field}.owner`);
  return id;
}

function validAttributes(field: string, attributes: unknown): unknown {
  if (attributes === null) return null;
  if (typeof attributes !== 'object' || Array.isArray(attributes)) throw badInput(field, 'must be a JSON object');
  return validJson(field, attributes);
}

function validParents(catalogue: Catalogue, field: string, parents: readonly ResourceRef[]): ResourceRef[] {
  if (parents.length > MOST_WRITTEN) throw tooMany(field, MOST_WRITTEN);
  const valid = parents.map(({ type, resourceId }, at) => ({
    type: knownType(catalogue, `${field}.${at}.type`, type).name,
    resourceId: validResourceId(`${field}.${at}.resourceId`, resourceId),
  }));
  return [...new Map(valid.map(ref => [`${ref.type} ${ref.resourceId}`, ref])).values()];
}

function sharesOf(field: string, ids: readonly string[], groups: ReadonlySet<GroupId>): NamedShare[] {
  const named = ids.map((id, at) => {
    const groupId = keyOf<GroupId>(`${field}.${at}`, id, 'Group');
    if (groupId === null || !groups.has(groupId)) throw notFound(`${field}.${at}`);
    return { field: `${field}.${at}`, groupId };
  });
  return [...new Map(named.map(share => [share.groupId, share])).values()];
}
