// Compiles, then serves. Run by `node --watch-path`, which starts it anew after each change.
import { build } from './build.js';

await build(['src', 'migrations']);
await import('../dist/src/main.js');
