import { ApolloServer, type BaseContext, type HTTPGraphQLRequest, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { contextError } from './context-error.js';
import { createErrorFormat } from './error-format.js';
import type { Exchange } from './http/exchange.js';
import { countingRule, LIMITS } from './limits.js';
import { operationWatch, type Pending } from './operation-watch.js';

/** Executes GraphQL requests, in the terms of HTTP. */
export type Endpoint = {
  execute(request: HTTPGraphQLRequest, exchange: Exchange): Promise<HTTPGraphQLResponse>;
  /** To be called when nothing is under way any more. */
  stop(): Promise<void>;
};

type EndpointOptions<C extends BaseContext> = {
  readonly schema: GraphQLSchema;
  readonly contextOf: (headers: IncomingHttpHeaders, requestId: string) => Promise<C>;
  readonly introspection: boolean;
  /** What the extensions of an answer say beside errors; asked when the operation is done. */
  readonly extensionsOf?: (context: C) => Readonly<Record<string, unknown>> | null;
  readonly log: Logger;
};

/** Starts Apollo Server with everything that reaches out of the process, or tells too much, switched off. */
export async function startEndpoint<C extends BaseContext>(options: EndpointOptions<C>): Promise<Endpoint> {
  const pending = new WeakMap<HTTPGraphQLRequest, Pending<C>>();
  const owners = new WeakMap<object, Exchange>();
  const apollo = new ApolloServer<BaseContext>({
    ...settings(options),
    formatError: createErrorFormat({
      log: options.log,
      suggestions: options.introspection,
      exchangeOf: error => owners.get(error as object),
    }),
    plugins: [...DISABLED, operationWatch({ pending, owners, extensionsOf: options.extensionsOf })],
  });
  await apollo.start();
  return {
    execute: async (request, exchange) => {
      const one: Pending<C> = { exchange };
      pending.set(request, one);
      const context = async () => {
        try {
          one.context = await options.contextOf(exchange.request.headers, exchange.id);
          return {};
        } catch (error) {
          const refused = contextError(error, exchange.request.headers);
          owners.set(refused, exchange);
          throw refused;
        }
      };
      const answer = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: request, context });
      const { status = 200 } = answer;
      // Errors outside of any operation are about the request as such, or ours.
      if (status >= 400 && exchange.codes.length === 0)
        exchange.codes.push(status < 500 ? 'BAD_USER_INPUT' : 'INTERNAL');
      return answer;
    },
    stop: () => apollo.stop(),
  };
}

const DISABLED = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginLandingPageDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
];

const settings = ({
  schema,
  introspection,
  log,
}: Pick<EndpointOptions<never>, 'schema' | 'introspection' | 'log'>) => ({
  schema,
  introspection,
  logger: log,
  nodeEnv: 'production',
  includeStacktraceInErrorResponses: false,
  stopOnTerminationSignals: false,
  csrfPrevention: true,
  allowBatchedHttpRequests: false,
  persistedQueries: false as const,
  parseOptions: { maxLexicalTokens: LIMITS.tokens },
  validationOptions: { maxErrors: LIMITS.errors, hideSuggestions: !introspection },
  executionOptions: { maxCoercionErrors: LIMITS.errors },
  maxRecursiveSelections: LIMITS.selections,
  validationRules: [countingRule],
});
