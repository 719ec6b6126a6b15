import type { ClientBase } from 'pg';

/**
 * Has the server of a connection interpret its statements rather than compile them: ours take milliseconds, and compiling
 * one takes hundreds. Said when the connection is there, since poolers in between refuse it as an option of connecting.
 */
export async function withoutJit(client: ClientBase): Promise<void> {
  await client.query('set jit = off');
}
