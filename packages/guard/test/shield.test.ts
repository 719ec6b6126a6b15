import assert from 'node:assert/strict';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { postJson, type Tenant } from '../../../test/server/authzen-world.js';
import { guardIn, type GuardedContext, type GuardsOptions } from '../src/index.js';
import { allow, and, applyMiddleware, can, canOn, deny, or, rulesWith, shield } from '../src/shield.js';
import { codesOf, newIds, openGrantry, type Grantry } from './grantry.js';

let grantry: Grantry;
let w: Tenant;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  grantry = await openGrantry();
  w = await grantry.tenant();
  await w.principal('ada');
});
beforeEach(() => void (grantry.sent.length = grantry.failures.length = 0));
afterAll(async () => {
  for (const stop of stops) await stop();
  await grantry.close();
});

type Book = { readonly id: string };
const typeDefs = parse(`
  type Book { id: ID! price: Int stock: Int title: String broken: String lost: String both: String }
  type Query { books: [Book!]! book(id: ID): Book desk: String open: String late: String staff: String mine: String }
  type Mutation { first(id: ID!): String second(id: ID!): String }
`);

/** An Apollo Server whose fields are guarded by rules; `ask` posts a query as a user, or as nobody. */
async function serving(books: readonly Book[], options: Partial<GuardsOptions> = {}, context?: object) {
  const guards = grantry.guards(options);
  const revoke = async (_: unknown, { id }: Book) => {
    const input = { permissions: ['library:book:change'], subjects: [{ username: 'ada' }], resourceIds: [id] };
    await w.does('revokePermissions', input, 'count');
    return id;
  };
  const resolvers = {
    Query: {
      books: () => books,
      book: (_: unknown, { id }: Book) => ({ id }),
      ...Object.fromEntries(['desk', 'open', 'late', 'staff', 'mine'].map(name => [name, () => name])),
    },
    Book: {
      price: () => 1,
      stock: () => 2,
      title: ({ id }: Book) => id,
      broken: () => 'data',
      lost: () => 'data',
      both: () => 'data',
    },
    Mutation: { first: revoke, second: revoke },
  };
  const change = canOn('change', 'library:book', (_, { id }) => id);
  const schema = applyMiddleware(
    buildSubgraphSchema([{ typeDefs, resolvers }]),
    shield(
      {
        Query: {
          books: allow,
          book: canOn('read', 'library:book', (_, { id }) => id ?? null),
          desk: can('library:desk:use'),
          open: or(can('library:film:use'), allow),
          late: can('library:desk:use', { context: () => Promise.reject(new Error('secret')) }),
          staff: rulesWith(found => (found as { own?: unknown }).own).can('library:desk:use'),
        },
        Book: {
          id: allow,
          price: canOn('price', 'library:book', parent => parent.id),
          stock: and(
            canOn('stock', 'library:book', (book: Book) => book.id),
            canOn('read', 'library:book', (book: Book) => [book.id, book.id]),
          ),
          title: canOn('read', 'library:book', parent => parent.id),
          broken: canOn('read', 'library:book', parent => parent.isbn),
          lost: canOn('read', 'library:book', () => []),
          both: canOn('read', 'library:book', parent => [parent.id, 'nowhere']),
        },
        Mutation: { first: change, second: change },
      },
      { fallbackRule: deny },
    ),
  );
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req }) => context ?? { grantry: guards.ofRequest(req) },
  });
  stops.push(() => server.stop());
  return async (query: string, username: string | null = 'ada') => {
    const { body } = await postJson(url, { query }, username === null ? {} : await w.user(username));
    return { data: body.data, errors: body.errors, codes: codesOf(body.errors) };
  };
}

const shelf = (ids: readonly string[]) => ids.map(id => ({ id }));

