/** Bodies as routers send them to a coprocessor: put together from their documentation and source, stage by stage. */
type Sent = { readonly headers?: Record<string, string>; readonly policies?: readonly string[] };

const ID = 'd0a8245df0efe8aa38a80dba1147fb2e';
const QUERY = 'query Books { books { title } }';
const unknown = (policies: readonly string[]) => Object.fromEntries(policies.map(policy => [policy, null]));
const inLists = (headers: Record<string, string> = {}) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));

/** Apollo Router 2, stage SupergraphRequest. */
export const apollo = ({ headers, policies }: Sent) => ({
  version: 1,
  stage: 'SupergraphRequest',
  control: 'continue',
  id: ID,
  headers: {
    accept: ['*/*'],
    'content-type': ['application/json'],
    host: ['127.0.0.1:4000'],
    'user-agent': ['curl/8.5.0'],
    ...inLists(headers),
  },
  body: { query: QUERY, operationName: 'Books', variables: {} },
  context: {
    entries: {
      'apollo::supergraph::operation_name': 'Books',
      'apollo::supergraph::operation_kind': 'query',
      'apollo::authorization::authentication_required': false,
      ...(policies && { 'apollo::authorization::required_policies': unknown(policies) }),
    },
  },
  method: 'POST',
});

/** Apollo Router 1, or 2 with `context: deprecated`: the same under older names. */
export const apolloBefore = ({ headers, policies = [] }: Sent) => ({
  ...apollo({ headers }),
  context: {
    entries: {
      'apollo_authorization::policies::required': unknown(policies),
      operation_kind: 'query',
      operation_name: 'Books',
    },
  },
});

/** Apollo Router, stage RouterRequest: the operation is not known yet. */
export const apolloFirst = ({ headers }: Sent) => ({
  version: 1,
  stage: 'RouterRequest',
  control: 'continue',
  id: ID,
  headers: inLists(headers),
  body: JSON.stringify({ query: QUERY }),
  context: { entries: {} },
  path: '/',
  method: 'POST',
});

/** Hive Router, stage graphql.analysis. */
export const hive = ({ headers, policies }: Sent) => ({
  version: 1,
  stage: 'graphql.analysis',
  id: ID,
  method: 'POST',
  path: '/graphql',
  headers: { 'content-type': 'application/json', ...headers },
  body: { query: QUERY, operation_name: 'Books' },
  context: {
    'hive::operation::name': 'Books',
    ...(policies && { 'hive::authorization::required_policies': unknown(policies) }),
  },
});

/** Hive Router where it lists the policies. */
export const hiveList = ({ headers, policies = [] }: Sent) => ({
  ...hive({ headers }),
  context: { 'hive::authorization::required_policies': policies },
});
