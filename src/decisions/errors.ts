import type { AppError, ErrorCode } from '../kernel/errors.js';

const STATUS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  UNAVAILABLE: 503,
  INTERNAL: 500,
};

/** The HTTP status that says the same as a code. */
export const statusOf = (code: ErrorCode): number => STATUS[code] ?? 400;

/** An error as AuthZEN answers carry it, alone or in the context of a decision. */
export type DecisionError = {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
};

/** An error with a meaning, in the terms of AuthZEN. */
export const errorOf = ({ code, message, field }: AppError): DecisionError => ({
  status: statusOf(code),
  code,
  message,
  ...(field !== undefined && { field }),
});
