import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeServices } from '@apollo/composition';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { buildSchema as schemaOf, GraphQLObjectType, GraphQLSchema, GraphQLString, parse, subscribe } from 'graphql';
import { createYoga } from 'graphql-yoga';
import {
  Arg,
  buildSchema,
  createResolversMap,
  Directive,
  Field,
  FieldResolver,
  ID,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { postJson, type Tenant } from '../../../test/server/authzen-world.js';
import { accessDirective, type AccessDirectiveOptions } from '../src/directive.js';
import { codesOf, newIds, openGrantry, type Grantry } from './grantry.js';

let grantry: Grantry;
let w: Tenant;
const stops: (() => unknown)[] = [];
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

const access = accessDirective();
const READ = 'library:book:read';
const grant = (permission: string, ...ids: string[]) =>
  w.grant(`library:book:${permission}`, { username: 'ada' }, ...ids);
const revoke = (permission: string, ...resourceIds: string[]) =>
  w.does(
    'revokePermissions',
    { permissions: [`library:book:${permission}`], subjects: [{ username: 'ada' }], resourceIds },
    'count',
  );
const asking =
  (url: string) =>
  async (query: string, variables: object = {}, username: string | null = 'ada') => {
    const { body } = await postJson(url, { query, variables }, username === null ? {} : await w.user(username));
    return { data: body.data, codes: codesOf(body.errors) };
  };

describe('a schema', () => {
  const field = (text: string) =>
    `type Query { book(id: ID, ids: [ID!], on: On, many: [On], yes: Boolean): Book } input On { id: ID!, in: On } type Book { id: ID! price: Int ${text} }`;
  const query = (text: string) =>
    `type Query { book(id: ID, ids: [ID!], on: On, many: [On], yes: Boolean): Int ${text} } input On { id: ID!, in: On }`;
  const permission = `permission: "${READ}"`;
  const transformed = (types: string, options: AccessDirectiveOptions = {}) =>
    accessDirective(options).transform(schemaOf(types, { assumeValidSDL: true }));

  it.each<[string, string, string]>([
    [
      'an interface',
      `interface I @access(${permission}) { id: ID } type Query { i: I }`,
      'I: only fields of object types',
    ],
    [
      'a field of an interface',
      `interface I { id: ID @access(${permission}) } type Query { i: I }`,
      'I.id: only fields',
    ],
    ['an argument', `type Query { i(a: Int @access(${permission})): Int }`, 'Query.i(a): only fields'],
    ['an input', `type Query { i(a: I): Int } input I { a: Int @access(${permission}) }`, 'I.a: only fields'],
    ['an enum', `enum E { A @access(${permission}) } type Query { e: E }`, 'E.A: only fields'],
    ['a union', `union U @access(${permission}) = Query type Query { u: U }`, 'U: only fields'],
    ['a scalar', `scalar S @access(${permission}) type Query { s: S }`, 'S: only fields'],
    [
      'the schema itself',
      `schema @access(${permission}) { query: Query } type Query { s: Int }`,
      'schema: only fields',
    ],
    ['nothing', 'type Query { s: Int }', 'stands nowhere'],
    ['a root type', `type Query @access(${permission}) { s: Int }`, 'say it on the fields'],
    [
      'a type, by an argument',
      `type Query { b: B } type B @access(${permission}, resource: "$args.id") { b(id: ID): Int }`,
      'no $args',
    ],
    ['a field of a root, by its parent', query(`@access(${permission}, resource: "$this.id")`), 'no $this'],
    ['an unknown argument', query(`@access(${permission}, resource: "$args.isbn")`), 'there is no $args.isbn'],
    [
      'an unknown part of one',
      query(`@access(${permission}, resource: "$args.on.in.isbn")`),
      'there is no $args.on.in.isbn',
    ],
    ['a part of a list', query(`@access(${permission}, resource: "$args.many.id")`), 'there is no $args.many.id'],
    ['an object', query(`@access(${permission}, resource: "$args.on")`), '$args.on is no id'],
    ['a yes or no', query(`@access(${permission}, resource: "$args.yes")`), '$args.yes is no id'],
    ['no place', field(`@access(${permission}, resource: "id")`), `must be like '$this.id'`],
    ['an empty place', field(`@access(${permission}, resource: null)`), 'not null'],
    ['another argument', field(`@access(${permission}, resourse: "$this.id")`), `no argument 'resourse'`],
    ['no permission', field('@access(resource: "$this.id")'), 'Argument "permission"'],
    ['a wildcard', field('@access(permission: "library:book:*")'), 'is no permission'],
    ['a word', field('@access(permission: "read")'), 'is no permission'],
  ])('is refused with the directive on %s', (_name, types, message) => {
    expect(() => transformed(types)).toThrow(message);
  });

  it('is refused with a permission that the catalogue lacks', () => {
    const types = (name: string) => field(`@access(permission: "${name}", resource: "$this.id")`);
    const permissions = [READ, 'library:note:*'];
    expect(() => transformed(types(READ), { permissions })).not.toThrow();
    expect(() => transformed(types('library:note:scribble'), { permissions })).not.toThrow();
    expect(() => transformed(types('library:book:raed'), { permissions })).toThrow(`no permission 'library:book:raed'`);
  });

  it('says all that is wrong at once', () => {
    const both = field('@access(permission: "a") stock: Int @access(permission: "b")');
    expect(() => transformed(both)).toThrow(/Book\.price: 'a'.*\nBook\.stock: 'b'/);
  });

  it('tells which fields are guarded', () => {
    const types = `${access.typeDefs} type Query { a: A, b: Int @access(${permission}) } type A @access(${permission}) { c: Int d: Int }`;
    expect(access.fieldsOf(schemaOf(types)).sort()).toEqual(['A.c', 'A.d', 'Query.b']);
  });

  it.each<[string, unknown]>([
    ['by name', { secured: { permission: READ } }],
    ['repeated', { secured: [{ permission: READ }, { permission: 'library:desk:use' }] }],
    ['as a list', [{ name: 'other' }, { name: 'secured', args: { permission: READ } }]],
  ])('made in code may have the directive in its extensions: %s', async (_name, directives) => {
    const secret = { type: GraphQLString, resolve: () => 'secret', extensions: { directives } };
    const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { secret } }) });
    const secured = accessDirective({ name: 'secured' }).transform(schema);
    const yoga = createYoga({
      schema: secured,
      logging: false,
      context: () => ({ grantry: grantry.guards({ tenant: w.slug }).ofRequest({ headers: {} }) }),
    });
    const answer = await yoga.fetch('http://yoga/graphql?query={secret}');
    expect(codesOf((await answer.json()).errors)).toEqual([['secret', 'UNAUTHENTICATED']]);
  });
});

