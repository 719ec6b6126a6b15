import { setTimeout } from 'node:timers/promises';
import type { Tenant } from '../../../test/server/authzen-world.js';
import { grantryGuards, GuardError } from '../src/index.js';
import { newIds, openGrantry, request, type Grantry } from './grantry.js';

let grantry: Grantry;
let w: Tenant;
beforeAll(async () => {
  grantry = await openGrantry();
  w = await grantry.tenant();
  await Promise.all(['ada', 'ben'].map(w.principal));
});
beforeEach(() => void (grantry.sent.length = grantry.failures.length = 0));
afterAll(() => grantry.close());

const READ = 'library:book:read';
const client = { id: 'checker', secret: 'checker' };
const guardOf = async (username: string, options = {}) =>
  grantry.guards(options).ofRequest(request(await w.user(username)));
const granted = async (permission: string, username: string) => {
  const [id] = newIds(1);
  await w.grant(permission, { username }, id!);
  return id!;
};
const revoke = (permission: string, username: string, resourceId: string) =>
  w.does(
    'revokePermissions',
    { permissions: [permission], subjects: [{ username }], resourceIds: [resourceId] },
    'count',
  );
const coded = (code: string) => ({ extensions: { code } });

describe('a check', () => {
  it('is a yes or a no about whoever has sent the request', async () => {
    const id = await granted(READ, 'ada');
    const ada = await guardOf('ada');
    expect(await ada.check(READ, { on: id })).toBe(true);
    expect(await ada.check('library:book:change', { on: id })).toBe(false);
    expect(await ada.check(READ)).toBe(false);
    expect(await (await guardOf('ben')).check(READ, { on: id })).toBe(false);
  });

  it('takes numbers as ids', async () => {
    await w.grant(READ, { username: 'ada' }, '42');
    const ada = await guardOf('ada');
    expect(await Promise.all([42, 42n, '42', 43].map(on => ada.check(READ, { on })))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });

  it('is never asked in general for want of an id', async () => {
    const teamId = await w.group('everything', 'ada');
    await w.role(teamId, 'library:desk:use');
    const ada = await guardOf('ada');
    expect(await ada.check('library:desk:use')).toBe(true);
    for (const on of [null, '', 'a\0b', 'x'.repeat(256), '\ud800'])
      expect(await ada.check('library:desk:use', { on })).toBe(false);
    for (const on of [undefined, {}, 1.5, true] as never[])
      await expect(ada.check('library:desk:use', { on })).rejects.toMatchObject(coded('INTERNAL'));
    expect(grantry.failures.map(({ code }) => code)).toEqual(Array(4).fill('SETUP'));
  });

  it('lays attributes over those of the resource', async () => {
    const groupId = await w.group('children', 'ben');
    const row = (permission: string) => ({
      permission,
      resourceDefinitions: [{ key: 'section', operation: 'EQUAL', value: 'children' }],
    });
    await w.role(groupId, row('library:book:stock'));
    const ben = await guardOf('ben');
    const stock = 'library:book:stock';
    const [id] = newIds(1);
    expect(await ben.check(stock, { on: id!, context: { section: 'children' } })).toBe(true);
    expect(await ben.check(stock, { on: id!, context: { section: 'maps' } })).toBe(false);
    expect(await ben.check(stock, { on: id! })).toBe(false);
    const { allowed, filterSets } = await ben.decide(stock);
    expect([allowed, filterSets]).toEqual([
      false,
      [{ resourceDefinitions: [{ attributeFilter: { key: 'section', operation: 'EQUAL', value: 'children' } }] }],
    ]);
    await expect(ben.check(stock, { context: [] as never })).rejects.toMatchObject(coded('INTERNAL'));
  });

  it('says why, when it is asked for the decision', async () => {
    const id = await granted(READ, 'ada');
    const ada = await guardOf('ada');
    const [decision] = await Promise.all([ada.decide(READ, { on: id }), ada.check(READ, { on: id })]);
    expect(decision).toMatchObject({ allowed: true, reasons: [{ kind: 'GRANT' }], filterSets: [] });
    expect(await ada.decide(READ, { on: 'nothing' })).toEqual({ allowed: false, reasons: [], filterSets: [] });
    expect(await ada.decide(READ, { on: null })).toEqual({ allowed: false, reasons: [], filterSets: [] });
  });

  it('can be required', async () => {
    const id = await granted(READ, 'ada');
    const ada = await guardOf('ada');
    await expect(ada.require(READ, { on: id })).resolves.toBeUndefined();
    const here = ada.require('library:book:change', { on: id });
    await expect(here).rejects.toMatchObject({ message: 'This needs library:book:change', ...coded('FORBIDDEN') });
    await expect(ada.require(READ, { on: 'nowhere' })).rejects.toMatchObject(coded('FORBIDDEN'));
    const nobody = grantry.guards({ tenant: w.slug }).ofRequest(request({}));
    await expect(nobody.require(READ, { on: id })).rejects.toMatchObject(coded('UNAUTHENTICATED'));
  });

  it('filters items, in their order', async () => {
    const [one, two] = [await granted(READ, 'ada'), await granted(READ, 'ada')];
    const items = [{ id: two }, { id: 'hidden' }, {}, { id: null }, { id: one }];
    const ada = await guardOf('ada');
    expect(await ada.allowed(items, READ, ({ id }) => id)).toEqual([{ id: two }, { id: one }]);
    expect(await ada.allowed([], READ, ({ id }) => id)).toEqual([]);
    expect(grantry.sent).toHaveLength(1);
  });
});

describe('the questions of a tick', () => {
  it('are one request and few statements, each question once', async () => {
    const ids = newIds(100);
    await w.grant(READ, { username: 'ada' }, ...ids.slice(0, 50));
    await (await guardOf('ada')).check(READ, { on: ids[0]! });
    const before = grantry.statements.length;
    grantry.sent.length = 0;
    const ada = await guardOf('ada');
    const asked = [...ids, ...ids].flatMap(on => [ada.check(READ, { on }), ada.check('library:book:price', { on })]);
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(100);
    expect(grantry.sent.map(({ requests }) => requests.length)).toEqual([200]);
    expect(grantry.statements.length - before).toBeLessThanOrEqual(3);
  });

  it('are remembered by the request, and asked anew by the next one', async () => {
    const id = await granted(READ, 'ada');
    const ada = await guardOf('ada');
    expect(await ada.check(READ, { on: id })).toBe(true);
    await revoke(READ, 'ada', id);
    expect(await ada.check(READ, { on: id })).toBe(true);
    expect(await (await guardOf('ada')).check(READ, { on: id })).toBe(false);
    expect(await ada.fresh.check(READ, { on: id })).toBe(false);
    expect(await ada.check(READ, { on: id })).toBe(true);
    ada.forget();
    expect(await ada.check(READ, { on: id })).toBe(false);
    expect(grantry.sent).toHaveLength(4);
  });

  it('are each asked once also without memory', async () => {
    const { fresh } = await guardOf('ada');
    await Promise.all([1, 1, 2].map(on => fresh.check(READ, { on })));
    expect(grantry.sent.map(({ requests }) => requests.length)).toEqual([2]);
  });

  it('go in several requests when they are more than Grantry takes', async () => {
    const ada = await guardOf('ada');
    await Promise.all(newIds(1001).map(on => ada.check(READ, { on })));
    expect(grantry.sent.map(({ requests }) => requests.length)).toEqual([1000, 1]);
    grantry.sent.length = 0;
    const long = newIds(900).map(id => id.padEnd(255, '\u4e66'));
    await Promise.all(long.map(on => ada.check(READ, { on, context: { note: 'x'.repeat(300) } })));
    expect(grantry.sent.length).toBeGreaterThan(1);
    expect(grantry.failures).toEqual([]);
  });

  it('of two senders never share an answer', async () => {
    const id = await granted(READ, 'ada');
    for (const guards of [grantry.guards(), grantry.guards({ cache: { ttlMs: 5000 } })]) {
      for (const _again of [1, 2]) {
        const asking = ['ada', 'ben', 'ada', 'ben'].map(async username =>
          guards.ofRequest(request(await w.user(username))),
        );
        const all = await Promise.all(asking);
        expect(await Promise.all(all.map(one => one.check(READ, { on: id })))).toEqual([true, false, true, false]);
      }
    }
  });
});

describe('who is asked about', () => {
  it('is the sender, with what else the server passes on', async () => {
    const { authorization = '' } = await w.user('ada');
    const headers = { authorization, 'X-Grantry-Tenant': w.slug, 'x-rh-identity': 'e30=', cookie: 'a=b' };
    const guards = grantry.guards();
    await guards.ofRequest(request(headers)).check(READ);
    await guards.ofRequest({ headers: new Headers(headers) }).check(READ);
    for (const { headers: sent } of grantry.sent) {
      expect(sent.get('authorization')).toBe(authorization);
      expect(sent.get('x-grantry-tenant')).toBe(w.slug);
      expect([sent.get('x-rh-identity'), sent.get('cookie')]).toEqual([null, null]);
    }
    await grantry
      .guards({ forward: ['X-RH-Identity'], tenant: w.slug })
      .ofRequest(request(headers))
      .check(READ);
    const { headers: sent } = grantry.sent.at(-1)!;
    expect([sent.get('x-rh-identity'), sent.get('authorization')]).toEqual(['e30=', null]);
  });

  it('is not the first of two credentials', async () => {
    const [ada, ben] = await Promise.all([w.user('ada'), w.user('ben')]);
    const both = { authorization: [ada.authorization!, ben.authorization!] };
    const guard = grantry.guards().ofRequest({ headers: ada, headersDistinct: both });
    await expect(guard.check(READ)).rejects.toMatchObject(coded('UNAUTHENTICATED'));
  });

  it('is whom the server has left, or put, in the headers of Node', async () => {
    const [ada, ben] = await Promise.all([w.user('ada'), w.user('ben')]);
    const id = await granted(READ, 'ada');
    const asked = (headers: Record<string, string>, { authorization }: Record<string, string>) =>
      grantry
        .guards({ tenant: w.slug })
        .ofRequest({ headers, headersDistinct: { ...(authorization && { authorization: [authorization] }) } })
        .check(READ, { on: id });
    expect([await asked({}, ada), await asked(ben, ada), await asked(ada, {}), await asked(ada, ben)]).toEqual([
      ...[false, false, true, true],
    ]);
  });

  it('is a subject that a service names', async () => {
    const id = await granted(READ, 'ada');
    const guards = grantry.guards({ client, tenant: w.slug });
    expect(await guards.ofSubject({ username: 'ada' }).check(READ, { on: id })).toBe(true);
    expect(await guards.ofSubject({ username: 'ben' }).check(READ, { on: id })).toBe(false);
    expect(await guards.ofSubject({ anonymous: true }).check(READ, { on: id })).toBe(false);
    expect(grantry.sent.map(({ requests }) => requests[0]!.subject)).toEqual([
      { username: 'ada' },
      { username: 'ben' },
      { anonymous: true },
    ]);
  });

  it('has to be said', () => {
    const guards = grantry.guards({ client, tenant: w.slug });
    expect(() => guards.ofSubject({ username: undefined as never })).toThrow('exactly one way');
    expect(() => guards.ofSubject({ username: 'ada', groupName: 'g' } as never)).toThrow('exactly one way');
    expect(() => grantry.guards({ client }).ofSubject({ username: 'ada' })).toThrow('name the tenant');
    expect(() => grantry.guards().ofSubject({ username: 'ada' })).toThrow('needs a service client');
  });
});

describe('what Grantry does not decide', () => {
  it('is told from a no: a credential, a type or a scope that is wrong', async () => {
    const forged = grantry.guards().ofRequest(request({ authorization: 'Bearer forged' }));
    await expect(forged.check(READ)).rejects.toMatchObject(coded('UNAUTHENTICATED'));
    const ada = await guardOf('ada');
    const [known, unknown] = await Promise.allSettled([ada.check(READ), ada.check('library:film:read')]);
    expect(known).toMatchObject({ value: false });
    expect(unknown).toMatchObject({
      reason: { message: 'Whether you may could not be decided', ...coded('INTERNAL') },
    });
    await expect(ada.check('library:book:*')).rejects.toMatchObject(coded('INTERNAL'));
    const reader = grantry.guards({ client: { id: 'reader', secret: 'reader' }, tenant: w.slug });
    await expect(reader.ofSubject({ username: 'ada' }).check(READ)).rejects.toMatchObject(coded('INTERNAL'));
    const causes = grantry.failures.map(({ code, message }) => `${code} ${message}`);
    expect(causes).toEqual([
      expect.stringContaining('UNAUTHENTICATED Grantry says'),
      expect.stringContaining('SETUP Grantry does not decide library:film:read: BAD_USER_INPUT'),
      expect.stringContaining('SETUP'),
      expect.stringContaining('FORBIDDEN: This needs the scope check'),
    ]);
  });

  it('is asked again', async () => {
    let down = true;
    const flaky: typeof fetch = async (url, init) => (down ? Promise.reject(new Error('reset')) : fetch(url, init));
    const id = await granted(READ, 'ada');
    const ada = await guardOf('ada', { fetch: flaky, cache: { ttlMs: 5000 } });
    await expect(ada.check(READ, { on: id })).rejects.toMatchObject(coded('UNAVAILABLE'));
    down = false;
    expect(await ada.check(READ, { on: id })).toBe(true);
  });

  it('is refused at the start where it can be seen', () => {
    const url = grantry.endpoint;
    for (const options of [
      { url: 'nowhere' },
      { url: 'file:///graphql' },
      { url: 'http://checker:secret@localhost/graphql' },
      { timeoutMs: 0 },
      { timeoutMs: 2 ** 31 },
      { cache: { ttlMs: 60_000 } },
      { cache: { ttlMs: 1, max: 0 } },
    ])
      expect(() => grantryGuards({ url, ...options })).toThrow(GuardError);
  });
});

describe('a cache for later requests', () => {
  const cached = (ttlMs = 5000) => grantry.guards({ cache: { ttlMs } });

  it('answers them until its time is over', async () => {
    const id = await granted(READ, 'ada');
    const guards = cached(1000);
    const headers = await w.user('ada');
    const same = () => guards.ofRequest(request(headers)).check(READ, { on: id });
    expect([await same(), await same()]).toEqual([true, true]);
    expect(grantry.sent).toHaveLength(1);
    await revoke(READ, 'ada', id);
    expect(await same()).toBe(true);
    await setTimeout(1100);
    expect(await same()).toBe(false);
  });

  it('asks about another resource, context, subject or tenant', async () => {
    const headers = await w.user('ada');
    const guards = grantry.guards({ cache: { ttlMs: 5000 }, client, tenant: w.slug });
    const ask = (about = {}) => guards.ofRequest(request(headers)).check(READ, about);
    await ask();
    await ask({ on: 'a' });
    await ask({ on: 'a', context: { section: 'maps' } });
    await guards.ofSubject({ username: 'ada' }).check(READ);
    await guards.ofSubject({ username: 'ben' }).check(READ);
    const other = await grantry.tenant();
    await guards.ofSubject({ username: 'ben' }, { tenant: other.slug }).check(READ);
    expect(grantry.sent).toHaveLength(6);
    await ask({ on: 'a' });
    await guards.ofSubject({ username: 'ben' }, { tenant: other.slug }).check(READ);
    expect(grantry.sent).toHaveLength(6);
  });

  it('is left at once by a request that has seen a later revision', async () => {
    const headers = await w.user('ben');
    const guards = cached();
    const [id] = newIds(1);
    const check = (options = {}, more = {}) =>
      guards.ofRequest(request({ ...headers, ...more }), options).check(READ, { on: id! });
    expect(await check()).toBe(false);
    await w.grant(READ, { username: 'ben' }, id!);
    const { body } = await grantry.ask('{ viewer { kind } }', { headers });
    const atLeast = body.extensions.grantry.revision as string;
    expect(await check()).toBe(false);
    expect(await check({ atLeast })).toBe(true);
    expect(grantry.sent.at(-1)!.headers.get('x-grantry-at-least')).toBe(atLeast);
    await revoke(READ, 'ben', id!);
    expect(await check({}, { 'x-grantry-at-least': atLeast })).toBe(false);
    await expect(check({ atLeast: 'no token' })).rejects.toMatchObject(coded('BAD_USER_INPUT'));
  });

  it('is left when something is forgotten, or nothing is to be remembered', async () => {
    const id = await granted(READ, 'ada');
    const headers = await w.user('ada');
    const guards = cached();
    const guard = () => guards.ofRequest(request(headers));
    expect(await guard().check(READ, { on: id })).toBe(true);
    await revoke(READ, 'ada', id);
    expect(await guard().check(READ, { on: id })).toBe(true);
    expect(await guard().fresh.check(READ, { on: id })).toBe(false);
    const third = guard();
    await w.grant(READ, { username: 'ada' }, id);
    third.forget();
    expect(await third.check(READ, { on: id })).toBe(true);
    expect(third.revision).not.toBeNull();
  });

  it('has nothing of a revision that is over', async () => {
    const headers = await w.user('ada');
    const guards = cached();
    const ask = (on: string) => guards.ofRequest(request(headers)).check('library:book:price', { on });
    await ask('one');
    const groupId = await w.group('pricing', 'ada');
    await w.role(groupId, 'library:book:price');
    expect(await ask('one')).toBe(false);
    expect(await ask('two')).toBe(true);
    expect(await ask('one')).toBe(true);
  });

  it('keeps no answer that was overtaken', async () => {
    const id = await granted(READ, 'ada');
    const headers = await w.user('ada');
    let release!: () => void;
    const held = new Promise<void>(done => (release = done));
    let calls = 0;
    const delayed: typeof fetch = async (url, init) => {
      const answer = await fetch(url, init);
      if (calls++ === 0) await held;
      return answer;
    };
    const guards = grantry.guards({ cache: { ttlMs: 5000 }, fetch: delayed });
    const check = () => guards.ofRequest(request(headers)).check(READ, { on: id });
    const first = check();
    while (calls === 0) await setTimeout(5);
    await revoke(READ, 'ada', id);
    expect(await check()).toBe(false);
    release();
    expect(await first).toBe(true);
    expect(await check()).toBe(false);
  });

  it('keeps nothing of the anonymous caller, who is told no revision', async () => {
    const guards = grantry.guards({ cache: { ttlMs: 5000 }, tenant: w.slug });
    for (const _again of [1, 2]) await guards.ofRequest(request({})).check(READ);
    expect(grantry.sent).toHaveLength(2);
  });
});
