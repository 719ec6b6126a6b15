import { GraphQLError } from 'graphql';
import { AppError } from '../kernel/errors.js';

/** A failure with a meaning, as GraphQL. Anything else stays what it is: the edge logs it and says INTERNAL. */
export function toGraphQL(error: unknown): Error {
  if (error instanceof AppError) {
    const { code, field, message } = error;
    return new GraphQLError(message, {
      extensions: { code, ...(field === undefined ? {} : { field }) },
      originalError: error,
    });
  }
  return error instanceof Error ? error : new Error('Something that is no error was thrown', { cause: error });
}
