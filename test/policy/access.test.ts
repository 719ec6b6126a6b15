import type { Asker, Gate, World } from '../world.js';
import { did, eq, isIn, openPolicyGate, robot, systemRole, where, wrongs } from './asking.js';

let gate: Gate;
let w: World;
let auditor: Asker;
const HOSTS = 'inventory:hosts:read';
const [EU, US] = [eq('zone', 'eu'), eq('zone', 'us')];
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  await w.principal('ada');
  const [one, two] = [await w.group('One'), await w.group('Two')];
  await w.member(one, 'ada');
  await w.member(two, 'ada');
  const rows = ['cost:*:*', HOSTS, where(HOSTS, US, EU), 'inventory:*:read', where(HOSTS, isIn('zone', 'b', 'a'))];
  await w.give(one, await w.role('First', rows as never), await w.role('Empty', []));
  await w.give(two, await w.role('second', [HOSTS, where(HOSTS, EU, US, EU), where(HOSTS, EU)] as never));
  auditor = await robot(gate, w, 'auditor', 'rbac:access:read');
});
afterAll(() => gate.close());

const SOURCE = `query ($application: String!, $username: String, $orderBy: AccessOrder, $first: Int, $after: String) {
  access(application: $application, username: $username, orderBy: $orderBy, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor }
    nodes { permission resourceDefinitions { attributeFilter { key operation value } } roles { name } } } }`;
const ask = (asker: Asker, application: string, more: object = {}) => asker.ask(SOURCE, { application, ...more });
/** The rows as text: a permission, and what its definitions say. */
async function rowsOf(asker: Asker, application: string, more: object = {}): Promise<string[]> {
  const { access } = await asker.get(SOURCE, { application, ...more });
  expect(access.totalCount).toBeGreaterThanOrEqual(access.nodes.length);
  return access.nodes.map(({ permission, resourceDefinitions }: any) =>
    [permission, ...resourceDefinitions.map(({ attributeFilter: { key, value } }: any) => `${key}=${value}`)].join(' '),
  );
}
const ALL = [
  'cost:*:*',
  'inventory:*:read',
  HOSTS,
  `${HOSTS} zone=b,a`,
  `${HOSTS} zone=eu`,
  `${HOSTS} zone=us zone=eu`,
].sort();

describe('the access list of a principal', () => {
  it('has its role rows, each permission with the same definitions once, in the order of both', async () => {
    const listed = await rowsOf(w.user('ada'), '');
    expect(listed.map(row => row.split(' ')[0])).toEqual(['cost:*:*', 'inventory:*:read', ...Array(4).fill(HOSTS)]);
    expect([...listed].sort()).toEqual(ALL);
    expect(await rowsOf(w.user('ada'), '')).toEqual(listed);
  });

  it('names the roles that a row comes from, by name', async () => {
    const { access } = await w.user('ada').get(SOURCE, { application: 'inventory' });
    const roles = access.nodes.map((node: any) => [node.permission, node.roles.map((role: any) => role.name)]);
    expect(roles).toContainEqual([HOSTS, ['First', 'second']]);
    expect(roles).toContainEqual(['inventory:*:read', ['First']]);
  });

  it('shows definitions as they are stored', async () => {
    const { access } = await w.user('ada').get(SOURCE, { application: 'inventory' });
    const definitions = access.nodes.flatMap((node: any) => node.resourceDefinitions);
    expect(definitions).toContainEqual({ attributeFilter: { key: 'zone', operation: 'IN', value: ['b', 'a'] } });
  });

  it.each([
    ['all', '', 6],
    ['all, for nothing but blanks', '  ', 6],
    ['one', 'cost', 1],
    ['several', 'cost,inventory', 6],
    ['several with blanks around', ' cost , inventory\t', 6],
    ['some that are known', 'cost,nothing,,cost', 1],
    ['none of an unknown name', 'nothing', 0],
    ['none of a part of a name', 'inv', 0],
    ['none of another letter case', 'Cost', 0],
    ['none of a wildcard', '*', 0],
    ['none of a comma', ',', 0],
    ['none of a name with a blank within', 'co st', 0],
    ['none of a name that none can have', 'cost\0', 0],
  ])('has the applications that are asked for: %s', async (_, application, count) => {
    expect(await rowsOf(w.user('ada'), application)).toHaveLength(count);
  });

  it('needs to know which applications', async () => {
    expect(await w.user('ada').ask('{ access { totalCount } }')).toMatchObject({ data: undefined });
  });
});

