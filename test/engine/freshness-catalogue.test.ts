import { seedFolder } from '../../src/catalogue/seeding/seed-folder.js';
import { newId } from '../../src/kernel/ids.js';
import { folderOf, removeFolders } from '../catalogue/seeding-world.js';
import type { Gate, World } from '../world.js';
import { itSeesAtOnce, type Arrange } from './flips.js';
import { mutate, operatorOf } from './second-server.js';

const GAINS = false;
const LOSES = true;

type SeedRole = {
  readonly platform_default?: boolean;
  readonly admin_default?: boolean;
  readonly rows?: readonly string[];
};

let version = 0;

/** Seeds a role, in a version of its own; null: there are no seeded roles any more. */
async function seedRole(gate: Gate, name: string, role: SeedRole | null) {
  const { rows = [], ...flags } = role ?? {};
  const access = rows.map(permission => ({ permission }));
  const seeded = { name, system: true, version: ++version, ...flags, access };
  const dir = await folderOf({ 'roles/roles.json': { roles: role ? [seeded] : [] } });
  const { errors } = await seedFolder(gate.db, dir, { origin: 'FOLDER', prune: role === null });
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}

/** Another resource type, with these options. */
async function typeWith(gate: Gate, options: object): Promise<string> {
  const resource = `t${newId()}`;
  await mutate(operatorOf(gate), 'createPermission', { permission: `app:${resource}:read` });
  await mutate(operatorOf(gate), 'updateResourceType', { name: `app:${resource}`, ...options });
  return `app:${resource}`;
}

async function defaultGroup(w: World): Promise<string> {
  const { groups } = await w.admin.get('{ groups(filter: { platformDefault: true }) { nodes { id } } }');
  return groups.nodes[0].id;
}

const roleId = async (w: World, name: string): Promise<string> =>
  (await w.admin.get('query ($name: String!) { role(name: $name) { id } }', { name })).role.id;

/** Brings a role to ann, through a policy of a group of hers. */
async function givenByPolicy(w: World, roleName: string) {
  await w.principal('ann');
  const groupId = await w.group('hers');
  await w.member(groupId, 'ann');
  await mutate(w.admin, 'createPolicy', { name: 'policy', groupId, roleIds: [await roleId(w, roleName)] });
}

