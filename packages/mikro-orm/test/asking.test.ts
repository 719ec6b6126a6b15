import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MikroORM } from '@mikro-orm/pglite';
import { GrantryError, grantryClient, protect, runAs, type Ask } from '../src/index.js';
import { Author, Book, closeDatabase, fakeGrantry, openLibrary, Review } from './library.js';

let orm: MikroORM;
beforeAll(async () => {
  const reviews = protect(Review, { type: 'library:review', verb: 'read' });
  orm = await openLibrary([protect(Book, { type: 'library:book' }), reviews]);
});
afterAll(() => closeDatabase(orm));

const count = () => orm.em.fork().count(Book);
const page = (ids: readonly string[], endCursor: string | null = null, everything = false) => ({
  resources: {
    everything,
    nodes: ids.map(resourceId => ({ resourceId })),
    pageInfo: { hasNextPage: endCursor !== null, endCursor },
  },
});

describe('asking Grantry', () => {
  it('happens once for each type in a scope, and anew in the next one', async () => {
    const { ask, asked } = fakeGrantry(['1', '2']);
    const permissions = () => asked.map(({ variables }) => variables.permission);
    await runAs({ ask }, async () => {
      await Promise.all([count(), count()]);
      await orm.em.fork().find(Author, {}, { populate: ['books'] });
      expect(permissions()).toEqual(['library:book:view']);
      await orm.em.fork().find(Review, {}, { populate: ['book'] });
    });
    await runAs({ ask }, count);
    expect(permissions()).toEqual(['library:book:view', 'library:review:read', 'library:book:view']);
  });

  it('does not happen for entities that lead to none that is protected', async () => {
    const { ask, asked } = fakeGrantry([]);
    await runAs({ ask }, () => orm.em.fork().find(Author, { name: 'Ada' }));
    expect(asked.map(({ variables }) => variables.permission)).toEqual([]);
  });

  it('names the subject that a service client asks about', async () => {
    const { ask, asked } = fakeGrantry([]);
    await runAs({ ask, subject: { username: 'ada' } }, count);
    await runAs({ ask }, count);
    expect(asked.map(({ variables }) => variables.subject)).toEqual([{ username: 'ada' }, null]);
  });

  it('goes on to the last page', async () => {
    const cursors: unknown[] = [];
    const ask: Ask = async (_query, { after, first }) => {
      cursors.push(after);
      expect(first).toBe(1000);
      return after === null ? page(['1'], 'a') : after === 'a' ? page(['2'], 'b') : page(['3']);
    };
    expect(await runAs({ ask }, count)).toBe(3);
    expect(cursors).toEqual([null, 'a', 'b']);
  });

  it('believes a later page that says everything', async () => {
    const ask: Ask = async (_query, { after }) => (after === null ? page(['1'], 'a') : page([], null, true));
    expect(await runAs({ ask }, count)).toBe(4);
  });

  it.each<[string, Ask]>([
    ['an error', async () => Promise.reject(new Error('down'))],
    ['nothing', async () => undefined],
    ['null', async () => ({ resources: null })],
    ['no everything', async () => ({ resources: { ...page(['1']).resources, everything: undefined } })],
    ['everything as text', async () => ({ resources: { ...page([]).resources, everything: 'true' } })],
    ['no page', async () => ({ resources: { everything: false, nodes: [] } })],
    ['ids that are no text', async () => page([1 as never])],
    [
      'a next page without a cursor',
      async () => ({
        resources: { everything: false, nodes: [], pageInfo: { hasNextPage: true, endCursor: null } },
      }),
    ],
    ['pages in a circle', async () => page(['1'], 'a')],
  ])('throws when the answer is %s', async (_name, ask) => {
    for (const read of [count, () => orm.em.fork().find(Review, {}), () => orm.em.fork().findOne(Book, 1)])
      await expect(runAs({ ask }, read as () => Promise<unknown>)).rejects.toMatchObject({ code: 'NO_ANSWER' });
  });

  it('asks again in the same scope after a failure', async () => {
    let times = 0;
    const ask: Ask = async () => (++times === 1 ? Promise.reject(new Error('down')) : page(['1']));
    await runAs({ ask }, async () => {
      await expect(count()).rejects.toThrow('library:book:view');
      expect(await count()).toBe(1);
    });
  });

  it('refuses more ids than it may handle', async () => {
    const ask: Ask = async () => page(Array.from({ length: 50_001 }, (_, at) => String(at)));
    await expect(runAs({ ask }, count)).rejects.toMatchObject({ code: 'TOO_MANY_IDS' });
  });

  it('passes many ids', async () => {
    const ask: Ask = async () => page(Array.from({ length: 50_000 }, (_, at) => String(at + 2)));
    await runAs({ ask }, async () => {
      const em = orm.em.fork();
      expect(await em.count(Book)).toBe(3);
      expect(await em.find(Review, { book: 1 })).toEqual([]);
      expect(await em.find(Review, { book: { title: 'Bees' } }, { populate: ['book'] })).toHaveLength(1);
    });
  });
});

describe('the client', () => {
  const seen: { headers: IncomingMessage['headers']; body: unknown }[] = [];
  let reply: { status: number; body: string; delay?: number; location?: string };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', chunk => (text += chunk));
    request.on('end', () => {
      seen.push({ headers: request.headers, body: JSON.parse(text) });
      const headers = reply.location ? { location: reply.location } : {};
      setTimeout(() => response.writeHead(reply.status, headers).end(reply.body), reply.delay ?? 0).unref();
    });
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  });
  afterAll(() => void (server.closeAllConnections(), server.close()));

  it('sends the operation with its headers and answers the data', async () => {
    reply = { status: 200, body: JSON.stringify({ data: page(['1']) }) };
    const ask = grantryClient({ url, tenant: 'demo', headers: { authorization: 'Bearer x' } });
    expect(await runAs({ ask }, count)).toBe(1);
    const { headers, body } = seen.at(-1)!;
    expect(headers).toMatchObject({ authorization: 'Bearer x', 'x-grantry-tenant': 'demo' });
    expect(body).toMatchObject({ variables: { permission: 'library:book:view', first: 1000, after: null } });
  });

  it.each([
    ['errors beside data', 200, JSON.stringify({ data: page(['1']), errors: [{ message: 'odd' }] }), 'odd'],
    ['errors', 200, JSON.stringify({ errors: [{ message: 'not signed in' }] }), 'not signed in'],
    ['a status', 503, JSON.stringify({ data: page(['1']) }), 'status 503'],
    ['text', 200, '<html>', 'not JSON'],
    ['null', 200, 'null', 'status 200'],
    ['data that is null', 200, '{"data":null}', 'status 200'],
  ])('throws at %s', async (_name, status, body, message) => {
    reply = { status, body };
    const asked = grantryClient({ url })('query', {});
    await expect(asked).rejects.toThrow(message);
    await expect(asked).rejects.toBeInstanceOf(GrantryError);
  });

  it('does not wait longer than it is told, and does not follow', async () => {
    reply = { status: 200, body: '{"data":{}}', delay: 5000 };
    await expect(grantryClient({ url, timeoutMs: 50 })('query', {})).rejects.toThrow('within 50 ms');
    reply = { status: 307, body: '', location: url };
    await expect(grantryClient({ url })('query', {})).rejects.toMatchObject({ code: 'NO_ANSWER' });
    await expect(grantryClient({ url: 'http://127.0.0.1:1' })('query', {})).rejects.toMatchObject({
      code: 'NO_ANSWER',
    });
  });
});
