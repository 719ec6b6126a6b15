import type { Asker, Gate, World } from '../world.js';
import { did, openLibrary, putBooks, refused, does, listed } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
});
afterAll(() => gate.close());

/** Rows that have lost what they stand on, and grants that nothing claims. */
const ORPHANS = [
  `select 'grant without a claim' as what from "grant" g where not g.by_hand and not exists (
     select 1 from assignment_grant c where c.tenant_id = g.tenant_id and c.grant_id = g.id)`,
  `select 'claim without a grant' from assignment_grant c where not exists (
     select 1 from "grant" g where g.tenant_id = c.tenant_id and g.id = c.grant_id)`,
  `select 'claim without an assignment' from assignment_grant c where not exists (
     select 1 from assignment a where a.tenant_id = c.tenant_id and a.id = c.assignment_id)`,
  ...['"grant"', 'resource_share', 'assignment', 'resource_parent'].map(
    table => `select 'row of ${table.replaceAll('"', '')} without its resource' from ${table} t where t.resource_id is not null
      and not exists (select 1 from resource r where r.tenant_id = t.tenant_id and r.type = t.type and r.resource_id = t.resource_id)`,
  ),
  `select 'grant without its subject' from "grant" g where not exists (
     select 1 from principal p where p.tenant_id = g.tenant_id and p.id = g.subject_id union all
     select 1 from "group" o where o.tenant_id = g.tenant_id and o.id = g.subject_id)`,
  `select 'owner who is gone' from resource r where r.owner_id is not null and not exists (
     select 1 from principal p where p.tenant_id = r.tenant_id and p.id = r.owner_id)`,
];

/** Every table at once, over all tenants: not what the product may send, so it goes past what watches statements. */
async function orphans(): Promise<string[]> {
  const client: any = await gate.db.orm.em.getConnection().getNativeClient();
  const { rows } = await client.query(ORPHANS.join(' union all '));
  return rows.map((row: { what: string }) => row.what);
}

type Deed = readonly [asker: Asker, mutation: string, input: Record<string, unknown>];

/** Does things at the same time; answers what went wrong with each, and fails unless that is a conflict or something gone. */
async function atOnce(...deeds: Deed[]): Promise<unknown[][]> {
  const wrongs = await Promise.all(deeds.map(([asker, mutation, input]) => refusedBy(asker, mutation, input)));
  for (const wrong of wrongs.flat()) expect(['CONFLICT', 'NOT_FOUND']).toContain([wrong].flat()[0]);
  expect(await orphans()).toEqual([]);
  return wrongs;
}

const ELSEWHERE = /^(update|delete|create)(Group|Principal)$/;
async function refusedBy(asker: Asker, mutation: string, input: Record<string, unknown>): Promise<unknown[]> {
  if (!ELSEWHERE.test(mutation)) return refused(asker, mutation, input);
  return did(asker, mutation, input).then(
    () => [],
    (error: Error) => [error.message.split(': ')[1]],
  );
}

const grant = (verbs: string[], resourceIds: string[], subject: object): Deed => [
  w.admin,
  'grantPermissions',
  { permissions: verbs.map(verb => `lib:book:${verb}`), subjects: [subject], resourceIds },
];

describe('two clients at once', () => {
  it('that grant the same make one grant', async () => {
    const deed = grant(['view', 'change'], ['1', '2'], { username: 'ben' });
    expect(await atOnce(deed, deed, deed)).toEqual([[], [], []]);
    const { resource } = await w.admin.get(`{ resource(type: "lib:book", resourceId: "1") { grants { totalCount } } }`);
    expect(resource.grants.totalCount).toBe(2);
  });

  it('may grant on a resource, and delete it', async () => {
    for (const id of ['1', '2', '3', '4']) {
      await putBooks(w, id);
      await atOnce(grant(['view'], [id], { username: 'ben' }), [
        w.admin,
        'deleteResources',
        { type: 'lib:book', resourceIds: [id] },
      ]);
    }
  });

  it('may grant to a principal or share with a group, and delete it', async () => {
    for (const name of ['x', 'y', 'z']) {
      const [principal, group] = [await w.principal(name), await w.group(name)];
      await atOnce(
        grant(['view'], ['1'], { username: name }),
        [w.admin, 'deletePrincipal', { id: principal }],
        [w.admin, 'shareResources', { type: 'lib:book', resourceIds: ['1'], groupIds: [group] }],
        [w.admin, 'putResources', { type: 'lib:book', resources: [{ resourceId: name, owner: name }] }],
        [w.admin, 'deleteGroup', { id: group }],
      );
    }
  });

  it('may assign a resource to a group while it moves, and while it is deleted', async () => {
    const policy = { group: ['view'], groupsUpstream: ['view', 'change'], owner: ['change'] };
    for (const name of ['x', 'y', 'z']) {
      const [top, other] = [await w.group(`top ${name}`), await w.group(`other ${name}`)];
      const group = await w.group(name, { parentId: top });
      await w.member(group, 'ben');
      const input = { type: 'lib:book', resourceId: name, groupId: group, username: 'ben', policy };
      await atOnce(
        [w.admin, 'assignResource', input],
        [w.admin, 'updateGroup', { id: group, parentId: other }],
        [w.admin, 'assignResource', { ...input, username: null }],
        [w.admin, 'deleteGroup', { id: group }],
      );
      expect(await listed(w.admin, { type: 'lib:book', subject: { groupName: `top ${name}` } })).toEqual([]);
      expect(await listed(w.user('ben'), { type: 'lib:book' })).toEqual([]);
    }
  });

  it('cannot move two groups into each other, nor put two resources below each other', async () => {
    const [a, b] = [await w.group('a'), await w.group('b')];
    const moved = await atOnce(
      [w.admin, 'updateGroup', { id: a, parentId: b }],
      [w.admin, 'updateGroup', { id: b, parentId: a }],
    );
    expect(moved.flat()).toEqual(['CONFLICT']);
    await putBooks(w, '1', '2');
    const below = (id: string, parent: string): Deed => [
      w.admin,
      'putResources',
      { type: 'lib:book', resources: [{ resourceId: id, parents: [{ type: 'lib:book', resourceId: parent }] }] },
    ];
    expect((await atOnce(below('1', '2'), below('2', '1'))).flat()).toEqual([
      ['CONFLICT', 'input.resources.0.parents'],
    ]);
  });

  it('that assign and take back the same leave all of it or nothing', async () => {
    const group = await w.group('g');
    const input = { type: 'lib:book', resourceId: '1', groupId: group, policy: { group: ['view', 'change'] } };
    await atOnce(
      [w.admin, 'assignResource', input],
      [w.admin, 'unassignResource', { type: 'lib:book', resourceId: '1', groupId: group }],
      [w.admin, 'assignResource', input],
    );
    await does(w.admin, 'unassignResource', { type: 'lib:book', resourceId: '1', groupId: group });
    expect(await listed(w.admin, { type: 'lib:book', subject: { groupId: group } })).toEqual([]);
    expect(await orphans()).toEqual([]);
  });
});
