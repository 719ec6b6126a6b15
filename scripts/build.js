// Compiles src, migrations and the folders named as arguments to dist. What is there already and right is left alone,
// so that a server that runs from dist is not disturbed.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');

/** Compiles the folders; files of dist whose source is gone are removed. */
export async function build(folders) {
  const sources = (await Promise.all(folders.map(folder => filesIn(ROOT, folder)))).flat();
  const made = await Promise.all(sources.filter(file => file.endsWith('.ts')).map(compile));
  const kept = new Set(made.flat());
  const old = (await Promise.all(folders.map(folder => filesIn(DIST, folder)))).flat();
  await Promise.all(old.filter(file => !kept.has(file)).map(file => rm(join(DIST, file))));
}

async function filesIn(root, folder) {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1));
}

async function compile(source) {
  const { code, map } = await transformFile(join(ROOT, source), { cwd: ROOT, sourceMaps: true });
  const file = source.replace(/\.ts$/, '.js');
  await put(file, `${code}//# sourceMappingURL=${file.split('/').at(-1)}.map\n`);
  await put(`${file}.map`, map);
  return [file, `${file}.map`];
}

async function put(file, text) {
  const path = join(DIST, file);
  if ((await readFile(path, 'utf8').catch(() => null)) === text) return;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

if (process.argv[1] === import.meta.filename) await build(['src', 'migrations', ...process.argv.slice(2)]);
