import { openGate, type Asker, type Gate, type World } from '../world.js';
import { DEFAULTS, did, groupNames, groupOf, wrong } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const idOf = async (name: string, asker: Asker = w.admin): Promise<string> =>
  (await asker.get('query ($name: String) { group(name: $name) { id } }', { name })).group.id;

describe('the default groups of a tenant', () => {
  it('are there from its creation, as roots without anything', async () => {
    expect(await groupNames(w.admin)).toEqual(DEFAULTS);
    const [platform, admin] = await Promise.all(DEFAULTS.map(name => idOf(name)));
    const plain = {
      parent: null,
      type: null,
      entities: [],
      properties: null,
      includesSubgroups: false,
      supergroup: false,
    };
    const shared = { ...plain, system: true, anonymousDefault: false, autoShareWith: [], canShareWith: null };
    expect(await groupOf(w.admin, platform!)).toMatchObject({ ...shared, platformDefault: true, adminDefault: false });
    expect(await groupOf(w.admin, admin!)).toMatchObject({ ...shared, platformDefault: false, adminDefault: true });
  });

  it('are found by their flags', async () => {
    await w.group('Team');
    expect(await groupNames(w.admin, { platformDefault: true })).toEqual(['Default access']);
    expect(await groupNames(w.admin, { adminDefault: true })).toEqual(['Default admin access']);
    expect(await groupNames(w.admin, { platformDefault: false, adminDefault: false })).toEqual(['Team']);
    expect(await groupNames(w.admin, { system: true })).toEqual(DEFAULTS);
    expect(await groupNames(w.admin, { system: false })).toEqual(['Team']);
    expect(await groupNames(w.admin, { platformDefault: true, adminDefault: true })).toEqual([]);
  });

  it.each(DEFAULTS)('cannot be changed, deleted or joined by anybody: %s', async name => {
    const id = await idOf(name);
    await w.principal('ada');
    const clients = w.service('read', 'write', 'grant', 'operate', 'check', 'catalogue');
    await did(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });
    for (const asker of [w.admin, w.user('root'), clients]) {
      for (const change of [
        { description: 'mine' },
        { name: 'Mine' },
        { includesSubgroups: true },
        { parentId: null },
        {},
      ]) {
        expect(await wrong(asker, 'updateGroup', { id, ...change })).toEqual(['FORBIDDEN']);
      }
      expect(await wrong(asker, 'deleteGroup', { id })).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'addGroupMembers', { groupId: id, usernames: ['ada'] })).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'addGroupMembers', { groupId: id, usernames: [] })).toEqual(['FORBIDDEN']);
      expect(await wrong(asker, 'removeGroupMembers', { groupId: id, usernames: ['ada'] })).toEqual(['FORBIDDEN']);
    }
    expect(await groupNames(w.admin)).toEqual(DEFAULTS);
  });

  it('are refused to those who see them, and unknown to those who do not', async () => {
    const [platform, admin] = await Promise.all(DEFAULTS.map(name => idOf(name)));
    const ada = w.user('ada');
    const robot = w.user('robot', { serviceAccount: true });
    expect(await wrong(ada, 'updateGroup', { id: platform, description: 'x' })).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'updateGroup', { id: admin, description: 'x' })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await wrong(robot, 'deleteGroup', { id: platform })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await wrong(w.anonymous(), 'deleteGroup', { id: platform })).toEqual(['UNAUTHENTICATED']);
  });

  it('may stand above others, which changes nothing for anybody', async () => {
    const id = await w.group('Team', { parentId: await idOf('Default access') });
    expect((await groupOf(w.admin, id)).parent).toEqual({ name: 'Default access' });
  });
});

describe('effective membership of default groups', () => {
  const seen = (asker: Asker) => groupNames(asker, { scope: 'PRINCIPAL' });

  it('is by kind of principal', async () => {
    expect(await seen(w.user('ada'))).toEqual(['Default access']);
    expect(await seen(w.user('cy', { orgAdmin: true }))).toEqual(DEFAULTS);
    expect(await seen(w.user('robot', { serviceAccount: true }))).toEqual([]);
    expect(await seen(w.user('chief', { serviceAccount: true, orgAdmin: true }))).toEqual([]);
  });

  it('follows the type and the flag of the principal', async () => {
    const id = await w.principal('ada');
    const ada = w.user('ada');
    await did(w.admin, 'updatePrincipal', { id, type: 'SERVICE_ACCOUNT' });
    expect(await seen(ada)).toEqual([]);
    await did(w.admin, 'updatePrincipal', { id, type: 'USER', orgAdmin: true });
    expect(await seen(ada)).toEqual(DEFAULTS);
    await did(w.admin, 'updatePrincipal', { id, orgAdmin: false });
    expect(await seen(ada)).toEqual(['Default access']);
  });

  it('of the groups of everybody is for every principal, as long as they are marked', async () => {
    const id = await w.group('All', { anonymousDefault: true });
    expect(await seen(w.user('ada'))).toEqual(['All', 'Default access']);
    expect(await seen(w.user('robot', { serviceAccount: true }))).toEqual(['All']);
    await did(w.admin, 'updateGroup', { id, anonymousDefault: false });
    expect(await seen(w.user('robot', { serviceAccount: true }))).toEqual([]);
    await did(w.admin, 'updateGroup', { id, anonymousDefault: true });
    expect(await seen(w.user('robot', { serviceAccount: true }))).toEqual(['All']);
    await did(w.admin, 'deleteGroup', { id });
    expect(await seen(w.user('robot', { serviceAccount: true }))).toEqual([]);
  });

  it('of the groups of everybody shows them to nobody who is not signed in', async () => {
    const id = await w.group('All', { anonymousDefault: true });
    for (const field of ['node(id: $id)', 'group(id: $id)', 'nodes(ids: [$id])', 'groups(filter: { ids: [$id] })']) {
      const source = `query ($id: ID!) { ${field} { __typename } }`;
      expect((await w.anonymous().ask(source, { id })).codes).toEqual(['UNAUTHENTICATED']);
    }
  });
});
