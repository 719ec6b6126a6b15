import type { Asker, Gate, World } from '../world.js';
import { robot } from '../policy/asking.js';
import { does, grantBooks, openLibrary, putBooks, setType } from './asking.js';
import { inHours, moveClock, plainTypes, shelf } from './looking.js';

let gate: Gate;
let w: World;
const ids: Record<string, string> = {};
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  for (const name of ['ben', 'cy', 'dan']) ids[name] = await w.principal(name);
  ids.top = await w.group('Top', { includesSubgroups: true });
  ids.team = await w.group('Team', { parentId: ids.top });
  await w.member(ids.team, 'cy');
});
afterEach(async () => {
  gate.now = () => new Date();
  await plainTypes(gate, 'lib:book', 'lib:shelf');
});
afterAll(() => gate.close());

type Input = Record<string, unknown>;
const toGroup = (verb: string, groupId: string, resourceIds: string[] | null = ['1']) =>
  does(w.admin, 'grantPermissions', {
    ...{ permissions: [`lib:book:${verb}`], subjects: [{ groupId }], ...(resourceIds && { resourceIds }) },
  });
const PRINCIPALS = `query ($permissions: [String!], $includeGroupMembers: Boolean, $includeSuperusers: Boolean,
  $acceptGlobal: Boolean, $first: Int, $after: String) { resource(type: "lib:book", resourceId: "1") { list: principals(
  permissions: $permissions, includeGroupMembers: $includeGroupMembers, includeSuperusers: $includeSuperusers,
  acceptGlobal: $acceptGlobal, first: $first, after: $after) { totalCount everyone pageInfo { hasNextPage endCursor }
  edges { node { username } permissions } } } }`;
const GROUPS = `query ($permissions: [String!], $acceptGlobal: Boolean, $first: Int, $after: String) {
  resource(type: "lib:book", resourceId: "1") { list: groups(permissions: $permissions, acceptGlobal: $acceptGlobal,
  first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { name } permissions } } } }`;

/** Who holds what, by name; `*` when it is everybody. The same whatever the size of the pages. */
async function holders(source: string, options: Input = {}): Promise<Record<string, string>> {
  const all: Record<string, string>[] = [];
  for (const first of [1, 2, 100]) {
    const found: Record<string, string> = {};
    for (let after: string | null = null; ;) {
      const { list }: any = (await w.admin.get(source, { ...options, first, after })).resource;
      for (const { node, permissions } of list.edges) {
        found[node.username ?? node.name] = permissions.map((one: string) => one.split(':')[2]).join(' ');
      }
      if (list.everyone) found['*'] = '';
      after = list.pageInfo.endCursor;
      if (list.pageInfo.hasNextPage) continue;
      expect(list.totalCount).toBe(Object.keys(found).length - (list.everyone ? 1 : 0));
      break;
    }
    all.push(found);
  }
  expect(all[1]).toEqual(all[0]);
  expect(all[2]).toEqual(all[0]);
  return all[0]!;
}
const principals = (options?: Input) => holders(PRINCIPALS, options);
const groups = (options?: Input) => holders(GROUPS, options);

describe('the principals of a resource', () => {
  it('hold by themselves and through groups, also those above that include', async () => {
    await grantBooks(w, 'ben', ['view'], ['1']);
    await toGroup('change', ids.top!);
    expect(await principals()).toEqual({ ben: 'view', cy: 'change' });
    expect(await principals({ includeGroupMembers: false })).toEqual({ ben: 'view' });
    expect(await groups()).toEqual({ Top: 'change' });
  });

  it('are filtered by any of the permissions, with whatever else they hold; [] is nobody', async () => {
    await grantBooks(w, 'ben', ['view', 'change'], ['1']);
    await grantBooks(w, 'cy', ['view'], ['1']);
    await toGroup('delete', ids.team!);
    expect(await principals({ permissions: ['lib:book:change', 'lib:book:delete'] })).toEqual({
      ben: 'change view',
      cy: 'delete view',
    });
    expect(await principals({ permissions: ['lib:book:delete'], includeGroupMembers: false })).toEqual({});
    for (const list of [principals, groups]) expect(await list({ permissions: [] })).toEqual({});
    expect(await groups({ permissions: ['lib:book:view'] })).toEqual({});
  });

  it.each(['lib:shelf:view', 'lib:book:*', 'lib:cat:view', 'book'])('are not filtered by %s', async permission => {
    await putBooks(w, '1');
    for (const source of [PRINCIPALS, GROUPS]) {
      const { codes, fields } = await w.admin.ask(source, { permissions: ['lib:book:view', permission] });
      expect([codes, fields]).toEqual([['BAD_USER_INPUT'], ['permissions.1']]);
    }
  });

  it('are superusers only when asked for, and inactive ones never', async () => {
    await putBooks(w, '1');
    const operator = w.service('write', 'operate');
    const make = 'mutation ($input: CreatePrincipalInput!) { createPrincipal(input: $input) { principal { id } } }';
    await operator.get(make, { input: { username: 'root', superuser: true } });
    await operator.get(make, { input: { username: 'gone', superuser: true, active: false } });
    await grantBooks(w, 'gone', ['view'], ['1']);
    await grantBooks(w, 'root', ['view'], ['1']);
    expect(await principals()).toEqual({ root: 'view' });
    expect(await principals({ includeSuperusers: true })).toEqual({ root: 'change delete manage view' });
  });

  it('hold by roles and on the whole type only with acceptGlobal', async () => {
    await putBooks(w, '1');
    await grantBooks(w, 'ben', ['view'], null);
    await toGroup('change', ids.team!, null);
    await robot(gate, w, 'bot', 'lib:book:delete');
    expect([await principals(), await groups()]).toEqual([{}, {}]);
    const all = { acceptGlobal: true };
    expect(await principals(all)).toEqual({ ben: 'view', bot: 'delete', cy: 'change' });
    expect(await groups(all)).toEqual({ Team: 'change', 'group of bot': 'delete' });
    expect(await principals({ ...all, includeGroupMembers: false })).toEqual({ ben: 'view' });
  });

  it('are everyone when a group of everybody holds it; default groups reach users', async () => {
    await toGroup('view', await w.group('Everybody', { anonymousDefault: true }));
    await robot(gate, w, 'bot');
    const all = { admin: 'view', ben: 'view', bot: 'view', cy: 'view', dan: 'view' };
    expect(await principals()).toEqual({ ...all, '*': '' });
    expect(await principals({ permissions: ['lib:book:change'] })).toEqual({});
    await does(w.admin, 'grantPermissions', {
      ...{ permissions: ['lib:book:delete'], subjects: [{ groupName: 'Default access' }], resourceIds: ['1'] },
    });
    expect(await principals({ permissions: ['lib:book:delete'] })).toEqual({
      ...{ admin: 'delete view', ben: 'delete view', cy: 'delete view', dan: 'delete view' },
    });
  });

  it('own it, share it, inherit it; what has expired does not count', async () => {
    await setType(gate, 'lib:book', { ownerVerbs: ['change'], sharedVerbs: ['view'], inheritedVerbs: ['manage'] });
    await putBooks(w, { resourceId: '1', owner: 'ben', sharedWith: [ids.team], parents: [shelf('s')] });
    const on = { permissions: ['lib:shelf:manage'], subjects: [{ username: 'dan' }], resourceIds: ['s'] };
    await does(w.admin, 'grantPermissions', { ...on, expiresAt: inHours(1) });
    expect(await principals()).toEqual({ ben: 'change view', cy: 'view', dan: 'manage' });
    moveClock(gate, 2);
    expect(await principals()).toEqual({ ben: 'change view', cy: 'view' });
    expect(await groups()).toEqual({ Team: 'view' });
  });

  it('take no cursor of another list, and none that is none', async () => {
    await grantBooks(w, 'ben', ['view'], ['1']);
    const { list } = (await w.admin.get(PRINCIPALS)).resource;
    for (const [source, after] of [
      [GROUPS, list.pageInfo.endCursor],
      [PRINCIPALS, 'x'],
    ]) {
      const { codes, fields } = await w.admin.ask(source, { after });
      expect([codes, fields]).toEqual([['BAD_USER_INPUT'], ['after']]);
    }
  });
});

