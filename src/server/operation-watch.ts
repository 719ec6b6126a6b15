import type { ApolloServerPlugin, BaseContext, GraphQLRequestContext, HTTPGraphQLRequest } from '@apollo/server';
import { GraphQLError, OperationTypeNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { assertAffordable } from './cost.js';
import type { Exchange } from './http/exchange.js';

/** A GraphQL request between its arrival and its answer. */
export type Pending<C> = { readonly exchange: Exchange; context?: C };

type WatchOptions<C> = {
  readonly pending: WeakMap<HTTPGraphQLRequest, Pending<C>>;
  /** Filled with the errors of each request, so that logs can name it. */
  readonly owners: WeakMap<object, Exchange>;
  readonly extensionsOf?: (context: C) => Readonly<Record<string, unknown>> | null;
};

const BAD_REQUEST = { status: 400 };

/** Follows each operation through Apollo Server: gives it its context, checks what it may cost, notes what it was. */
export const operationWatch = <C extends BaseContext>(options: WatchOptions<C>): ApolloServerPlugin => ({
  async requestDidStart(started) {
    const one = started.request.http && options.pending.get(started.request.http);
    if (!one) return;
    // Apollo makes a copy of the context, and a copy lacks private fields.
    Object.assign(started, { contextValue: one.context });
    return {
      async didResolveOperation({ schema, document, operation, request }) {
        if (!operation) return;
        one.exchange.operation = operation.operation;
        assertOffered(schema, operation);
        assertAffordable({ schema, document, operation, variables: request.variables ?? {} });
      },
      async didEncounterErrors({ errors }) {
        for (const error of errors) options.owners.set(error, one.exchange);
      },
      async willSendResponse(context) {
        const extensions = one.context && options.extensionsOf?.(one.context);
        if (extensions) extend(context, extensions);
        if (isForPlainJson(context)) context.response.http.status = 200;
      },
    };
  },
});

function assertOffered(schema: GraphQLSchema, { operation }: OperationDefinitionNode): void {
  if (operation !== OperationTypeNode.SUBSCRIPTION && schema.getRootType(operation)) return;
  throw new GraphQLError(`This server has no ${operation} operations`, {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', http: BAD_REQUEST },
  });
}

function extend({ response: { body } }: GraphQLRequestContext<BaseContext>, extensions: object): void {
  // Without data there was no operation.
  if (body?.kind !== 'single' || body.singleResult.data === undefined) return;
  body.singleResult.extensions = { ...body.singleResult.extensions, ...extensions };
}

/**
 * A client that accepts nothing but application/json takes every other status than 200 for a failure of the transport
 * (GraphQL over HTTP on application/json): it is told of a bad document or variable in the body alone.
 */
function isForPlainJson({ request, response }: GraphQLRequestContext<BaseContext>): boolean {
  const accepts = request.http?.headers.get('accept') ?? '';
  return response.http.status === 400 && /^application\/json(;\s*charset=utf-8)?$/i.test(accepts);
}