describe('a subgraph with text and resolvers', () => {
  const typeDefs = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    ${access.typeDefs}
    type Book @key(fields: "id") @access(permission: "library:book:read", resource: "$this.id") {
      id: ID!
      price: Int @access(permission: "library:book:price", resource: "$this.id")
      stock: Int @access(permission: "library:book:stock", resource: "$this.shelf.bookId")
      odd: Int @access(permission: "library:book:stock", resource: "$this.isbn")
    }
    input Change { id: ID }
    type Query { books: [Book!]! desk: String @access(permission: "library:desk:use") }
    type Mutation {
      change(input: Change): String @access(permission: "library:book:change", resource: "$args.input.id")
      changeAll(ids: [ID!]): String @access(permission: "library:book:change", resource: "$args.ids")
    }
  `);
  let books: { id: string; shelf: { bookId: string } }[] = [];
  const changed: unknown[] = [];
  let ask: ReturnType<typeof asking>;
  beforeAll(async () => {
    const change = (_: unknown, args: unknown) => String(changed.push(args));
    const resolvers = {
      Query: { books: () => books, desk: () => 'desk' },
      Book: {
        __resolveReference: async ({ id }: { id: string }) => ({ id, shelf: { bookId: id } }),
        price: () => 1,
        stock: () => 2,
        odd: () => 3,
      },
      Mutation: { change, changeAll: change },
    };
    const schema = access.transform(buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]));
    const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
    const guards = grantry.guards();
    const { url } = await startStandaloneServer(server, {
      listen: { port: 0, host: '127.0.0.1' },
      context: async ({ req }) => ({ grantry: guards.ofRequest(req) }),
    });
    stops.push(() => server.stop());
    ask = asking(url);
  });

  it('asks once for a hundred rows with three fields, and guards the type and the field', async () => {
    const ids = newIds(100);
    await grant('read', ...ids);
    await grant('price', ...ids.slice(0, 50));
    books = ids.map(id => ({ id, shelf: { bookId: id } }));
    const { data } = await ask('{ books { id price stock } }');
    expect(data.books).toEqual(ids.map((id, at) => ({ id, price: at < 50 ? 1 : null, stock: null })));
    expect(grantry.sent.map(({ requests }) => requests.length)).toEqual([300]);
  });

  it('guards what a router asks for, too', async () => {
    const [open, closed] = newIds(2);
    await grant('read', open!);
    await grant('stock', open!);
    const entities = 'query ($all: [_Any!]!) { _entities(representations: $all) { ... on Book { price stock } } }';
    const all = [open, closed].map(id => ({ __typename: 'Book', id }));
    const { data, codes } = await ask(entities, { all });
    expect(data._entities).toEqual([
      { price: null, stock: 2 },
      { price: null, stock: null },
    ]);
    expect(codes.map(([, code]) => code)).toEqual(Array(3).fill('FORBIDDEN'));
    expect((await ask('{ _service { sdl } }')).data._service.sdl).toContain('@access(permission: "library:book:read"');
  });

  it('takes ids from arguments: each of a list, and never none', async () => {
    const [one, two, other] = newIds(3);
    await grant('change', one!, two!);
    const change = (input: object | null) => ask('mutation ($input: Change) { change(input: $input) }', { input });
    const all = (ids: unknown) => ask('mutation ($ids: [ID!]) { changeAll(ids: $ids) }', { ids });
    for (const answer of [await change({ id: one }), await all([one, two])]) expect(answer.codes).toEqual([]);
    const before = changed.length;
    const refused = [
      ...[await change({ id: other }), await change({ id: null }), await change({}), await change(null)],
      ...[await all([one, other]), await all([]), await all(null), await ask('mutation { changeAll }')],
    ];
    expect(refused.map(({ codes }) => codes[0]?.[1])).toEqual(Array(8).fill('FORBIDDEN'));
    expect(changed).toHaveLength(before);
    expect((await ask('{ desk }', {}, null)).codes).toEqual([['desk', 'UNAUTHENTICATED']]);
  });

  it('answers no data where the parent has no such property', async () => {
    const [id] = newIds(1);
    await grant('read', id!);
    books = [{ id: id!, shelf: { bookId: id! } }];
    expect((await ask('{ books { odd } }')).codes).toEqual([['books.0.odd', 'INTERNAL']]);
    expect(grantry.failures).toMatchObject([{ code: 'SETUP', message: expect.stringContaining('undefined') }]);
  });

  it('composes', () => {
    const url = 'http://books';
    const other = parse(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      directive @access(role: String) on OBJECT
      type Book @key(fields: "id") @access(role: "x") { id: ID! pages: Int } type Query { b: Book }`);
    const { errors, supergraphSdl } = composeServices([
      { name: 'books', url, typeDefs },
      { name: 'pages', url, typeDefs: other },
    ]);
    expect(errors).toBeUndefined();
    expect(supergraphSdl).not.toContain('@access');
  });
});

