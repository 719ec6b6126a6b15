import { openGate, type Asker, type Gate, type World } from '../world.js';
import { did, groupNames, manyPrincipals } from './asking.js';

let gate: Gate;
let w: World;
let root: string;
const NAMES = ['a', 'B', 'c', 'D', 'e', 'F', 'g'];
beforeAll(async () => {
  gate = await openGate();
  w = await gate.tenant();
  root = await w.group('root', { includesSubgroups: true });
  await manyPrincipals(
    gate,
    w,
    NAMES.map(name => name.toLowerCase()),
  );
  for (const [i, name] of NAMES.entries()) {
    gate.now = () => new Date(Date.UTC(2030, 0, 1, 0, Math.floor(i / 3))); // so that there are ties
    const id = await w.group(name, { parentId: root });
    await w.member(id, 'a', ...NAMES.slice(0, (i % 3) + 1).map(member => member.toLowerCase()));
    await w.member(root, name.toLowerCase());
    await did(operator(), 'createTenant', { slug: `paged-${i}`, name: 'x' });
  }
});
afterAll(() => gate.close());

const operator = () =>
  gate.as({ kind: 'service', clientId: 'o', scopes: new Set(['operate']), tenants: ['*'], tenant: null });

type List = { readonly source: string; readonly path: readonly string[] };
const PAGE =
  'totalCount edges { cursor node { id } } nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const ARGS = 'first: $first, after: $after, last: $last, before: $before';
const VARS = '$first: Int, $after: String, $last: Int, $before: String';
const top = (field: string, args = ''): List => ({
  source: `query (${VARS}) { ${field}(${args}${ARGS}) { ${PAGE} } }`,
  path: [field],
});
const nested = (outer: string, field: string, args = ''): List => ({
  source: `query ($first: Int, $after: String) { outer: ${outer} { ${field}(${args}first: $first, after: $after) { ${PAGE} } } }`,
  path: ['outer', field],
});

