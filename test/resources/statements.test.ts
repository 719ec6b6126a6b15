import type { Asker, Gate, World } from '../world.js';
import { did, grantBooks, openLibrary, putBooks } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openLibrary();
  w = await gate.tenant();
}, 120_000);
afterAll(() => gate.close());

const ids = (count: number) => Array.from({ length: count }, (_, at) => `book ${String(at).padStart(4, '0')}`);

/** How many statements an operation takes once it has been sent before. */
async function statements(asker: Asker, source: string, variables: Record<string, unknown> = {}): Promise<number> {
  await asker.get(source, variables);
  gate.statements.length = 0;
  await asker.get(source, variables);
  return gate.statements.length;
}

describe('the number of statements', () => {
  beforeAll(async () => {
    const group = await w.group('Readers');
    for (const username of ['ben', 'ann', 'cleo']) await w.principal(username);
    await w.member(group, 'ben', 'ann');
    await putBooks(w, ...ids(120).map(resourceId => ({ resourceId, owner: 'cleo', sharedWith: [group] })));
    await grantBooks(w, 'ben', ['view', 'change'], ids(110));
    const input = { permissions: ['lib:book:view'], subjects: [{ groupId: group }], resourceIds: ids(120) };
    await w.admin.get('mutation ($input: GrantPermissionsInput!) { grantPermissions(input: $input) { created } }', {
      input,
    });
  }, 120_000);

  it('of 100 checks on 100 resources is two', async () => {
    const requests = ids(100).map(resourceId => ({ permission: 'lib:book:change', resourceId }));
    const source = 'query ($requests: [CheckInput!]!) { checks(requests: $requests) { allowed reasons { kind } } }';
    expect(await statements(w.user('ben'), source, { requests })).toBe(2);
  });

  it('of a page of resources is two, whatever its length', async () => {
    const page = (first: number) =>
      `{ resources(permissions: ["lib:book:view"], first: ${first}) { everything nodes { resourceId attributes } pageInfo { hasNextPage } } }`;
    for (const first of [1, 10, 100]) expect(await statements(w.user('ben'), page(first))).toBe(2);
  });

  it('of a page of what is held by several permissions is two, also where one of them is held rarely', async () => {
    await grantBooks(w, 'ann', ['change'], ['book 0118']);
    for (const permissions of [
      ['lib:book:view', 'lib:book:change'],
      ['lib:book:change', 'lib:book:view'],
    ]) {
      const source =
        'query ($permissions: [String!]!) { resources(permissions: $permissions, match: ALL, first: 1) { nodes { resourceId } } }';
      expect(await statements(w.user('ann'), source, { permissions })).toBe(2);
      const { resources } = await w.user('ann').get(source, { permissions });
      expect(resources.nodes).toEqual([{ resourceId: 'book 0118' }]);
    }
  });

  it('of a page of holders is two beside finding the resource and showing who they are', async () => {
    const list = (first: number) =>
      `{ resource(type: "lib:book", resourceId: "book 0000") { principals(first: ${first}) { edges { node { username } permissions } } } }`;
    const [one, many] = [await statements(w.admin, list(1)), await statements(w.admin, list(100))];
    expect([one, many]).toEqual([4, 4]);
  });

  it('of lists with everything that hangs on a resource is the same for ten and for a hundred', async () => {
    const source = (first: number) => `{ resources(permissions: ["lib:book:view"], first: ${first}) { nodes {
      resourceId a: viewerCan(verb: "view") b: viewerCan(verb: "change") c: viewerCan(verb: "delete") viewerPermissions
      owner { username } parents { resourceId } sharedWith { name } children(first: 2) { nodes { resourceId } } } } }`;
    const [ten, hundred] = [await statements(w.user('ben'), source(10)), await statements(w.user('ben'), source(100))];
    expect(hundred).toBe(ten);
    expect(ten).toBeLessThanOrEqual(9);
  });

  it('of a thousand grants is six at most, with the transaction around them', async () => {
    const input = { permissions: ['lib:book:view'], subjects: [{ username: 'ann' }], resourceIds: ids(1_000) };
    await did(w.service('read', 'write', 'grant'), 'updatePrincipal', { id: await w.principal('dora'), email: null });
    const client = w.service('grant');
    await client.get('{ viewer { kind } }');
    gate.statements.length = 0;
    await client.get('mutation ($input: GrantPermissionsInput!) { grantPermissions(input: $input) { created } }', {
      input,
    });
    const writes = gate.statements.filter(text => !/^(begin|commit)/i.test(text));
    expect(writes.length).toBeLessThanOrEqual(6);
  });
});
