import { openGate, type Gate, type World } from '../world.js';

let gate: Gate;
let w: World;
let cursors: string[];
let [top, sub]: string[] = [];
beforeAll(async () => {
  gate = await openGate();
  w = await gate.tenant();
  top = await w.group('top');
  sub = await w.group('sub', { parentId: top });
  await w.group('leaf', { parentId: sub });
  await w.member(top, 'admin');
  cursors = (await w.admin.get('{ groups { edges { cursor } } }')).groups.edges.map((edge: any) => edge.cursor);
});
afterAll(() => gate.close());

const decoded = (cursor: string) => JSON.parse(Buffer.from(cursor, 'base64url').toString());
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const refused = async (source: string, variables: object) => {
  const { codes, fields } = await w.admin.ask(source, { ...variables });
  return codes.map((code, i) => [code, fields[i]]);
};
const ROOT = `query ($first: Int, $after: String, $last: Int, $before: String) {
  groups(first: $first, after: $after, last: $last, before: $before) { nodes { id } } }`;

describe('the size of a page', () => {
  it.each([
    [{ first: 0 }, 'BAD_USER_INPUT', 'first'],
    [{ first: -1 }, 'BAD_USER_INPUT', 'first'],
    [{ last: 0 }, 'BAD_USER_INPUT', 'last'],
    [{ last: -20 }, 'BAD_USER_INPUT', 'last'],
    [{ first: 1001 }, 'LIMIT_EXCEEDED', 'first'],
    [{ last: 1001 }, 'LIMIT_EXCEEDED', 'last'],
    [{ first: 2147483647 }, 'LIMIT_EXCEEDED', 'first'],
    [{ first: 1, last: 1 }, 'BAD_USER_INPUT', 'last'],
  ])('is refused when it is %j', async (size, code, field) => {
    expect(await refused(ROOT, size)).toEqual([[code, field]]);
  });

  it('is refused in nested lists too, once for each', async () => {
    for (const [first, code] of [
      [0, 'BAD_USER_INPUT'],
      [1001, 'LIMIT_EXCEEDED'],
    ] as const) {
      const source =
        'query ($id: ID!, $first: Int) { group(id: $id) { subgroups(first: $first) { nodes { id } } members(first: $first) { nodes { id } } } }';
      expect(await refused(source, { id: top, first })).toEqual([
        [code, 'first'],
        [code, 'first'],
      ]);
    }
  });
});

describe('a cursor', () => {
  it.each([
    ['empty', () => ''],
    ['no base64', () => '***'],
    ['no JSON', () => Buffer.from('groups').toString('base64url')],
    ['cut off', () => cursors[0]!.slice(0, -2)],
    ['padded', () => `${cursors[0]!}=`],
    ['not a list', () => encoded({ 0: 'groups NAME ASC' })],
    ['without a place', () => encoded(decoded(cursors[0]!).slice(0, 1))],
    ['with something more', () => encoded([...decoded(cursors[0]!), 1])],
    ['of a key that is none', () => encoded([decoded(cursors[0]!)[0], 7, decoded(cursors[0]!)[2]])],
    ['of a key that is null', () => encoded([decoded(cursors[0]!)[0], null, decoded(cursors[0]!)[2]])],
    ['of a key with NUL', () => encoded([decoded(cursors[0]!)[0], 'a\0', decoded(cursors[0]!)[2]])],
    ['of an id that is none', () => encoded([...decoded(cursors[0]!).slice(0, 2), "' or true --"])],
  ])('is refused when it is %s', async (_, damaged) => {
    expect(await refused(ROOT, { after: damaged() })).toEqual([['BAD_USER_INPUT', 'after']]);
    expect(await refused(ROOT, { last: 1, before: damaged() })).toEqual([['BAD_USER_INPUT', 'before']]);
  });

  it('of a moment that is none is refused', async () => {
    const source =
      'query ($after: String) { groups(orderBy: { field: MODIFIED }, after: $after) { edges { cursor } } }';
    const [name, , id] = decoded((await w.admin.get(source)).groups.edges[0].cursor);
    for (const key of [
      'yesterday',
      1,
      '',
      {},
      '1',
      '2030-01-01',
      '0000-01-01T00:00:00.000Z',
      '+012345-01-01T00:00:00.000Z',
    ]) {
      expect(await refused(source, { after: encoded([name, key, id]) })).toEqual([['BAD_USER_INPUT', 'after']]);
    }
  });

  it('of a number that is none is refused', async () => {
    const source =
      'query ($after: String) { groups(orderBy: { field: PRINCIPAL_COUNT }, after: $after) { edges { cursor } } }';
    const [name, , id] = decoded((await w.admin.get(source)).groups.edges[0].cursor);
    for (const key of ['1', 1.5, 1e300, -1e10, null]) {
      expect(await refused(source, { after: encoded([name, key, id]) })).toEqual([['BAD_USER_INPUT', 'after']]);
    }
  });

  it('belongs to its list and its order', async () => {
    const after = cursors[0]!;
    const others = [
      'principals(after: $after)',
      'groups(orderBy: { field: NAME, direction: DESC }, after: $after)',
      'groups(orderBy: { field: MODIFIED }, after: $after)',
      'groups(orderBy: { field: POLICY_COUNT }, after: $after)',
      'tenants(after: $after)',
    ];
    for (const other of others) {
      expect(await refused(`query ($after: String) { ${other} { nodes { id } } }`, { after })).toEqual([
        ['BAD_USER_INPUT', 'after'],
      ]);
    }
    await w.admin.get(ROOT, { after });
  });

  it('of a nested list belongs to its object', async () => {
    const source =
      'query ($id: ID!, $after: String) { group(id: $id) { subgroups(after: $after) { edges { cursor } } } }';
    const [{ cursor }] = (await w.admin.get(source, { id: top })).group.subgroups.edges;
    await w.admin.get(source, { id: top, after: cursor });
    expect(await refused(source, { id: sub, after: cursor })).toEqual([['BAD_USER_INPUT', 'after']]);
    expect(await refused(source, { id: top, after: cursors[0] })).toEqual([['BAD_USER_INPUT', 'after']]);
    const both =
      'query ($after: String) { groups(filter: { name: "s" }) { nodes { name subgroups(after: $after) { nodes { id } } } } }';
    expect(await refused(both, { after: cursor })).toContainEqual(['BAD_USER_INPUT', 'after']);
  });

  it('of the members belongs to them, with or without those of subgroups', async () => {
    const source = `query ($id: ID!, $transitive: Boolean, $after: String) {
      group(id: $id) { members(transitive: $transitive, after: $after) { edges { cursor } } } }`;
    const [{ cursor }] = (await w.admin.get(source, { id: top })).group.members.edges;
    expect(await refused(source, { id: top, transitive: true, after: cursor })).toEqual([['BAD_USER_INPUT', 'after']]);
  });

  it('stays good for another page size and another filter', async () => {
    const source =
      'query ($f: GroupFilter, $after: String) { groups(filter: $f, first: 1, after: $after) { nodes { name } } }';
    expect((await w.admin.get(source, { f: { name: 'top' }, after: cursors[0] })).groups.nodes).toEqual([
      { name: 'top' },
    ]);
  });
});