describe('rules of graphql-shield', () => {
  it('of a hundred rows and three fields are one request', async () => {
    const ids = newIds(100);
    const some = ids.slice(0, 40);
    for (const permission of ['read', 'price', 'stock'])
      await w.grant(`library:book:${permission}`, { username: 'ada' }, ...some);
    const ask = await serving(shelf(ids));
    await ask('{ books { title } }');
    const before = grantry.statements.length;
    grantry.sent.length = 0;
    const { data, codes } = await ask('{ books { title price stock again: price } }');
    expect(grantry.sent.map(({ requests }) => requests.length)).toEqual([300]);
    expect(grantry.statements.length - before).toBeLessThanOrEqual(3);
    const rows = ids.map(id =>
      some.includes(id)
        ? { title: id, price: 1, stock: 2, again: 1 }
        : { title: null, price: null, stock: null, again: null },
    );
    expect(data).toEqual({ books: rows });
    expect(codes).toHaveLength(240);
    expect(new Set(codes.map(([, code]) => code))).toEqual(new Set(['FORBIDDEN']));
  });

  it('deny with the code of Grantry, and say the same of what does not exist', async () => {
    const [id] = newIds(1);
    await w.put('library:book', id!);
    const ask = await serving([]);
    const [known, unknown] = [await ask(`{ book(id: "${id}") { id } }`), await ask('{ book(id: "no") { id } }')];
    expect(known.errors).toMatchObject([
      { message: 'This needs library:book:read', extensions: { code: 'FORBIDDEN' } },
    ]);
    expect(unknown).toEqual(known);
    expect((await ask('{ book { id } }')).codes).toEqual([['book', 'FORBIDDEN']]);
    expect((await ask('{ desk }', null)).codes).toEqual([['desk', 'UNAUTHENTICATED']]);
    expect((await ask('{ mine }')).data).toEqual({ mine: null });
  });

  it('see a revocation with the next request', async () => {
    const [id] = newIds(1);
    await w.grant('library:book:read', { username: 'ada' }, id!);
    const ask = await serving(shelf([id!]));
    expect((await ask('{ books { title both } }')).data).toEqual({ books: [{ title: id, both: null }] });
    const input = { permissions: ['library:book:read'], subjects: [{ username: 'ada' }], resourceIds: [id] };
    await w.does('revokePermissions', input, 'count');
    expect((await ask('{ books { title } }')).data).toEqual({ books: [{ title: null }] });
  });

  it('see what the mutation before has changed', async () => {
    const [id] = newIds(1);
    await w.grant('library:book:change', { username: 'ada' }, id!);
    const ask = await serving([]);
    expect(await ask(`mutation { first(id: "${id}") second(id: "${id}") }`)).toMatchObject({
      data: { first: id, second: null },
      codes: [['second', 'FORBIDDEN']],
    });
  });

  it.each<[string, Partial<GuardsOptions>]>([
    ['is away', { url: 'http://127.0.0.1:1' }],
    [
      'is slow',
      {
        timeoutMs: 50,
        fetch: (_, init) =>
          new Promise((_done, fail) => init!.signal!.addEventListener('abort', () => fail(new Error('slow')))),
      },
    ],
    ['talks nonsense', { fetch: async () => new Response('{"data":{"checks":[{"allowed":1}]}}') }],
  ])('answer no data when Grantry %s', async (_name, options) => {
    const ask = await serving(shelf(['a', 'b']), options);
    const { data, errors, codes } = await ask('{ books { id title } open }');
    expect(data).toEqual({
      books: [
        { id: 'a', title: null },
        { id: 'b', title: null },
      ],
      open: 'open',
    });
    expect(codes).toEqual([
      ['books.0.title', 'UNAVAILABLE'],
      ['books.1.title', 'UNAVAILABLE'],
    ]);
    expect(errors[0].message).toBe('Whether you may could not be decided; try again');
  });

  it('answer no data without a guard in the context, and take it from where they are told', async () => {
    const guard = grantry.guards().ofRequest({ headers: await w.user('ada') });
    await w.role(await w.group('desk', 'ada'), 'library:desk:use');
    for (const context of [{}, { grantry: null }, { grantry: { check: async () => true } }])
      expect(await (await serving([], {}, context))('{ desk }')).toMatchObject({
        data: { desk: null },
        codes: [['desk', 'INTERNAL']],
      });
    const ask = await serving([], {}, { own: guard });
    expect(await ask('{ desk staff }')).toMatchObject({ data: { desk: null, staff: 'staff' } });
    expect(() => guardIn({})).toThrow();
    const broken = () => guardIn({}, () => assert.fail('secret'));
    expect(broken).toThrow('could not be decided');
    expect(() => guardIn(undefined)).toThrow();
    expect(guardIn({ grantry: guard } satisfies GuardedContext)).toBe(guard);
  });

  it('answer no data when what they ask about cannot be read, and say nothing of it', async () => {
    const ask = await serving(shelf(['a']));
    const { data, errors, codes } = await ask('{ late books { broken lost } }');
    expect(data).toEqual({ late: null, books: [{ broken: null, lost: null }] });
    expect(codes.sort()).toEqual([
      ['books.0.broken', 'INTERNAL'],
      ['books.0.lost', 'FORBIDDEN'],
      ['late', 'INTERNAL'],
    ]);
    expect(errors.map(({ message }: Error) => message)).not.toContainEqual(expect.stringContaining('secret'));
    const told = grantry.failures.map(({ code, message }) => `${code} ${message}`).sort();
    expect(told).toEqual(['on undefined', 'could not be read: secret'].map(part => expect.stringContaining(part)));
  });

  it('of two senders at once do not share an answer', async () => {
    await w.principal('bob');
    const [id] = newIds(1);
    await w.grant('library:book:price', { username: 'bob' }, id!);
    const ask = await serving(shelf([id!]), { cache: { ttlMs: 5000 } });
    const both = () =>
      Promise.all(['bob', 'ada'].map(async name => (await ask('{ books { price } }', name)).data.books[0].price));
    expect([await both(), await both()]).toEqual([
      [1, null],
      [1, null],
    ]);
  });
});
