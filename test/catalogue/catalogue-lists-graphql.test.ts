import { CATALOGUE, eq, openPolicyGate, robot, systemRole, where, wrongs } from '../policy/asking.js';
import type { Asker, Gate, Reply, World } from '../world.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
});
afterAll(() => gate.close());

const SORTED = [...CATALOGUE].sort();
const SOURCE = `query ($filter: PermissionFilter, $first: Int = 1000, $after: String, $last: Int, $before: String) {
  permissions(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
    totalCount nodes { permission } pageInfo { hasNextPage endCursor } } }`;
async function found(asker: Asker, filter: object | null = null): Promise<string[]> {
  const { nodes, totalCount } = (await asker.get(SOURCE, { filter })).permissions;
  expect(totalCount).toBe(nodes.length);
  return nodes.map((node: any) => node.permission);
}
const of = (test: (application: string, type: string, verb: string) => boolean) =>
  SORTED.filter(permission => test(...(permission.split(':') as [string, string, string])));

describe('the list of permissions', () => {
  it('is in byte order', async () => {
    expect(await found(w.admin)).toEqual(SORTED);
  });

  it.each([
    ['applications', { applications: ['cost', 'rbac', 'nothing'] }, of(application => application !== 'inventory')],
    ['no applications', { applications: [] }, []],
    ['an application in another letter case', { applications: ['Cost', '', 'a\0'] }, []],
    ['types', { resourceTypes: ['hosts', 'report'] }, of((_, type) => ['hosts', 'report'].includes(type))],
    ['the wildcard as type, literally', { resourceTypes: ['*'] }, of((_, type) => type === '*')],
    ['no types', { resourceTypes: [] }, []],
    ['verbs', { verbs: ['delete', 'read'] }, of((_, __, verb) => ['delete', 'read'].includes(verb))],
    ['the wildcard as verb, literally', { verbs: ['*'] }, of((_, __, verb) => verb === '*')],
    ['no verbs', { verbs: [] }, []],
    ['a part', { permission: 'OST' }, SORTED.filter(permission => permission.includes('ost'))],
    ['a part across parts', { permission: 'hosts:r' }, ['inventory:hosts:read']],
    ['a wildcard as a part of the text', { permission: ':*:' }, of((_, type) => type === '*')],
    ['a sign of patterns', { permission: '%' }, []],
    ['a text that none can have', { permission: 'a\0' }, []],
    ['an empty text', { permission: '' }, SORTED],
    ['nothing global', { excludeGlobals: true }, of((_, type, verb) => type !== '*' && verb !== '*')],
    ['what custom roles may use', { allowedOnly: true }, of(application => application !== 'rbac')],
    [
      'several of these',
      { applications: ['inventory'], verbs: ['read'], excludeGlobals: true },
      ['inventory:groups:read', 'inventory:hosts:read'],
    ],
    [
      'nothing but null',
      { applications: null, verbs: null, permission: null, excludeGlobals: null, allowedOnly: false },
      SORTED,
    ],
  ])('is filtered by %s', async (_, filter, expected) => {
    expect(await found(w.admin, filter)).toEqual(expected);
  });

  it('leaves out what given roles have, of which the unknown leave out nothing', async () => {
    const one = await w.role('One', ['inventory:hosts:read', 'cost:*:*']);
    const two = await systemRole(gate, ['inventory:hosts:write', where('cost:report:read', eq('a', 'b'))]);
    const foreign = await (await gate.tenant()).role('One', ['inventory:groups:read']);
    const left = (...ids: (string | undefined)[]) => found(w.admin, { excludeRoleIds: ids });
    const without = (...gone: string[]) => SORTED.filter(permission => !gone.includes(permission));
    expect(await left(one)).toEqual(without('inventory:hosts:read', 'cost:*:*'));
    expect(await left(one, two)).toEqual(
      without('inventory:hosts:read', 'cost:*:*', 'inventory:hosts:write', 'cost:report:read'),
    );
    expect(await left(foreign)).toEqual(SORTED);
    expect(await left(await w.group('Team'))).toEqual(SORTED);
    expect(await left(foreign, one)).toEqual(without('inventory:hosts:read', 'cost:*:*'));
    expect(await left()).toEqual(SORTED);
    const reader = await robot(gate, w, 'reader', 'rbac:permission:read');
    expect(await found(reader, { excludeRoleIds: [one] })).toEqual(SORTED); // which it may not read
    expect(await found(reader, { excludeRoleIds: [two] })).toEqual(
      without('inventory:hosts:write', 'cost:report:read'),
    );
    const reply = await w.admin.ask(SOURCE, { filter: { excludeRoleIds: [one, 'x'] } });
    expect(wrongs(reply)).toEqual([['BAD_USER_INPUT', 'filter.excludeRoleIds.1']]);
  });

  it('comes in pages', async () => {
    const pages: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const reply: Reply['data'] = await w.admin.get(SOURCE, { first: 7, after });
      const { nodes, pageInfo, totalCount } = reply.permissions;
      pages.push(...nodes.map((node: any) => node.permission));
      expect(totalCount).toBe(SORTED.length);
      ({ endCursor: after, hasNextPage: more } = pageInfo);
    }
    expect(pages).toEqual(SORTED);
    const last = await w.admin.get('{ permissions(last: 2) { nodes { permission } } }');
    expect(last.permissions.nodes.map((node: any) => node.permission)).toEqual(SORTED.slice(-2));
  });

  it('is for those who may read permissions, all or some, and empty for others', async () => {
    const source = '{ permissions(filter: { permission: "cost:report:read" }) { nodes { id } } }';
    const { id } = (await w.admin.get(source)).permissions.nodes[0];
    expect(await found(await robot(gate, w, 'all', 'rbac:permission:read'))).toEqual(SORTED);
    expect(await found(w.service('read'))).toEqual(SORTED);
    expect(await found(w.service('catalogue'))).toEqual(SORTED);
    const some = await robot(gate, w, 'some', where('rbac:permission:read', eq('id', id)));
    expect(await found(some)).toEqual(['cost:report:read']);
    const NODE = 'query ($id: ID!) { node(id: $id) { ... on Permission { permission } } }';
    expect(await some.get(NODE, { id })).toEqual({ node: { permission: 'cost:report:read' } });
    for (const asker of [w.user('ada'), w.service('check', 'write', 'grant', 'operate')]) {
      expect(await found(asker)).toEqual([]);
      expect(await asker.get(NODE, { id })).toEqual({ node: null });
    }
  });
});

