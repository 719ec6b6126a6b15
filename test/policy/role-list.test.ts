import type { Asker, Gate, World } from '../world.js';
import { did, names, openPolicyGate, policy, systemRole, wrongs } from './asking.js';

let gate: Gate;
let w: World;
const ids: Record<string, string> = {};
const MINUTE = (minute: number) => () => new Date(Date.UTC(2030, 0, 1, 0, minute));
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  const made: [string, string[], string][] = [
    ['alpha', ['inventory:hosts:read', 'cost:*:*'], 'Zed'],
    ['Beta', ['inventory:*:*'], 'yak'],
    ['gamma 100%', [], 'x_ray'],
    ['Delta_x', ['cost:report:read'], 'Wolf'],
  ];
  for (const [i, [name, access, displayName]] of made.entries()) {
    gate.now = MINUTE(i);
    ids[name] = await w.role(name, access, { displayName });
  }
  ids.sys = await systemRole(gate, ['inventory:hosts:write'], { name: 'sys', displayName: 'Victor' });
  gate.now = MINUTE(9);
  await did(w.admin, 'updateRole', { id: ids.alpha, description: 'changed' });
  ids.team = await w.group('Team', { includesSubgroups: true });
  ids.crew = await w.group('Crew', { parentId: ids.team });
  await w.principal('ada');
  await w.member(ids.crew, 'ada');
  await policy(w, 'one', ids.team, ids.Beta!, ids.sys);
  await policy(w, 'two', ids.team, ids.Beta!);
  await policy(w, 'three', ids.crew, ids.Delta_x!);
  await w.give(ids.crew, ids.alpha!, ids.Delta_x!);
});
afterAll(() => gate.close());

const OWN = ['alpha', 'Beta', 'Delta_x', 'gamma 100%'];
const found = (filter: object, asker: Asker = w.admin) => names(asker, 'roles', filter as never);

describe('the list of roles', () => {
  it('is in the order of names without letter case unless told, those of the system among them', async () => {
    const sorted = [...OWN, 'sys'];
    expect(await names(w.admin, 'roles')).toEqual(sorted);
    expect(await names(w.admin, 'roles', null, { field: 'NAME', direction: 'ASC' })).toEqual(sorted);
    expect(await names(w.admin, 'roles', null, { field: 'NAME', direction: 'DESC' })).toEqual(sorted.reverse());
  });

  it('is ordered by display name, last change or number of policies, both ways, ties by id', async () => {
    const order = (field: string, direction = 'ASC') =>
      names(w.admin, 'roles', { system: false }, { field, direction });
    expect(await order('DISPLAY_NAME')).toEqual(['Delta_x', 'gamma 100%', 'Beta', 'alpha']);
    expect(await order('DISPLAY_NAME', 'DESC')).toEqual(['alpha', 'Beta', 'gamma 100%', 'Delta_x']);
    expect(await order('MODIFIED')).toEqual(['Beta', 'gamma 100%', 'Delta_x', 'alpha']);
    expect(await order('MODIFIED', 'DESC')).toEqual(['alpha', 'Delta_x', 'gamma 100%', 'Beta']);
    expect(await order('POLICY_COUNT')).toEqual(['alpha', 'gamma 100%', 'Delta_x', 'Beta']);
    expect(await order('POLICY_COUNT', 'DESC')).toEqual(['Beta', 'Delta_x', 'alpha', 'gamma 100%']);
  });

  it('counts policies that are named, and groups once each, however they have the role', async () => {
    const source = '{ roles { nodes { name policyCount groups { totalCount nodes { name } } } } }';
    const { roles } = await w.admin.get(source);
    const counts = roles.nodes.map(({ name, policyCount, groups }: any) => [
      name,
      policyCount,
      ...groups.nodes.map((group: any) => group.name),
    ]);
    expect(counts).toEqual([
      ['alpha', 0, 'Crew'],
      ['Beta', 2, 'Team'],
      ['Delta_x', 1, 'Crew'],
      ['gamma 100%', 0],
      ['sys', 1, 'Team'],
    ]);
  });

  it.each([
    ['a part of the name', { name: 'A' }, ['alpha', 'Beta', 'Delta_x', 'gamma 100%']],
    ['a part of the name in another letter case', { name: 'TA' }, ['Beta', 'Delta_x']],
    ['a part with a sign of patterns', { name: '0%' }, ['gamma 100%']],
    ['a part with another', { name: '_' }, ['Delta_x']],
    ['the whole name', { name: ' BETA ', match: 'EXACT' }, ['Beta']],
    ['a part where the whole is wanted', { name: 'Bet', match: 'EXACT' }, []],
    ['nothing of the name', { name: '' }, [...OWN, 'sys']],
    ['a name that none can have', { name: 'a\0' }, []],
    ['a part of the display name', { displayName: 'Y' }, ['Beta', 'gamma 100%']],
    ['the whole display name', { displayName: 'ZED', match: 'EXACT' }, ['alpha']],
    ['both', { name: 'a', displayName: 'wolf' }, ['Delta_x']],
    ['an application', { applications: ['cost'] }, ['alpha', 'Delta_x']],
    ['one of several applications', { applications: ['cost', 'inventory'] }, ['alpha', 'Beta', 'Delta_x', 'sys']],
    ['an application in part', { applications: ['inv', 'Cost', '*', '', 'a\0'] }, []],
    ['no applications', { applications: [] }, []],
    ['a permission, literally', { permissions: ['inventory:hosts:read'] }, ['alpha']],
    ['one of several permissions', { permissions: ['inventory:*:*', 'cost:report:read'] }, ['Beta', 'Delta_x']],
    ['a permission that no role has', { permissions: ['inventory:hosts:delete', 'nothing:at:all'] }, []],
    ['no permissions', { permissions: [] }, []],
    ['those of the system', { system: true }, ['sys']],
    ['those of the tenant', { system: false }, OWN],
    ['those that reach a principal, also from above', { username: ' ADA' }, ['alpha', 'Beta', 'Delta_x', 'sys']],
    ['those that reach nobody', { username: 'nobody' }, []],
    ['those that reach a name that none can have', { username: 'a\0' }, []],
    ['nothing but null', { name: null, ids: null, applications: null, username: null, groupId: null }, [...OWN, 'sys']],
    ['one’s own, which are none here', { scope: 'PRINCIPAL' }, []],
    ['all of the tenant', { scope: 'TENANT', system: false }, OWN],
  ])('is filtered by %s', async (_, filter, expected) => {
    expect(await found(filter)).toEqual(expected);
  });

  it('is filtered by ids: unknown, foreign and other ones find nothing, and so does none', async () => {
    const foreign = await (await gate.tenant()).role('alpha', []);
    expect(await found({ ids: [ids.Beta, ids.sys, ids.team, foreign] })).toEqual(['Beta', 'sys']);
    expect(await found({ ids: [] })).toEqual([]);
    const reply = await w.admin.ask('{ roles(filter: { ids: ["x"] }) { totalCount } }');
    expect(wrongs(reply)).toEqual([['BAD_USER_INPUT', 'filter.ids.0']]);
  });

  it('is filtered by the groups that have a role, or have it not', async () => {
    expect(await found({ groupId: ids.crew })).toEqual(['alpha', 'Delta_x']);
    expect(await found({ groupId: ids.team })).toEqual(['Beta', 'sys']);
    expect(await found({ notInGroupId: ids.crew })).toEqual(['Beta', 'gamma 100%', 'sys']);
    expect(await found({ groupId: ids.team, notInGroupId: ids.crew })).toEqual(['Beta', 'sys']);
    const foreign = await (await gate.tenant()).group('Team');
    for (const unknown of [foreign, ids.Beta]) {
      expect(await found({ groupId: unknown })).toEqual([]);
      expect(await found({ notInGroupId: unknown })).toEqual([...OWN, 'sys']);
    }
    for (const field of ['groupId', 'notInGroupId']) {
      const reply = await w.admin.ask('query ($filter: RoleFilter) { roles(filter: $filter) { totalCount } }', {
        filter: { [field]: 'x' },
      });
      expect(wrongs(reply)).toEqual([['BAD_USER_INPUT', `filter.${field}`]]);
    }
  });

  it('is filtered by the caller’s own, which are no service client’s', async () => {
    expect(await found({ scope: 'PRINCIPAL' }, w.user('ada'))).toEqual(['alpha', 'Beta', 'Delta_x', 'sys']);
    expect(await found({ scope: 'PRINCIPAL' }, w.service('read'))).toEqual([]);
    expect(await found({ scope: 'PRINCIPAL', username: 'admin' }, w.user('ada'))).toEqual([]);
  });

  it('names the permission of a filter that is malformed', async () => {
    for (const permission of ['inventory', 'inventory:hosts', '', '*:*:*', 'a\0:b:c']) {
      const source = 'query ($permissions: [String!]) { roles(filter: { permissions: $permissions }) { totalCount } }';
      const reply = await w.admin.ask(source, { permissions: ['cost:*:*', permission] });
      expect(wrongs(reply)).toEqual([['BAD_USER_INPUT', 'filter.permissions.1']]);
    }
  });
});

