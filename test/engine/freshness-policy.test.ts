import type { World } from '../world.js';
import { itSeesAtOnce } from './flips.js';
import { mutate } from './second-server.js';

const ANN = { permission: 'app:doc:read', subject: { username: 'ann' } };
const red = [{ key: 'team', operation: 'EQUAL', value: 'red' }];
const RED_ANN = { ...ANN, resourceId: '1', context: { team: 'red' } };

/** A group in which ann is, and one in which she is not. */
async function groups(w: World): Promise<{ hers: string; other: string }> {
  const hers = await w.group('hers');
  await w.principal('ann');
  await w.member(hers, 'ann');
  return { hers, other: await w.group('other') };
}

const reader = (w: World) => w.role('reader', ['app:doc:read']);
const idle = (w: World) => w.role('idle', []);

async function policy(w: World, groupId: string, ...roleIds: string[]): Promise<string> {
  const source = `mutation ($input: CreatePolicyInput!) { createPolicy(input: $input) { policy { id } } }`;
  const { createPolicy } = await w.admin.get(source, { input: { name: 'policy', groupId, roleIds } });
  return createPolicy.policy.id;
}

const setAccess = (w: World, id: string, ...access: object[]) => mutate(w.admin, 'updateRole', { id, access });
const READ = { permission: 'app:doc:read' };

describe('another server sees at once that', () => {
  itSeesAtOnce({
    'a role was given to a group': async w => {
      const { hers } = await groups(w);
      const role = await reader(w);
      return { check: ANN, change: () => w.give(hers, role) };
    },
    'a role was taken from a group': async w => {
      const { hers } = await groups(w);
      const role = await reader(w);
      await w.give(hers, role);
      const input = { groupId: hers, roleIds: [role] };
      return { check: ANN, before: true, change: () => mutate(w.admin, 'removeGroupRoles', input, 'GroupRolesInput') };
    },
    'a policy was made': async w => {
      const { hers } = await groups(w);
      const role = await reader(w);
      return { check: ANN, change: () => policy(w, hers, role) };
    },
    'a policy gives another role': async w => {
      const { hers } = await groups(w);
      const id = await policy(w, hers, await idle(w));
      const roleIds = [await reader(w)];
      return { check: ANN, change: () => mutate(w.admin, 'updatePolicy', { id, roleIds }) };
    },
    'a policy gives a role no more': async w => {
      const { hers } = await groups(w);
      const [useful, useless] = [await reader(w), await idle(w)];
      const id = await policy(w, hers, useful, useless);
      return { check: ANN, before: true, change: () => mutate(w.admin, 'updatePolicy', { id, roleIds: [useless] }) };
    },
    'a policy went to another group': async w => {
      const { hers, other } = await groups(w);
      const id = await policy(w, hers, await reader(w));
      return { check: ANN, before: true, change: () => mutate(w.admin, 'updatePolicy', { id, groupId: other }) };
    },
    'a policy came from another group': async w => {
      const { hers, other } = await groups(w);
      const id = await policy(w, other, await reader(w));
      return { check: ANN, change: () => mutate(w.admin, 'updatePolicy', { id, groupId: hers }) };
    },
    'a policy was deleted': async w => {
      const { hers } = await groups(w);
      const id = await policy(w, hers, await reader(w));
      return { check: ANN, before: true, change: () => mutate(w.admin, 'deletePolicy', { id }) };
    },
    'a role has one row more': async w => {
      const { hers } = await groups(w);
      const role = await idle(w);
      await w.give(hers, role);
      return { check: ANN, change: () => setAccess(w, role, READ) };
    },
    'a role has one row less': async w => {
      const { hers } = await groups(w);
      const role = await reader(w);
      await w.give(hers, role);
      return { check: ANN, before: true, change: () => setAccess(w, role) };
    },
    'a row of a role became another': async w => {
      const { hers } = await groups(w);
      const role = await w.role('writer', ['app:doc:write']);
      await w.give(hers, role);
      return { check: ANN, change: () => setAccess(w, role, { permission: 'app:doc:*' }) };
    },
    'a row got a definition': async w => {
      const { hers } = await groups(w);
      const role = await reader(w);
      await w.give(hers, role);
      return { check: ANN, before: true, change: () => setAccess(w, role, { ...READ, resourceDefinitions: red }) };
    },
    'a definition has another value': async w => {
      const { hers } = await groups(w);
      const blue = { ...READ, resourceDefinitions: [{ ...red[0], value: 'blue' }] };
      const role = await w.role('blue reader', [blue]);
      await w.give(hers, role);
      return { check: RED_ANN, change: () => setAccess(w, role, { ...READ, resourceDefinitions: red }) };
    },
    'a role was deleted': async w => {
      const { hers } = await groups(w);
      const id = await reader(w);
      await w.give(hers, id);
      return { check: ANN, before: true, change: () => mutate(w.admin, 'deleteRole', { id }) };
    },
    'a role of a policy with other roles was deleted': async w => {
      const { hers } = await groups(w);
      const id = await reader(w);
      await policy(w, hers, id, await idle(w));
      return { check: ANN, before: true, change: () => mutate(w.admin, 'deleteRole', { id }) };
    },
  });
});
