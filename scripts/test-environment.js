import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';

const EMBEDDED = join(import.meta.dirname, '../node_modules/@electric-sql/pglite/dist/pglite.wasm');

// This module lives as long as its worker. While it holds the embedded database, a test file that loads the same bytes
// is given what V8 has compiled and optimised for the files before it.
let compiled;

/** Node, with an embedded database that does not become slow again with each test file. */
export default class TestEnvironment extends NodeEnvironment {
  async setup() {
    await super.setup();
    compiled ??= await WebAssembly.compile(await readFile(EMBEDDED));
  }
}
