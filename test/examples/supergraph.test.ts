import type { Router } from '../../examples/supergraph/routers.js';
import { startSupergraph } from '../../examples/supergraph/supergraph.js';
import { createDemo } from '../../src/server/demo.js';
import { assembled, bearer, SECRET, type Assembled } from '../server/support/assembled.js';
import { send } from '../server/serving.js';

let grantry: Assembled;
let supergraph: Router;
beforeAll(async () => {
  grantry = await assembled({ GRANTRY_JWT_SECRET: SECRET });
  await createDemo(grantry.db, new Date());
}, 180_000);
afterAll(() => grantry?.close());

/** Asks the router, as somebody of the demo world. */
async function ask(username: string | null, query: string, variables = {}) {
  const headers = { 'content-type': 'application/json', ...(username && (await bearer(username, 'demo'))) };
  const { body } = await send(supergraph.url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const errors = (body.errors ?? []) as { path?: unknown[]; extensions: { code: string } }[];
  return { data: body.data, errors: errors.map(({ path, extensions }) => [path?.join('.'), extensions.code]) };
}

const titles = async (username: string | null) =>
  (await ask(username, '{ books { title } }')).data.books.map(({ title }: { title: string }) => title);

describe.each(['apollo', 'hive'] as const)('the example supergraph behind the router of %s', router => {
  beforeAll(async () => void (supergraph = await startSupergraph(`${grantry.url}/graphql`, { router })));
  afterAll(() => supergraph?.stop());

  it('lists books with what the viewer may do, which Grantry says', async () => {
    const query =
      '{ books { id lend: viewerCan(verb: "lend") write: viewerCan(verb: "write") shelf { name viewerPermissions } } }';
    const { data, errors } = await ask('cleo', query);
    expect(errors).toEqual([]);
    const maps = { name: 'Maps', viewerPermissions: ['library:shelf:read'] };
    const pictures = {
      name: 'Picture books',
      viewerPermissions: ['manage', 'read', 'write'].map(v => `library:shelf:${v}`),
    };
    expect(data.books).toEqual([
      { id: 'atlas-of-1570', lend: false, write: false, shelf: maps },
      { id: 'the-little-bear', lend: false, write: false, shelf: pictures },
      { id: 'goodnight-harbour', lend: false, write: false, shelf: pictures },
      { id: 'reading-diary', lend: false, write: true, shelf: null },
    ]);
  });

  it('asks Grantry once for all books and aliases', async () => {
    await titles('cleo');
    const before = grantry.lines.length;
    await ask(
      'cleo',
      '{ books { a: viewerCan(verb: "lend") b: viewerCan(verb: "write") why: viewerCannotReasons(verb: "lend") } }',
    );
    const requests = grantry.lines.slice(before).filter(line => line.operation !== undefined);
    expect(requests).toHaveLength(2); // `checks` of the subgraph, `_entities` of the router
  });

  it('hides a row', async () => {
    expect(await titles('ben')).toContain('Guest book');
    expect(await titles('cleo')).not.toContain('Guest book');
    expect(await titles(null)).toEqual([]);
    expect((await ask('cleo', '{ book(id: "guest-book") { title } }')).data).toEqual({ book: null });
  });

  it('hides it also where another subgraph leads to it', async () => {
    await ask('ben', 'mutation { addReview(bookId: "guest-book", text: "Our summer") { id } }');
    const query = '{ latestReview { text book { title } } }';
    const shown = { latestReview: { text: 'Our summer', book: { title: 'Guest book' } } };
    expect(await ask('ben', query)).toEqual({ data: shown, errors: [] });
    const { data, errors } = await ask('cleo', query);
    expect(data).toEqual({ latestReview: null });
    expect(errors).toContainEqual(['latestReview.text', 'FORBIDDEN']);
  });

  it('denies a field', async () => {
    const query = '{ diary: book(id: "reading-diary") { price } atlas: book(id: "atlas-of-1570") { title price } }';
    expect(await ask('cleo', query)).toEqual({
      data: { diary: { price: 3 }, atlas: { title: 'Atlas of 1570', price: null } },
      errors: [['atlas.price', 'FORBIDDEN']],
    });
  });

  it('guards a mutation of another subgraph', async () => {
    const review = (bookId: string) =>
      ask(
        'cleo',
        'mutation ($bookId: ID!) { addReview(bookId: $bookId, text: "Lovely") { text book { title viewerCan(verb: "read") reviews { text } } } }',
        { bookId },
      );
    expect(await review('guest-book')).toEqual({ data: { addReview: null }, errors: [['addReview', 'FORBIDDEN']] });
    const book = { title: 'The little bear', viewerCan: true, reviews: [{ text: 'Lovely' }] };
    expect(await review('the-little-bear')).toEqual({ data: { addReview: { text: 'Lovely', book } }, errors: [] });
  });

  it('lets Grantry be asked through the router, with nodes of its own', async () => {
    const { data, errors } = await ask(
      'cleo',
      '{ viewer { principal { username } can(permission: "library:book:read") } }',
    );
    expect([data, errors]).toEqual([{ viewer: { principal: { username: 'cleo' }, can: false } }, []]);
  });

  it('sees a revocation with the next query', async () => {
    const change = (mutation: string, input: string, answer: string) =>
      `mutation { done: ${mutation}(input: { permissions: ["library:book:read"]
        subjects: [{ username: "cleo" }] resourceIds: ["guest-book"] ${input} }) { ${answer} } }`;
    await ask('ada', change('grantPermissions', 'reason: "a visit"', 'created'));
    expect(await titles('cleo')).toContain('Guest book');
    expect((await ask('ada', change('revokePermissions', '', 'count'))).data).toEqual({ done: { count: 1 } });
    expect(await titles('cleo')).not.toContain('Guest book');
  });
});
