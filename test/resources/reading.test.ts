import type { Asker, Gate, World } from '../world.js';
import { addPermissions, robot } from '../policy/asking.js';
import { does, grantBooks, openLibrary, putBooks, setType } from './asking.js';
import { look, plainTypes, shelf } from './looking.js';

let gate: Gate;
let w: World;
const ids: Record<string, string> = {};
beforeAll(async () => {
  gate = await openLibrary();
  await addPermissions(gate, 'rbac:role:read');
});
beforeEach(async () => {
  w = await gate.tenant();
  for (const name of ['ben', 'cy']) ids[name] = await w.principal(name, { email: `${name}@x` });
  ids.group = await w.group('Readers', { description: 'hush' });
  await w.member(ids.group, 'cy');
});
afterEach(() => plainTypes(gate, 'lib:book', 'lib:shelf'));
afterAll(() => gate.close());

const idOf = async (id: string) =>
  (await w.admin.get('query ($id: String!) { resource(type: "lib:book", resourceId: $id) { id } }', { id })).resource
    .id;
const toGroup = (verb: string, resourceIds: string[], groupId = ids.group) =>
  does(w.admin, 'grantPermissions', { permissions: [`lib:book:${verb}`], subjects: [{ groupId }], resourceIds });
const NODES = 'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }';
const sees = async (asker: Asker, id: string) => {
  const { node, nodes } = await asker.get(NODES, { id });
  expect(node).toEqual(nodes[0]);
  return node !== null;
};

describe('a resource on which one holds nothing', () => {
  it('does not exist: neither by name nor by id, nor as a parent or a child', async () => {
    await putBooks(
      w,
      { resourceId: '1', parents: [shelf('s'), shelf('t')] },
      { resourceId: '2', parents: [shelf('s')] },
    );
    await grantBooks(w, 'ben', ['view'], ['1']);
    const ben = w.user('ben');
    expect(await look(ben, '1')).toMatchObject({ parents: [] });
    expect(await look(ben, '2')).toBeNull();
    expect(await look(ben, 's', 'lib:shelf')).toBeNull();
    expect([await sees(ben, await idOf('1')), await sees(ben, await idOf('2'))]).toEqual([true, false]);
    const on = { permissions: ['lib:shelf:view'], subjects: [{ username: 'ben' }], resourceIds: ['s'] };
    await does(w.admin, 'grantPermissions', on);
    expect(await look(ben, '1')).toMatchObject({ parents: ['lib:shelf s'] });
    expect(await look(ben, 's', 'lib:shelf')).toMatchObject({ children: ['1'] });
  });

  it('is not in the payload of what one writes', async () => {
    const bot = await robot(gate, w, 'bot', 'rbac:resource:write');
    const { resources, created } = await does(bot, 'putResources', {
      type: 'lib:book',
      resources: [{ resourceId: '1' }],
    });
    expect([resources, created]).toEqual([[], 1]);
    const shared = { type: 'lib:book', resourceIds: ['1'], groupIds: [ids.group] };
    expect(await does(w.service('grant'), 'shareResources', shared)).toEqual({ resources: [] });
    expect(await does(w.service('grant', 'read'), 'unshareResources', shared)).toEqual({
      resources: [{ resourceId: '1' }],
    });
  });

  it('shows its id alone to whoever may ask what others hold', async () => {
    await putBooks(w, {
      resourceId: '1',
      owner: 'ben',
      attributes: { secret: 'x' },
      sharedWith: [ids.group],
      parents: [shelf('s')],
    });
    await grantBooks(w, 'cy', ['view'], ['1']);
    const source = `{ resources(permissions: ["lib:book:view"], subject: { username: "cy" }) { totalCount nodes {
      resourceId attributes owner { username } parents { resourceId } children { totalCount } sharedWith { name } } } }`;
    const asker = await robot(gate, w, 'bot', 'rbac:access:read', 'rbac:principal:read', 'rbac:group:read');
    const masked = { resourceId: '1', attributes: null, owner: null, parents: null, children: null, sharedWith: null };
    for (const one of [asker, w.service('check')]) {
      expect((await one.get(source)).resources).toEqual({ totalCount: 1, nodes: [masked] });
    }
    expect((await w.service('check', 'read').get(source)).resources.nodes[0]).toMatchObject({
      ...{ attributes: { secret: 'x' }, owner: { username: 'ben' }, sharedWith: [{ name: 'Readers' }] },
    });
    expect((await w.user('cy').get(source)).resources.nodes[0]).toMatchObject({
      attributes: { secret: 'x' },
      owner: null,
    });
  });

  it('is not named by a reason', async () => {
    await setType(gate, 'lib:book', { inheritedVerbs: ['view'] });
    await putBooks(w, { resourceId: '1', parents: [shelf('secret shelf')] });
    const on = { permissions: ['lib:shelf:view'], subjects: [{ username: 'cy' }], resourceIds: ['secret shelf'] };
    await does(w.admin, 'grantPermissions', on);
    const source = `{ check(permission: "lib:book:view", resourceId: "1", subject: { username: "cy" }) {
      reasons { kind message resource { resourceId } grant { id } group { name } } } }`;
    const asker = await robot(gate, w, 'bot', 'rbac:access:read');
    const { reasons } = (await asker.get(source)).check;
    expect(reasons).toMatchObject([{ kind: 'INHERITED', resource: null }]);
    expect(JSON.stringify(reasons)).not.toContain('secret');
    expect((await w.user('cy').get(source)).check.reasons[0].resource).toEqual({ resourceId: 'secret shelf' });
  });
});

