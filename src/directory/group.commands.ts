import { sql } from 'kysely';
import type { Access } from '../engine/access.js';
import { takeBack } from '../engine/claims.js';
import { conveyedBy, NOTHING_CONVEYED, requireHeld, rowsOfRoles, withIncluding } from '../engine/holding.js';
import { requireMayOpen } from '../engine/showing.js';
import { badInput, conflict, forbidden } from '../kernel/errors.js';
import { newId, type GroupId, type RoleId } from '../kernel/ids.js';
import { nameKey } from '../kernel/text.js';
import type { Tx } from '../store/tx.js';
import { PLATFORM_DEFAULT_DESCRIPTION, PLATFORM_DEFAULT_NAME } from './default-groups.js';
import { flag, freeName, groupById, namedGroup, plainFields, refuseRing } from './group.checks.js';
import { Group } from './group.entity.js';
import type { CreateGroupInput, UpdateGroupInput } from './group.inputs.js';
import { changeSharing } from './group-sharing.js';
import { Membership } from './membership.entity.js';

/** Creates a group. BAD_USER_INPUT, CONFLICT or NOT_FOUND naming the argument; FORBIDDEN by the no-escalation rule. */
export async function createGroup(tx: Tx, access: Access, input: CreateGroupInput, now: Date): Promise<GroupId> {
  const id = newId<GroupId>();
  const { parentId: parent } = input;
  const group = {
    id,
    ...(await freeName(tx, id, input.name)),
    description: null,
    type: null,
    entities: [],
    properties: null,
    ...plainFields(input),
    parentId: typeof parent === 'string' ? await namedGroup(tx, access, 'input.parentId', parent) : null,
    platformDefault: false,
    adminDefault: false,
    system: false,
    anonymousDefault: flag('input.anonymousDefault', input.anonymousDefault) ?? false,
    includesSubgroups: flag('input.includesSubgroups', input.includesSubgroups) ?? false,
    supergroup: flag('input.supergroup', input.supergroup) ?? false,
    sharesWithAny: true,
    createdAt: now,
    modifiedAt: now,
  };
  if (group.anonymousDefault && group.parentId) throw anonymousHasParent('input.anonymousDefault');
  await requireHeld(tx, access, now, { ...NOTHING_CONVEYED, supergroup: group.supergroup });
  await tx.insert(Group, [group]);
  await changeSharing(tx, access, id, input);
  if (group.anonymousDefault) tx.raise();
  return id;
}

/** Changes what is given. Errors as `createGroup`; FORBIDDEN for system groups and for default ones. */
export async function updateGroup(
  tx: Tx,
  access: Access,
  id: GroupId,
  input: UpdateGroupInput,
  now: Date,
): Promise<void> {
  const group = await groupById(tx, 'input.id', id);
  refuseSystem(group, input);
  const { name, parentId: parent } = input;
  if (name === null) throw badInput('input.name', 'cannot be cleared');
  const changes = {
    ...(name !== undefined && (await freeName(tx, id, name))),
    ...plainFields(input),
    ...(parent !== undefined && {
      parentId: parent === null ? null : await namedGroup(tx, access, 'input.parentId', parent),
    }),
    ...flagsOf(input),
    modifiedAt: now,
  };
  const after = { ...group, ...changes };
  await checkTree(tx, access, group, after, now);
  if (after.anonymousDefault && !group.anonymousDefault) await refuseMembers(tx, id, now);
  await tx.update(Group, { id }, changes);
  await changeSharing(tx, access, id, input);
  tx.raise();
}

/**
 * Deletes a group with its memberships, policies and shares; its subgroups move up. A customised default group goes
 * back to what the platform says. FORBIDDEN for system groups, and by the no-escalation rule.
 */
export async function deleteGroup(tx: Tx, access: Access, id: GroupId, now: Date): Promise<void> {
  const group = await groupById(tx, 'input.id', id);
  if (group.system) throw forbidden('A system group cannot be deleted');
  tx.raise();
  if (group.platformDefault) return putBack(tx, access, id, now);
  const below = await tx.query(
    sql`select 1 from "group" where tenant_id = ${tx.tenantId} and parent_id = ${id} limit 1`,
  );
  if (below.length > 0 && group.parentId && !group.includesSubgroups) {
    // Those below come to stand under a group that may include them, which this one did not.
    await requireHeld(tx, access, now, await conveyedBy(tx, access, await includedIn(tx, group.parentId), now));
  }
  await requireMayOpen(tx, access, id, now);
  await takeBack(tx, { groupId: id });
  await tx.update(Group, { parentId: id }, { parentId: group.parentId, modifiedAt: now });
  await tx.remove(Group, { id });
}

