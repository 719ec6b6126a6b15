import { type Gate, type World } from '../world.js';
import { did, groupNames, groupOf, groupsOf, membersOf, usernames } from './asking.js';
import { groupWith, onIds, openManagedGate } from './managed.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openManagedGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

describe('somebody without any right', () => {
  it('reads the own groups and nothing else of groups: neither members, nor roles, policies and counts', async () => {
    const top = await w.group('Top');
    const id = await groupWith(w, 'Team', ['app:thing:read'], {
      parentId: top,
      autoShareWithIds: [top],
      canShareWithIds: [top],
    });
    await w.group('Below', { parentId: id });
    await w.principal('ada');
    await w.principal('bob');
    await w.member(id, 'ada', 'bob');
    const ada = w.user('ada');
    expect(await groupNames(ada)).toEqual(['Default access', 'Team']);
    expect(await groupOf(ada, id)).toMatchObject({ name: 'Team', parent: null, autoShareWith: [], canShareWith: [] });
    const source = `query ($id: ID!) { group(id: $id) {
      members { nodes { id } } all: members(transitive: true) { nodes { id } } roles { nodes { id } } policies { nodes { id } }
      principalCount roleCount policyCount subgroups { totalCount nodes { id } } } }`;
    expect((await ada.get(source, { id })).group).toEqual({
      members: null,
      all: null,
      roles: null,
      policies: null,
      principalCount: null,
      roleCount: null,
      policyCount: null,
      subgroups: { totalCount: 0, nodes: [] },
    });
  });

  it('does not see that other groups exist: by id, name, node, list, count, filter or order', async () => {
    const id = await w.group('Secret');
    await w.group('Below', { parentId: id });
    await w.principal('bob');
    await w.member(id, 'bob');
    const ada = w.user('ada');
    expect(await groupOf(ada, id)).toBeNull();
    expect((await ada.get('{ group(name: "Secret") { id } }')).group).toBeNull();
    expect(await ada.get('query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }', { id })).toEqual({
      node: null,
      nodes: [null],
    });
    expect((await ada.get('{ groups { totalCount } }')).groups.totalCount).toBe(1);
    for (const filter of [
      { ids: [id] },
      { name: 'secret' },
      { parentId: id },
      { username: 'bob' },
      { roleNames: [''] },
    ]) {
      expect(await groupNames(ada, filter)).toEqual([]);
    }
    expect(await groupNames(ada, { excludeUsername: 'bob' })).toEqual(['Default access']);
    for (const field of ['PRINCIPAL_COUNT', 'POLICY_COUNT']) {
      expect(await groupNames(ada, null, { field, direction: 'DESC' })).toEqual(['Default access']);
    }
  });

  it('reads itself alone of all principals, with its own groups', async () => {
    const id = await w.group('Team');
    const bob = await w.principal('bob', { email: 'bob@example.org' });
    await w.principal('ada');
    await w.member(id, 'ada', 'bob');
    const ada = w.user('ada');
    expect(await usernames(ada)).toEqual(['ada']);
    expect(await usernames(ada, { groupId: id })).toEqual(['ada']);
    expect(await usernames(ada, { email: 'bob@example.org' })).toEqual([]);
    expect((await ada.get('{ principals { totalCount } }')).principals.totalCount).toBe(1);
    const source =
      'query ($id: ID!) { principal(id: $id) { id } byName: principal(username: "bob") { id } node(id: $id) { id } }';
    expect(await ada.get(source, { id: bob })).toEqual({ principal: null, byName: null, node: null });
    expect(await groupsOf(ada, 'ada')).toEqual(['Team']);
    expect(await groupsOf(ada, 'ada', true)).toEqual(['Default access', 'Team']);
  });

  it('as an anonymous caller is UNAUTHENTICATED', async () => {
    const id = await w.group('All', { anonymousDefault: true });
    const fields = [
      'group(id: $id) { id }',
      'groups(filter: { ids: [$id] }) { totalCount }',
      'principal(id: $id) { id }',
      'principals { totalCount }',
      'tenants { totalCount }',
    ];
    for (const field of fields) {
      const source = field.includes('$id') ? `query ($id: ID!) { ${field} }` : `{ ${field} }`;
      expect((await w.anonymous().ask(source, { id })).codes).toEqual(['UNAUTHENTICATED']);
    }
  });
});

