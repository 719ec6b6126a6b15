import { sql, type RawBuilder } from 'kysely';
import { createPermission, deletePermission, updatePermission } from '../../src/catalogue/permission.commands.js';
import { updateResourceType, type ResourceTypeChange } from '../../src/catalogue/resource-type.commands.js';
import { newId, type PermissionId } from '../../src/kernel/ids.js';
import { compiled } from '../../src/store/statement.js';
import type { CatalogueTx } from '../../src/store/tx.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import {
  customRole,
  emptyCatalogue,
  permissions,
  removeFolders,
  revision,
  rows,
  seed,
  tenant,
} from './seeding-world.js';

let db: TestDatabase['db'];
let close: TestDatabase['close'] | undefined;
beforeAll(async () => {
  ({ db, close } = await openTestDatabase({ entities: [] }));
});
beforeEach(() => emptyCatalogue(db));
afterAll(async () => {
  await removeFolders();
  await close?.();
});

const create = (permission: string, more: { description?: string | null; requires?: string[] | null } = {}) =>
  db.writeCatalogue(tx => createPermission(tx, { permission, ...more }));
const update = (id: PermissionId, change: Parameters<typeof updatePermission>[2]) =>
  db.writeCatalogue(tx => updatePermission(tx, id, change));
const remove = (id: PermissionId) => db.writeCatalogue(tx => deletePermission(tx, id));
const types = async () =>
  (await rows<{ name: string }>(db, sql`select name from resource_type order by name`)).map(({ name }) => name);
/** How much a piece of work raises the revision. */
const raised = async (work: () => Promise<unknown>) => {
  const before = await revision(db);
  await work();
  return (await revision(db)) - before;
};

describe('creating a permission', () => {
  it('makes the resource type that it names, with all options at their defaults', async () => {
    expect(await raised(() => create('inventory:hosts:read', { description: 'Read hosts' }))).toBe(1);
    expect(await permissions(db)).toEqual({ 'inventory:hosts:read': { description: 'Read hosts', requires: [] } });
    expect(await rows(db, sql`select * from resource_type`)).toEqual([
      {
        id: expect.any(String),
        name: 'inventory:hosts',
        application: 'inventory',
        resource_type: 'hosts',
        description: '',
        owner_verbs: [],
        shared_verbs: [],
        inherited_verbs: [],
        visibility: 'OPEN',
        unshared_are_public: false,
        controlled_by: 'NONE',
        visible_without_related: true,
        open_verbs: false,
        ownable: true,
      },
    ]);
  });

  it('makes no type for a wildcard as resource, and one for a wildcard as verb', async () => {
    for (const permission of ['inventory:*:*', 'inventory:*:read', 'inventory:groups:*', 'inventory:groups:read'])
      await create(permission);
    expect(await types()).toEqual(['inventory:groups']);
  });

  it.each([
    '',
    'a',
    'a:b',
    'a:b:c:d',
    '*:b:c',
    'a:b*:c',
    'a: b:c',
    'a::c',
    '-a:b:c',
    `a:b:${'c'.repeat(255)}`,
    'a:b:\0',
  ])('refuses %j, which is malformed', async permission => {
    await expect(create(permission)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.permission' });
  });

  it('takes letter case to count', async () => {
    await create('inventory:hosts:read');
    await create('inventory:hosts:READ');
    expect(Object.keys(await permissions(db))).toHaveLength(2);
  });

  it('refuses one that exists, also when two are at it', async () => {
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => create('inventory:hosts:read')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(create('inventory:hosts:read')).rejects.toMatchObject({ code: 'CONFLICT', field: 'input.permission' });
  });

  it('links what it requires, each once', async () => {
    await create('inventory:hosts:read');
    await create('inventory:hosts:write', { requires: ['inventory:hosts:read', 'inventory:hosts:read'] });
    expect((await permissions(db))['inventory:hosts:write']?.requires).toEqual(['inventory:hosts:read']);
  });

  it.each(['inventory:hosts:fly', 'read', 'inventory:hosts:write', 'a\0b'])('refuses to require %j', async required => {
    await create('inventory:hosts:read');
    const refused = create('inventory:hosts:write', { requires: ['inventory:hosts:read', required] });
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.requires.1' });
    expect(Object.keys(await permissions(db))).toEqual(['inventory:hosts:read']);
  });

  it('refuses a description that cannot be stored', async () => {
    const refused = create('inventory:hosts:read', { description: '\0' });
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.description' });
  });
});

describe('updating a permission', () => {
  it('changes what is given and leaves the rest', async () => {
    await create('inventory:hosts:read');
    const id = await create('inventory:hosts:write', { description: 'Change', requires: ['inventory:hosts:read'] });
    const stored = async () => (await permissions(db))['inventory:hosts:write'];
    expect(await raised(() => update(id, {}))).toBe(0);
    expect(await raised(() => update(id, { description: 'Change', requires: ['inventory:hosts:read'] }))).toBe(0);
    expect(await raised(() => update(id, { description: 'Write' }))).toBe(1);
    expect(await stored()).toEqual({ description: 'Write', requires: ['inventory:hosts:read'] });
    expect(await raised(() => update(id, { requires: null }))).toBe(1);
    expect(await stored()).toEqual({ description: 'Write', requires: [] });
    await update(id, { description: null, requires: ['inventory:hosts:read'] });
    expect(await stored()).toEqual({ description: '', requires: ['inventory:hosts:read'] });
  });

  it('refuses to require itself or what is not there, and an unknown id', async () => {
    const id = await create('inventory:hosts:write');
    for (const requires of [['inventory:hosts:write'], ['inventory:hosts:fly']]) {
      await expect(update(id, { requires })).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'input.requires.0',
      });
    }
    await expect(update(newId(), {})).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'input.id' });
  });
});

