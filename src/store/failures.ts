import { AppError, badInput, conflict, unavailable } from '../kernel/errors.js';

/** SQLSTATE of a failure, wherever the driver put it (PostgreSQL manual, appendix A). */
export function sqlState(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === 'string') return code;
  }
  return undefined;
}

export const isUniqueViolation = (error: unknown) => sqlState(error) === '23505';
export const isForeignKeyViolation = (error: unknown) => ['23503', '23001'].includes(sqlState(error) ?? '');

// Class 08 connection, 53 resources, 58 I/O, 57P admin shutdown and the like, 28 and 3D000 no way in, 25006 a standby,
// 25P03, 55P03 and 57014 limits of time that the database has of its own; the rest are the socket's own words.
const AWAY =
  /^(08...|53[0-4]00|58...|57P0[1-5]|28...|3D000|25006|25P03|55P03|57014|ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|ENOENT|EHOSTUNREACH|ENETUNREACH)$/;
const AWAY_WORDS =
  /Connection terminated|timeout exceeded when trying to connect|Query read timeout|PGlite is closed|not queryable|Connection ended|driver has already been destroyed/i;

const isAway = (error: unknown): boolean => {
  if (AWAY.test(sqlState(error) ?? '')) return true;
  if (error instanceof AggregateError) return error.errors.some(isAway);
  return error instanceof Error && (AWAY_WORDS.test(error.message) || isAway(error.cause));
};

/**
 * What a failure of the database means to a caller: a database that is away is UNAVAILABLE, a key that somebody else
 * took meanwhile is CONFLICT, and whatever else stays as it is.
 */
export function asFailure(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (isAway(error)) return Object.assign(unavailable(), { cause: error });
  if (isUniqueViolation(error)) return conflict('Somebody else has just taken this name or key');
  if (sqlState(error) === '22021') return badInput('text', 'must not contain NUL');
  if (['40001', '40P01'].includes(sqlState(error) ?? '')) return conflict('Somebody else is changing this; try again');
  return error;
}
