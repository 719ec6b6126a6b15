import { sql } from 'kysely';
import { keyOf } from '../api/ids.js';
import type { Access } from '../engine/access.js';
import { either, reaches } from '../engine/reach.js';
import { badInput, conflict, notFound } from '../kernel/errors.js';
import type { GroupId } from '../kernel/ids.js';
import { nameKey, validCodename, validJson, validName, validText } from '../kernel/text.js';
import { entity } from '../store/rows.js';
import type { Tx } from '../store/tx.js';
import { isReservedName } from './default-groups.js';
import { Group } from './group.entity.js';
import type { UpdateGroupInput } from './group.inputs.js';

/** The group of an id; NOT_FOUND naming `field`. */
export async function groupById(tx: Tx, field: string, id: GroupId): Promise<Group> {
  const [row] = await tx.query<object>(sql`select * from "group" where tenant_id = ${tx.tenantId} and id = ${id}`);
  if (!row) throw notFound(field);
  return entity(Group, row);
}

/** The keys of groups that an argument names. One that does not exist for the caller is NOT_FOUND, naming it. */
export async function namedGroups(tx: Tx, access: Access, field: string, ids: readonly string[]): Promise<GroupId[]> {
  const keys = ids.map((id, i) => keyOf<GroupId>(`${field}.${i}`, id, 'Group'));
  const known = await tx.query<{ id: GroupId }>(
    sql`select id from "group" where tenant_id = ${tx.tenantId} and id = any(${keys.filter(key => key !== null)}::uuid[])`,
  );
  const reach = either(access.readable('group'), access.reach('group', 'write'));
  const found = new Set(known.map(({ id }) => id).filter(id => reaches(reach, id)));
  return keys.map((key, i) => {
    if (key === null || !found.has(key)) throw notFound(`${field}.${i}`);
    return key;
  });
}

/** As `namedGroups`, for an argument that names one group. */
export async function namedGroup(tx: Tx, access: Access, field: string, id: string): Promise<GroupId> {
  const key = keyOf<GroupId>(field, id, 'Group');
  const reach = either(access.readable('group'), access.reach('group', 'write'));
  if (key === null || !reaches(reach, key)) throw notFound(field);
  return (await groupById(tx, field, key)).id;
}

/** A name that no group of the tenant has yet, and that is not kept for the default groups. */
export async function freeName(tx: Tx, id: GroupId, text: string): Promise<{ name: string; nameKey: string }> {
  const name = validName('input.name', text);
  if (isReservedName(name)) throw badInput('input.name', `${name} is kept for a default group`);
  const key = nameKey(name);
  const taken = await tx.query(
    sql`select 1 from "group" where tenant_id = ${tx.tenantId} and name_key = ${key} and id <> ${id}`,
  );
  if (taken.length > 0) throw conflict(`There is a group called ${name} already`, 'input.name');
  return { name, nameKey: key };
}

/** The fields of a group that stand for themselves, checked; those that are absent stay absent. */
export function plainFields(input: Omit<UpdateGroupInput, 'id'>) {
  const { description, type, entities, properties } = input;
  return {
    ...(description !== undefined && { description: validText('input.description', description) }),
    ...(type !== undefined && { type: type === null ? null : validCodename('input.type', type) }),
    ...(entities !== undefined && { entities: validCodenames('input.entities', entities) }),
    ...(properties !== undefined && { properties: validJson('input.properties', properties) ?? null }),
  };
}

/** A flag that may be absent, and is never null. */
export function flag(field: string, value: boolean | null | undefined): boolean | undefined {
  if (value === null) throw badInput(field, 'must be true or false');
  return value;
}

/** A list of codenames, each once; null is none. */
export const validCodenames = (field: string, codenames: readonly string[] | null): string[] => [
  ...new Set((codenames ?? []).map((codename, i) => validCodename(`${field}.${i}`, codename))),
];

/** CONFLICT when the group would come to stand below itself. */
export async function refuseRing(tx: Tx, id: GroupId, parentId: GroupId): Promise<void> {
  const above = await tx.query(sql`
    with recursive up (id) as (
      select ${parentId}::uuid
      union
      select g.parent_id from up join "group" g on g.tenant_id = ${tx.tenantId} and g.id = up.id
    )
    select 1 from up where id = ${id}`);
  if (above.length > 0) throw conflict('A group cannot stand below itself', 'input.parentId');
}
