// Runs a command while a private PostgreSQL is up, with GRANTRY_TEST_DATABASE_URL pointing at it:
//   node scripts/with-postgres.js -- command arguments
// The server lives in a folder of its own, and is gone when the command ends, however it ends.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';

const LEAST_VERSION = 15;
const START_TIMEOUT_MS = 30_000;
const USER = 'grantry';
// Nothing here has to survive a crash.
const FAST = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200', 'max_wal_size=4GB'];

class Refusal extends Error {}

/** The folder with the programs of the newest PostgreSQL there is. */
function findPrograms() {
  const packaged = '/usr/lib/postgresql';
  const versions = existsSync(packaged) ? readdirSync(packaged).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versions.map(version => join(packaged, version, 'bin')),
  ];
  const found = folders.filter(folder => ['initdb', 'postgres'].every(name => existsSync(join(folder, name))));
  if (found.length === 0)
    throw new Refusal(
      'No PostgreSQL was found: initdb and postgres are neither on the PATH nor under /usr/lib/postgresql/*/bin',
    );
  const programs = found.map(folder => ({
    folder: realpathSync(join(folder, 'initdb')).replace(/\/initdb$/, ''),
    version: versionOf(folder),
  }));
  const newest = programs.sort((a, b) => b.version - a.version)[0];
  if (newest.version < LEAST_VERSION)
    throw new Refusal(`PostgreSQL ${newest.version} was found; ${LEAST_VERSION} or later is needed`);
  return newest.folder;
}

const versionOf = folder =>
  Number(/(\d+)/.exec(execFileSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' }))?.[1]);

/** PostgreSQL refuses to run as root; it then runs as the user that its package made. */
function unprivileged() {
  if (process.getuid?.() !== 0) return {};
  const user = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map(line => line.split(':'))
    .find(([name]) => name === 'postgres');
  if (!user) throw new Refusal('PostgreSQL does not run as root, and there is no user postgres to run it as');
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

function makeCluster(programs, folder, owner, password) {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner.uid !== undefined) for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid);
  // The order of words of a language, as most servers have it: whatever has to sort by bytes has to say so.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US'];
  const args = [
    '-D',
    join(folder, 'data'),
    '-U',
    USER,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '--no-sync',
    ...locale,
  ];
  try {
    execFileSync(join(programs, 'initdb'), args, { ...owner, cwd: folder, stdio: 'pipe' });
  } catch (error) {
    throw new Refusal(`initdb failed: ${error.stderr}`);
  }
}

async function startServer(programs, folder, owner, password) {
  const port = await freePort();
  const settings = [...FAST, 'listen_addresses=127.0.0.1', `port=${port}`, `unix_socket_directories=${folder}`];
  const args = ['-D', join(folder, 'data'), ...settings.flatMap(setting => ['-c', setting])];
  const server = spawn(join(programs, 'postgres'), args, {
    ...owner,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  let log = '';
  server.stderr.on('data', text => (log = (log + text).slice(-10_000)));
  const url = `postgresql://${USER}:${password}@127.0.0.1:${port}/postgres`;
  for (
    const deadline = Date.now() + START_TIMEOUT_MS;
    !(await answers(url));
    await new Promise(go => setTimeout(go, 50))
  ) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGQUIT');
      throw new Refusal(`PostgreSQL did not start:\n${log}`);
    }
  }
  return { server, url };
}

async function answers(connectionString) {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

/** Ends the server: at once, since nothing is kept. */
async function stopServer(server) {
  if (server.exitCode !== null) return;
  const ended = new Promise(resolve => server.once('exit', resolve));
  server.kill('SIGQUIT');
  await ended;
}

/** Runs the command; a signal to us is a signal to it. Answers its exit status. */
function run([command, ...args], env, passSignal) {
  const child = spawn(command, args, { stdio: 'inherit', env });
  passSignal(signal => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', error => reject(new Refusal(`${command} cannot be run: ${error.message}`)));
    child.once('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal]));
  });
}

async function main(args) {
  const command = args[0] === '--' ? args.slice(1) : args;
  if (command.length === 0) throw new Refusal('Say what to run: node scripts/with-postgres.js -- command arguments');
  const programs = findPrograms();
  const owner = unprivileged();
  let onSignal;
  let interrupted;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      interrupted = signal;
      onSignal?.(signal);
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'grantry-postgres-'));
  chmodSync(folder, 0o700);
  let running;
  try {
    const password = randomBytes(16).toString('hex');
    makeCluster(programs, folder, owner, password);
    running = await startServer(programs, folder, owner, password);
    if (interrupted) return 128 + constants.signals[interrupted];
    const env = { ...process.env, GRANTRY_TEST_DATABASE_URL: running.url };
    return await run(command, env, listener => (onSignal = listener));
  } finally {
    if (running) await stopServer(running.server);
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
