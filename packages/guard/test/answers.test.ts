import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { grantryGuards, type GuardError } from '../src/index.js';

const READ = 'library:book:read';
const coded = (code: string) => ({ extensions: { code } });
const failures: GuardError[] = [];
beforeEach(() => void (failures.length = 0));

describe('a Grantry that answers', () => {
  const yes = { data: { checks: [{ allowed: true, error: null }] } };
  type Answer = { status?: number; body: string; delay?: number; location?: string };
  let reply: Answer;
  const server = createServer((request, response) => {
    const answer: Answer = request.url === '/elsewhere' ? { body: JSON.stringify(yes) } : reply;
    const { status = 200, body, delay = 0, location } = answer;
    void setTimeout(delay, null, { ref: false }).then(() =>
      response.writeHead(status, location ? { location } : {}).end(body),
    );
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  });
  afterAll(() => void (server.closeAllConnections(), server.close()));
  const asked = (options: object = {}) =>
    grantryGuards({ url, onFailure: failure => failures.push(failure), ...options }).ofRequest({ headers: {} });

  it('yes, and nothing else, is a yes', async () => {
    reply = { body: JSON.stringify(yes) };
    expect(await asked().check(READ)).toBe(true);
  });

  it.each<[string, number, string]>([
    ['errors beside data', 200, JSON.stringify({ ...yes, errors: [{ message: 'secret' }] })],
    ['errors that are no list', 200, JSON.stringify({ ...yes, errors: { message: 'secret' } })],
    ['an empty error', 200, JSON.stringify({ ...yes, errors: [null] })],
    ['an outage', 200, JSON.stringify({ errors: [{ message: 'secret', extensions: { code: 'UNAVAILABLE' } }] })],
    ['a status', 503, JSON.stringify(yes)],
    ['text', 200, '<html>secret</html>'],
    ['null', 200, 'null'],
    ['no data', 200, '{"data":null}'],
    ['no list', 200, '{"data":{"checks":{"allowed":true}}}'],
    ['too few', 200, '{"data":{"checks":[]}}'],
    ['too many', 200, '{"data":{"checks":[{"allowed":true},{"allowed":true}]}}'],
    ['an empty entry', 200, '{"data":{"checks":[null]}}'],
    ['yes as text', 200, '{"data":{"checks":[{"allowed":"true"}]}}'],
  ])('%s has not decided', async (_name, status, body) => {
    reply = { status, body };
    const failed = await asked()
      .check(READ)
      .catch((error: unknown) => error);
    expect(failed).toMatchObject({
      message: 'Whether you may could not be decided; try again',
      ...coded('UNAVAILABLE'),
    });
    expect(JSON.stringify(failed)).not.toContain('secret');
    expect(failures).toMatchObject([{ code: 'NO_ANSWER' }]);
    expect(failed).toMatchObject({ cause: failures[0] });
  });

  it('a yes with an error, or without the reasons that were asked for, has not decided', async () => {
    reply = { body: '{"data":{"checks":[{"allowed":true,"error":{"code":"BAD_USER_INPUT","message":"odd"}}]}}' };
    await expect(asked().check(READ)).rejects.toMatchObject(coded('INTERNAL'));
    reply = { body: JSON.stringify(yes) };
    await expect(asked().decide(READ)).rejects.toMatchObject(coded('UNAVAILABLE'));
  });

  it('too late, from elsewhere or not at all has not decided', async () => {
    reply = { body: JSON.stringify(yes), delay: 5000 };
    await expect(asked({ timeoutMs: 50 }).check(READ)).rejects.toMatchObject(coded('UNAVAILABLE'));
    reply = { status: 307, body: '', location: '/elsewhere' };
    await expect(asked().check(READ)).rejects.toMatchObject(coded('UNAVAILABLE'));
    await expect(asked({ url: 'http://127.0.0.1:2' }).check(READ)).rejects.toMatchObject(coded('UNAVAILABLE'));
    const why = failures.map(({ message }) => message);
    expect(why).toEqual(['within 50 ms', 'redirect', 'ECONNREFUSED'].map(part => expect.stringContaining(part)));
  });

  it.each<[string, () => Promise<Response>]>([
    [
      'begins and does not end',
      async () => new Response(new ReadableStream({ start: body => body.enqueue(Buffer.of(123)) })),
    ],
    ['does not heed the signal', () => new Promise<never>(() => undefined)],
  ])('too late has not decided, when it %s', async (_name, fetch) => {
    await expect(asked({ timeoutMs: 50, fetch }).check(READ)).rejects.toMatchObject(coded('UNAVAILABLE'));
    expect(failures[0]!.message).toContain('within 50 ms');
  });
});
