import { AppError } from '../kernel/errors.js';

/**
 * What whoever started a process is told when it fails: of a failure that has a meaning, what is wrong and what was found;
 * of any other, where it happened.
 */
export function lastWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof AppError)) return isOfSystem(error.cause) ? error.message : (error.stack ?? error.message);
  const found = reason(error.cause);
  return found === '' ? error.message : `${error.message} (${found})`;
}

/** A port that cannot be had: the message says all. */
const isOfSystem = (error: unknown) => error instanceof Error && 'syscall' in error;

const reason = (cause: unknown): string => {
  if (cause instanceof AggregateError) return reason(cause.errors[0]);
  return cause instanceof Error ? cause.message : '';
};
