import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../../..');
const HOOK = join(ROOT, 'scripts/typescript.js');
const COMPILED = join(ROOT, 'node_modules/.cache/node');
const PROGRAMS = { server: 'src/main.ts', grantry: 'src/cli/main.ts' } as const;

export type Ended = { readonly status: number | null; readonly out: string; readonly err: string };
export type Child = {
  readonly process: ChildProcess;
  /** What it has printed so far. */
  readonly out: string;
  readonly ended: Promise<Ended>;
  /** Waits until it has printed something that matches; fails with all it said when it ends before. */
  says(pattern: RegExp): Promise<string>;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
};

const running = new Set<ChildProcess>();

/** Runs the server or the command line as a user would: nothing is configured but `env`. */
export function run(program: keyof typeof PROGRAMS, env: Record<string, string>, ...args: string[]): Child {
  const options = ['--disable-warning=ExperimentalWarning', '--import', HOOK, join(ROOT, PROGRAMS[program])];
  const { PATH, HOME, TMPDIR } = process.env;
  const child = spawn(process.execPath, [...options, ...args], {
    cwd: ROOT,
    env: JSON.parse(JSON.stringify({ PATH, HOME, TMPDIR, NODE_COMPILE_CACHE: COMPILED, ...env })),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', text => (out += String(text)));
  child.stderr.on('data', text => (err += String(text)));
  const ended = once(child, 'close').then(([status]) => {
    running.delete(child);
    return { status: status as number | null, out, err };
  });
  return {
    process: child,
    get out() {
      return out;
    },
    ended,
    async says(pattern) {
      while (!pattern.test(out)) {
        if (!running.has(child)) throw new Error(`It ended without saying ${pattern}:\n${out}\n${err}`);
        await setTimeout(20);
      }
      return out;
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
}

/** Ends what a failed test has left behind. */
export const killAll = () => running.forEach(child => child.kill('SIGKILL'));

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
