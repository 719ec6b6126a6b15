/** Every failure a caller may branch on; the set is closed. Each one is explained in docs/errors.md. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'LIMIT_EXCEEDED',
  'UNAVAILABLE',
  'INTERNAL',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** A failure with a meaning for the caller. `field` is the dotted path of the argument at fault, as it was sent. */
export class AppError extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly field?: string,
  ) {
    super(message);
    this.name = 'AppError';
  }
}

/** A value that can never be right: says which one and what would be. */
export const badInput = (field: string, message: string) =>
  new AppError('BAD_USER_INPUT', `${field}: ${message}`, field);

/** Nothing there, or nothing that the caller may know of: the two read the same. */
export const notFound = (field: string) => new AppError('NOT_FOUND', `${field}: there is no such object`, field);

/** The caller may see the thing, and may not do this to it. */
export const forbidden = (why: string) => new AppError('FORBIDDEN', why);

/** The request is well-formed and contradicts what is stored. */
export const conflict = (message: string, field?: string) => new AppError('CONFLICT', message, field);

/** More was asked for in one go than is ever answered. */
export const tooMany = (field: string, limit: number) =>
  new AppError('LIMIT_EXCEEDED', `${field}: at most ${limit} at a time`, field);

/** Signing in is needed, or the credential that was sent is no good. */
export const unauthenticated = (why: string) => new AppError('UNAUTHENTICATED', why);

/** The database is away; the same request may succeed later. */
export const unavailable = () => new AppError('UNAVAILABLE', 'The database cannot be reached; try again');
