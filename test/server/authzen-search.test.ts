import { basic, type Assembled } from './support/assembled.js';
import {
  action,
  addPermissions,
  book,
  EVALUATION,
  group,
  openServer,
  openTenant,
  SEARCH,
  setType,
  user,
  type Tenant,
} from './authzen-world.js';

let server: Assembled;
let w: Tenant;
beforeAll(async () => {
  server = await openServer();
  await addPermissions(server, 'lib:book:read', 'lib:book:write', 'lib:note:read');
  await setType(server, { name: 'lib:note', openVerbs: true });
  w = await openTenant(server);
  for (const name of ['ada', 'ben', 'cleo', 'dan', 'gone']) await w.principal(name);
  await w.group('The Readers', 'ben', 'cleo');
  await w.put('lib:book', { resourceId: 'b3', owner: 'dan' }, 'b1', 'b2', 'b10', 'other');
  await w.grant('lib:book:read', { username: 'ada' }, 'b1', 'b2', 'b3', 'b10');
  await w.grant('lib:book:read', { groupName: 'The Readers' }, 'b1');
  await w.grant('lib:book:write', { username: 'ada' }, 'b1');
});
afterAll(() => server.close());

type Kind = keyof typeof SEARCH;
const search = (kind: Kind, body: object, headers?: Record<string, string>) => w.post(SEARCH[kind], body, headers);
const results = async (kind: Kind, body: object) => (await search(kind, body)).body.results;
const who = (type: string, resource: object, name = 'read') => ({ subject: { type }, action: action(name), resource });
const where = (subject: object, type = 'lib:book', name = 'read') => ({
  subject,
  action: action(name),
  resource: { type },
});
const what = (subject: object, resource: object) => ({ subject, resource });

/** All pages of a search, each with at most `limit` results. */
async function pages(kind: Kind, body: object, limit: number): Promise<object[][]> {
  const all: object[][] = [];
  for (let token: string | undefined; token !== '';) {
    const { body: page } = await search(kind, { ...body, page: { limit, token } });
    all.push(page.results);
    expect(page.page.count).toBe(page.results.length);
    token = page.page.next_token;
  }
  return all;
}

describe('a search for subjects', () => {
  it('finds principals, also through groups, by username', async () => {
    expect(await results('subject', who('user', book('b1')))).toEqual(['ada', 'ben', 'cleo'].map(user));
    expect(await results('subject', who('user', book('b1'), 'write'))).toEqual([user('ada')]);
    expect(await results('subject', who('user', book('b1'), 'lib:book:write'))).toEqual([user('ada')]);
  });

  it('finds groups by name, with their global ids', async () => {
    const [found] = await results('subject', who('group', book('b1')));
    expect(found).toEqual({ ...group('The Readers'), properties: { globalId: expect.any(String) } });
    for (const id of [found.id, found.properties.globalId]) {
      const asked = { subject: group(id), action: action('read'), resource: book('b1') };
      expect((await w.post(EVALUATION, asked)).body.decision).toBe(true);
    }
  });

  it('finds those who hold it on the whole type, superusers among them, on anything', async () => {
    const other = await openTenant(server);
    await other.superuser('root');
    const all = await other.group('All');
    await other.principal('eve');
    await other.does('addGroupMembers', { groupId: all, usernames: ['eve'] }, 'group { id }');
    await other.role(all, 'lib:book:read');
    const { body } = await other.post(SEARCH.subject, who('user', book('never registered')));
    expect(body.results).toEqual(['eve', 'root'].map(user));
    expect((await other.post(SEARCH.subject, who('group', book('x')))).body.results).toMatchObject([group('All')]);
  });

  it.each<[string, object]>([
    ['type of subject', who('robot', book('b1'))],
    ['type of subject that objects inherit', who('constructor', book('b1'))],
    ['action', who('user', book('b1'), 'burn')],
    ['wildcard', who('user', book('b1'), '*')],
    ['resource', who('user', book('nothing'))],
    ['type of resource', who('user', { type: 'lib:nothing', id: 'b1' })],
  ])('finds nothing for an unknown %s', async (_, body) => {
    expect((await search('subject', body)).body).toMatchObject({ page: { next_token: '', count: 0 }, results: [] });
  });

  it('is for those who may read the access of others, and for who administers the resource', async () => {
    const statusOf = async (name: string, id: string) =>
      (await search('subject', who('user', book(id)), await w.user(name))).status;
    expect(await statusOf('ada', 'b1')).toBe(403);
    expect(await statusOf('ada', 'nothing')).toBe(403);
    await setType(server, { name: 'lib:book', ownerVerbs: ['read'] });
    expect(await statusOf('dan', 'b3')).toBe(200);
    await setType(server, { name: 'lib:book', ownerVerbs: [] });
    expect((await search('subject', who('user', book('b1')), w.admin)).status).toBe(200);
    expect((await search('subject', who('user', book('b1')), basic('reader', 'reader', w.slug))).status).toBe(403);
    expect((await search('subject', who('user', book('b1')), {})).status).toBe(401);
  });
});

