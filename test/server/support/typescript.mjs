// Lets a child process run TypeScript as the tests do: `node --import <this file> <file>.ts`.
import { transformFileSync } from '@swc/core';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import 'reflect-metadata';

const ours = url => url?.startsWith('file:') && !url.includes('/node_modules/');

registerHooks({
  resolve: (specifier, context, next) =>
    /^\.{1,2}\/.*\.js$/.test(specifier) && ours(context.parentURL)
      ? next(specifier.replace(/\.js$/, '.ts'), context)
      : next(specifier, context),
  load: (url, context, next) =>
    url.endsWith('.ts') && ours(url)
      ? { format: 'module', source: transformFileSync(fileURLToPath(url)).code, shortCircuit: true }
      : next(url, context),
});