describe('the access list of somebody else', () => {
  it('takes the right to read access, or to administrate, or the scope check', async () => {
    for (const asker of [auditor, w.admin, w.service('check')]) {
      expect((await rowsOf(asker, 'inventory', { username: ' ADA ' })).length).toBeGreaterThan(4);
    }
  });

  it('is FORBIDDEN without it, whether or not there is such a principal', async () => {
    const bob = await robot(gate, w, 'bob', 'rbac:principal:*', 'rbac:role:*', 'rbac:group:*', 'rbac:access:write');
    const replies = await Promise.all(['ada', 'nobody', '', 'a\0', 'ada '].map(username => ask(bob, '', { username })));
    for (const reply of replies) expect([wrongs(reply), reply.messages]).toEqual([['FORBIDDEN'], replies[0]!.messages]);
    for (const scopes of [[], ['read', 'write', 'grant', 'catalogue', 'operate']] as never[][]) {
      const client = w.service(...scopes);
      for (const username of ['ada', 'nobody', null])
        expect(wrongs(await ask(client, '', { username }))).toEqual(['FORBIDDEN']);
    }
  });

  it('is NOT_FOUND with it, when there is no such principal, here', async () => {
    await (await gate.tenant()).principal('stranger');
    for (const username of ['nobody', '', 'a\0', 'stranger']) {
      for (const asker of [auditor, w.service('check')]) {
        expect(wrongs(await ask(asker, '', { username }))).toEqual([['NOT_FOUND', 'username']]);
      }
    }
  });

  it('is empty when it is inactive, and full again when it is active again', async () => {
    const id = await w.principal('gone');
    const group = (await w.admin.get('{ group(name: "One") { id } }')).group.id;
    await w.member(group, 'gone');
    const count = async () => (await rowsOf(auditor, '', { username: 'gone' })).length;
    expect(await count()).toBeGreaterThan(0);
    await did(w.admin, 'updatePrincipal', { id, active: false });
    expect(await count()).toBe(0);
    await did(w.admin, 'updatePrincipal', { id, active: true });
    expect(await count()).toBeGreaterThan(0);
  });

  it('does not tell the roles that one may not read', async () => {
    const { access } = await auditor.get(SOURCE, { application: 'cost', username: 'ada' });
    expect(access.nodes).toMatchObject([{ permission: 'cost:*:*', roles: [] }]);
  });

  it('has to name the principal as a service client, and oneself may be named by anybody', async () => {
    expect(wrongs(await ask(w.service('check'), ''))).toEqual([['BAD_USER_INPUT', 'username']]);
    expect(await rowsOf(w.user('ada'), 'cost', { username: ' Ada ' })).toEqual(['cost:*:*']);
    expect(wrongs(await ask(w.anonymous(), '', { username: 'ada' }))).toEqual(['UNAUTHENTICATED']);
    expect(wrongs(await ask(w.anonymous(), ''))).toEqual(['UNAUTHENTICATED']);
  });
});

