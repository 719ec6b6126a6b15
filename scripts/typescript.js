// Lets Node run TypeScript from where it is: `node --import ./scripts/typescript.js <file>.ts`. The tests run like this.
import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformFileSync } from '@swc/core';
import 'reflect-metadata';

const OPTIONS = { swcrc: false, configFile: join(import.meta.dirname, '../.swcrc'), sourceMaps: 'inline' };

const ours = url => url?.startsWith('file:') && !url.includes('/node_modules/');
/** The source of a module that is imported by the name that it is compiled to. */
const sourceOf = (specifier, parent) => new URL(specifier.replace(/\.js$/, '.ts'), parent);

process.setSourceMapsEnabled(true);
registerHooks({
  resolve: (specifier, context, next) =>
    /^\.{1,2}\/.*\.js$/.test(specifier) && ours(context.parentURL) && existsSync(sourceOf(specifier, context.parentURL))
      ? next(sourceOf(specifier, context.parentURL).href, context)
      : next(specifier, context),
  load: (url, context, next) =>
    new URL(url).pathname.endsWith('.ts') && ours(url)
      ? { format: 'module', source: transformFileSync(fileURLToPath(url), OPTIONS).code, shortCircuit: true }
      : next(url, context),
});
