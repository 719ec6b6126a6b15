import { GraphQLError, Kind, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { AppError, ERROR_CODES } from '../kernel/errors.js';
import type { Exchange } from './http/exchange.js';
import { incident, INTERNAL_MESSAGE } from './incident.js';
import { LIMITS } from './limits.js';
import { variablePath } from './variable-path.js';

type FormatOptions = {
  readonly log: Logger;
  /** Whether messages may tell names that the client did not send ("Did you mean …?"). */
  readonly suggestions: boolean;
  /** The request that an error belongs to, as far as that is known. */
  readonly exchangeOf: (error: unknown) => Exchange | undefined;
};

type Verdict = { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> };

/**
 * The one place where errors become what clients see. The codes are a closed set (docs/errors.md). Whatever has no
 * meaning for the caller is logged under an id and answered as INTERNAL with that id; stack traces are never answered.
 */
export const createErrorFormat =
  ({ log, suggestions, exchangeOf }: FormatOptions) =>
  (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const exchange = exchangeOf(error);
    const verdict = meaning(formatted, error) ?? {
      message: INTERNAL_MESSAGE,
      extensions: { code: 'INTERNAL', id: incident(log, rootOf(error), exchange) },
    };
    exchange?.codes.push(String(verdict.extensions.code));
    const { path, locations } = formatted;
    const message = suggestions ? verdict.message : verdict.message.replace(SUGGESTION, '');
    return { message, ...(locations && { locations }), ...(path && { path }), extensions: verdict.extensions };
  };

const LONGEST = 1_000;
const SUGGESTION = / ?Did you mean(.+?)\?$/;
// Codes of Apollo's that clients and protocols know by name.
const KEPT = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'PERSISTED_QUERY_NOT_SUPPORTED'];
const OURS: readonly string[] = ERROR_CODES.filter(code => code !== 'INTERNAL');

function meaning(formatted: GraphQLFormattedError, error: unknown): Verdict | null {
  const { message, extensions: { code, field } = {} } = formatted;
  const known = chain(error).find(cause => cause instanceof AppError);
  const variable = isAboutVariable(error) ? variablePath(message) : undefined;
  if (variable !== undefined) return badInput(shortened(message), variable);
  if (known) return known.code === 'INTERNAL' ? null : verdict(known.message, known.code, known.field);
  if (code === 'OPERATION_RESOLUTION_FAILURE') return badInput(message, 'operationName');
  if (code === 'BAD_REQUEST') return badInput(message.trimEnd());
  if (typeof code === 'string' && OURS.includes(code)) return verdict(message, code, field);
  if (typeof code === 'string' && KEPT.includes(code)) return limit(message) ?? verdict(message, code);
  return argument(rootOf(error));
}

const verdict = (message: string, code: string, field?: unknown): Verdict => ({
  message,
  extensions: { code, ...(typeof field === 'string' && { field }) },
});

const badInput = (message: string, field?: string) => verdict(message, 'BAD_USER_INPUT', field);

// graphql-js repeats the value that was sent, whatever its length.
const shortened = (message: string) => (message.length <= LONGEST ? message : `${message.slice(0, LONGEST)} …`);

/** graphql-js and Apollo report the limits that they keep themselves as plain syntax and validation errors. */
function limit(message: string): Verdict | null {
  const found = REACHED.find(([pattern]) => pattern.test(message));
  return found ? verdict(found[1], 'LIMIT_EXCEEDED') : null;
}

const REACHED: readonly (readonly [RegExp, string])[] = [
  [/tokens\. Parsing aborted\.$/, `The document has more than ${LIMITS.tokens} tokens; send values as variables`],
  [/^Validation aborted\.$/, 'The document repeats fields or fragments too often'],
  [/recursively requests too many selections\.$/, `The document has more than ${LIMITS.selections} selections`],
];

/** What graphql-js finds wrong with variables, it reports at their definition. */
const isAboutVariable = (error: unknown): boolean =>
  error instanceof GraphQLError &&
  error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION &&
  !KEPT.includes(String(error.extensions.code));

/** An argument that turns out wrong only when the operation runs: null where the schema and the variable allow it. */
function argument(root: unknown): Verdict | null {
  if (!(root instanceof GraphQLError)) return null;
  const [, name] = /^Argument "(\w+)" (?:of (?:required|non-null) type|has invalid value)/.exec(root.message) ?? [];
  if (name !== undefined) return badInput(root.message, name);
  return /^Too many errors processing variables/.test(root.message) ? badInput(root.message) : null;
}

function chain(error: unknown): unknown[] {
  const causes = [error];
  for (let next = error; next instanceof GraphQLError && next.originalError; causes.push(next))
    next = next.originalError;
  return causes;
}

const rootOf = (error: unknown): unknown => chain(error).at(-1);
