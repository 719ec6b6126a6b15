import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const OPTIONS = {
  // Node would drop all but the first of several Authorization headers, and two credentials have to be refused.
  joinDuplicateHeaders: true,
  requestTimeout: 60_000,
  // Longer than the idle time of common load balancers: who closes first must not be the server.
  keepAliveTimeout: 75_000,
};

/** A server with timeouts for the place behind a load balancer. */
export const newServer = (): Server => createServer(OPTIONS);

/** Starts to listen; answers the port, which is a free one when 0 was asked for. */
export async function listen(server: Server, port: number, host?: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host }, resolve);
  try {
    await promise;
  } catch (error) {
    throw new Error(`Cannot listen on ${hostInUrl(host)}:${port}: ${reason(error)}`, { cause: error });
  } finally {
    server.off('error', reject);
  }
  return (server.address() as AddressInfo).port;
}

/** The URL at which a browser on the same machine finds the server. */
export const urlOf = (port: number, host?: string): string => `http://${hostInUrl(host)}:${port}`;

const hostInUrl = (host = 'localhost') =>
  ['0.0.0.0', '::'].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;

const reason = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'another process has this port';
  return code === 'EACCES' ? 'this port needs more rights' : message;
};

/** A small server beside the main one. Stopping it cuts off what is under way. */
export type SideServer = { readonly port: number; stop(): Promise<void> };

/** Serves one listener on a port of its own. */
export async function sideServer(listener: RequestListener, wanted: number, host?: string): Promise<SideServer> {
  const server = createServer(listener);
  const port = await listen(server, wanted, host);
  const stop = async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.close(() => resolve());
    server.closeAllConnections();
    await promise;
  };
  return { port, stop };
}
