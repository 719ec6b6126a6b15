import { seedPlatform } from '../../src/catalogue/seeding/seed-platform.js';
import { SCOPES } from '../../src/kernel/caller.js';
import { openGate, type Asker, type Gate, type World } from '../world.js';
import { did } from './asking.js';

/** Permissions of an application that is not ours, for roles to give. */
export const APP = ['app:thing:read', 'app:thing:write', 'app:*:*'] as const;

/** A gateway with the platform's own catalogue, those of `APP`, and custom roles that may use `rbac`. */
export async function openManagedGate(): Promise<Gate> {
  const gate = await openGate({ roleApplications: ['*', 'rbac'] });
  await seedPlatform(gate.db);
  const operator = gate.as({ kind: 'service', clientId: 'o', scopes: new Set(SCOPES), tenants: ['*'], tenant: null });
  for (const permission of APP) {
    await did(operator, 'createPermission', { permission }, 'permission { id }');
  }
  return gate;
}

/** A role row that holds for the objects with these ids alone. */
export const onIds = (permission: string, ...ids: string[]) => ({
  permission,
  resourceDefinitions: [{ key: 'id', operation: 'IN', value: ids }],
});

/** A group with a role of these permissions. */
export async function groupWith(
  w: World,
  name: string,
  permissions: Parameters<World['role']>[1],
  more: object = {},
): Promise<string> {
  const id = await w.group(name, { ...more });
  await w.give(id, await w.role(`role of ${name}`, permissions));
  return id;
}

/** A user with the rights of a manager of groups and principals, and, beside these, these permissions. */
export const manager = (w: World, username: string, ...permissions: Parameters<World['role']>[1]): Promise<Asker> =>
  w.holder(
    username,
    'rbac:group:read',
    'rbac:group:write',
    'rbac:principal:read',
    'rbac:principal:write',
    ...permissions,
  );