@ObjectType()
@Directive('@key(fields: "id")')
@Directive('@access(permission: "library:book:read", resource: "$this.id")')
class Book {
  @Field(() => ID) id!: string;

  @Directive('@access(permission: "library:book:price", resource: "$this.id")')
  @Directive('@access(permission: "library:book:stock", resource: "$this.id")')
  @Field(() => String, { nullable: true })
  price?: string;
}

@Resolver(() => Book)
class BookResolver {
  @Query(() => Book, { nullable: true })
  book(@Arg('id', () => ID) id: string): Book {
    return Object.assign(new Book(), { id, price: 'ten' });
  }

  @FieldResolver(() => String, { nullable: true })
  @Directive('@access(permission: "library:book:change", resource: "$args.copy")')
  copy(@Root() { id }: Book, @Arg('copy', () => ID) copy: string): string {
    return `${id} ${copy}`;
  }
}

describe('a schema of type-graphql', () => {
  it('is guarded by itself and as a subgraph', async () => {
    const [id, copy] = newIds(2);
    const plain = await buildSchema({
      resolvers: [BookResolver],
      directives: [access.definition],
      validate: false,
      skipCheck: true,
    });
    const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
      ${printSchemaWithDirectives(plain).replace(/^schema \{[^}]*\}\s*/, '')}`;
    const typeDefs = parse(sdl);
    const subgraph = buildSubgraphSchema([{ typeDefs, resolvers: createResolversMap(plain) as never }]);
    const fields = ['Book.copy', 'Book.id', 'Book.price'];
    expect([access.fieldsOf(plain).sort(), access.fieldsOf(subgraph).sort()]).toEqual([fields, fields]);
    const query = `{ book(id: "${id}") { id price copy(copy: "${copy}") } }`;
    for (const schema of [plain, subgraph].map(access.transform)) {
      const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
      const ask = async () => {
        const guard = grantry.guards().ofRequest({ headers: await w.user('ada') });
        const { body } = await server.executeOperation({ query }, { contextValue: { grantry: guard } });
        return body.kind === 'single' ? (body.singleResult.data ?? null) : null;
      };
      await grant('read', id!);
      await grant('price', id!);
      await revoke('stock', id!);
      await revoke('change', copy!);
      expect(await ask()).toEqual({ book: { id, price: null, copy: null } });
      await grant('stock', id!);
      await grant('change', copy!);
      expect(await ask()).toEqual({ book: { id, price: 'ten', copy: `${id} ${copy}` } });
      await revoke('read', id!);
      expect(await ask()).toEqual({ book: null });
    }
  });
});

describe('a subscription', () => {
  const [id] = newIds(1);
  const schema = schemaOf(`${access.typeDefs}
      type Query { a: Int }
      type Book { id: ID! price: Int @access(permission: "library:book:price", resource: "$this.id") }
      type Subscription {
        sold(id: ID!): Book @access(permission: "library:book:read", resource: "$args.id")
      }`);
  let subscribed = 0;
  let next: () => void = () => undefined;
  async function* sales() {
    subscribed++;
    for (const price of [1, 2, 3]) {
      yield { sold: { id, price } };
      await new Promise<void>(done => (next = done));
    }
  }

  it('is refused before it starts, and asks anew with each event', async () => {
    schema.getSubscriptionType()!.getFields().sold!.subscribe = sales;
    access.transform(schema);
    const document = parse(`subscription { sold(id: "${id}") { price } }`);
    const start = async () =>
      subscribe({
        schema,
        document,
        contextValue: {
          grantry: grantry.guards({ cache: { ttlMs: 5000 } }).ofRequest({ headers: await w.user('ada') }),
        },
      });
    const refused = await start();
    expect(codesOf('errors' in refused ? refused.errors : undefined)).toEqual([['sold', 'FORBIDDEN']]);
    expect(subscribed).toBe(0);
    await grant('read', id!);
    await grant('price', id!);
    const events = (await start()) as AsyncGenerator<{ data: unknown }>;
    const event = async () => {
      const coming = events.next();
      next();
      return (await coming).value.data;
    };
    expect(await event()).toEqual({ sold: { price: 1 } });
    await revoke('price', id!);
    expect(await event()).toEqual({ sold: { price: null } });
    await revoke('read', id!);
    expect(await event()).toEqual({ sold: null });
    await events.return(undefined);
  });
});

describe('a server of GraphQL Yoga', () => {
  let server: Server;
  it('is guarded by the guard of its requests', async () => {
    const schema = schemaOf(`${access.typeDefs}
      type Query { book(id: ID!): String @access(permission: "library:book:read", resource: "$args.id") }`);
    schema.getQueryType()!.getFields().book!.resolve = (_, { id }) => id;
    let guards = grantry.guards();
    const own = accessDirective({ guardOf: context => (context as { own: unknown }).own });
    const yoga = createYoga({
      schema: own.transform(schema),
      logging: false,
      context: ({ request }) => ({ own: guards.ofRequest(request) }),
    });
    server = createServer(yoga);
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    stops.push(() => void (server.closeAllConnections(), server.close()));
    const ask = asking(`http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`);
    const [id, other] = newIds(2);
    await grant('read', id!);
    const query = `{ mine: book(id: "${id}") other: book(id: "${other}") }`;
    expect(await ask(query)).toEqual({ data: { mine: id, other: null }, codes: [['other', 'FORBIDDEN']] });
    expect(grantry.sent).toHaveLength(1);
    expect((await ask(query, {}, null)).codes.map(([, code]) => code)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    guards = grantry.guards({ url: 'http://127.0.0.1:1' });
    expect((await ask(query)).codes.map(([, code]) => code)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
  });
});