describe('another server sees at once that', () => {
  itSeesAtOnce(
    {
      'a system role was seeded in another version': seeded(
        GAINS,
        { platform_default: true },
        { platform_default: true, rows: ['app:doc:read'] },
      ),
      'a system role lost a row': seeded(
        LOSES,
        { platform_default: true, rows: ['app:doc:read'] },
        { platform_default: true },
      ),
      'a system role became a default one': seeded(
        GAINS,
        { rows: ['app:doc:read'] },
        { platform_default: true, rows: ['app:doc:read'] },
      ),
      'a system role is a default one no more': seeded(
        LOSES,
        { platform_default: true, rows: ['app:doc:read'] },
        { rows: ['app:doc:read'] },
      ),
      'a default role is new': seeded(GAINS, undefined, { platform_default: true, rows: ['app:doc:read'] }),
      'a default role was pruned': seeded(LOSES, { platform_default: true, rows: ['app:doc:read'] }, null),
      'a seeded role that a policy gives has another row': async (w, gate) => {
        await seedRole(gate, 'a seeded role', {});
        await givenByPolicy(w, 'a seeded role');
        return { check: about('ann'), change: () => seedRole(gate, 'a seeded role', { rows: ['app:doc:*'] }) };
      },
      'a seeded role that a policy gave was pruned': async (w, gate) => {
        await seedRole(gate, 'a seeded role', { rows: ['app:doc:*'] });
        await givenByPolicy(w, 'a seeded role');
        return { check: about('ann'), before: true, change: () => seedRole(gate, '', null) };
      },
      'a user became an administrator': async (w, gate) => {
        await seedRole(gate, 'a seeded role', { admin_default: true, rows: ['app:doc:write'] });
        const id = await w.principal('ann');
        return {
          check: about('ann', 'app:doc:write'),
          change: () => mutate(w.admin, 'updatePrincipal', { id, orgAdmin: true }),
        };
      },
      'the token of a user makes it no administrator any more': async (w, gate) => {
        await seedRole(gate, 'a seeded role', { admin_default: true, rows: ['app:doc:write'] });
        await w.user('ann', { orgAdmin: true }).get('{ viewer { kind } }');
        const change = () => w.user('ann', { orgAdmin: false }).get('{ viewer { kind } }');
        return { check: about('ann', 'app:doc:write'), before: true, change };
      },
      'the default group was given a role': async w => {
        await w.principal('ann');
        const [group, role] = [await defaultGroup(w), await w.role('reader', ['app:doc:read'])];
        return { check: about('ann'), change: () => w.give(group, role) };
      },
      'the default group got a policy': async w => {
        await w.principal('ann');
        const input = {
          name: 'policy',
          groupId: await defaultGroup(w),
          roleIds: [await w.role('reader', ['app:doc:read'])],
        };
        return { check: about('ann'), change: () => mutate(w.admin, 'createPolicy', input) };
      },
      'a default role was taken from the default group': async (w, gate) => {
        await seedRole(gate, 'a seeded role', { platform_default: true, rows: ['app:doc:read'] });
        await w.principal('ann');
        const { role } = await w.admin.get('query ($name: String!) { role(name: $name) { id } }', {
          name: 'a seeded role',
        });
        const input = { groupId: await defaultGroup(w), roleIds: [role.id] };
        return {
          check: about('ann'),
          before: true,
          change: () => mutate(w.admin, 'removeGroupRoles', input, 'GroupRolesInput'),
        };
      },
      'the default group was put back': async w => {
        await w.principal('ann');
        await w.give(await defaultGroup(w), await w.role('reader', ['app:doc:read']));
        const id = await defaultGroup(w);
        return { check: about('ann'), before: true, change: () => mutate(w.admin, 'deleteGroup', { id }) };
      },
      'the default group, which had been given less, was put back': async (w, gate) => {
        await w.principal('ann');
        await w.give(await defaultGroup(w), await w.role('idle', []));
        await seedRole(gate, 'a seeded role', { platform_default: true, rows: ['app:doc:read'] });
        const id = await defaultGroup(w);
        return { check: about('ann'), change: () => mutate(w.admin, 'deleteGroup', { id }) };
      },
      'a type is visible to those alone with whom it is shared': ofType(LOSES, {}, { visibility: 'SHARED' }),
      'a type is open again': ofType(GAINS, { visibility: 'SHARED' }, { visibility: 'OPEN' }),
      'a type is controlled by others': ofType(GAINS, { visibility: 'SHARED' }, { controlledBy: 'PARENTS' }),
      'a type is no longer visible without related ones': ofType(
        ...([LOSES, { visibility: 'SHARED', controlledBy: 'PARENTS' }, { visibleWithoutRelated: false }] as const),
      ),
      'a type takes all verbs': ofType(GAINS, {}, { openVerbs: true }, 'fly'),
      'a type takes its own verbs alone': ofType(LOSES, { openVerbs: true }, { openVerbs: false }, 'fly'),
      'a verb was declared': async (w, gate) => {
        const name = await typeWith(gate, {});
        await superuser(w);
        const permission = `${name}:write`;
        return {
          check: about('root', permission),
          change: () => mutate(operatorOf(gate), 'createPermission', { permission }),
        };
      },
      'a verb was seeded': async (w, gate) => {
        const name = await typeWith(gate, {});
        await superuser(w);
        const dir = await folderOf({
          'permissions/app.json': { [name.split(':')[1]!]: ['write'] },
          'roles/none.json': { roles: [] },
        });
        const change = () => seedFolder(gate.db, dir, { origin: 'FOLDER', prune: false });
        return { check: about('root', `${name}:write`), change };
      },
      'a permission was deleted': async (w, gate) => {
        const name = await typeWith(gate, {});
        await superuser(w);
        const permission = `${name}:write`;
        await mutate(operatorOf(gate), 'createPermission', { permission });
        const source =
          'query ($permission: String!) { permissions(filter: { permission: $permission }) { nodes { id } } }';
        const { permissions } = await w.admin.get(source, { permission });
        const change = () => mutate(operatorOf(gate), 'deletePermission', { id: permissions.nodes[0].id });
        return { check: about('root', permission), before: true, change };
      },
      'a group is a supergroup': supergroup(GAINS),
      'a group is no supergroup any more': supergroup(LOSES),
      'there is a supergroup that everybody is in': async (w, gate) => {
        const name = await typeWith(gate, { visibility: 'SHARED' });
        await w.holder('ann', `${name}:read`);
        const check = { ...about('ann', `${name}:read`), resourceId: 'one that nobody has registered' };
        return { check, change: () => w.group('everybody', { anonymousDefault: true, supergroup: true }) };
      },
    },
    async gate => {
      await seedRole(gate, '', null);
      await removeFolders();
    },
  );
});

const about = (username: string, permission = 'app:doc:read') => ({ permission, subject: { username } });
const superuser = (w: World) =>
  mutate(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });

/** Seeds a role, and then the same in another version; null: prunes it. The default group brings it to ann. */
function seeded(before: boolean, first: SeedRole | undefined, then: SeedRole | null): Arrange {
  return async (w, gate) => {
    await w.principal('ann');
    if (first) await seedRole(gate, 'a seeded role', first);
    return { check: about('ann'), before, change: () => seedRole(gate, 'a seeded role', then) };
  };
}

/** Changes the options of a type on which ann has a role with all verbs. */
function ofType(before: boolean, options: object, change: object, verb = 'read'): Arrange {
  return async (w, gate) => {
    const name = await typeWith(gate, options);
    await mutate(operatorOf(gate), 'createPermission', { permission: `${name}:*` });
    await w.holder('ann', `${name}:*`);
    const check = { ...about('ann', `${name}:${verb}`), resourceId: 'one that nobody has registered' };
    return { check, before, change: () => mutate(operatorOf(gate), 'updateResourceType', { name, ...change }) };
  };
}

/** Turns the flag of a group in which ann is; what she reads is visible to supergroups alone. */
function supergroup(before: boolean): Arrange {
  return async (w, gate) => {
    const name = await typeWith(gate, { visibility: 'SHARED' });
    await w.holder('ann', `${name}:read`);
    const id = await w.group('seeing', { supergroup: before });
    await w.member(id, 'ann');
    const check = { ...about('ann', `${name}:read`), resourceId: 'one that nobody has registered' };
    return { check, before, change: () => mutate(w.admin, 'updateGroup', { id, supergroup: !before }) };
  };
}
