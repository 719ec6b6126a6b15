import type { Pool, PoolClient } from 'pg';

/**
 * Lets a pool come whole through an outage. A transaction gives its connection back only when its end succeeds: one that
 * breaks before is taken back here, or the pool would run dry. And one that does not answer in time is ended, lest the
 * work of others goes on inside the transaction that is still open on it.
 */
export function survivesOutages(pool: Pool): void {
  const takers = new WeakMap<PoolClient, () => void>();
  pool.on('connect', endWhenLate);
  pool.on('acquire', client => {
    const takeBack = () => client.release(true);
    takers.set(client, takeBack);
    client.once('end', takeBack);
  });
  pool.on('release', (_error, client) => {
    const takeBack = takers.get(client);
    if (takeBack) client.off('end', takeBack);
  });
}

// The driver itself only stops waiting: the statement goes on, and what comes next on the connection waits behind it.
function endWhenLate(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const watched = (...args: unknown[]) => {
    const answer = query(...args);
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        if (isLate(error)) void (client as unknown as { end(): Promise<void> }).end();
      });
    }
    return answer;
  };
  client.query = watched as typeof client.query;
}

const isLate = (error: unknown) => error instanceof Error && error.message === 'Query read timeout';
