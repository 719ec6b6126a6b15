import { globalId, newId, NODE_TYPES, type NodeType } from '../../src/kernel/ids.js';
import { grantBooks, openLibrary, putBooks } from '../resources/asking.js';
import { did } from '../policy/asking.js';
import type { Asker, Gate, Reply, World } from '../world.js';

let gate: Gate;
/** Global ids of one object of each kind, all hidden from those who hold nothing. */
let hidden: Record<NodeType, string>;
let w: World;
let outsider: Asker;
let stranger: Asker;

const HIDDEN_BOOK = 'a hidden book';

beforeAll(async () => {
  gate = await openLibrary();
  w = await gate.tenant();
  await w.principal('outsider');
  outsider = w.user('outsider');
  const elsewhere = await gate.tenant();
  stranger = elsewhere.admin;
  const [group, principal] = [await w.group('Hidden'), await w.principal('hidden')];
  const role = await w.role('Hidden', ['lib:book:view']);
  const { policy } = await did(w.admin, 'createPolicy', { name: 'Hidden', groupId: group, roleIds: [role] });
  await putBooks(w, { resourceId: HIDDEN_BOOK, owner: 'hidden', sharedWith: [group] });
  const { grants } = await grantBooks(w, 'hidden', ['change'], [HIDDEN_BOOK]);
  const { resource } = await w.admin.get(`{ resource(type: "lib:book", resourceId: "${HIDDEN_BOOK}") { id } }`);
  const { permissions, resourceType } = await w.admin.get(
    '{ permissions(first: 1) { nodes { id } } resourceType(name: "lib:book") { id } }',
  );
  hidden = {
    ...{ Tenant: globalId('Tenant', w.tenantId), Principal: principal, Group: group, Role: role, Policy: policy.id },
    ...{ Permission: permissions.nodes[0].id, ResourceType: resourceType.id },
    ...{ Resource: resource.id, Grant: grants[0].id },
  };
});
afterAll(() => gate.close());

/** What is told of an object by its id. `T` stands for its type; each route finds the object for who may read it. */
const ROUTES: [route: string, source: string][] = [
  ['node', 'query ($id: ID!) { at: node(id: $id) { id } }'],
  ['nodes', 'query ($id: ID!) { at: nodes(ids: [$id]) { id } }'],
  ['aliases', 'query ($id: ID!) { at: node(id: $id) { id } other: node(id: $id) { ... on T { id } } }'],
  ['a fragment on its type', 'query ($id: ID!) { at: node(id: $id) { ...F } } fragment F on T { id }'],
  [
    'a fragment on an interface',
    'query ($id: ID!) { at: node(id: $id) { ...F } } fragment F on Node { __typename id ... on T { id } }',
  ],
  ['a reference', 'query ($ref: _Any!) { at: _entities(representations: [$ref]) { __typename ... on T { id } } }'],
  [
    'a reference and a fragment on an interface',
    'query ($ref: _Any!) { at: _entities(representations: [$ref, $ref]) { ... on Node { __typename id } } }',
  ],
];

/** Fields that find an object of one kind by its id. */
const LOOKUPS: [NodeType, string][] = [
  ['Group', 'query ($id: ID!) { at: group(id: $id) { id } }'],
  ['Principal', 'query ($id: ID!) { at: principal(id: $id) { id } }'],
  ['Role', 'query ($id: ID!) { at: role(id: $id) { id } }'],
  ['Policy', 'query ($id: ID!) { at: policy(id: $id) { id } }'],
];

/** Mutations that name an object of one kind by its id. */
const WRITES: [NodeType, string, string, object][] = [
  ['Group', 'deleteGroup', 'DeleteInput', {}],
  ['Group', 'updateGroup', 'UpdateGroupInput', { name: 'New' }],
  ['Principal', 'deletePrincipal', 'DeleteInput', {}],
  ['Principal', 'updatePrincipal', 'UpdatePrincipalInput', { active: false }],
  ['Role', 'deleteRole', 'DeleteInput', {}],
  ['Role', 'updateRole', 'UpdateRoleInput', { name: 'New' }],
  ['Policy', 'deletePolicy', 'DeleteInput', {}],
  ['Policy', 'updatePolicy', 'UpdatePolicyInput', { name: 'New' }],
  ['Tenant', 'deleteTenant', 'DeleteInput', {}],
  ['Tenant', 'updateTenant', 'UpdateTenantInput', { name: 'New' }],
  ['Permission', 'deletePermission', 'DeleteInput', {}],
];

const told = (reply: Reply, id: string) => JSON.parse(JSON.stringify(reply).replaceAll(id, 'the id')) as unknown;
const withId = (type: NodeType, id: string) => ({ id, ref: { __typename: type, id } });

/** What a caller is told of an object, and of one that does not exist. */
async function both(asker: Asker, type: NodeType, source: string, more = (id: string): object => withId(type, id)) {
  const unknown = globalId(type, newId());
  const text = source.replaceAll(/\bT\b/g, type);
  return [
    told(await asker.ask(text, { ...more(hidden[type]) }), hidden[type]),
    told(await asker.ask(text, { ...more(unknown) }), unknown),
  ];
}

