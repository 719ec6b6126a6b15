import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Exchange } from './http/exchange.js';

/** What a client learns of a failure that is ours: an id, under which the log has the rest. */
export const INTERNAL_MESSAGE = 'Internal error';

/** Logs a failure that has no meaning for the caller; answers the id to hand out. */
export function incident(log: Logger, error: unknown, exchange?: Exchange): string {
  const id = randomUUID();
  log.error({ err: error, errorId: id, requestId: exchange?.id }, 'internal error');
  exchange?.incidents.push(id);
  return id;
}
