import { itSeesAtOnce, type Arrange } from './flips.js';
import { SCOPES } from '../../src/kernel/caller.js';
import { mutate } from './second-server.js';
import type { World } from '../world.js';

const ANN = { permission: 'app:doc:read', subject: { username: 'ann' } };
const [GAINS, LOSES] = [false, true];
const ANYBODY = { permission: 'app:doc:read', subject: { anonymous: true } };

/** A group whose members read documents. */
async function readers(w: World, more: object = {}): Promise<string> {
  const id = await w.group('readers', { ...more });
  await w.give(id, await w.role('reader', ['app:doc:read']));
  return id;
}

const ann = (w: World, more: object = {}) => w.principal('ann', { ...more });
const updateGroup = (w: World, id: string, set: object) => () => mutate(w.admin, 'updateGroup', { id, ...set });
const in10Minutes = () => new Date(Date.now() + 600_000);

describe('another server sees at once that', () => {
  itSeesAtOnce({
    'a member was added': async w => {
      const group = await readers(w);
      await ann(w);
      return { check: ANN, change: () => w.member(group, 'ann') };
    },
    'a member was removed': async w => {
      const groupId = await readers(w);
      await ann(w);
      await w.member(groupId, 'ann');
      return {
        check: ANN,
        before: true,
        change: () => mutate(w.admin, 'removeGroupMembers', { groupId, usernames: ['ann'] }),
      };
    },
    'a membership has expired, though nobody wrote anything': async (w, gate) => {
      const groupId = await readers(w);
      await ann(w);
      await mutate(w.admin, 'addGroupMembers', { groupId, usernames: ['ann'], expiresAt: in10Minutes() });
      return { check: ANN, before: true, change: async () => (gate.now = in10Minutes) };
    },
    'a membership is to end earlier': async (w, gate) => {
      const groupId = await readers(w);
      await ann(w);
      await w.member(groupId, 'ann');
      const change = async () => {
        await mutate(w.admin, 'addGroupMembers', { groupId, usernames: ['ann'], expiresAt: in10Minutes() });
        gate.now = in10Minutes;
      };
      return { check: ANN, before: true, change };
    },
    'an expired membership was prolonged': async (w, gate) => {
      const groupId = await readers(w);
      await ann(w);
      await mutate(w.admin, 'addGroupMembers', { groupId, usernames: ['ann'], expiresAt: in10Minutes() });
      gate.now = in10Minutes;
      return {
        check: ANN,
        change: () => mutate(w.admin, 'addGroupMembers', { groupId, usernames: ['ann'], expiresAt: null }),
      };
    },
    'a group was moved under one that includes it': async w => {
      const parentId = await readers(w, { includesSubgroups: true });
      const id = await w.group('sub');
      await ann(w);
      await w.member(id, 'ann');
      return { check: ANN, change: updateGroup(w, id, { parentId }) };
    },
    'a group was moved away from one that includes it': async w => {
      const parentId = await readers(w, { includesSubgroups: true });
      const id = await w.group('sub', { parentId });
      await ann(w);
      await w.member(id, 'ann');
      return { check: ANN, before: true, change: updateGroup(w, id, { parentId: null }) };
    },
    'a group includes its subgroups': async w => {
      const parentId = await readers(w);
      const id = await w.group('sub', { parentId });
      await ann(w);
      await w.member(id, 'ann');
      return { check: ANN, change: updateGroup(w, parentId, { includesSubgroups: true }) };
    },
    'a group in the middle no longer includes its subgroups': async w => {
      const parentId = await readers(w, { includesSubgroups: true });
      const middle = await w.group('middle', { parentId, includesSubgroups: true });
      const low = await w.group('low', { parentId: middle });
      await ann(w);
      await w.member(low, 'ann');
      return { check: ANN, before: true, change: updateGroup(w, middle, { includesSubgroups: false }) };
    },
    'the group in between was deleted, and its subgroups moved up': async w => {
      const parentId = await readers(w, { includesSubgroups: true });
      const middle = await w.group('middle', { parentId });
      const low = await w.group('low', { parentId: middle });
      await ann(w);
      await w.member(low, 'ann');
      return { check: ANN, change: () => mutate(w.admin, 'deleteGroup', { id: middle }) };
    },
    'a group was deleted': async w => {
      const id = await readers(w);
      await ann(w);
      await w.member(id, 'ann');
      return { check: ANN, before: true, change: () => mutate(w.admin, 'deleteGroup', { id }) };
    },
    'everybody is in a group': async w => {
      const id = await readers(w);
      await ann(w);
      return { check: ANN, change: updateGroup(w, id, { anonymousDefault: true }) };
    },
    'also whoever is not signed in is in a group': async w => {
      const id = await readers(w);
      return { check: ANYBODY, change: updateGroup(w, id, { anonymousDefault: true }) };
    },
    'a group no longer takes everybody': async w => {
      const id = await readers(w, { anonymousDefault: true });
      return { check: ANYBODY, before: true, change: updateGroup(w, id, { anonymousDefault: false }) };
    },
    'a group was renamed': async w => {
      const id = await readers(w);
      const check = { permission: 'app:doc:read', subject: { groupName: 'readers' } };
      return { check, before: true, change: updateGroup(w, id, { name: 'others' }) };
    },
    'a principal was deactivated': principal(LOSES, 'group', {}, { active: false }),
    'a principal was activated again': principal(GAINS, 'group', { active: false }, { active: true }),
    'a principal became a service account': principal(LOSES, 'default group', {}, { type: 'SERVICE_ACCOUNT' }),
    'a service account became a user': principal(GAINS, 'default group', { type: 'SERVICE_ACCOUNT' }, { type: 'USER' }),
    'a principal became a superuser': principal(GAINS, 'nothing', {}, { superuser: true }),
    'a principal is a superuser no more': principal(LOSES, 'nothing', { superuser: true }, { superuser: false }),
    'a principal was renamed': principal(LOSES, 'group', {}, { username: 'anna' }),
    'another principal took over a name': async w => {
      const group = await readers(w);
      const id = await w.principal('anna');
      await w.member(group, 'anna');
      const check = { permission: 'app:doc:read', subject: { username: 'newcomer' } };
      return { check, change: () => mutate(w.admin, 'updatePrincipal', { id, username: 'newcomer' }) };
    },
    'a principal was deleted': async w => {
      const group = await readers(w);
      const id = await ann(w);
      await w.member(group, 'ann');
      return { check: ANN, before: true, change: () => mutate(w.admin, 'deletePrincipal', { id }) };
    },
    'a principal was created': async w => {
      await readers(w, { anonymousDefault: true });
      const check = { permission: 'app:doc:read', subject: { username: 'newcomer' } };
      return { check, change: () => w.principal('newcomer') };
    },
    'somebody signed in for the first time': async w => {
      await readers(w, { anonymousDefault: true });
      const check = { permission: 'app:doc:read', subject: { username: 'newcomer' } };
      return { check, change: () => w.user('newcomer').get('{ viewer { kind } }') };
    },
  });

  /** Changes a principal who reads through a group, through the default group, or through nothing that it is in. */
  function principal(
    before: boolean,
    through: 'group' | 'default group' | 'nothing',
    flags: object,
    set: object,
  ): Arrange {
    return async w => {
      const operator = w.service(...SCOPES);
      const groupId = await readers(w);
      await mutate(operator, 'createPrincipal', { username: 'ann', ...flags });
      const { data } = await w.admin.ask('{ principal(username: "ann") { id } group(name: "Default access") { id } }');
      if (through === 'group') await w.member(groupId, 'ann');
      if (through === 'default group') await w.give(data.group.id, await w.role('default reader', ['app:doc:read']));
      const change = () => mutate(operator, 'updatePrincipal', { id: data.principal.id, ...set });
      return { check: ANN, before, change };
    };
  }
});
