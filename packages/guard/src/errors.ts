import { GraphQLError } from 'graphql';

/**
 * `SETUP`: how the guard is set up or used has to be corrected. `NO_ANSWER`: Grantry cannot be reached, is too slow, or answers
 * something else. `UNAUTHENTICATED` and `BAD_REVISION`: Grantry refuses the credential, or the token of a revision.
 */
export type GuardErrorCode = 'SETUP' | 'NO_ANSWER' | 'UNAUTHENTICATED' | 'BAD_REVISION';

/** Why nothing was decided, for whoever runs the server. It is never part of an answer to a client. */
export class GuardError extends Error {
  override readonly name = 'GuardError';

  constructor(
    readonly code: GuardErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** What was thrown, in words. */
export const messageOf = (thrown: unknown) => (thrown instanceof Error ? thrown.message : String(thrown));

/** The guard, or what it is told, has to be corrected. */
export const setup = (message: string, cause?: unknown) => new GuardError('SETUP', message, { cause });

/** Grantry has not said anything that could be used. */
export const noAnswer = (why: string, cause?: unknown) =>
  new GuardError('NO_ANSWER', `Grantry gave no answer: ${why}`, { cause });

// What clients are told of each: codes as in Grantry, and nothing of the cause.
const TOLD = {
  SETUP: ['INTERNAL', 'Whether you may could not be decided'],
  NO_ANSWER: ['UNAVAILABLE', 'Whether you may could not be decided; try again'],
  UNAUTHENTICATED: ['UNAUTHENTICATED', 'The credential is no good'],
  BAD_REVISION: ['BAD_USER_INPUT', 'x-grantry-at-least: is not the token of a revision of this tenant'],
} as const;

/**
 * The error that a client gets when nothing was decided, with its cause. That is not the `originalError`, by which servers such
 * as Yoga tell errors that are none of the client's business, code and all.
 */
export function undecided(cause: unknown): GraphQLError {
  if (cause instanceof GraphQLError) return cause;
  const [code, message] = TOLD[cause instanceof GuardError ? cause.code : 'SETUP'];
  return Object.assign(new GraphQLError(message, { extensions: { code } }), { cause });
}

/** The error that a client gets for a no. It reads the same whether or not the object exists. */
export const denied = (permission: string, signedIn: boolean): GraphQLError =>
  signedIn
    ? new GraphQLError(`This needs ${permission}`, { extensions: { code: 'FORBIDDEN' } })
    : new GraphQLError('Sign in', { extensions: { code: 'UNAUTHENTICATED' } });