/** Everybody that a kind of object is hidden from: types are for all who are signed in, a tenant is for its members. */
function strangersTo(type: NodeType): [string, Asker][] {
  const nobody: [string, Asker] = ['nobody in particular', w.anonymous()];
  if (type === 'ResourceType') return [nobody];
  if (type === 'Tenant') return [nobody, ['an administrator of another tenant', stranger]];
  const insider: [string, Asker] = ['somebody who holds nothing', outsider];
  // The catalogue is the same for all tenants.
  return type === 'Permission'
    ? [nobody, insider]
    : [nobody, insider, ['an administrator of another tenant', stranger]];
}

describe.each([...NODE_TYPES])('a hidden %s', type => {
  it.each(ROUTES)('is found through %s by who may read it', async (_, source) => {
    const { data, codes } = await w.admin.ask(source.replaceAll(/\bT\b/g, type), withId(type, hidden[type]));
    expect(codes).toEqual([]);
    expect([data.at].flat()[0]).not.toBeNull();
  });

  it.each(ROUTES)('is told by %s as one that does not exist', async (_, source) => {
    for (const [who, asker] of strangersTo(type)) {
      const [is, isNot] = await both(asker, type, source);
      expect([who, is]).toEqual([who, isNot]);
      expect(JSON.stringify(is)).not.toContain('the id"');
    }
  });

  it('is told under the name of each other type as one that does not exist', async () => {
    const source = 'query ($ref: _Any!) { _entities(representations: [$ref]) { __typename } }';
    for (const other of NODE_TYPES.filter(name => name !== type)) {
      const [is, isNot] = await both(w.admin, type, source, id => ({ ref: { __typename: other, id } }));
      expect([other, is]).toEqual([other, isNot]);
    }
  });
});

describe('a hidden object', () => {
  it.each(LOOKUPS)('that is a %s is looked up as one that does not exist', async (type, source) => {
    expect((await w.admin.get(source, { id: hidden[type] })).at).toEqual({ id: hidden[type] });
    for (const [who, asker] of strangersTo(type)) {
      const [is, isNot] = await both(asker, type, source);
      expect([who, is]).toEqual([who, isNot]);
    }
  });

  it.each(WRITES)('that is a %s is refused by %s as one that does not exist', async (type, mutation, input, change) => {
    const source = `mutation ($input: ${input}!) { at: ${mutation}(input: $input) { __typename } }`;
    for (const [who, asker] of strangersTo(type)) {
      const [is, isNot] = await both(asker, type, source, id => ({ input: { id, ...change } }));
      expect([who, is]).toEqual([who, isNot]);
    }
  });

  it('is in no list and no count', async () => {
    const lists = ['groups', 'principals', 'roles', 'policies', 'tenants', 'permissions'];
    const source = `{ ${lists.map(list => `${list} { totalCount nodes { id } }`).join(' ')}
      resources(type: "lib:book") { totalCount nodes { id } } }`;
    for (const asker of [outsider, stranger]) {
      const text = JSON.stringify((await asker.ask(source)).data);
      for (const type of NODE_TYPES) {
        if (strangersTo(type).some(([, other]) => other === asker)) expect(text).not.toContain(hidden[type]);
      }
    }
    const counted = (await outsider.get(source)).groups.totalCount;
    await w.group('Hidden too');
    expect((await outsider.get(source)).groups.totalCount).toBe(counted);
  });
});

describe('a protected object that is hidden', () => {
  const FIELDS = `resourceType viewerCan(verb: "view") viewerPermissions why: viewerCannotReasons(verb: "view")
    owner { id } sharedWith { id } grants { totalCount nodes { id } }`;

  it('is told as one that is not registered', async () => {
    const source = `query ($ref: _Any!) { _entities(representations: [$ref]) { ... on Protected { ${FIELDS} } } }`;
    const ask = (asker: Asker, id: string) =>
      asker.ask(source, { ref: { __typename: 'Protected', id, resourceType: 'lib:book' } });
    expect((await ask(w.admin, HIDDEN_BOOK)).data._entities[0].owner).toEqual({ id: hidden.Principal });
    for (const asker of [outsider, stranger, w.anonymous()]) {
      const [is, isNot] = [await ask(asker, HIDDEN_BOOK), await ask(asker, 'nothing')];
      expect(is.data._entities[0]).toMatchObject({ owner: null, sharedWith: null, grants: null });
      expect(told(is, HIDDEN_BOOK)).toEqual(told(isNot, 'nothing'));
    }
  });

  it('has an owner and groups for those alone who may read these too', async () => {
    await w.principal('reader');
    await grantBooks(w, 'reader', ['view'], [HIDDEN_BOOK]);
    const source = `query ($ref: _Any!) { _entities(representations: [$ref]) {
      ... on Protected { owner { id } sharedWith { id } } } }`;
    const ref = { __typename: 'Protected', id: HIDDEN_BOOK, resourceType: 'lib:book' };
    expect((await w.user('reader').get(source, { ref }))._entities).toEqual([{ owner: null, sharedWith: [] }]);
  });
});