async function putBack(tx: Tx, access: Access, id: GroupId, now: Date): Promise<void> {
  const roles = await tx.query<{ id: RoleId }>(sql`select s.id from system_role s where s.platform_default`);
  const rows = await rowsOfRoles(
    tx,
    roles.map(role => role.id),
  );
  await requireHeld(tx, access, now, { ...NOTHING_CONVEYED, rows });
  await tx.query(sql`delete from policy where tenant_id = ${tx.tenantId} and group_id = ${id}`);
  const names = { name: PLATFORM_DEFAULT_NAME, nameKey: nameKey(PLATFORM_DEFAULT_NAME) };
  await tx.update(
    Group,
    { id },
    { ...names, description: PLATFORM_DEFAULT_DESCRIPTION, system: true, modifiedAt: now },
  );
}

/** System groups never change; the tenant's own default group has a description and roles, and nothing else. */
function refuseSystem(group: Group, { id: _, description: __, ...others }: UpdateGroupInput): void {
  if (group.system) throw forbidden('A system group cannot be changed');
  const given = Object.values(others).some(value => value !== undefined);
  if (group.platformDefault && given) throw forbidden('Of a default group, only the description can be changed');
}

const flagsOf = ({ anonymousDefault, includesSubgroups, supergroup }: UpdateGroupInput) => ({
  ...(anonymousDefault !== undefined && { anonymousDefault: flag('input.anonymousDefault', anonymousDefault)! }),
  ...(includesSubgroups !== undefined && { includesSubgroups: flag('input.includesSubgroups', includesSubgroups)! }),
  ...(supergroup !== undefined && { supergroup: flag('input.supergroup', supergroup)! }),
});

type Place = Pick<Group, 'id' | 'parentId' | 'anonymousDefault' | 'includesSubgroups' | 'supergroup'>;

/** Rings, and what the members of this group and of those below come to hold. */
async function checkTree(tx: Tx, access: Access, before: Place, after: Place, now: Date): Promise<void> {
  const moved = after.parentId !== before.parentId && after.parentId !== null;
  if (moved) await refuseRing(tx, after.id, after.parentId!);
  if (after.anonymousDefault && after.parentId) {
    throw anonymousHasParent(before.anonymousDefault ? 'input.parentId' : 'input.anonymousDefault');
  }
  const turnedOn = (name: 'includesSubgroups' | 'anonymousDefault' | 'supergroup') => after[name] && !before[name];
  const above = after.parentId && (moved || turnedOn('includesSubgroups')) ? await includedIn(tx, after.parentId) : [];
  const itself = (['includesSubgroups', 'anonymousDefault', 'supergroup'] as const).some(turnedOn);
  const conveyed = await conveyedBy(tx, access, [...above, ...(itself ? [after.id] : [])], now);
  await requireHeld(tx, access, now, { ...conveyed, supergroup: conveyed.supergroup || turnedOn('supergroup') });
}

/** What members of a group directly below this one count as members of. */
async function includedIn(tx: Tx, parentId: GroupId): Promise<GroupId[]> {
  const parent = await groupById(tx, 'input.parentId', parentId);
  return parent.includesSubgroups ? withIncluding(tx, parentId) : [];
}

const anonymousHasParent = (field: string) => conflict('A group that everybody is in cannot have a parent', field);

async function refuseMembers(tx: Tx, id: GroupId, now: Date): Promise<void> {
  const live = await tx.query(sql`select 1 from membership where tenant_id = ${tx.tenantId} and group_id = ${id}
    and (expires_at is null or expires_at > ${now}) limit 1`);
  if (live.length > 0) throw conflict('A group that everybody is in cannot have members', 'input.anonymousDefault');
  await tx.remove(Membership, { groupId: id });
}
