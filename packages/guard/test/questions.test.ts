import { buildSchema, graphql } from 'graphql';
import { accessDirective } from '../src/directive.js';
import { grantryGuards, type About, type Attributes, type GuardError, type GuardsOptions } from '../src/index.js';

type Asked = { readonly resourceId?: string; readonly context?: Attributes };

const READ = 'library:book:read';
const failures: GuardError[] = [];
const sent: Asked[][] = [];
let isYes: (question: Asked) => boolean = () => true;
beforeEach(() => {
  failures.length = sent.length = 0;
  isYes = () => true;
});

/** A guard whose Grantry says what `isYes` says. */
const guardOf = (options: Partial<GuardsOptions> = {}, headers: Record<string, string> = {}) =>
  grantryGuards({
    url: 'http://grantry/graphql',
    onFailure: failure => failures.push(failure),
    fetch: async (_, init) => {
      const { requests } = (JSON.parse(init!.body as string) as { variables: { requests: Asked[] } }).variables;
      sent.push(requests);
      return Response.json({ data: { checks: requests.map(one => ({ allowed: isYes(one) })) } });
    },
    ...options,
  }).ofRequest({ headers });
const INTERNAL = { extensions: { code: 'INTERNAL' } };

describe('a question', () => {
  it.each<[string, unknown]>([
    ['another name for the id', { id: 'secret' }],
    ['an object of the application', { on: 'mine', title: 'Atlas' }],
    ['an id by itself', 'secret'],
    ['a list', ['secret']],
    ['null', null],
  ])('is not asked in general because of %s', async (_name, about) => {
    await expect(guardOf().check(READ, about as About)).rejects.toMatchObject(INTERNAL);
    expect([sent, failures]).toMatchObject([[], [{ name: 'GuardError', code: 'SETUP' }]]);
  });

  it('is about the attributes of the moment when it was asked', async () => {
    isYes = ({ context }) => context!.section === 'children';
    const guard = guardOf();
    const context = { section: 'maps' };
    const first = guard.check(READ, { context });
    context.section = 'children';
    const second = guard.check(READ, { context });
    expect(await Promise.all([first, second])).toEqual([false, true]);
    expect(await guard.check(READ, { context: { section: 'maps' } })).toBe(false);
  });

  it('with attributes that JSON cannot say is an error of the server', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const context of [circular, { pages: 1n }, new Date(0)] as never[])
      await expect(guardOf().check(READ, { context })).rejects.toMatchObject(INTERNAL);
    expect(failures.map(({ code }) => code)).toEqual(Array(3).fill('SETUP'));
  });

  it('on a number that is too long for an id is a no', async () => {
    expect(await guardOf().check(READ, { on: 10n ** 255n })).toBe(false);
    expect(await guardOf().check(READ, { on: 10n ** 254n })).toBe(true);
    expect(sent).toHaveLength(1);
  });

  it('is not asked of any item when an id cannot be read', async () => {
    const unheard: unknown[] = [];
    const hear = (error: unknown) => void unheard.push(error);
    process.on('unhandledRejection', hear);
    const guard = guardOf({ fetch: () => Promise.reject(new Error('away')) });
    await expect(guard.allowed([{ id: 1 }, null], READ, item => item!.id)).rejects.toThrow(TypeError);
    await new Promise(done => setTimeout(done, 50));
    process.off('unhandledRejection', hear);
    expect([unheard, failures]).toEqual([[], []]);
  });
});

describe('a guarded field', () => {
  it('tells the server why an id cannot be read, and clients nothing', async () => {
    const access = accessDirective();
    const schema = access.transform(
      buildSchema(`${access.typeDefs}
        type Query { book: Book }
        type Book { title: String @access(permission: "${READ}", resource: "$this.shelf.id") }`),
    );
    const book = {
      title: 'Atlas',
      get shelf() {
        throw new Error('secret');
      },
    };
    const source = '{ book { title } }';
    const { data, errors } = await graphql({
      schema,
      source,
      rootValue: { book },
      contextValue: { grantry: guardOf() },
    });
    expect({ data, errors }).toMatchObject({ data: { book: { title: null } }, errors: [INTERNAL] });
    expect(JSON.stringify(errors)).not.toContain('secret');
    expect(failures.map(({ message }) => message)).toEqual([expect.stringContaining('could not be read: secret')]);
  });
});

describe('a request', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a credential', { authorization: 'Bearer secret\nsecret' }, 'UNAUTHENTICATED'],
    ['a token of a revision', { 'x-grantry-at-least': 'secret\0' }, 'BAD_USER_INPUT'],
  ])('with %s that no header can have is refused, and not repeated', async (_name, headers, code) => {
    const failed = await guardOf({}, headers)
      .check(READ)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({ extensions: { code } });
    const told = [failed, failures[0], failures[0]!.cause].map(error => String((error as Error | undefined)?.message));
    expect(told.join()).not.toContain('secret');
    expect(sent).toEqual([]);
  });
});

describe('a mutation', () => {
  const access = accessDirective();
  const schema = access.transform(
    buildSchema(`${access.typeDefs}
      type Query { a: Int }
      type Mutation { get: Book leave(id: ID!): Book @access(permission: "${READ}", resource: "$args.id") }
      type Book { id: ID! title: String @access(permission: "${READ}", resource: "$this.id") }`),
  );
  const book = { id: '1', title: 'Atlas' };
  const leave = () => {
    isYes = () => false;
    return book;
  };
  const run = async (source: string) => {
    isYes = () => true;
    const { data } = await graphql({
      schema,
      source,
      rootValue: { get: book, leave },
      contextValue: { grantry: guardOf() },
    });
    return JSON.parse(JSON.stringify(data)) as unknown;
  };

  it('shows nothing by the rights from before it', async () => {
    expect(await run('mutation { leave(id: 1) { id title } }')).toEqual({ leave: { id: '1', title: null } });
    expect(await run('mutation { get { title } leave(id: 2) { id } again: get { title } }')).toEqual({
      get: { title: 'Atlas' },
      leave: { id: '1' },
      again: { title: null },
    });
  });

  it('asks once for the fields of one level', async () => {
    await run('mutation { get { title again: title more: title } }');
    expect(sent.map(questions => questions.length)).toEqual([1]);
  });
});