describe('the pages of roles', () => {
  const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: RoleOrder) {
    roles(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) {
      totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  const page = async (variables: object) => (await w.admin.get(PAGE, { ...variables })).roles;

  it.each(['NAME', 'DISPLAY_NAME', 'MODIFIED', 'POLICY_COUNT'])(
    'have each once, both ways, in the order of %s',
    async field => {
      for (const direction of ['ASC', 'DESC']) {
        const orderBy = { field, direction };
        const all = await names(w.admin, 'roles', null, orderBy);
        const [forward, backward]: string[][] = [[], []];
        for (let after = null, more = true; more;) {
          const { nodes, pageInfo, totalCount } = await page({ first: 2, after, orderBy });
          forward!.push(...nodes.map((node: any) => node.name));
          ({ endCursor: after, hasNextPage: more } = pageInfo);
          expect(totalCount).toBe(5);
        }
        for (let before = null, more = true; more;) {
          const { nodes, pageInfo } = await page({ last: 2, before, orderBy });
          backward!.unshift(...nodes.map((node: any) => node.name));
          ({ startCursor: before, hasPreviousPage: more } = pageInfo);
        }
        expect([forward, backward]).toEqual([all, all]);
      }
    },
  );

  it('are refused with a size that is none, both ends, or a cursor of another order or list', async () => {
    const refusal = async (variables: object) => wrongs(await w.admin.ask(PAGE, { ...variables }));
    for (const field of ['first', 'last']) {
      for (const size of [0, -1]) expect(await refusal({ [field]: size })).toEqual([['BAD_USER_INPUT', field]]);
      expect(await refusal({ [field]: 1001 })).toEqual([['LIMIT_EXCEEDED', field]]);
    }
    expect(await refusal({ first: 1, last: 1 })).toEqual([['BAD_USER_INPUT', 'last']]);
    const { endCursor } = (await page({ first: 1 })).pageInfo;
    const { policies } = await w.admin.get('{ policies(first: 1) { pageInfo { endCursor } } }');
    const orderBy = { field: 'NAME', direction: 'DESC' };
    expect(await refusal({ after: endCursor, orderBy })).toEqual([['BAD_USER_INPUT', 'after']]);
    expect(await refusal({ before: policies.pageInfo.endCursor })).toEqual([['BAD_USER_INPUT', 'before']]);
  });
});