describe('resource types', () => {
  const types = async (asker: Asker, application?: string | null) =>
    (
      await asker.get('query ($application: String) { resourceTypes(application: $application) { name } }', {
        application,
      })
    ).resourceTypes.map(({ name }: any) => name);

  it('are listed by name, of one application or all, to anybody who is signed in', async () => {
    const all = [...new Set(of((_, type) => type !== '*').map(permission => permission.replace(/:[^:]+$/, '')))];
    for (const asker of [w.admin, w.user('ada'), w.service()]) {
      expect(await types(asker)).toEqual(all);
      expect(await types(asker, null)).toEqual(all);
      expect(await types(asker, 'inventory')).toEqual(['inventory:groups', 'inventory:hosts']);
      for (const unknown of ['nothing', '', 'Cost', 'inventory:hosts', 'a\0'])
        expect(await types(asker, unknown)).toEqual([]);
    }
  });

  it('are found by name and by id, with the permissions that one may read', async () => {
    const source =
      'query ($name: String!) { resourceType(name: $name) { id name visibility permissions { permission } } }';
    const { resourceType } = await w.admin.get(source, { name: 'cost:report' });
    const permissions = [{ permission: 'cost:report:*' }, { permission: 'cost:report:read' }];
    expect(resourceType).toMatchObject({ name: 'cost:report', visibility: 'OPEN', permissions });
    expect((await w.user('ada').get(source, { name: 'cost:report' })).resourceType).toMatchObject({ permissions: [] });
    const node = 'query ($id: ID!) { node(id: $id) { ... on ResourceType { name } } }';
    expect(await w.user('ada').get(node, { id: resourceType.id })).toEqual({ node: { name: 'cost:report' } });
    for (const name of ['cost', 'cost:*', '', 'a\0', 'Cost:report', 'cost:report:read']) {
      expect(await w.admin.get(source, { name })).toEqual({ resourceType: null });
    }
  });
});