describe('a grant', () => {
  it('is read by its subject, its members, administrators of the resource, and rbac:access:read', async () => {
    const [own] = (await grantBooks(w, 'ben', ['view'], ['1'])).grants;
    const [groups] = (await toGroup('view', ['1'])).grants;
    await w.principal('dan');
    await grantBooks(w, 'dan', ['manage'], ['1']);
    const reader = await robot(gate, w, 'bot', 'rbac:access:read');
    const read = async (asker: Asker) => [await sees(asker, own.id), await sees(asker, groups.id)];
    expect(await read(w.user('ben'))).toEqual([true, false]);
    expect(await read(w.user('cy'))).toEqual([false, true]);
    expect(await read(w.user('dan'))).toEqual([true, true]);
    expect(await read(reader)).toEqual([true, true]);
    expect(await read(w.service('read', 'write'))).toEqual([false, false]);
    await does(w.admin, 'revokePermissions', {
      ...{ permissions: ['lib:book:view'], subjects: [{ username: 'ben' }], resourceIds: ['1'] },
    });
    expect(await read(w.admin)).toEqual([false, true]);
  });

  it('to everybody is not shown to the anonymous caller, by id or as a reason', async () => {
    const everybody = await w.group('Everybody', { anonymousDefault: true });
    const [grant] = (await toGroup('view', ['1'], everybody)).grants;
    const source = `{ check(permission: "lib:book:view", resourceId: "1") { allowed
      reasons { kind grant { id grantedBy } group { name } } } }`;
    expect((await w.anonymous().get(source)).check).toEqual({
      allowed: true,
      reasons: [{ kind: 'GRANT', grant: null, group: null }],
    });
    const reply = await w.anonymous().ask('query ($id: ID!) { node(id: $id) { id } }', { id: grant.id });
    expect(reply.data?.node ?? null).toBeNull();
    expect(await look(w.anonymous(), '1')).toMatchObject({ owner: null, sharedWith: [] });
    expect((await w.user('ben').get(source)).check.reasons).toEqual([
      { kind: 'GRANT', grant: { id: grant.id, grantedBy: 'admin' }, group: { name: 'Everybody' } },
    ]);
  });
});

const HOLDERS: [string, string][] = [
  ['principals', 'principals { totalCount everyone }'],
  ['groups', 'groups { totalCount }'],
  ['grants', 'grants { totalCount }'],
  ['permissionsOf', 'permissionsOf(subject: { username: "cy" })'],
  ['permissionsOf', 'permissionsOf(subject: { username: "nobody" })'],
  ['permissionsOf', 'permissionsOf(subject: { groupName: "Readers" })'],
];