async function page(asker: Asker, { source, path }: List, variables: object) {
  const data = await asker.get(source, { ...variables });
  const found = path.reduce((value, key) => value[key], data);
  const nodes = found.nodes.map((node: { id: string }) => node.id);
  expect(found.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(nodes);
  expect(found.pageInfo.startCursor).toBe(found.edges[0]?.cursor ?? null);
  expect(found.pageInfo.endCursor).toBe(found.edges.at(-1)?.cursor ?? null);
  return { ...found.pageInfo, nodes, totalCount: found.totalCount };
}

async function forward(asker: Asker, list: List, first: number): Promise<string[]> {
  const all: string[] = [];
  for (let after: string | null = null, more = true; more;) {
    const found = await page(asker, list, { first, after });
    expect(found.hasPreviousPage).toBe(after !== null);
    expect(found.nodes.length).toBe(found.hasNextPage ? first : found.nodes.length);
    all.push(...found.nodes);
    [after, more] = [found.endCursor, found.hasNextPage];
  }
  return all;
}

async function backward(asker: Asker, list: List, last: number): Promise<string[]> {
  const all: string[] = [];
  for (let before: string | null = null, more = true; more;) {
    const found = await page(asker, list, { last, before });
    expect(found.hasNextPage).toBe(before !== null);
    all.unshift(...found.nodes);
    [before, more] = [found.startCursor, found.hasPreviousPage];
  }
  return all;
}

const ORDERS = ['NAME', 'MODIFIED', 'PRINCIPAL_COUNT', 'POLICY_COUNT'].flatMap(field =>
  ['ASC', 'DESC'].map(direction => top('groups', `orderBy: { field: ${field}, direction: ${direction} }, `)),
);
const PRINCIPAL_ORDERS = ['USERNAME', 'CREATED', 'MODIFIED'].flatMap(field =>
  ['ASC', 'DESC'].map(direction => top('principals', `orderBy: { field: ${field}, direction: ${direction} }, `)),
);
const ROOT_LISTS = [
  ...ORDERS,
  ...PRINCIPAL_ORDERS,
  top('groups', 'filter: { name: "o" }, '),
  top('groups', 'filter: { username: "b" }, '),
  top('groups', 'filter: { ids: [] }, '),
];
const NESTED_LISTS = [
  nested('group(name: "root")', 'subgroups'),
  nested('group(name: "root")', 'members'),
  nested('group(name: "root")', 'members', 'transitive: true, '),
  nested('group(name: "C")', 'members'),
  nested('principal(username: "b")', 'groups'),
  nested('principal(username: "b")', 'groups', 'effective: true, '),
  nested('principal(username: "admin")', 'groups'),
];

describe('a list', () => {
  it.each(ROOT_LISTS.map(list => [/(\w+)\((.*?), first/.exec(list.source)![0], list] as const))(
    'is the same by pages of any size, from either end: %s',
    async (_, list) => {
      const all = await forward(w.admin, list, 1000);
      expect(new Set(all).size).toBe(all.length);
      for (const size of [1, 2, 3, all.length || 1]) {
        expect(await forward(w.admin, list, size)).toEqual(all);
        expect(await backward(w.admin, list, size)).toEqual(all);
      }
      expect((await page(w.admin, list, { first: 1 })).totalCount).toBe(all.length);
    },
  );

  it('of tenants is the same by pages of any size', async () => {
    const list = top('tenants');
    const all = await forward(operator(), list, 1000);
    expect(all).toHaveLength(8);
    for (const size of [1, 3]) {
      expect(await forward(operator(), list, size)).toEqual(all);
      expect(await backward(operator(), list, size)).toEqual(all);
    }
  });

  it.each(NESTED_LISTS.map(list => [/outer: (.*?), ?first/.exec(list.source)?.[1] ?? list.source, list] as const))(
    'inside an object is the same by pages of any size: %s',
    async (_, list) => {
      const all = await forward(w.admin, list, 1000);
      for (const size of [1, 2, 3, all.length || 1]) expect(await forward(w.admin, list, size)).toEqual(all);
      expect((await page(w.admin, list, { first: 1 })).totalCount).toBe(all.length);
    },
  );

  it('has 20 entries a page unless told', async () => {
    const big = await gate.tenant();
    await manyPrincipals(
      gate,
      big,
      Array.from({ length: 30 }, (_, i) => `u${i}`),
    );
    for (const variables of [{}, { first: null, last: null }]) {
      expect((await page(big.admin, top('principals'), variables)).nodes).toHaveLength(20);
    }
  });

  it('may be bounded at both ends', async () => {
    const list = top('principals');
    const { source } = list;
    const { principals } = await w.admin.get(source, { first: 1000 });
    const [cursors, ids] = [
      principals.edges.map((edge: any) => edge.cursor),
      principals.nodes.map((node: any) => node.id),
    ];
    const between = { after: cursors[1], before: cursors[5] };
    expect((await page(w.admin, list, { first: 2, ...between })).nodes).toEqual(ids.slice(2, 4));
    expect((await page(w.admin, list, { last: 2, ...between })).nodes).toEqual(ids.slice(3, 5));
    expect(await page(w.admin, list, { first: 5, ...between })).toMatchObject({
      nodes: ids.slice(2, 5),
      hasNextPage: false,
    });
    expect((await page(w.admin, list, { first: 5, after: cursors[5], before: cursors[1] })).nodes).toEqual([]);
  });

  it('goes on behind an entry that is gone, and counts what is there', async () => {
    const own = await gate.tenant();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push(await own.group(name));
    const list = top('groups', 'filter: { system: false }, ');
    const first = await page(own.admin, list, { first: 2 });
    await did(own.admin, 'deleteGroup', { id: ids[1] });
    expect(await page(own.admin, list, { first: 2, after: first.endCursor })).toMatchObject({
      nodes: [ids[2]],
      totalCount: 2,
    });
  });

  it('sorts names without letter case', async () => {
    expect(await groupNames(w.admin, { parentId: root })).toEqual(NAMES);
  });
});