describe('deleting a permission', () => {
  it('takes its own requirements along, and leaves the type', async () => {
    const read = await create('inventory:hosts:read');
    const write = await create('inventory:hosts:write', { requires: ['inventory:hosts:read'] });
    expect(await raised(() => remove(write))).toBe(1);
    await remove(read);
    expect([await permissions(db), await types()]).toEqual([{}, ['inventory:hosts']]);
    await expect(remove(read)).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'input.id' });
  });

  it('is refused while a role of the system has it', async () => {
    await seed(db, { 'roles/a.json': { roles: [{ name: 'A', access: [{ permission: 'inventory:hosts:read' }] }] } });
    const [row] = await rows<{ id: PermissionId }>(db, sql`select id from permission`);
    await expect(remove(row!.id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('in use by a role'),
    });
  });

  it('is refused while a role of some tenant has it, without a word about which', async () => {
    const id = await create('inventory:hosts:read');
    for (const name of ['Secret project', 'Other'])
      await customRole(db, await tenant(db), name, 'inventory:hosts:read');
    await expect(remove(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'inventory:hosts:read is in use by 2 roles',
    });
  });

  it('is refused while another permission requires it', async () => {
    const id = await create('inventory:hosts:read');
    await create('inventory:hosts:write', { requires: ['inventory:hosts:read'] });
    await expect(remove(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'inventory:hosts:read is required by inventory:hosts:write',
    });
  });

  it('is refused when a role takes it between the look and the deletion', async () => {
    await seed(db, { 'roles/a.json': { roles: [{ name: 'A', access: [{ permission: 'inventory:groups:read' }] }] } });
    const id = await create('inventory:hosts:read');
    const giveToRole = sql`
      insert into system_role_access (id, system_role_id, permission_id, position, resource_definitions)
      select ${newId()}::uuid, id, ${id}::uuid, 1, '[]'::jsonb from system_role`;
    const meddledWith = (tx: CatalogueTx): CatalogueTx =>
      new Proxy(tx, {
        get(target, property) {
          if (property !== 'query') return (target[property as keyof CatalogueTx] as () => void).bind(target);
          return async (query: RawBuilder<unknown>) => {
            if (compiled(query).text.startsWith('delete from permission')) await target.query(giveToRole);
            return target.query(query);
          };
        },
      });
    const late = db.writeCatalogue(tx => deletePermission(meddledWith(tx), id));
    await expect(late).rejects.toMatchObject({ code: 'CONFLICT', message: 'inventory:hosts:read is in use by a role' });
    expect(await permissions(db)).toHaveProperty(['inventory:hosts:read']);
  });
});

