import { createHash } from 'node:crypto';
import type { Answer } from './http/answer.js';

/** What GraphiQL starts with: headers of every tab that has none of its own, and example tabs. */
export type GraphiqlOptions = {
  readonly headers: Readonly<Record<string, string>>;
  readonly tabs: readonly { readonly query: string; readonly headers?: string; readonly variables?: string }[];
};

const TITLE = 'Grantry';
const SCRIPT = /<script>([^]*?)<\/script>/g;

/** The page of GraphiQL: whole in itself, so that it works without a network, and forbidden to reach anything else. */
export async function graphiqlPage({ headers, tabs }: GraphiqlOptions): Promise<Answer> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql'); // 9 MB that production does not need
  const ready = JSON.stringify(headers, null, 2);
  const defaultTabs = tabs.map(tab => ({ ...tab, headers: tab.headers ?? ready }));
  const options = { title: TITLE, endpoint: '/graphql', headers: ready, defaultTabs };
  const written = JSON.stringify(options);
  const refresh = refreshScript([ready, ...defaultTabs.map(tab => tab.headers)]);
  const html = renderGraphiQL(options)
    .replace(written, () => inScript(written))
    .replace('<script>', () => `<script>${refresh}</script>\n      <script>`);
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy([...html.matchAll(SCRIPT)].map(match => match[1]!)),
      'referrer-policy': 'no-referrer',
    },
    body: Buffer.from(html),
  };
}

/** `</script>` in a text would end the script. */
const inScript = (literal: string) => literal.replaceAll('<', '\\u003c');

/**
 * GraphiQL keeps its tabs in the browser. Those that have the headers of an earlier start, whose token may have expired,
 * get the ones of this start; and the tab that was open is named in the way that GraphiQL finds it again.
 */
const refreshScript = (headers: readonly string[]) => `
  try {
    const now = ${inScript(JSON.stringify(headers))};
    const before = JSON.parse(localStorage.getItem('grantry:headers') ?? '[]');
    const state = JSON.parse(localStorage.getItem('graphiql:tabState') ?? 'null');
    localStorage.setItem('grantry:headers', JSON.stringify(now));
    for (const tab of state?.tabs ?? []) tab.headers = now[before.indexOf(tab.headers)] ?? tab.headers ?? now[0];
    const open = state?.tabs[state.activeTabIndex];
    if (open) {
      localStorage.setItem('graphiql:tabState', JSON.stringify(state));
      for (const part of ['query', 'variables', 'headers']) localStorage.setItem('graphiql:' + part, open[part] ?? '');
    }
  } catch {}`;

const policy = (scripts: readonly string[]) => {
  const hashes = scripts.map(text => `'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  return [
    `default-src 'none'`,
    `script-src ${hashes.join(' ')}`,
    `worker-src blob:`,
    `style-src 'unsafe-inline'`,
    `font-src data:`,
    `img-src data:`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ');
};
