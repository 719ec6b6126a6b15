import type { DefinitionNode, SelectionSetNode, ValidationContext, ValidationRule } from 'graphql';
import { GraphQLError, Kind } from 'graphql';
import { AppError } from '../kernel/errors.js';

/** What a document may have at most. A thousand aliased checks with their arguments fit; a hundred thousand do not. */
export const LIMITS = {
  /** Lexical tokens. */
  tokens: 30_000,
  /** Errors that validation looks for before it gives up. */
  errors: 20,
  /** Selections after all fragments are put in place. */
  selections: 20_000,
  aliases: 2_000,
  directives: 500,
  /** Fields inside fields. */
  depth: 20,
  /** Brackets inside brackets, of any kind. */
  nesting: 200,
  /** Fields that the answer may have; see `cost.ts`. */
  cost: 250_000,
} as const;

/** LIMIT_EXCEEDED for a document as a whole. */
export function overLimit(message: string): GraphQLError {
  const error = new AppError('LIMIT_EXCEEDED', message);
  return new GraphQLError(message, { originalError: error, extensions: { code: error.code, http: { status: 400 } } });
}

/**
 * Counts aliases, directives and depth. Meant to run after the specified rules (Apollo does so when it limits recursive
 * selections): fragments are then known and without cycles.
 */
export const countingRule: ValidationRule = context => {
  let aliases = 0;
  let directives = 0;
  return {
    Field: node => {
      if (node.alias) aliases++;
    },
    Directive: () => {
      directives++;
    },
    Document: {
      leave: ({ definitions }) => {
        const report = (what: string, is: number, limit: number) => {
          if (is > limit)
            context.reportError(overLimit(`The document has ${is} ${what}; ${limit} are the most allowed`));
        };
        report('aliases', aliases, LIMITS.aliases);
        report('directives', directives, LIMITS.directives);
        report('levels of fields', deepest(definitions, context), LIMITS.depth);
      },
    },
  };
};

function deepest(definitions: readonly DefinitionNode[], context: ValidationContext): number {
  const known = new Map<string, number>();
  const ofFragment = (name: string): number => {
    const depth = known.get(name) ?? below(context.getFragment(name)?.selectionSet);
    known.set(name, depth);
    return depth;
  };
  const below = (set: SelectionSetNode | undefined): number => {
    let depth = 0;
    for (const selection of set?.selections ?? []) {
      const one =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? ofFragment(selection.name.value)
          : below(selection.selectionSet) + (selection.kind === Kind.FIELD ? 1 : 0);
      depth = Math.max(depth, one);
    }
    return depth;
  };
  const operations = definitions.filter(definition => definition.kind === Kind.OPERATION_DEFINITION);
  return Math.max(0, ...operations.map(operation => below(operation.selectionSet)));
}