describe('a page of an access list', () => {
  const pages = async (asker: Asker, more: object = {}) => {
    const found: string[] = [];
    for (let after: string | null = null, next = true; next;) {
      const { access } = await asker.get(SOURCE, { application: '', first: 2, after, ...more });
      expect(access.totalCount).toBe(6);
      expect(access.pageInfo.hasPreviousPage).toBe(after !== null);
      found.push(...(await rowsOf(asker, '', { first: 2, after, ...more })));
      ({ endCursor: after, hasNextPage: next } = access.pageInfo);
    }
    return found;
  };

  it('goes on where the one before ended, in every order', async () => {
    const ada = w.user('ada');
    for (const field of ['APPLICATION', 'RESOURCE_TYPE', 'VERB', null]) {
      for (const direction of field ? ['ASC', 'DESC'] : [null]) {
        const orderBy = field && { field, direction };
        expect(await pages(ada, { orderBy })).toEqual(await rowsOf(ada, '', { orderBy }));
      }
    }
  });

  it('is sorted by the part that is told first, then by permission and definitions', async () => {
    const parts = async (field: string, direction: string) =>
      (await rowsOf(w.user('ada'), '', { orderBy: { field, direction } })).map(row => row.split(' ')[0]);
    const hosts = Array(4).fill(HOSTS);
    expect(await parts('APPLICATION', 'DESC')).toEqual(['inventory:*:read', ...hosts, 'cost:*:*']);
    expect(await parts('RESOURCE_TYPE', 'ASC')).toEqual(['cost:*:*', 'inventory:*:read', ...hosts]);
    expect(await parts('RESOURCE_TYPE', 'DESC')).toEqual([...hosts, 'cost:*:*', 'inventory:*:read']);
    expect(await parts('VERB', 'ASC')).toEqual(['cost:*:*', 'inventory:*:read', ...hosts]);
    expect(await parts('VERB', 'DESC')).toEqual(['inventory:*:read', ...hosts, 'cost:*:*']);
  });

  it('goes on behind a row that is gone since', async () => {
    const other = await gate.tenant();
    const ada = await other.holder('ada', 'cost:*:*', 'inventory:*:read', HOSTS);
    const { access } = await ada.get(SOURCE, { application: 'cost,inventory', first: 2 });
    const after = access.pageInfo.endCursor;
    const { role } = await other.admin.get('{ role(name: "role of ada") { id } }');
    await did(other.admin, 'updateRole', { id: role.id, access: [{ permission: 'cost:*:*' }, { permission: HOSTS }] });
    expect(await rowsOf(ada, 'cost,inventory', { after })).toContain(HOSTS);
    expect(await rowsOf(ada, 'cost,inventory', { after })).not.toContain('cost:*:*');
  });

  it('is refused with a size or a cursor that is none, or that belongs to another list', async () => {
    const ada = w.user('ada');
    const refusal = async (more: object, asker = ada) => wrongs(await ask(asker, '', more));
    expect(await refusal({ first: 0 })).toEqual([['BAD_USER_INPUT', 'first']]);
    expect(await refusal({ first: -1 })).toEqual([['BAD_USER_INPUT', 'first']]);
    expect(await refusal({ first: 1001 })).toEqual([['LIMIT_EXCEEDED', 'first']]);
    const { access } = await ada.get(SOURCE, { application: '' });
    const cursor: string = access.edges[0].cursor;
    const { groups } = await w.admin.get('{ groups { edges { cursor } } }');
    const orderBy = { field: 'VERB', direction: 'ASC' };
    for (const after of ['', 'x', `${cursor}x`, cursor.slice(0, -2), groups.edges[0].cursor]) {
      expect(await refusal({ after })).toEqual([['BAD_USER_INPUT', 'after']]);
    }
    expect(await refusal({ after: cursor, orderBy })).toEqual([['BAD_USER_INPUT', 'after']]);
    expect(await refusal({ after: cursor, username: 'ada' }, auditor)).toEqual([]);
    expect(await refusal({ after: cursor }, auditor)).toEqual([['BAD_USER_INPUT', 'after']]);
    expect(await refusal({ after: cursor, username: 'auditor' }, w.admin)).toEqual([['BAD_USER_INPUT', 'after']]);
  });
});

// Last in the file: the roles reach every tenant of the database.
describe('the access list of whoever has default groups', () => {
  it('has their rows, by the flags of its principal and not of who asks', async () => {
    await systemRole(gate, ['cost:report:read'], { platformDefault: true });
    await systemRole(gate, ['cost:report:*'], { adminDefault: true });
    const other = await gate.tenant();
    await other.principal('cy', { orgAdmin: true });
    await other.principal('dan');
    await other.principal('robot', { type: 'SERVICE_ACCOUNT', orgAdmin: true });
    const rows = (username: string) => rowsOf(other.admin, 'cost', { username });
    expect(await rows('cy')).toEqual(['cost:report:*', 'cost:report:read']);
    expect(await rows('dan')).toEqual(['cost:report:read']);
    expect(await rows('robot')).toEqual([]);
    expect(await rowsOf(other.service('check'), 'cost', { username: 'cy' })).toEqual([
      'cost:report:*',
      'cost:report:read',
    ]);
    expect(await rowsOf(other.user('dan'), 'cost')).toEqual(['cost:report:read']);
  });
});