describe('who holds what', () => {
  it.each(HOLDERS)('is for administrators and rbac:access:read: %s, %s', async (name, field) => {
    await putBooks(w, { resourceId: '1', owner: 'cy' });
    await grantBooks(w, 'ben', ['view'], ['1']);
    const source = `{ resource(type: "lib:book", resourceId: "1") { ${field} } }`;
    const reply = await w.user('ben').ask(source);
    expect([reply.codes, reply.data.resource]).toEqual([['FORBIDDEN'], { [name]: null }]);
    expect(JSON.stringify(reply.messages)).not.toMatch(/cy|nobody|Readers/);
    const bot = await robot(gate, w, 'bot', 'rbac:access:read', 'lib:book:view');
    for (const asker of [bot, w.admin]) expect((await asker.ask(source)).codes).toEqual([]);
    await grantBooks(w, 'ben', ['manage'], ['1']);
    expect((await w.user('ben').ask(source)).codes).toEqual([]);
  });

  it('is UNAUTHENTICATED for the anonymous caller, who may ask about itself', async () => {
    const everybody = await w.group('Everybody', { anonymousDefault: true });
    await toGroup('view', ['1'], everybody);
    const ask = (field: string) => w.anonymous().ask(`{ resource(type: "lib:book", resourceId: "1") { ${field} } }`);
    for (const [name, field] of HOLDERS) {
      const { codes, data } = await ask(field);
      expect([codes, data.resource]).toEqual([['UNAUTHENTICATED'], { [name]: null }]);
    }
    const own = await ask('viewerPermissions viewerCan(verb: "view") permissionsOf(subject: { anonymous: true })');
    expect(own.data.resource).toEqual({
      ...{ viewerPermissions: ['lib:book:view'], viewerCan: true, permissionsOf: ['lib:book:view'] },
    });
  });

  it('shows the names of those whom the caller may not read, and nothing else of theirs', async () => {
    const parent = await w.group('Above');
    const team = await w.group('Team', { parentId: parent, description: 'hush' });
    await w.member(team, 'cy', 'ben');
    await toGroup('view', ['1'], team);
    await toGroup('change', ['1'], ids.group);
    await grantBooks(w, 'ben', ['manage'], ['1']);
    const person =
      'username email externalId active orgAdmin superuser groups { totalCount } roles { totalCount } policies { totalCount }';
    const group = `name description type entities properties parent { name } subgroups { totalCount } members { totalCount }
      roles { totalCount } policies { totalCount } principalCount roleCount policyCount autoShareWith { name } canShareWith { name }`;
    const source = `{ resource(type: "lib:book", resourceId: "1") {
      principals { nodes { ${person} } } groups { nodes { ${group} } } grants { nodes { principal { email } group { description } } } } }`;
    const { resource } = await w.user('ben').get(source);
    const [ben, cy] = resource.principals.nodes;
    expect(ben).toMatchObject({ username: 'ben', email: 'ben@x', groups: { totalCount: 1 } });
    const { username, ...others } = cy;
    expect([username, new Set(Object.values(others))]).toEqual(['cy', new Set([null])]);
    const [readers, own] = resource.groups.nodes;
    const { name, ...rest } = readers;
    expect([name, new Set(Object.values(rest))]).toEqual(['Readers', new Set([null])]);
    expect(own).toMatchObject({ name: 'Team', description: 'hush', members: null, parent: null });
    expect(resource.grants.nodes.map(({ group: found }: any) => found?.description)).toEqual(['hush', null, undefined]);
    const bot = await robot(
      gate,
      w,
      'bot',
      'rbac:access:read',
      'lib:book:view',
      'rbac:principal:read',
      'rbac:role:read',
    );
    const [unread] = (await bot.get(source)).resource.groups.nodes;
    expect(unread).toMatchObject({
      name: 'Readers',
      members: null,
      roles: null,
      principalCount: null,
      roleCount: null,
    });
  });
});
