import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSchema, parse, validate } from 'graphql';

const text = (path: string) => readFile(join(import.meta.dirname, '..', path), 'utf8');

describe('coming from Django', () => {
  it('from-django.md: every GraphQL snippet is valid against the schema', async () => {
    const page = await text('docs/from-django.md');
    const snippets = [...page.matchAll(/```graphql\n([^`]*)```/g)].map(([, snippet]) => snippet!);
    const schema = buildSchema(await text('schema/grantry.graphql'));
    expect(snippets.length).toBeGreaterThan(0);
    expect(snippets).toHaveLength(page.split('```graphql').length - 1);
    expect(snippets.flatMap(snippet => validate(schema, parse(snippet)))).toEqual([]);
  });
});
