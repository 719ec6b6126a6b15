import { addPermissions, did, openPolicyGate, robot, send, systemRole, wrong, wrongs } from '../policy/asking.js';
import type { Asker, Gate, World } from '../world.js';

let gate: Gate;
let w: World;
let client: Asker;
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  client = w.service('catalogue');
});
afterAll(() => gate.close());

const PERMISSION = 'id permission application resourceType verb description requires { permission }';
const PAYLOAD = `permission { ${PERMISSION} } resourceType { name application resourceType description ownable permissions { permission } }`;
const permissionId = async (permission: string, asker = w.service('read')): Promise<string> => {
  const source =
    'query ($permission: String) { permissions(filter: { permission: $permission }, first: 1000) { nodes { id permission } } }';
  const { nodes } = (await asker.get(source, { permission })).permissions;
  return nodes.find((node: any) => node.permission === permission)?.id;
};
const create = (input: Record<string, unknown>, asker = client) => wrong(asker, 'createPermission', input);

describe('creating a permission', () => {
  it('answers it, and the type that it makes', async () => {
    const input = { permission: 'shop:cart:read', description: 'Read carts' };
    expect(await did(client, 'createPermission', input, PAYLOAD)).toEqual({
      permission: {
        ...{
          id: expect.any(String),
          permission: 'shop:cart:read',
          application: 'shop',
          resourceType: 'cart',
          verb: 'read',
        },
        ...{ description: 'Read carts', requires: [] },
      },
      resourceType: {
        ...{ name: 'shop:cart', application: 'shop', resourceType: 'cart', description: '', ownable: true },
        permissions: [{ permission: 'shop:cart:read' }],
      },
    });
    const more = { permission: 'shop:cart:pay', requires: ['shop:cart:read', 'shop:cart:read'] };
    const { permission, resourceType } = await did(client, 'createPermission', more, PAYLOAD);
    expect(permission.requires).toEqual([{ permission: 'shop:cart:read' }]);
    expect(resourceType.permissions.map((one: any) => one.permission)).toEqual(['shop:cart:pay', 'shop:cart:read']);
  });

  it('makes no type for a wildcard as type, and one for a wildcard as verb', async () => {
    const all = await did(client, 'createPermission', { permission: 'lone:*:*' }, PAYLOAD);
    expect(all).toMatchObject({ permission: { permission: 'lone:*:*', description: '' }, resourceType: null });
    expect(await client.get('{ resourceTypes(application: "lone") { name } }')).toEqual({ resourceTypes: [] });
    const verbs = await did(client, 'createPermission', { permission: 'lone:star:*' }, PAYLOAD);
    expect(verbs.resourceType).toMatchObject({ name: 'lone:star' });
  });

  it('makes questions about it possible at once', async () => {
    const ask = () => w.admin.ask('{ check(permission: "fresh:thing:read") { allowed } }');
    expect(wrongs(await ask())).toEqual([['BAD_USER_INPUT', 'permission']]);
    await did(client, 'createPermission', { permission: 'fresh:thing:read' });
    expect((await ask()).data).toEqual({ check: { allowed: false } });
  });

  it.each([
    ['two parts', { permission: 'shop:cart' }, ['BAD_USER_INPUT', 'input.permission']],
    ['a wildcard as application', { permission: '*:cart:read' }, ['BAD_USER_INPUT', 'input.permission']],
    ['a wildcard within a part', { permission: 'shop:ca*:read' }, ['BAD_USER_INPUT', 'input.permission']],
    ['an empty part', { permission: 'shop::read' }, ['BAD_USER_INPUT', 'input.permission']],
    ['NUL', { permission: 'shop:ca\0rt:read' }, ['BAD_USER_INPUT', 'input.permission']],
    ['256 characters', { permission: `shop:cart:${'x'.repeat(246)}` }, ['BAD_USER_INPUT', 'input.permission']],
    ['a description with NUL', { permission: 'shop:a:b', description: '\0' }, ['BAD_USER_INPUT', 'input.description']],
    [
      'an unknown requirement',
      { permission: 'shop:a:b', requires: ['cost:*:*', 'x:y:z'] },
      ['BAD_USER_INPUT', 'input.requires.1'],
    ],
    ['a verb as requirement', { permission: 'shop:a:b', requires: ['read'] }, ['BAD_USER_INPUT', 'input.requires.0']],
    [
      'itself as requirement',
      { permission: 'shop:a:b', requires: ['shop:a:b'] },
      ['BAD_USER_INPUT', 'input.requires.0'],
    ],
    ['one that exists', { permission: 'inventory:hosts:read' }, ['CONFLICT', 'input.permission']],
  ])('is refused with %s', async (_, input, error) => {
    expect(await create(input)).toEqual([error]);
    expect(await permissionId('shop:a:b')).toBeUndefined();
  });

  it('is won by one of two who are at it at once', async () => {
    const both = await Promise.all([1, 2].map(() => create({ permission: 'race:car:drive' })));
    expect(both.sort()).toEqual([[], [['CONFLICT', 'input.permission']]]);
  });
});

