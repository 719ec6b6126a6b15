import { addPermissions, did, eq, isIn, openPolicyGate, systemRole, where, wrong } from './asking.js';
import type { Gate, World } from '../world.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openPolicyGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const ROWS = `version accessCount applications
  access { permission resourceDefinitions { attributeFilter { key operation value } } }`;
const rowsOf = async (id: string) => (await w.admin.get(`query ($id: ID) { role(id: $id) { ${ROWS} } }`, { id })).role;
const row = (permission: string, ...definitions: object[]) => ({
  permission,
  resourceDefinitions: definitions.map(attributeFilter => ({ attributeFilter })),
});
const read = (...resourceDefinitions: object[]) => ({ permission: 'inventory:hosts:read', resourceDefinitions });
const define = (definition: object) => [read(eq('a', 'b'), definition)];
const AT_FIRST = 'input.access.0.resourceDefinitions.1';

const REFUSALS: [string, object[], string][] = [
  ['an unknown permission', [read(), { permission: 'inventory:hosts:fly' }], 'input.access.1.permission'],
  ['an unknown application', [{ permission: 'nothing:hosts:read' }], 'input.access.0.permission'],
  ['a permission in another letter case', [{ permission: 'inventory:Hosts:read' }], 'input.access.0.permission'],
  ['two parts', [{ permission: 'inventory:hosts' }], 'input.access.0.permission'],
  ['four parts', [{ permission: 'inventory:hosts:read:x' }], 'input.access.0.permission'],
  ['an empty permission', [{ permission: '' }], 'input.access.0.permission'],
  ['a wildcard as application', [{ permission: '*:hosts:read' }], 'input.access.0.permission'],
  ['a wildcard within a part', [{ permission: 'inventory:ho*:read' }], 'input.access.0.permission'],
  ['NUL in a permission', [{ permission: 'inventory:hosts:re\0ad' }], 'input.access.0.permission'],
  ['blanks around a permission', [{ permission: ' inventory:hosts:read' }], 'input.access.0.permission'],
  ['a permission of Grantry’s own', [read(), { permission: 'rbac:group:read' }], 'input.access.1.permission'],
  ['a list for EQUAL', define({ key: 'k', operation: 'EQUAL', value: ['a'] }), `${AT_FIRST}.value`],
  ['a number for EQUAL', define({ key: 'k', operation: 'EQUAL', value: 1 }), `${AT_FIRST}.value`],
  ['a boolean for EQUAL', define({ key: 'k', operation: 'EQUAL', value: true }), `${AT_FIRST}.value`],
  ['an object for EQUAL', define({ key: 'k', operation: 'EQUAL', value: {} }), `${AT_FIRST}.value`],
  ['a text with NUL for EQUAL', define({ key: 'k', operation: 'EQUAL', value: 'a\0' }), `${AT_FIRST}.value`],
  ['a text of 1001 characters', define({ key: 'k', operation: 'EQUAL', value: 'x'.repeat(1001) }), `${AT_FIRST}.value`],
  ['a text for IN', define({ key: 'k', operation: 'IN', value: 'a' }), `${AT_FIRST}.value`],
  ['null for IN', define({ key: 'k', operation: 'IN', value: null }), `${AT_FIRST}.value`],
  ['nothing for IN', define({ key: 'k', operation: 'IN' }), `${AT_FIRST}.value`],
  ['a number within IN', define({ key: 'k', operation: 'IN', value: ['a', 1] }), `${AT_FIRST}.value`],
  ['a list within IN', define({ key: 'k', operation: 'IN', value: [['a']] }), `${AT_FIRST}.value`],
  ['1001 values for IN', define({ key: 'k', operation: 'IN', value: Array(1001).fill('a') }), `${AT_FIRST}.value`],
  ['an empty key', define({ key: '', operation: 'EQUAL', value: 'a' }), `${AT_FIRST}.key`],
  ['an empty part of a key', define({ key: 'a..b', operation: 'EQUAL', value: 'a' }), `${AT_FIRST}.key`],
  ['a key that ends in a dot', define({ key: 'a.', operation: 'EQUAL', value: 'a' }), `${AT_FIRST}.key`],
  ['a key with NUL', define({ key: 'a\0', operation: 'EQUAL', value: 'a' }), `${AT_FIRST}.key`],
  ['a key of 256 characters', define({ key: 'x'.repeat(256), operation: 'EQUAL', value: 'a' }), `${AT_FIRST}.key`],
];

describe('the rows of a role', () => {
  it('are kept in the order in which they came, wildcards and definitions as they were written', async () => {
    const definitions = [isIn('group.id', 'b', 'a', null), eq('owner', null), eq('owner', ''), isIn('none')];
    const id = await w.role('Reader', [
      where('inventory:hosts:write', ...definitions),
      'inventory:hosts:read',
      'cost:*:*',
      where('inventory:hosts:read', eq('zone', 'eu')),
    ]);
    expect(await rowsOf(id)).toEqual({
      version: 1,
      accessCount: 4,
      applications: ['cost', 'inventory'],
      access: [
        row('inventory:hosts:write', ...definitions),
        row('inventory:hosts:read'),
        row('cost:*:*'),
        row('inventory:hosts:read', eq('zone', 'eu')),
      ],
    });
  });

  it('may be none at all', async () => {
    expect(await rowsOf(await w.role('Nothing', []))).toEqual({
      version: 1,
      accessCount: 0,
      applications: [],
      access: [],
    });
  });

  it('take null for no definitions, and an absent value for null', async () => {
    const absent = { permission: 'cost:report:read', resourceDefinitions: [{ key: 'a', operation: 'EQUAL' }] };
    const none = { permission: 'inventory:hosts:read', resourceDefinitions: null };
    const { role } = await did(w.admin, 'createRole', { name: 'Reader', access: [none, absent] });
    expect((await rowsOf(role.id)).access).toEqual([
      row('inventory:hosts:read'),
      row('cost:report:read', eq('a', null)),
    ]);
  });

  it('are kept once each, in whatever order their definitions and values come', async () => {
    const one = where('inventory:hosts:read', isIn('zone', 'eu', 'us'), eq('owner', 'ada'));
    const same = where('inventory:hosts:read', eq('owner', 'ada'), isIn('zone', 'us', 'eu', 'us'), eq('owner', 'ada'));
    const id = await w.role('Reader', ['inventory:hosts:read', one, same, 'inventory:hosts:read']);
    expect(await rowsOf(id)).toMatchObject({ accessCount: 2 });
  });

  it('are different ones under different definitions', async () => {
    const rows = [
      eq('a', 'b'),
      eq('a', null),
      isIn('a', 'b'),
      isIn('a'),
      eq('b', 'a'),
      eq('a', 'null'),
      isIn('a', 'null'),
    ];
    const id = await w.role(
      'Reader',
      rows.map(definition => where('inventory:hosts:read', definition)),
    );
    expect(await rowsOf(id)).toMatchObject({ accessCount: rows.length });
  });

  it.each(REFUSALS)('are refused with %s, when a role is made', async (_, access, field) => {
    expect(await wrong(w.admin, 'createRole', { name: 'Reader', access })).toEqual([['BAD_USER_INPUT', field]]);
    expect(await w.admin.get('{ role(name: "Reader") { id } }')).toEqual({ role: null });
  });

  it.each(REFUSALS)('are refused with %s, when a role is changed', async (_, access, field) => {
    const id = await w.role('Reader', ['cost:report:read']);
    expect(await wrong(w.admin, 'updateRole', { id, name: 'Other', access })).toEqual([['BAD_USER_INPUT', field]]);
    expect(await rowsOf(id)).toMatchObject({ version: 1, access: [row('cost:report:read')] });
    expect(await w.admin.get('{ role(name: "Other") { id } }')).toEqual({ role: null });
  });

  it('are a thousand at most', async () => {
    const rows = Array.from({ length: 1001 }, (_, i) => where('inventory:hosts:read', eq('n', `${i}`)));
    const limit = [['LIMIT_EXCEEDED', 'input.access']];
    expect(await wrong(w.admin, 'createRole', { name: 'Big', access: rows })).toEqual(limit);
    const id = await w.role('Big', rows.slice(1));
    expect(await wrong(w.admin, 'updateRole', { id, access: rows })).toEqual(limit);
    expect(await rowsOf(id)).toMatchObject({ accessCount: 1000 });
  });

  it('are replaced as a whole by a change, which raises the version; none are left by an empty list', async () => {
    const id = await w.role('Reader', ['inventory:hosts:read', 'cost:report:read']);
    await did(w.admin, 'updateRole', { id, access: [{ permission: 'inventory:hosts:write' }] });
    expect(await rowsOf(id)).toMatchObject({ version: 2, access: [row('inventory:hosts:write')] });
    await did(w.admin, 'updateRole', { id, description: 'as it was' });
    expect(await rowsOf(id)).toMatchObject({ version: 2, access: [row('inventory:hosts:write')] });
    await did(w.admin, 'updateRole', { id, access: [] });
    expect(await rowsOf(id)).toMatchObject({ version: 3, access: [] });
    expect(await wrong(w.admin, 'updateRole', { id, access: null })).toEqual([['BAD_USER_INPUT', 'input.access']]);
  });
});

describe('what permissions require', () => {
  beforeAll(async () => {
    await addPermissions(gate, 'shop:cart:read', 'shop:cart:list', 'shop:cart:*', 'shop:item:read');
    const client = (await gate.tenant()).service('catalogue');
    await did(client, 'createPermission', { permission: 'shop:cart:pay', requires: ['shop:cart:read'] });
    await did(client, 'createPermission', {
      permission: 'shop:cart:refund',
      requires: ['shop:cart:pay', 'shop:item:read'],
    });
    const { permission } = await did(client, 'createPermission', {
      permission: 'shop:cart:a',
      requires: ['shop:cart:list'],
    });
    await did(client, 'createPermission', { permission: 'shop:cart:b', requires: ['shop:cart:a'] });
    await did(client, 'updatePermission', { id: permission.id, requires: ['shop:cart:b'] });
  });
  const refusal = async (...permissions: string[]) => {
    const access = permissions.map(permission => ({ permission }));
    const source = 'mutation ($input: CreateRoleInput!) { createRole(input: $input) { role { id } } }';
    const { codes, fields, messages } = await w.admin.ask(source, { input: { name: 'Buyer', access } });
    return codes.length > 0 ? [codes[0], fields[0], messages[0]!.replace(/^.* needs /, '')] : null;
  };

  it('has to be in the role too, and what that requires in turn', async () => {
    const missing = (text: string) => ['BAD_USER_INPUT', 'input.access', text];
    expect(await refusal('shop:cart:pay')).toEqual(missing('shop:cart:read'));
    expect(await refusal('shop:cart:refund')).toEqual(missing('shop:cart:pay, shop:cart:read, shop:item:read'));
    expect(await refusal('shop:cart:refund', 'shop:cart:pay', 'shop:item:read')).toEqual(missing('shop:cart:read'));
    expect(await refusal('shop:cart:refund', 'shop:cart:pay', 'shop:item:read', 'shop:cart:read')).toBeNull();
  });

  it('is not stood in for by a wildcard, and not required by one', async () => {
    expect(await refusal('shop:cart:pay', 'shop:cart:*')).toEqual(['BAD_USER_INPUT', 'input.access', 'shop:cart:read']);
    expect(await refusal('shop:cart:*')).toBeNull();
  });

  it('may go in a circle', async () => {
    expect(await refusal('shop:cart:a')).toEqual(['BAD_USER_INPUT', 'input.access', 'shop:cart:b']);
    expect(await refusal('shop:cart:a', 'shop:cart:b')).toBeNull();
  });

  it('may be there under definitions, which the rule does not look at', async () => {
    const access = [{ permission: 'shop:cart:pay' }, where('shop:cart:read', eq('a', 'b'))];
    await did(w.admin, 'createRole', { name: 'Buyer', access });
  });

  it('is looked at whenever rows are written, and only then', async () => {
    const id = await w.role('Buyer', ['shop:cart:pay', 'shop:cart:read']);
    const access = [{ permission: 'shop:cart:pay' }];
    expect(await wrong(w.admin, 'updateRole', { id, access })).toEqual([['BAD_USER_INPUT', 'input.access']]);
    const client = w.service('catalogue', 'read');
    const { permissions } = await client.get(
      '{ permissions(filter: { permission: "shop:cart:read" }) { nodes { id } } }',
    );
    await did(client, 'updatePermission', { id: permissions.nodes[0].id, requires: ['shop:item:read'] });
    await did(w.admin, 'updateRole', { id, name: 'Customer' });
    const both = [...access, { permission: 'shop:cart:read' }];
    expect(await wrong(w.admin, 'updateRole', { id, access: both })).toEqual([['BAD_USER_INPUT', 'input.access']]);
    await did(client, 'updatePermission', { id: permissions.nodes[0].id, requires: null });
  });

  it('may be missing in a role of the system, which is loaded all the same', async () => {
    const id = await systemRole(gate, ['shop:cart:pay']);
    expect(await rowsOf(id)).toMatchObject({ access: [row('shop:cart:pay')] });
  });
});
