import { newId, type GroupId } from '../kernel/ids.js';
import { nameKey } from '../kernel/text.js';
import type { Tx } from '../store/tx.js';
import { Group } from './group.entity.js';

export const PLATFORM_DEFAULT_NAME = 'Default access';
export const ADMIN_DEFAULT_NAME = 'Default admin access';
export const CUSTOM_DEFAULT_NAME = 'Custom default access';

const RESERVED = [PLATFORM_DEFAULT_NAME, ADMIN_DEFAULT_NAME, CUSTOM_DEFAULT_NAME].map(nameKey);

/** Whether a group name belongs to the default groups, in whatever letter case. */
export const isReservedName = (name: string) => RESERVED.includes(nameKey(name));

const systemGroup = (name: string, description: string, now: Date) => ({
  id: newId<GroupId>(),
  name,
  nameKey: nameKey(name),
  description,
  parentId: null,
  type: null,
  entities: [],
  properties: null,
  platformDefault: name === PLATFORM_DEFAULT_NAME,
  adminDefault: name === ADMIN_DEFAULT_NAME,
  anonymousDefault: false,
  system: true,
  includesSubgroups: false,
  supergroup: false,
  sharesWithAny: true,
  createdAt: now,
  modifiedAt: now,
});

export const PLATFORM_DEFAULT_DESCRIPTION = 'What every user of the tenant gets.';

/** The two groups that every tenant has from its creation. */
export const insertDefaultGroups = (tx: Tx, now: Date) =>
  tx.insert(Group, [
    systemGroup(PLATFORM_DEFAULT_NAME, PLATFORM_DEFAULT_DESCRIPTION, now),
    systemGroup(ADMIN_DEFAULT_NAME, 'What every organisation administrator of the tenant gets.', now),
  ]);
