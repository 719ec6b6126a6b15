import type { Asker, Gate, World } from '../world.js';
import { canOn, does, grantBooks, listed, openLibrary, putBooks, refused, setType } from './asking.js';
import { look, shelf } from './looking.js';

let gate: Gate;
let [one, other]: World[] = [];
type Ids = { group: string; book: string; grant: string; principal: string };
const ids = new Map<World, Ids>();
const VIEW = { permissions: ['lib:book:view'] };

/** The same names in each; only in the first does anybody hold anything. */
async function fill(w: World, gives: boolean): Promise<void> {
  const [group, principal] = [await w.group('Team'), await w.principal('ada')];
  await w.member(group, 'ada');
  await w.principal('bob');
  const whole = { owner: 'bob', parents: [shelf('s')], sharedWith: [group] };
  const { resources } = await putBooks(w, { resourceId: '1', ...(gives ? whole : {}) }, '2', '3');
  const { grants } = await grantBooks(w, gives ? 'ada' : 'bob', ['delete'], ['1']);
  ids.set(w, { group, principal, book: resources[0].id, grant: grants[0].id });
}
beforeAll(async () => {
  gate = await openLibrary();
  await setType(gate, 'lib:book', { ownerVerbs: ['change'], sharedVerbs: ['view'], inheritedVerbs: ['manage'] });
  [one, other] = [await gate.tenant(), await gate.tenant()];
  await fill(one, true);
  await fill(other, false);
  await does(one.admin, 'grantPermissions', {
    ...{ permissions: ['lib:shelf:manage'], subjects: [{ groupName: 'Team' }], resourceIds: ['s'] },
  });
  await does(one.admin, 'assignResource', { type: 'lib:book', resourceId: '2', groupId: ids.get(one)!.group });
});
afterAll(() => gate.close());

const admins = (w: World): Asker[] => [w.admin, w.service('read', 'write', 'grant', 'check')];