describe('a search for resources', () => {
  it('finds them by id, in byte order', async () => {
    expect(await results('resource', where(user('ada')))).toEqual(['b1', 'b10', 'b2', 'b3'].map(book));
    expect(await results('resource', where(user('cleo')))).toEqual([book('b1')]);
    expect(await results('resource', where(group('the readers')))).toEqual([book('b1')]);
    expect(await results('resource', where(user('ada'), 'lib:book', 'lib:book:write'))).toEqual([book('b1')]);
  });

  it('says when it is everything', async () => {
    const { body } = await search('resource', where(user('ada')));
    expect(body.context).toMatchObject({ everything: false });
    const other = await openTenant(server);
    const all = await other.group('All');
    await other.role(all, 'lib:book:read');
    await other.put('lib:book', 'x');
    const everything = await other.post(SEARCH.resource, where(group('All')));
    expect(everything.body).toMatchObject({ context: { everything: true }, results: [book('x')] });
  });

  it.each<[string, object]>([
    ['user', where(user('nobody'))],
    ['type of subject', where({ type: 'robot', id: 'ada' })],
    ['action', where(user('ada'), 'lib:book', 'burn')],
    ['type of resource', where(user('ada'), 'lib:nothing')],
  ])('finds nothing for an unknown %s', async (_, body) => {
    expect(await results('resource', body)).toEqual([]);
  });

  it('is for oneself, and for those who may ask about others', async () => {
    const ada = await w.user('ada');
    expect((await search('resource', where(user('ada')), ada)).body.results).toHaveLength(4);
    expect((await search('resource', where(user('ben')), ada)).status).toBe(403);
    expect((await search('resource', where(user('nobody')), ada)).status).toBe(403);
  });
});

describe('a search for actions', () => {
  it('finds them as verbs', async () => {
    expect(await results('action', what(user('ada'), book('b1')))).toEqual(['read', 'write'].map(action));
    expect(await results('action', what(group('The Readers'), book('b1')))).toEqual([action('read')]);
    expect(await results('action', what(user('ada'), book('other')))).toEqual([]);
  });

  it('goes by the properties of the resource', async () => {
    const other = await openTenant(server);
    const maps = await other.group('Maps');
    const resourceDefinitions = [{ key: 'section', operation: 'EQUAL', value: 'maps' }];
    await other.role(maps, { permission: 'lib:book:read', resourceDefinitions });
    const inSection = async (section: string) => {
      const resource = { ...book('x'), properties: { section } };
      return (await other.post(SEARCH.action, what(group('Maps'), resource))).body.results;
    };
    expect([await inSection('maps'), await inSection('prose')]).toEqual([[action('read')], []]);
  });

  it.each<[string, object]>([
    ['user', what(user('nobody'), book('b1'))],
    ['type of resource', what(user('ada'), { type: 'lib:nothing', id: 'b1' })],
  ])('finds nothing for an unknown %s', async (_, body) => {
    expect(await results('action', body)).toEqual([]);
  });
});

