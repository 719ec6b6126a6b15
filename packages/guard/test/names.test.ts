import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { addPermissions, setType, type Tenant } from '../../../test/server/authzen-world.js';
import { run } from '../src/names/command.js';
import { openGrantry, VERBS, type Grantry } from './grantry.js';

let grantry: Grantry;
let w: Tenant;
let folder: string;
const GUARD = join(import.meta.dirname, '..');
const ROOT = join(GUARD, '../..');
const MANY = Array.from({ length: 1001 }, (_, at) => `bulk:thing:verb${at}`);
beforeAll(async () => {
  grantry = await openGrantry();
  await addPermissions(grantry, 'library:note:read', 'library:*:*', 'library:book:*', ...MANY);
  await setType(grantry, { name: 'library:note', openVerbs: true });
  w = await grantry.tenant();
  folder = await mkdtemp(join(tmpdir(), 'names-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await grantry.close();
});

const tokenOf = ({ authorization = '' }: Record<string, string>) => authorization.replace('Bearer ', '');

/** Runs the command; answers its exit code and what it said. */
async function names(args: readonly string[], env: Record<string, string> = { GRANTRY_CLIENT: 'reader:reader' }) {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const code = await run(args, env, { log: say, error: say });
  return { code, said: said.join('\n') };
}
const to = (file: string, ...more: string[]) => [
  ...['--url', grantry.endpoint, '--out', join(folder, file), '--tenant', w.slug],
  ...more,
];
const entries = async (file: string) =>
  [...(await readFile(join(folder, file), 'utf8')).matchAll(/^ {2}'(.*)',$/gm)].map(([, name]) => name);

describe('the file of names', () => {
  it('has the whole catalogue, in order, without wildcards', async () => {
    expect(await names(to('all.ts'))).toEqual({ code: 0, said: `${join(folder, 'all.ts')} was written` });
    const all = await entries('all.ts');
    expect(all).toEqual([...all].sort());
    expect(all.filter(name => name!.startsWith('bulk:'))).toHaveLength(1001);
    expect(all.filter(name => name!.endsWith(':*'))).toEqual(['library:note:*']);
    expect(all).toContain('rbac:group:write');
  });

  it('can be of one application, and asked for by a user', async () => {
    const env = { GRANTRY_TOKEN: tokenOf(w.admin) };
    const { code } = await names(
      ['--url', grantry.endpoint, '--out', join(folder, 'permissions.ts'), '--application', 'library'],
      env,
    );
    const books = VERBS.map(verb => `library:book:${verb}`).sort();
    expect([code, await entries('permissions.ts')]).toEqual([
      0,
      [...books, 'library:desk:use', 'library:note:*', 'library:note:read'],
    ]);
  });

  it('is compared with the catalogue, without being written', async () => {
    const library = ['--application', 'library'];
    expect(await names(to('checked.ts', '--check', ...library))).toMatchObject({ code: 1 });
    await names(to('checked.ts', ...library));
    expect(await names(to('checked.ts', '--check', ...library))).toMatchObject({ code: 0 });
    const before = await readFile(join(folder, 'checked.ts'), 'utf8');
    await writeFile(join(folder, 'checked.ts'), before.replace(`'library:book:price'`, `'library:book:prize'`));
    const { code, said } = await names(to('checked.ts', '--check', ...library));
    expect(code).toBe(1);
    expect(said).toContain(`\n- 'library:book:prize',\n+ 'library:book:price',`);
    expect(await entries('checked.ts')).toContain('library:book:prize');
  });

  it('is not written for a user who may read a part of the catalogue', async () => {
    const { body } = await grantry.ask('{ permissions(first: 1) { nodes { id } } }', { headers: w.admin });
    await w.principal('bob');
    await w.grant('rbac:permission:read', { username: 'bob' }, body.data.permissions.nodes[0].id);
    const headers = await w.user('bob');
    const seen = await grantry.ask('{ permissions { totalCount } }', { headers });
    expect(seen.body.data).toEqual({ permissions: { totalCount: 1 } });
    expect(await names(to('x.ts'), { GRANTRY_TOKEN: tokenOf(headers) })).toMatchObject({ code: 2 });
  });

  it('is not written when something is wrong, which is said', async () => {
    const wrong = [
      await names(['--out', 'x.ts']),
      await names(to('x.ts', '--chek')),
      await names(to('x.ts'), {}),
      await names(to('x.ts'), { GRANTRY_CLIENT: 'reader:wrong' }),
      await names(to('x.ts'), { GRANTRY_CLIENT: 'checker:checker' }),
      await names(to('x.ts'), { GRANTRY_TOKEN: tokenOf(await w.user('ada')) }),
      await names(to('x.ts', '--application', 'library', '--application', 'libary')),
      await names(['--url', 'http://127.0.0.1:2', '--out', join(folder, 'x.ts')]),
      await names(['--url', `${grantry.url}/nowhere`, '--out', join(folder, 'x.ts')]),
    ];
    expect(wrong.map(({ code }) => code)).toEqual(Array(9).fill(2));
    expect(wrong.map(({ said }) => said)).toEqual(
      [
        '--url and --out',
        '--chek',
        'Set GRANTRY_TOKEN',
        'wrong secret',
        'the scope read',
        'rbac:permission:read',
        `application 'libary'`,
        'ECONNREFUSED',
        'nothing at this path',
      ].map(part => expect.stringContaining(part)),
    );
    await expect(entries('x.ts')).rejects.toThrow('ENOENT');
    expect(await names(['--help'])).toMatchObject({ code: 0, said: expect.stringContaining('GRANTRY_TOKEN') });
  });

  it('is not written with names that are more than names', async () => {
    for (const [permission, name] of [
      ["a:b:c', process.exit(), '", 'a:b'],
      ['a:b:c', "a:b', process.exit(), '"],
    ]) {
      const data = {
        viewer: { kind: 'CLIENT', can: null },
        resourceTypes: [{ name, openVerbs: true }],
        permissions: { nodes: [{ permission }], pageInfo: { hasNextPage: false, endCursor: null } },
      };
      const server = createServer((_, response) => void response.end(JSON.stringify({ data })));
      await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { code, said } = await names(['--url', url, '--out', join(folder, 'x.ts')]);
      server.close();
      expect([code, said]).toEqual([2, expect.stringContaining('is no permission')]);
    }
    await expect(entries('x.ts')).rejects.toThrow('ENOENT');
  });

  it('makes names that are wrong a type error', async () => {
    await writeFile(
      join(folder, 'use.ts'),
      `import { type Guard, type VerbOf } from '@grantry/guard';
       import { can, canOn } from '@grantry/guard/shield';
       import { PERMISSIONS, type Permission } from './permissions.js';
       export const names: readonly string[] = PERMISSIONS;
       export const right: Permission[] = ['library:book:read', 'library:note:scribble'];
       export const verb: VerbOf<'library:book'> = 'price';
       can('library:book:read');
       can('library:note:scribble');
       canOn('read', 'library:book', book => book.id);
       canOn('scribble', 'library:note', (note: { key: string }) => note.key);
       export const ask = async (guard: Guard) => [
         await guard.check('library:desk:use'),
         await guard.allowed([{ key: 1 }], 'library:book:price', item => item.key),
         // @ts-expect-error: a verb that the type lacks
         await guard.check('library:book:raed', { on: 1 }),
         // @ts-expect-error: an id that is none
         await guard.check('library:book:read', { on: {} }),
       ];
       // @ts-expect-error: a verb that the type lacks
       can('library:book:raed');
       // @ts-expect-error: a type that there is not
       can('library:film:read');
       // @ts-expect-error: a verb that the type lacks
       canOn('raed', 'library:book', book => book.id);
       // @ts-expect-error: a type that there is not
       canOn('read', 'library:film', film => film.id);
       // @ts-expect-error: a verb of another type
       canOn('use', 'library:book', book => book.id);
      `,
    );
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: {
          types: ['node'],
          typeRoots: [join(ROOT, 'node_modules/@types')],
          paths: {
            '@grantry/guard': [join(GUARD, 'src/index.ts')],
            '@grantry/guard/shield': [join(GUARD, 'src/shield.ts')],
          },
        },
        include: ['use.ts'],
      }),
    );
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const compiled = promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch(
      (error: { stdout: string }) => error,
    );
    expect((await compiled).stdout).toBe('');
  });
});
