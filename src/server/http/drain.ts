import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate, setTimeout } from 'node:timers/promises';

/** The end of a server. */
export type Drain = {
  /** True from the moment that the end was asked for. */
  readonly draining: boolean;
  /** While this is set, answers have to wait for it. */
  readonly held: Promise<void> | null;
  /**
   * Stops accepting connections, lets everything under way finish, and answers requests that still come in on open
   * connections. Answers how many requests it had to cut off because they took longer than `limitMs`.
   */
  finish(limitMs: number): Promise<number>;
};

type Connection = { underWay: number; bytesAtRest: number };

const SWEEP_MS = 100;
const LONGEST_GRACE_MS = 1_000;
const SHORT_TURN_MS = 0.3;
const CALM_MS = 20;
const PATIENCE_MS = 200;

/** Follows the connections of a server from now on, so that it can be ended without losing a request. */
export function drainable(server: Server): Drain {
  const connections = follow(server);
  const isIdle = (socket: Socket, { underWay, bytesAtRest }: Connection) =>
    underWay === 0 && socket.bytesRead === bytesAtRest;
  const closeIdle = () => connections.forEach((connection, socket) => isIdle(socket, connection) && socket.destroy());
  let draining = false;
  let held: Promise<void> | null = null;
  return {
    get draining() {
      return draining;
    },
    get held() {
      return held;
    },
    async finish(limitMs) {
      draining = true;
      const graceMs = Math.min(LONGEST_GRACE_MS, limitMs / 2);
      held = acceptWaiting(server, graceMs);
      await held;
      held = null;
      const closed = stopListening(server);
      const over = new AbortController();
      const { signal } = over;
      // A client learns of the end by `connection: close` in its next answer, if it gets the time to ask for one.
      const grace = setTimeout(graceMs, undefined, { signal });
      const swept = grace.then(() => sweep(closeIdle, signal)).catch(() => {});
      const inTime = await Promise.race([closed, setTimeout(limitMs, false, { signal })]);
      over.abort();
      await swept;
      const lost = [...connections.values()].reduce((sum, { underWay }) => sum + underWay, 0);
      if (!inTime) server.closeAllConnections();
      await closed;
      return lost;
    },
  };
}

function follow(server: Server): Map<Socket, Connection> {
  const connections = new Map<Socket, Connection>();
  server.on('connection', socket => {
    connections.set(socket, { underWay: 0, bytesAtRest: 0 });
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    const connection = connections.get(socket);
    if (!connection) return;
    connection.underWay++;
    response.once('close', () => {
      connection.underWay--;
      connection.bytesAtRest = socket.bytesRead;
    });
  });
  return connections;
}

/**
 * Connections that wait in the kernel would be reset when the server stops listening. A turn of the event loop accepts
 * one of them, so that there is none after a short turn without any. Answers are held until then: who gets one comes
 * back on a new connection. The best moment is when nobody has come for a while; the second best is any such turn.
 */
async function acceptWaiting(server: Server, limitMs: number): Promise<void> {
  const began = performance.now();
  let lastCame = began;
  const note = () => void (lastCame = performance.now());
  server.on('connection', note);
  for (let now = began; now - began < limitMs;) {
    const turnBegan = now;
    await setImmediate();
    now = performance.now();
    const empty = lastCame < turnBegan && now - turnBegan < SHORT_TURN_MS;
    if (empty && (now - lastCame > CALM_MS || now - began > PATIENCE_MS)) break;
  }
  server.off('connection', note);
}

function stopListening(server: Server): Promise<true> {
  // Node would cut idle connections at once, with the request that may be on its way on one of them.
  server.closeIdleConnections = () => {};
  const { promise, resolve } = Promise.withResolvers<true>();
  server.close(() => resolve(true));
  return promise;
}

async function sweep(closeIdle: () => void, signal: AbortSignal): Promise<void> {
  for (;;) {
    closeIdle();
    await setTimeout(SWEEP_MS, undefined, { signal });
  }
}