describe('the pages of a search', () => {
  beforeAll(async () => {
    await w.put('lib:note', 'n');
    for (const verb of ['a', 'b', 'c', 'd', 'e']) await w.grant(`lib:note:${verb}`, { username: 'ada' }, 'n');
  });

  it.each<[Kind, object, number]>([
    ['subject', who('user', book('b1')), 3],
    ['resource', where(user('ada')), 4],
    ['action', what(user('ada'), { type: 'lib:note', id: 'n' }), 5],
  ])('for a %s are complete, whatever their size', async (kind, body, total) => {
    const whole = await results(kind, body);
    expect(whole).toHaveLength(total);
    for (const limit of [1, 2, 3, 1_000]) {
      const all = await pages(kind, body, limit);
      expect(all.flat()).toEqual(whole);
      expect(all).toHaveLength(Math.ceil(whole.length / limit));
    }
  });

  it('keep the size of the first one', async () => {
    const first = await search('resource', { ...where(user('ada')), page: { limit: 2 } });
    const token = first.body.page.next_token;
    const second = await search('resource', { ...where(user('ada')), page: { token } });
    expect(second.body).toMatchObject({ page: { next_token: '', count: 2 }, results: ['b2', 'b3'].map(book) });
    const other = await search('resource', { ...where(user('ada')), page: { token, limit: 3 } });
    expect([other.status, other.body.error.field]).toEqual([400, 'page.limit']);
  });

  it('may be empty, and then lead on', async () => {
    const { body } = await search('resource', { ...where(user('ada')), page: { limit: 0 } });
    expect(body).toMatchObject({ page: { count: 0, next_token: expect.stringMatching(/./) }, results: [] });
  });

  it('have at most 1000 results, and 100 unless more are asked for', async () => {
    const many = await openTenant(server);
    const ids = Array.from({ length: 1_100 }, (_, i) => `m${String(i).padStart(4, '0')}`);
    for (let at = 0; at < ids.length; at += 550) await many.put('lib:book', ...ids.slice(at, at + 550));
    await many.role(await many.group('All'), 'lib:book:read');
    const sizeOf = async (page?: object) =>
      (await many.post(SEARCH.resource, { ...where(group('All')), page })).body.results.length;
    expect([await sizeOf(), await sizeOf({ limit: 1_000 }), await sizeOf({ limit: 5_000 })]).toEqual([
      100, 1_000, 1_000,
    ]);
  });

  it('belong to their search', async () => {
    const first = await search('resource', { ...where(user('ada')), page: { limit: 1 } });
    const page = { token: first.body.page.next_token };
    const others: [Kind, object][] = [
      ['resource', where(user('ben'))],
      ['resource', where(group('ada'))],
      ['resource', where(user('ada'), 'lib:note')],
      ['resource', where(user('ada'), 'lib:book', 'write')],
      ['subject', who('user', book('b1'))],
      ['action', what(user('ada'), book('b1'))],
    ];
    for (const [kind, body] of others) {
      const reply = await search(kind, { ...body, page });
      expect([reply.status, reply.body.error.field]).toEqual([400, 'page.token']);
    }
  });

  it.each<[string, unknown, string]>([
    ['a token that is none', { token: 'x' }, 'page.token'],
    ['a token that is a number', { token: 1 }, 'page.token'],
    ['a negative limit', { limit: -1 }, 'page.limit'],
    ['half a limit', { limit: 0.5 }, 'page.limit'],
    ['a limit as text', { limit: '10' }, 'page.limit'],
    ['text instead of a page', 'x', 'page'],
  ])('are refused for %s', async (_, page, field) => {
    const reply = await search('resource', { ...where(user('ada')), page });
    expect([reply.status, reply.body.error]).toMatchObject([400, { code: 'BAD_USER_INPUT', field }]);
  });
});
