import { openGate, type Gate, type World } from '../world.js';
import { did, groupNames, groupOf, membersOf, usernames, wrong } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const operator = () =>
  gate.as({ kind: 'service', clientId: 'o', scopes: new Set(['operate']), tenants: ['*'], tenant: null });
/** What goes wrong in all of them, when they come at once. */
const atOnce = async (work: readonly (() => Promise<unknown[]>)[]) =>
  (await Promise.all(work.map(one => one()))).flat();

describe('at once', () => {
  it('two create the same group: one does, and one is told of the conflict', async () => {
    const conflicts = await atOnce(['Team', 'TEAM'].map(name => () => wrong(w.admin, 'createGroup', { name })));
    expect(conflicts).toEqual([['CONFLICT', 'input.name']]);
    expect(await groupNames(w.admin, { system: false })).toHaveLength(1);
  });

  it('two create the same principal: one does, and one is told of the conflict', async () => {
    const conflicts = await atOnce(
      ['ada', 'ADA'].map(username => () => wrong(w.admin, 'createPrincipal', { username })),
    );
    expect(conflicts).toEqual([['CONFLICT', 'input.username']]);
  });

  it('one creates a principal that signs in for the first time: it is one, and nobody fails but with a conflict', async () => {
    const codes = await atOnce([
      () => wrong(w.admin, 'createPrincipal', { username: 'ada' }),
      async () => (await w.user('ada').ask('{ __typename }')).codes,
    ]);
    expect([[], [['CONFLICT', 'input.username']]]).toContainEqual(codes);
    expect(await usernames(w.admin)).toEqual(['ada', 'admin']);
  });

  it.each([['slug'], ['externalId']])(
    'two create a tenant of the same %s: one does, and one is told of the conflict',
    async field => {
      const slugs = [`${w.slug}-a`, field === 'slug' ? `${w.slug}-a` : `${w.slug}-b`];
      const create = (slug: string) =>
        wrong(operator(), 'createTenant', { slug, name: 'x', externalId: field === 'slug' ? null : `${w.slug}-x` });
      expect(await atOnce(slugs.map(slug => () => create(slug)))).toEqual([['CONFLICT', `input.${field}`]]);
    },
  );

  it('two rename to the same name: one does', async () => {
    const [a, b] = [await w.group('a'), await w.group('b')];
    const conflicts = await atOnce([a, b].map(id => () => wrong(w.admin, 'updateGroup', { id, name: 'c' })));
    expect(conflicts).toEqual([['CONFLICT', 'input.name']]);
  });

  it('three move into each other in a ring: the last is refused', async () => {
    const ids = [await w.group('a'), await w.group('b'), await w.group('c')];
    const conflicts = await atOnce(
      ids.map((id, i) => () => wrong(w.admin, 'updateGroup', { id, parentId: ids[(i + 1) % 3] })),
    );
    expect(conflicts).toEqual([['CONFLICT', 'input.parentId']]);
    const parents = await Promise.all(ids.map(async id => (await groupOf(w.admin, id)).parent));
    expect(parents.filter(parent => parent === null)).toHaveLength(1);
  });

  it('two add the same member: both succeed', async () => {
    const groupId = await w.group('Team');
    await w.principal('ada');
    const add = () => wrong(w.admin, 'addGroupMembers', { groupId, usernames: ['ada'] });
    expect(await atOnce([add, add, add])).toEqual([]);
    expect(await membersOf(w.admin, groupId)).toEqual(['ada']);
  });

  it('one deletes a group while others move below it, join it and delete it too: all is whole afterwards', async () => {
    const [id, other] = [await w.group('Team'), await w.group('Other')];
    await w.principal('ada');
    const problems = await atOnce([
      () => wrong(w.admin, 'deleteGroup', { id }),
      () => wrong(w.admin, 'updateGroup', { id: other, parentId: id }),
      () => wrong(w.admin, 'addGroupMembers', { groupId: id, usernames: ['ada'] }),
      () => wrong(w.admin, 'deleteGroup', { id }),
    ]);
    for (const problem of problems) expect((problem as string[])[0]).toBe('NOT_FOUND');
    expect(await groupNames(w.admin, { system: false })).toEqual(['Other']);
    expect((await groupOf(w.admin, other)).parent).toBeNull();
  });

  it('one deletes the tenant while others write in it: they are done or told, and nothing stays', async () => {
    const { tenants } = await w.admin.get('{ tenants { nodes { id } } }');
    const create = (name: string) => async () => {
      const known: unknown[] = await wrong(w.admin, 'createGroup', { name }).catch(error => [[error.code]]);
      return known;
    };
    const problems = await atOnce([
      create('a'),
      async () => (await did(operator(), 'deleteTenant', { id: tenants.nodes[0].id })) && [],
      create('b'),
      create('c'),
    ]);
    for (const problem of problems) expect(['NOT_FOUND', 'UNAUTHENTICATED']).toContain((problem as string[])[0]);
    const left = await gate.db.query({ text: 'select 1 from "group" where tenant_id = $1', values: [w.tenantId] });
    expect(left).toEqual([]);
  });
});
