// Does what the README says first, on an empty data folder: npm start, a query, and SIGTERM. Says how long each took.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const ANSWER_WITHIN_MS = 30_000;
const END_WITHIN_MS = 15_000;
const COMMANDS = ['npm ci && npm start', 'npm ci && npm test'];

const freePort = () =>
  new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

/** The first commands of the README are the ones that are tried here. */
function assertReadme() {
  const [, commands] = /```(?:sh|bash)?\n([^`]*)```/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
  const lines = commands?.split('\n').map(line => line.replace(/#.*/, '').trim());
  const found = lines?.filter(line => line !== '').join(', ');
  if (found !== COMMANDS.join(', '))
    throw new Error(`The README starts with ${found}, not with ${COMMANDS.join(', ')}`);
}

async function ask(port) {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ viewer { kind } }' });
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, { method: 'POST', headers, body });
  return (await response.json()).data?.viewer?.kind;
}

async function firstAnswer(port, server) {
  for (const start = Date.now(); Date.now() - start < ANSWER_WITHIN_MS; await pause(50)) {
    if (server.exitCode !== null) throw new Error(`It ended with status ${server.exitCode}`);
    const kind = await ask(port).catch(() => undefined);
    if (kind === 'ANONYMOUS') return Date.now() - start;
  }
  throw new Error(`No answer within ${ANSWER_WITHIN_MS} ms`);
}

async function end(server) {
  const start = Date.now();
  server.kill('SIGTERM');
  while (server.exitCode === null && server.signalCode === null) {
    if (Date.now() - start > END_WITHIN_MS) throw new Error(`It did not end within ${END_WITHIN_MS} ms of SIGTERM`);
    await pause(20);
  }
  if (server.exitCode !== 0) throw new Error(`After SIGTERM it ended with ${server.exitCode ?? server.signalCode}`);
  return Date.now() - start;
}

assertReadme();
const dataDir = mkdtempSync(join(tmpdir(), 'grantry-start-'));
const port = await freePort();
const env = { ...process.env, PORT: String(port), GRANTRY_DATA_DIR: join(dataDir, 'data') };
// A group of its own, so that nothing of it is left behind whatever happens.
const server = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
try {
  console.log(`\nfirst answer after ${await firstAnswer(port, server)} ms`);
  console.log(`ended after ${await end(server)} ms`);
  const stillThere = await ask(port).catch(() => null);
  if (stillThere) throw new Error('npm ended, and the server did not');
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  try {
    process.kill(-server.pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
  rmSync(dataDir, { recursive: true, force: true });
}