describe('updating a resource type', () => {
  const change = (input: Omit<ResourceTypeChange, 'name'>, name = 'inventory:hosts') =>
    db.writeCatalogue(tx => updateResourceType(tx, { name, ...input }));
  const stored = async () => (await rows<Record<string, unknown>>(db, sql`select * from resource_type`))[0];
  beforeEach(async () => {
    await create('inventory:hosts:read');
    await create('inventory:hosts:write');
  });

  it('changes what is given, and null puts back the default', async () => {
    const all: Omit<ResourceTypeChange, 'name'> = {
      description: 'Hosts',
      ownerVerbs: ['*'],
      sharedVerbs: ['read', 'read'],
      inheritedVerbs: ['read', 'write'],
      visibility: 'SHARED',
      controlledBy: 'PARENTS',
      visibleWithoutRelated: false,
      openVerbs: true,
      ownable: false,
    };
    const before = await stored();
    expect(await raised(() => change(all))).toBe(1);
    expect(await stored()).toMatchObject({
      description: 'Hosts',
      owner_verbs: ['*'],
      shared_verbs: ['read'],
      inherited_verbs: ['read', 'write'],
      visibility: 'SHARED',
      controlled_by: 'PARENTS',
      visible_without_related: false,
      open_verbs: true,
      ownable: false,
    });
    expect(await raised(() => change(all))).toBe(0);
    expect(await raised(() => change({}))).toBe(0);
    await change({ ownable: null });
    expect(await stored()).toMatchObject({ ownable: true, visibility: 'SHARED' });
    await change(Object.fromEntries(Object.keys(all).map(option => [option, null])));
    expect(await stored()).toEqual(before);
  });

  it('refuses verbs that the type does not have', async () => {
    await create('inventory:groups:rename');
    await create('inventory:*:fly');
    for (const verb of ['rename', 'fly', 'READ', 'a b', '', 'inventory:hosts:read']) {
      const refused = change({ sharedVerbs: ['read', verb] });
      await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.sharedVerbs.1' });
    }
  });

  it('accepts any verb once verbs are open, and these cannot be closed over it', async () => {
    await change({ openVerbs: true, ownerVerbs: ['fly'] });
    await expect(change({ openVerbs: false })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.openVerbs',
    });
    await expect(change({ ownerVerbs: ['a b'] })).rejects.toMatchObject({ field: 'input.ownerVerbs.0' });
    await change({ openVerbs: false, ownerVerbs: ['write'] });
    expect(await stored()).toMatchObject({ open_verbs: false, owner_verbs: ['write'] });
  });

  it('cannot make public what related resources control', async () => {
    const both = change({ unsharedArePublic: true, controlledBy: 'CHILDREN' });
    await expect(both).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.unsharedArePublic' });
    await change({ unsharedArePublic: true });
    const after = change({ controlledBy: 'PARENTS' });
    await expect(after).rejects.toMatchObject({ code: 'BAD_USER_INPUT', field: 'input.controlledBy' });
    await change({ unsharedArePublic: false, controlledBy: 'PARENTS' });
    expect(await stored()).toMatchObject({ unshared_are_public: false, controlled_by: 'PARENTS' });
  });

  it.each(['inventory:fly', 'inventory', 'inventory:*', 'inventory:hosts:read', 'a\0:b', ''])(
    'does not know %j',
    async name => {
      await expect(change({}, name)).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'input.name' });
    },
  );

  it('refuses a description that cannot be stored', async () => {
    await expect(change({ description: '\0' })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input.description',
    });
  });
});
