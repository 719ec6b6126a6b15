import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { ERROR_CODES } from '../src/kernel/errors.js';
import { NODE_TYPES } from '../src/kernel/ids.js';

const ROOT = join(import.meta.dirname, '..');
const text = (path: string) => readFile(join(ROOT, path), 'utf8');
const all = (source: string, pattern: RegExp) =>
  [...new Set([...source.matchAll(pattern)].map(([, found]) => found!))].sort();

/** The files of a folder and of those below. */
const filesIn = async (folder: string, ending: string) =>
  (await readdir(join(ROOT, folder), { recursive: true }))
    .filter(name => name.endsWith(ending))
    .map(name => join(folder, name));

describe('the documents', () => {
  it('explain each error code, and no other', async () => {
    expect(all(await text('docs/errors.md'), /^## ([A-Z_]+)$/gm)).toEqual([...ERROR_CODES].sort());
  });

  it('have a line for each setting, and for nothing that is not one', async () => {
    const known = all(await text('src/config.ts'), /^ {4}([A-Z][A-Z_]+): /gm);
    expect(known).toContain('GRANTRY_JWT_SECRET');
    expect(all(await text('docs/operations.md'), /^\| `([A-Z_]+)` \|/gm)).toEqual(known);
  });

  it('have a sentence for each kind of node', async () => {
    const nouns = all(await text('docs/model.md'), /^- \*\*(\w+)\*\*: /gm);
    expect(NODE_TYPES.filter(type => !nouns.includes(type))).toEqual([]);
  });

  it('name only metrics that there are', async () => {
    const named = all(await text('docs/operations.md'), /`(grantry_[a-z_]+)`/g);
    const made = all(await text('src/server/metrics.ts'), /name: '(\w+)'/g);
    expect(named).toEqual(made);
  });

  it('show only queries that the API answers', async () => {
    const readme = await text('README.md');
    const inShell = all(readme, /-d '\{"query": (".*")\}'/g).map(query => JSON.parse(query) as string);
    const queries = [...all(readme, /```graphql\n([^`]*)```/g), ...inShell];
    const schema = buildSchema(await text('schema/grantry.graphql'));
    expect(queries).toHaveLength(5);
    expect(queries.flatMap(query => validate(schema, parse(query)))).toEqual([]);
  });

  it('lead only to files that there are', async () => {
    const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...(await filesIn('docs', '.md'))];
    for (const page of pages) {
      for (const link of all(await text(page), /\]\((?!https?:)([^)#]+)\)/g)) {
        await expect(
          readdir(join(ROOT, page, '..', link)).catch(() => text(join(page, '..', link))),
        ).resolves.toBeDefined();
      }
    }
  });
});