describe('what one holds', () => {
  const of = async (asker: Asker, fields: string) =>
    (await asker.get(`{ resource(type: "lib:book", resourceId: "1") { ${fields} } }`)).resource;
  const via = async (subject: string, how?: string) => {
    const field = `permissionsOf(subject: { ${subject} }${how ? `, via: ${how}` : ''})`;
    return (await of(w.admin, field)).permissionsOf.map((one: string) => one.split(':')[2]).join(' ');
  };

  it('is said by the way in which it is held', async () => {
    await setType(gate, 'lib:book', { ownerVerbs: ['change'] });
    await putBooks(w, { resourceId: '1', owner: 'cy' });
    await grantBooks(w, 'cy', ['view'], ['1']);
    await toGroup('delete', ids.top!);
    await toGroup('manage', ids.team!, null);
    const cy = 'username: "CY"';
    expect([await via(cy), await via(cy, 'EFFECTIVE')]).toEqual(Array(2).fill('change delete manage view'));
    expect([await via(cy, 'DIRECT'), await via(cy, 'GROUPS')]).toEqual(['change view', 'delete']);
    const top = `groupId: "${ids.top}"`;
    expect([await via(top), await via(top, 'DIRECT'), await via(top, 'GROUPS')]).toEqual(['delete', 'delete', '']);
    const team = 'groupName: "team"';
    expect([await via(team), await via(team, 'DIRECT')]).toEqual(['manage', '']);
    expect([await via('username: "nobody"'), await via('anonymous: true')]).toEqual(['', '']);
  });

  it('is told to oneself: viewerCan, viewerPermissions, can and resources of the viewer', async () => {
    await grantBooks(w, 'ben', ['view'], ['1']);
    const ben = w.user('ben');
    expect(
      await of(
        ben,
        'viewerPermissions a: viewerCan(verb: "view") b: viewerCan(verb: "change") c: viewerCan(verb: "fly")',
      ),
    ).toEqual({
      ...{ viewerPermissions: ['lib:book:view'], a: true, b: false, c: false },
    });
    const can = (id: string) => `can(permission: "lib:book:view", resourceId: "${id}")`;
    const source = `{ viewer { a: ${can('1')} b: ${can('2')} principal { ${can('1')} }
      resources(permissions: ["lib:book:view"]) { totalCount nodes { resourceId } } } }`;
    expect((await ben.get(source)).viewer).toEqual({
      ...{ a: true, b: false, principal: { can: true }, resources: { totalCount: 1, nodes: [{ resourceId: '1' }] } },
    });
    const client = w.service('read', 'check');
    expect(await of(client, 'viewerPermissions viewerCan(verb: "view")')).toEqual({
      viewerPermissions: null,
      viewerCan: null,
    });
    expect(
      (await client.get(`{ viewer { ${can('1')} resources(permissions: ["lib:book:view"]) { totalCount } } }`)).viewer,
    ).toEqual({
      ...{ can: null, resources: null },
    });
    const reader = await robot(gate, w, 'bot', 'rbac:principal:read');
    const { codes, data } = await reader.ask(`{ principal(username: "ben") { ${can('1')} } }`);
    expect([codes, data.principal]).toEqual([['FORBIDDEN'], { can: null }]);
  });
});
