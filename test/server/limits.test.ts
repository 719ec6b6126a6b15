import { getIntrospectionQuery } from 'graphql';
import { LIMITS } from '../../src/server/limits.js';
import { post, serving, type Serving } from './serving.js';

let server: Serving;
beforeAll(async () => void (server = await serving({ http: { bodyLimitBytes: 20_000_000 } })));
afterAll(() => server.close());

const times = (count: number, text: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const leaves = times(20, i => `leaf${i}`);

/** Codes of the errors, or OK; and what would take minutes is an attack. */
async function outcome(query: string, variables?: unknown): Promise<string> {
  const started = performance.now();
  const { body, status } = await post(server.url, query, { variables });
  expect(performance.now() - started).toBeLessThan(30_000);
  if (!body.errors) return 'OK';
  expect([400, 200]).toContain(status);
  return [...new Set(body.errors.map((error: any) => error.extensions.code))].join();
}

describe('what people do', () => {
  it.each([
    ['a thousand aliased checks', `{ ${times(1_000, i => `c${i}: check(permission: "a:b:c") { allowed }`)} }`],
    [
      'a thousand aliased checks of resources',
      `{ ${times(1_000, i => `c${i}: check(permission: "a:b:c", resourceId: "r${i}") { allowed __typename }`)} }`,
    ],
    ['a page of 1000 with 20 fields', `{ groups(first: 1000) { nodes { ${leaves} } totalCount } }`],
    [
      '100 groups with their roles',
      `{ groups(first: 100) { nodes { ${leaves} roles(first: 20) { nodes { ${leaves} } } } } }`,
    ],
    ['lists of default size in each other', `{ groups { nodes { roles { nodes { roles { nodes { leaf1 } } } } } } }`],
    ['introspection', getIntrospectionQuery({ oneOf: true, specifiedByUrl: true, directiveIsRepeatable: true })],
    ['a chain of parents', `{ group ${'{ parent '.repeat(15)} { leaf1 } ${'}'.repeat(15)} }`],
    ['a hundred directives', `query ($yes: Boolean = true) { ${times(100, i => `f${i}: hello @include(if: $yes)`)} }`],
  ])('is answered: %s', async (_, query) => {
    expect(await outcome(query)).toBe('OK');
  });

  it('is answered: a thousand checks in a list', async () => {
    const requests = Array.from({ length: 1_000 }, () => ({ permission: 'a:b:c' }));
    expect(await outcome('query ($r: [Request!]!) { checks(requests: $r) { allowed } }', { r: requests })).toBe('OK');
  });
});

describe('what a field itself refuses', () => {
  it('comes through to it, so that the error can name the argument', async () => {
    expect(await outcome(`{ groups(first: 1001) { nodes { ${leaves} } } }`)).toBe('OK');
    expect(await outcome(`{ groups(first: 2000000000) { nodes { ${leaves} } } }`)).toBe('OK');
    expect(await outcome('{ groups(first: -1) { nodes { leaf1 } } }')).toBe('OK');
  });
});

describe('a hostile document', () => {
  const nested = (depth: number) => `{ group ${'{ parent '.repeat(depth)} { leaf1 } ${'}'.repeat(depth)} }`;
  const doubling = (depth: number) =>
    `{ group { ...f0 } } ${times(depth, i => `fragment f${i} on Group { a: parent { ...f${i + 1} } b: parent { ...f${i + 1} } }`)}
     fragment f${depth} on Group { leaf1 }`;

  it.each([
    ['a hundred thousand aliases', `{ ${times(100_000, i => `c${i}: hello`)} }`],
    ['more aliases than allowed', `{ ${times(LIMITS.aliases + 1, i => `c${i}: hello`)} }`],
    ['the same field over and over', `{ ${'hello '.repeat(20_000)} }`],
    ['the same object over and over', `{ ${'group { leaf1 } '.repeat(5_000)} }`],
    ['more directives than allowed', `{ ${times(LIMITS.directives + 1, () => '... @include(if: true) { hello }')} }`],
    ['too many levels', nested(LIMITS.depth)],
    [
      'too many levels inside fragments',
      `{ group { ...a } } fragment a on Group { ${'parent { '.repeat(20)} leaf1 ${'} '.repeat(20)} }`,
    ],
    ['fragments that double eight times', doubling(16)],
    ['fragments that double thirty times', doubling(18)],
    ['pages in pages', '{ groups(first: 1000) { nodes { roles(first: 1000) { nodes { leaf1 } } } } }'],
    ['pages in pages, backwards', '{ groups(last: 1000) { nodes { roles(last: 1000) { nodes { leaf1 } } } } }'],
    ['many pages beside each other', `{ ${times(50, i => `p${i}: groups(first: 1000) { nodes { ${leaves} } }`)} }`],
    [
      'pages in pages inside a fragment',
      '{ ...a } fragment a on Query { groups(first: 1000) { ...b } } fragment b on GroupConnection { nodes { roles(first: 1000) { nodes { leaf1 } } } }',
    ],
  ])('is refused: %s', async (_, query) => {
    expect(await outcome(query)).toBe('LIMIT_EXCEEDED');
  });

  it('is refused: pages in pages, with their sizes in variables', async () => {
    const query = 'query ($n: Int) { groups(first: $n) { nodes { roles(first: $n) { nodes { leaf1 } } } } }';
    expect(await outcome(query, { n: 1_000 })).toBe('LIMIT_EXCEEDED');
    expect(await outcome(query, { n: 10 })).toBe('OK');
  });

  it('does not get around the cost by an argument that is wrong beside', async () => {
    const query = `query ($n: Int = 3) { page(size: $n) groups(first: 1000) { nodes { roles(first: 1000) { nodes { leaf1 } } } } }`;
    expect(await outcome(query, { n: null })).toBe('BAD_USER_INPUT');
    expect((await post(server.url, query, { variables: { n: null } })).body.data).toBeUndefined();
  });

  it('does not get around the cost in an operation that is not the first', async () => {
    const query =
      'query A { hello } query B { groups(first: 1000) { nodes { roles(first: 1000) { nodes { leaf1 } } } } }';
    const { body } = await post(server.url, query, { operationName: 'B' });
    expect(body.errors[0].extensions).toEqual({ code: 'LIMIT_EXCEEDED' });
    expect((await post(server.url, query, { operationName: 'A' })).body).toEqual({ data: { hello: 'world' } });
  });

  it.each([
    ['selections', (n: number) => '{ group '.repeat(n) + '}'.repeat(n)],
    ['lists', (n: number) => `{ check(permission: ${'['.repeat(n)}${']'.repeat(n)}) { allowed } }`],
    ['objects', (n: number) => `{ check(permission: ${'{a: '.repeat(n)}1${'}'.repeat(n)}) { allowed } }`],
    ['types', (n: number) => `query ($a: ${'['.repeat(n)}Int${']'.repeat(n)}) { hello }`],
    ['parents', (n: number) => `{ group ${'{ parent '.repeat(n)} { leaf1 } ${'}'.repeat(n)} }`],
  ])('is refused however deep its %s are, and never fails us', async (_, text) => {
    for (let depth = 100; depth <= 12_800; depth = Math.ceil(depth * 1.25)) {
      expect(await outcome(text(depth))).toMatch(/^(LIMIT_EXCEEDED|GRAPHQL_(PARSE|VALIDATION)_FAILED)(,|$)/);
    }
    expect(server.lines.filter(line => line.msg === 'internal error')).toEqual([]);
  });

  it('is not suspected because of brackets in strings and comments', async () => {
    const brackets = '{'.repeat(1_000);
    const strings = [`"${brackets} \\" ("`, `""" \\""" ${brackets} " """`, '""'];
    const checks = strings.map((text, i) => `c${i}: check(permission: ${text}) { allowed }`);
    expect(await outcome(`{ # ${brackets}\n ${checks.join(' ')} }`)).toBe('OK');
  });

  it.each(['\\"', '"', '"""\\', '""" "', '#', '\\"""'])('costs no time by strings of %j that never end', async text => {
    expect(await outcome(`{ hello(x: "${text.repeat(500_000)}`)).toMatch(/PARSE|LIMIT/);
  });

  it('is told clearly what is too much', async () => {
    const message = async (query: string) => (await post(server.url, query)).body.errors[0].message;
    expect(await message(`{ ${times(100_000, () => 'hello')} }`)).toBe(
      `The document has more than ${LIMITS.tokens} tokens; send values as variables`,
    );
    expect(await message(`{ ${times(2_100, i => `c${i}: hello`)} }`)).toBe(
      'The document has 2100 aliases; 2000 are the most allowed',
    );
    expect(await message(nested(25))).toBe('The document has 27 levels of fields; 20 are the most allowed');
    expect(await message('{ groups(first: 1000) { nodes { roles(first: 1000) { nodes { leaf1 } } } } }')).toMatch(
      /^The answer could have \d+ fields; 250000 are the most allowed/,
    );
  });
});