describe('the right to read groups', () => {
  it('shows all groups, but not who is in them', async () => {
    const id = await groupWith(w, 'Team', ['app:thing:read']);
    await w.principal('bob');
    await w.member(id, 'bob');
    const ada = await w.holder('ada', 'rbac:group:read');
    expect(await groupNames(ada)).toEqual(['Default access', 'Default admin access', 'group of ada', 'Team']);
    expect(await membersOf(ada, id)).toBeNull();
    expect(await usernames(ada)).toEqual(['ada']);
    const source = 'query ($id: ID!) { group(id: $id) { principalCount roleCount policyCount roles { totalCount } } }';
    expect((await ada.get(source, { id })).group).toEqual({
      principalCount: null,
      roleCount: null,
      policyCount: null,
      roles: null,
    });
    expect(await groupNames(ada, { username: 'bob' })).toEqual([]);
    expect(await groupNames(ada, { excludeUsername: 'bob', name: 'Team' })).toEqual(['Team']);
    expect(await groupNames(ada, { roleNames: ['role of Team'] })).toEqual([]);
    const orderBy = (direction: string) => ({ field: 'PRINCIPAL_COUNT', direction });
    const byId = await groupNames(ada, null, orderBy('ASC'));
    expect(await groupNames(ada, null, orderBy('DESC'))).toEqual(byId);
    expect(byId.sort()).toEqual((await groupNames(ada)).sort());
  });

  it('does not come with the right to write them', async () => {
    const id = await w.group('Team');
    const ada = await w.holder('ada', 'rbac:group:write');
    expect(await groupOf(ada, id)).toBeNull();
    expect(await groupNames(ada)).toEqual(['Default access', 'group of ada']);
  });

  it('on some groups shows these and the own ones, and hides the rest of the tree', async () => {
    const a = await w.group('a');
    const b = await w.group('b', { parentId: a });
    const c = await w.group('c', { parentId: b, autoShareWithIds: [a, b] });
    const d = await w.group('d', { parentId: c });
    const ada = await w.holder('ada', onIds('rbac:group:read', a, c));
    expect(await groupNames(ada)).toEqual(['a', 'c', 'Default access', 'group of ada']);
    expect(await groupOf(ada, c)).toMatchObject({ parent: null, autoShareWith: [{ name: 'a' }] });
    expect(await groupOf(ada, b)).toBeNull();
    expect(await groupNames(ada, { parentId: a })).toEqual([]);
    expect(await groupNames(ada, { parentId: b })).toEqual([]);
    expect(await groupNames(ada, { parentId: c })).toEqual([]);
    expect(await groupNames(ada, { ids: [a, b, c, d] })).toEqual(['a', 'c']);
    const source = 'query ($id: ID!) { group(id: $id) { subgroups { totalCount nodes { name } } } }';
    expect((await ada.get(source, { id: a })).group.subgroups).toEqual({ totalCount: 0, nodes: [] });
  });

  it('is not given by definitions on anything but the id, nor by ids of other things', async () => {
    const id = await w.group('Team');
    const row = (key: string, value: string) => ({
      permission: 'rbac:group:read',
      resourceDefinitions: [{ key, operation: 'EQUAL', value }],
    });
    const both = {
      permission: 'rbac:group:read',
      resourceDefinitions: [...onIds('', id).resourceDefinitions, ...row('name', 'Team').resourceDefinitions],
    };
    const ada = await w.holder('ada', row('name', 'Team'), row('id', await w.principal('bob')), row('id', 'x'), both);
    expect(await groupNames(ada)).toEqual(['Default access', 'group of ada']);
  });

  it('comes with wildcards, and with none of another application', async () => {
    await w.group('Team');
    expect(await groupNames(await w.holder('ada', 'rbac:group:*'))).toContain('Team');
    expect(await groupNames(await w.holder('bob', 'rbac:*:*'))).toContain('Team');
    expect(await groupNames(await w.holder('cy', 'app:*:*'))).toEqual(['Default access', 'group of cy']);
  });
});

