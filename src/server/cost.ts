import {
  getNullableType,
  getVariableValues,
  GraphQLError,
  isListType,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { LIMITS, overLimit } from './limits.js';

type Operation = {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
};

const DEFAULT_PAGE = 20;
// Longer pages and lists are refused by the fields themselves, with an error that names the argument.
const LONGEST_LIST = 1_000;

/** Throws LIMIT_EXCEEDED when the answer could have more fields than `LIMITS.cost`. */
export function assertAffordable({ schema, document, operation, variables }: Operation): void {
  const cost = costOf({ schema, document, operation, variables });
  if (cost <= LIMITS.cost) return;
  throw overLimit(
    `The answer could have ${cost} fields; ${LIMITS.cost} are the most allowed. Ask for smaller pages, or nest fewer`,
  );
}

function costOf({ schema, document, operation, variables }: Operation): number {
  try {
    return getComplexity({
      schema,
      query: document,
      operationName: operation.name?.value,
      variables,
      estimators: [answeredFields],
      maxQueryNodes: Infinity, // limited before, see LIMITS.selections
    });
  } catch (error) {
    // Wrong variables end the operation in any case, with a better error than this one.
    if (getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors) return 0;
    throw new GraphQLError(String(error), { originalError: error as Error, extensions: { http: { status: 400 } } });
  }
}

/** A field counts one, and what is selected in a list counts as often as the list may have entries. */
const answeredFields: ComplexityEstimator = ({ field, args, childComplexity }) => {
  const paged = field.args.some(({ name }) => name === 'first' || name === 'last');
  const length = paged ? pageLength(args) : isListType(getNullableType(field.type)) ? longestList(args) : 1;
  return 1 + Math.min(length, LONGEST_LIST) * childComplexity;
};

const pageLength = ({ first, last }: Record<string, unknown>): number => {
  const length = typeof first === 'number' ? first : last;
  return typeof length === 'number' ? Math.max(0, length) : DEFAULT_PAGE;
};

/** Fields like `nodes(ids)` answer one entry for each that is sent. */
const longestList = (args: Record<string, unknown>): number =>
  Math.max(1, ...Object.values(args).map(value => (Array.isArray(value) ? value.length : 1)));
