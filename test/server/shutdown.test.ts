import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { logged, post, send, serving } from './serving.js';

const support = join(import.meta.dirname, 'support');

type Child = {
  readonly process: ChildProcess;
  readonly port: number;
  readonly ended: Promise<number | null>;
  output: string;
};

/** A gateway in a process of its own. */
async function start(shutdownSeconds: number): Promise<Child> {
  const files = ['--import', join(support, '../../../scripts/typescript.js'), join(support, 'stoppable.ts')];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...files, String(shutdownSeconds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const started: Child = { process: child, port: 0, ended, output: '' };
  child.stdout.on('data', data => (started.output += String(data)));
  while (!started.output.includes('\n')) await setTimeout(20);
  return {
    ...started,
    port: Number(started.output),
    get output() {
      return started.output;
    },
  };
}

class NotConnected extends Error {}

type Tally = { answered: number; lost: string[] };

/** Asks again and again until the server takes no more connections. Only requests that were sent can be lost. */
async function askUntilGone(port: number, agent: Agent, tally: Tally): Promise<void> {
  for (;;) {
    try {
      const { data } = await askOnce(port, agent, Math.floor(Math.random() * 30));
      if (data?.slow !== 'done') throw new Error('a wrong answer');
      tally.answered++;
    } catch (error) {
      if (error instanceof NotConnected) return;
      tally.lost.push(String(error));
    }
  }
}

function askOnce(port: number, agent: Agent, ms: number): Promise<any> {
  const { promise, resolve, reject } = Promise.withResolvers<any>();
  const headers = { 'content-type': 'application/json' };
  const sent = request({ port, host: '127.0.0.1', agent, path: '/graphql', method: 'POST', headers }, async answer => {
    try {
      resolve(JSON.parse(await text(answer)));
    } catch (error) {
      reject(error);
    }
  });
  let connected = false;
  sent.on('socket', socket => {
    connected = !socket.connecting;
    if (!connected) socket.once('connect', () => (connected = true));
  });
  sent.on('error', error => reject(connected ? error : new NotConnected()));
  sent.end(JSON.stringify({ query: `{ slow(ms: ${ms}) }` }));
  return promise;
}

describe('SIGTERM', () => {
  it.each([
    ['on connections that are kept', true],
    ['on new connections', false],
  ])('loses no request of many senders %s', async (_, keepAlive) => {
    const child = await start(10);
    const tally: Tally = { answered: 0, lost: [] };
    const agents = Array.from({ length: 40 }, () => new Agent({ keepAlive, maxSockets: 1 }));
    const senders = agents.map(agent => askUntilGone(child.port, agent, tally));
    while (tally.answered < 300) await setTimeout(20);
    child.process.kill('SIGTERM');
    await Promise.all(senders);
    expect(tally.lost).toEqual([]);
    expect(await child.ended).toBe(0);
    expect(child.output).toContain('cleaned up');
  });

  it('waits for a slow request, and then ends', async () => {
    const child = await start(10);
    const slow = askOnce(child.port, new Agent(), 1_500);
    await setTimeout(200);
    child.process.kill('SIGTERM');
    expect(await slow).toEqual({ data: { slow: 'done' } });
    expect(await child.ended).toBe(0);
  });

  it('waits no longer than it was told to', async () => {
    const child = await start(1);
    const slow = askOnce(child.port, new Agent(), 60_000);
    slow.catch(() => {});
    await setTimeout(200);
    const started = performance.now();
    child.process.kill('SIGTERM');
    await expect(slow).rejects.toThrow(/hang up|ECONNRESET/);
    expect(await child.ended).toBe(0);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  it('sent twice ends the process at once', async () => {
    const child = await start(60);
    askOnce(child.port, new Agent(), 60_000).catch(() => {});
    await setTimeout(200);
    child.process.kill('SIGTERM');
    await setTimeout(200);
    const started = performance.now();
    child.process.kill('SIGINT');
    expect(await child.ended).toBe(128 + 2);
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});

/** Waits until nobody listens on a port any more. */
async function refusing(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const [refusal] = await Promise.race([once(socket, 'error'), once(socket, 'connect')]).catch(error => [error]);
    socket.destroy();
    if (refusal instanceof Error) return;
    await setTimeout(10);
  }
}

describe('closing', () => {
  it('answers what comes on an open connection, tells its sender to leave, and takes no new connection', async () => {
    const server = await serving({ http: { shutdownSeconds: 10 } });
    const socket = connect(server.port, '127.0.0.1');
    const ask = async (path: string) => {
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
      return String((await once(socket, 'data'))[0]);
    };
    const left = once(socket, 'close');
    expect(await ask('/health/ready')).toMatch(/^HTTP\/1.1 200 [^]*\r\nConnection: keep-alive/);
    const closed = server.close();
    await refusing(server.port);
    expect(await ask('/health/ready')).toMatch(/^HTTP\/1.1 503 [^]*\r\nconnection: close/i);
    await left;
    await closed;
  });

  it('reports that the process lives, to the end', async () => {
    const server = await serving({ http: { shutdownSeconds: 10 } });
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    await setTimeout(50);
    const closed = server.close();
    socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1.1 200 /);
    await closed;
  });

  it('does not wait for connections on which nobody asks anything', async () => {
    const server = await serving({ http: { shutdownSeconds: 60 } });
    const socket = connect(server.port, '127.0.0.1');
    await once(socket, 'connect');
    await post(server.url, '{ hello }');
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(30_000);
    socket.destroy();
  });

  it('waits for a request whose body is still being sent', async () => {
    const server = await serving({ http: { shutdownSeconds: 10 } });
    const socket = connect(server.port, '127.0.0.1');
    const body = '{"query":"{ hello }"}';
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n`,
    );
    await setTimeout(50);
    const closed = server.close();
    await setTimeout(1_500);
    socket.write(`\r\n${body}`);
    expect(String((await once(socket, 'data'))[0])).toContain('"hello":"world"');
    await closed;
  });

  it('twice is closing once', async () => {
    const server = await serving();
    await Promise.all([server.close(), server.close()]);
    await expect(send(server.url)).rejects.toThrow();
  });

  it('reports the requests that it had to cut off', async () => {
    const server = await serving({ http: { shutdownSeconds: 0 } });
    const slow = post(server.url, '{ slow(ms: 60000) }');
    slow.catch(() => {});
    await setTimeout(100);
    await server.close();
    await expect(slow).rejects.toThrow();
    expect(await logged(server.lines, line => line.cutOff === 1)).toMatchObject({ level: 40 });
  });
});