describe('the right to read principals', () => {
  it('shows all principals, and the members of the groups that one may read', async () => {
    const [id, own] = [await w.group('Team'), await w.group('Own')];
    await w.principal('bob');
    await w.member(id, 'bob');
    const ada = await w.holder('ada', 'rbac:principal:read');
    await w.member(own, 'ada', 'bob');
    expect(await usernames(ada)).toEqual(['ada', 'admin', 'bob']);
    expect(await membersOf(ada, own)).toEqual(['ada', 'bob']);
    expect(await groupsOf(ada, 'bob')).toEqual(['Own']);
    expect(await groupsOf(ada, 'bob', true)).toEqual(['Default access', 'Own']);
    expect(await usernames(ada, { groupId: id })).toEqual([]);
    expect(await usernames(ada, { groupId: own })).toEqual(['ada', 'bob']);
    expect((await ada.get('query ($id: ID!) { group(id: $id) { principalCount } }', { id: own })).group).toEqual({
      principalCount: 2,
    });
  });

  it('on some principals shows and counts these and oneself', async () => {
    const id = await w.group('Team');
    const [bob] = [await w.principal('bob'), await w.principal('cy')];
    const ada = await w.holder('ada', onIds('rbac:principal:read', bob), 'rbac:group:read');
    await w.member(id, 'ada', 'bob', 'cy');
    await w.member(await w.group('Other'), 'cy');
    expect(await usernames(ada)).toEqual(['ada', 'bob']);
    expect(await membersOf(ada, id)).toEqual(['ada', 'bob']);
    const source = 'query ($id: ID!) { group(id: $id) { principalCount members { totalCount } } }';
    expect((await ada.get(source, { id })).group).toEqual({ principalCount: 2, members: { totalCount: 2 } });
    expect(await groupNames(ada, { username: 'cy' })).toEqual([]);
    expect(await groupNames(ada, null, { field: 'PRINCIPAL_COUNT', direction: 'DESC' })).toEqual(
      expect.arrayContaining(['Team', 'Other']),
    );
  });

  it('with those of subgroups shows the members of the groups that one may read', async () => {
    const a = await w.group('a');
    const b = await w.group('b', { parentId: a });
    const c = await w.group('c', { parentId: a });
    for (const username of ['bob', 'cy']) await w.principal(username);
    await w.member(b, 'bob');
    await w.member(c, 'cy');
    const ada = await w.holder('ada', 'rbac:principal:read', onIds('rbac:group:read', a, b));
    expect(await membersOf(ada, a, true)).toEqual(['bob']);
    expect(await membersOf(w.admin, a, true)).toEqual(['bob', 'cy']);
  });
});

describe('service clients', () => {
  it('read with the scope read, and with no other', async () => {
    const id = await w.group('Team');
    await w.principal('bob');
    await w.member(id, 'bob');
    const reader = w.service('read');
    expect(await groupNames(reader)).toContain('Team');
    expect(await usernames(reader)).toEqual(['admin', 'bob']);
    expect(await membersOf(reader, id)).toEqual(['bob']);
    const others = w.service('write', 'grant', 'check', 'catalogue', 'operate');
    expect(await groupNames(others)).toEqual([]);
    expect(await usernames(others)).toEqual([]);
    expect(await groupOf(others, id)).toBeNull();
  });

  it('write with the scope write, without reading what comes of it', async () => {
    const writer = w.service('write');
    expect(await did(writer, 'createGroup', { name: 'Team' })).toEqual({ group: null });
    expect(await did(writer, 'createPrincipal', { username: 'bob' })).toEqual({ principal: null });
    expect(await groupNames(w.admin)).toContain('Team');
    expect(await did(w.service('write', 'read'), 'createGroup', { name: 'Crew' }, 'group { name }')).toEqual({
      group: { name: 'Crew' },
    });
  });
});