describe('two tenants with the same names everywhere', () => {
  it('decide and list for themselves: grants, shares, owners, parents, assignments', async () => {
    const held = async (w: World, name: string) => {
      const found: string[] = [];
      for (const verb of ['view', 'change', 'delete', 'manage']) {
        if (await canOn(w.user(name), verb, '1')) found.push(verb);
      }
      return found;
    };
    expect([await held(one!, 'ada'), await held(one!, 'bob')]).toEqual([
      ['view', 'delete', 'manage'],
      ['view', 'change'],
    ]);
    expect([await held(other!, 'ada'), await held(other!, 'bob')]).toEqual([[], ['delete']]);
    expect(await listed(one!.user('ada'), VIEW)).toEqual(['1', '2']);
    expect(await listed(other!.user('ada'), VIEW)).toEqual([]);
    for (const asker of admins(other!)) {
      for (const subject of [{ username: 'ada' }, { groupName: 'Team' }, { groupId: ids.get(one!)!.group }]) {
        expect(await listed(asker, { ...VIEW, subject })).toEqual([]);
      }
    }
  });

  it('show nothing of each other: relations, holders, node and nodes', async () => {
    const { book, grant } = ids.get(one!)!;
    const holders = `{ resource(type: "lib:book", resourceId: "1") { principals(acceptGlobal: true) { nodes { username } }
      groups(acceptGlobal: true) { totalCount } grants { nodes { id } } } }`;
    const source =
      'query ($book: ID!, $grant: ID!) { a: node(id: $book) { id } b: node(id: $grant) { id } nodes(ids: [$book, $grant]) { id } }';
    expect((await one!.admin.get(source, { book, grant })).nodes).toEqual([{ id: book }, { id: grant }]);
    expect(await look(other!.admin, '1')).toMatchObject({ owner: null, parents: [], sharedWith: [] });
    expect(await look(other!.admin, 's', 'lib:shelf')).toBeNull();
    for (const asker of admins(other!)) {
      expect(await asker.get(source, { book, grant })).toEqual({ a: null, b: null, nodes: [null, null] });
      expect((await asker.get(holders)).resource).toEqual({
        principals: { nodes: [{ username: 'bob' }] },
        groups: { totalCount: 0 },
        grants: { nodes: [{ id: ids.get(other!)!.grant }] },
      });
    }
  });

  it('name nothing of each other when they write', async () => {
    const { group, principal } = ids.get(one!)!;
    const on = { type: 'lib:book', resourceIds: ['1'] };
    const give = (subject: object) => ({ ...VIEW, resourceIds: ['1'], subjects: [subject] });
    const attempts: [string, Record<string, unknown>, string][] = [
      ['grantPermissions', give({ groupId: group }), 'subjects.0.groupId'],
      ['grantPermissions', give({ principalId: principal }), 'subjects.0.principalId'],
      ['revokePermissions', give({ groupId: group }), 'subjects.0.groupId'],
      ['shareResources', { ...on, groupIds: [group] }, 'groupIds.0'],
      ['unshareResources', { ...on, groupIds: [group] }, 'groupIds.0'],
      [
        'putResources',
        { type: 'lib:book', resources: [{ resourceId: '1', sharedWith: [group] }] },
        'resources.0.sharedWith.0',
      ],
      ['assignResource', { type: 'lib:book', resourceId: '1', groupId: group }, 'groupId'],
      ['unassignResource', { type: 'lib:book', resourceId: '2', groupId: group }, 'groupId'],
    ];
    for (const asker of admins(other!)) {
      for (const [mutation, input, field] of attempts) {
        const error = [['NOT_FOUND', `input.${field}`]];
        expect([mutation, await refused(asker, mutation, input)]).toEqual([mutation, error]);
      }
    }
  });

  it('take back and delete what is theirs, and nothing else', async () => {
    const back = { type: 'lib:book', resourceId: '2', groupId: ids.get(other!)!.group };
    expect((await does(other!.admin, 'unassignResource', back)).count).toBe(0);
    const revoked = { permissions: ['lib:book:delete'], subjects: [{ username: 'ada' }], resourceIds: ['1'] };
    expect((await does(other!.admin, 'revokePermissions', revoked)).count).toBe(0);
    expect((await does(other!.admin, 'deleteResources', { type: 'lib:book', resourceIds: ['1'] })).count).toBe(1);
    expect((await does(other!.admin, 'pruneResources', { type: 'lib:book', keepResourceIds: [] })).count).toBe(2);
    expect(await listed(one!.user('ada'), VIEW)).toEqual(['1', '2']);
    expect(await canOn(one!.user('ada'), 'delete', '1')).toBe(true);
    expect(await look(one!.admin, 's', 'lib:shelf')).toMatchObject({ children: ['1'] });
  });

  it('page with cursors that tell each other nothing', async () => {
    await putBooks(other!, '1', '2');
    const source = `query ($after: String) { resources(permissions: ["lib:book:view"], subject: { username: "admin" }, first: 1,
      after: $after) { totalCount edges { cursor } nodes { id } } }`;
    const { resources } = await one!.admin.get(source);
    const found = (await other!.admin.ask(source, { after: resources.edges[0]?.cursor ?? null })).data.resources;
    expect(JSON.stringify(found)).not.toContain(ids.get(one!)!.book);
  });

  it('do not reach the rights on groups of each other', async () => {
    const { group } = ids.get(one!)!;
    const on = { permissions: ['rbac:group:read'], subjects: [{ username: 'ada' }], resourceIds: [group] };
    await does(other!.admin, 'grantPermissions', on);
    const source = 'query ($id: ID!) { group(id: $id) { id } node(id: $id) { id } }';
    expect(await other!.user('ada').get(source, { id: group })).toEqual({ group: null, node: null });
    expect(await one!.user('bob').get(source, { id: group })).toEqual({ group: null, node: null });
  });
});
