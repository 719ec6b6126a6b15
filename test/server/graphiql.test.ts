import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { send, serving, type Serving } from './serving.js';

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const hostile = '{ hello } # </script><script>alert(1)</script>';

describe('GraphiQL', () => {
  let server: Serving;
  let page: Awaited<ReturnType<typeof send>>;
  beforeAll(async () => {
    const headers = { Authorization: 'Bearer ready' };
    const tabs = [{ query: hostile }, { query: '{ sender }', headers: '{"Authorization":"Bearer other"}' }];
    server = await serving({ graphiql: { headers, tabs } });
    page = await send(server.url, { headers: browser });
  });
  afterAll(() => server.close());

  it('is at the root, for browsers', async () => {
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await send(server.url)).body).toEqual({ name: 'grantry', graphql: '/graphql' });
  });

  it('has the ready headers in each tab that has none of its own', () => {
    const ready = JSON.stringify(JSON.stringify({ Authorization: 'Bearer ready' }, null, 2));
    expect(page.body).toContain(`"headers":${ready},"defaultTabs":[{"query"`);
    expect(page.body).toContain(`"query":"{ sender }","headers":"{\\"Authorization\\":\\"Bearer other\\"}"`);
  });

  it('refers to nothing outside of itself', () => {
    const markup = page.body
      .replaceAll(/<script>[^]*?<\/script>/g, '')
      .replaceAll(/data:[\w/+.-]+;base64,[\w+/=]*/g, '');
    expect(markup).not.toMatch(/(src|href)\s*=\s*["']?\s*(https?:)?\/\/|@import|url\(\s*["']?(https?:)?\/\//i);
  });

  it('may reach nothing but this server, and runs no script but its own', () => {
    const policy = page.headers.get('content-security-policy')!;
    expect(policy).toMatch(/^default-src 'none';/);
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|script-src[^;]*unsafe/);
    const scripts = [...page.body.matchAll(/<script>([^]*?)<\/script>/g)].map(([, text]) => text);
    const hashes = scripts.map(text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
    expect(policy).toContain(`script-src ${hashes.join(' ')};`);
    expect(scripts).toHaveLength(2);
  });

  it('is not broken by what stands in a tab', () => {
    expect(page.body).not.toContain('<script>alert(1)');
    expect(page.body).toContain('\\u003c/script>\\u003cscript>alert(1)');
  });
});

describe('a page that was opened before', () => {
  type Tab = { query: string | null; headers: string | null };
  let script: string;
  beforeAll(async () => {
    const server = await serving({
      graphiql: { headers: { Authorization: 'new' }, tabs: [{ query: 'a' }, { query: 'b', headers: 'B2' }] },
    });
    script = /<script>([^]*?)<\/script>/.exec((await send(server.url, { headers: browser })).body)![1]!;
    await server.close();
  });

  /** What the browser keeps after the page was opened again. */
  function reopened(kept: Record<string, unknown>): Record<string, string> {
    const stored = new Map(Object.entries(kept).map(([key, value]) => [key, JSON.stringify(value)]));
    const localStorage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    };
    runInNewContext(script, { localStorage });
    return Object.fromEntries(stored);
  }
  const ready = JSON.stringify({ Authorization: 'new' }, null, 2);
  const tabs = (state: Record<string, string>): Tab[] => JSON.parse(state['graphiql:tabState']!).tabs;

  it('gets the ready headers of this start where it had those of an earlier one', () => {
    const old = [
      { query: 'a', headers: 'A1' },
      { query: 'b', headers: 'B1' },
      { query: 'c', headers: 'mine' },
      { query: null, headers: null },
    ];
    const state = reopened({
      'grantry:headers': ['A1', 'A1', 'B1'],
      'graphiql:tabState': { tabs: old, activeTabIndex: 1 },
    });
    expect(tabs(state).map(tab => tab.headers)).toEqual([ready, 'B2', 'mine', ready]);
    expect([state['graphiql:query'], state['graphiql:headers']]).toEqual(['b', 'B2']);
  });

  it('is left alone when it has no tabs yet, or what it keeps is damaged', () => {
    expect(Object.keys(reopened({}))).toEqual(['grantry:headers']);
    expect(reopened({ 'graphiql:tabState': 'damaged' })['graphiql:tabState']).toBe('"damaged"');
  });
});

describe('without GraphiQL', () => {
  it('browsers, too, learn where GraphQL is', async () => {
    const server = await serving({ graphiql: null });
    const { status, body } = await send(server.url, { headers: browser });
    await server.close();
    expect([status, body]).toEqual([200, { name: 'grantry', graphql: '/graphql' }]);
  });
});