describe('changing a permission', () => {
  it('changes what is given, clears what is null, and answers both', async () => {
    await addPermissions(gate, 'edit:a:read', 'edit:a:write');
    const id = await permissionId('edit:a:write');
    const change = async (input: object) =>
      (await did(client, 'updatePermission', { id, ...input }, PAYLOAD)).permission;
    const requires = [{ permission: 'edit:a:read' }];
    expect(await change({ description: 'x', requires: ['edit:a:read'] })).toMatchObject({ description: 'x', requires });
    expect(await change({})).toMatchObject({ description: 'x', requires });
    expect(await change({ requires: null })).toMatchObject({ description: 'x', requires: [] });
    expect(await change({ description: null })).toMatchObject({ description: '', requires: [] });
    expect(await wrong(client, 'updatePermission', { id, requires: ['edit:a:write'] })).toEqual([
      ['BAD_USER_INPUT', 'input.requires.0'],
    ]);
  });

  it('is NOT_FOUND for what is gone or of another kind, and BAD_USER_INPUT for what is no id', async () => {
    await addPermissions(gate, 'gone:a:read');
    const id = await permissionId('gone:a:read');
    expect(await did(client, 'deletePermission', { id })).toEqual({ deletedId: id });
    for (const mutation of ['updatePermission', 'deletePermission']) {
      for (const unknown of [id, await w.group(mutation)]) {
        expect(await wrong(client, mutation, { id: unknown })).toEqual([['NOT_FOUND', 'input.id']]);
      }
      expect(await wrong(client, mutation, { id: 'gone:a:read' })).toEqual([['BAD_USER_INPUT', 'input.id']]);
    }
  });
});

describe('deleting a permission', () => {
  it('is a conflict while a role of any tenant or of the system has it, or another requires it', async () => {
    await addPermissions(gate, 'used:a:one', 'used:a:two', 'used:a:three');
    const other = await gate.tenant();
    const role = await other.role('Secret name', ['used:a:one']);
    await systemRole(gate, ['used:a:two']);
    await did(client, 'createPermission', { permission: 'used:a:four', requires: ['used:a:three'] });
    for (const verb of ['one', 'two', 'three']) {
      const reply = await send(client, 'deletePermission', { id: await permissionId(`used:a:${verb}`) });
      expect(wrongs(reply)).toEqual([['CONFLICT', 'input.id']]);
      expect(reply.messages[0]).not.toMatch(/Secret|t-0/);
    }
    await did(other.admin, 'deleteRole', { id: role });
    await did(client, 'deletePermission', { id: await permissionId('used:a:one') });
    await did(client, 'deletePermission', { id: await permissionId('used:a:four') });
    await did(client, 'deletePermission', { id: await permissionId('used:a:three') });
  });
});

describe('the catalogue', () => {
  it('is written by clients with the scope catalogue, and by nobody else', async () => {
    await did(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });
    const id = await permissionId('cost:report:read');
    const manager = await robot(gate, w, 'manager', 'rbac:*:*');
    const others = [w.admin, w.user('root'), manager, w.service('read', 'write', 'grant', 'operate', 'check')];
    for (const asker of others) {
      expect(await create({ permission: 'mine:a:b' }, asker)).toEqual(['FORBIDDEN']);
      expect(await create({ permission: 'malformed' }, asker)).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'updatePermission', { id, description: 'x' })).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'deletePermission', { id })).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'updateResourceType', { name: 'cost:report', openVerbs: true })).toEqual(['FORBIDDEN']);
    }
    const user = w.user('ada'); // who may not even read it
    expect(await wrong(user, 'updatePermission', { id, description: 'x' })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await wrong(user, 'deletePermission', { id })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await create({ permission: 'mine:a:b' }, user)).toEqual(['FORBIDDEN']);
    for (const [mutation, input] of Object.entries({
      createPermission: { permission: 'mine:a:b' },
      updatePermission: { id },
      deletePermission: { id },
      updateResourceType: { name: 'cost:report' },
    })) {
      expect(await wrong(w.anonymous(), mutation, input)).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('is one for all tenants', async () => {
    const other = await gate.tenant();
    await did(other.service('catalogue'), 'createPermission', { permission: 'common:a:b' });
    expect(await permissionId('common:a:b', w.admin)).toBe(await permissionId('common:a:b', other.admin));
  });
});
