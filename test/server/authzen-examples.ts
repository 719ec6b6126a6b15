/**
 * The examples of requests and responses of the OpenID Authorization API 1.0, by section, as JSON. An answer of `null`
 * stands for requests whose response the specification does not show.
 */
export type Example = {
  readonly section: string;
  readonly path: string;
  readonly request: object;
  readonly response: object | null;
};

const alice = { type: 'user', id: 'alice@example.com' };
const time = { time: '1985-10-26T01:22-07:00' };
const evening = { time: '2024-05-31T15:22-07:00' };
const night = { time: '2024-10-26T01:22-07:00' };
const document = (id: string) => ({ type: 'document', id });
const account = (id: string) => ({ type: 'account', id });
const canRead = { name: 'can_read' };

const EVALUATION = '/access/v1/evaluation';
const EVALUATIONS = '/access/v1/evaluations';
const three = ['boxcarring.md', 'subject-search.md', 'resource-search.md'];
const overridden = {
  ...{ subject: alice, context: evening, action: canRead },
  evaluations: [
    { resource: document(three[0]!) },
    { resource: document(three[1]!) },
    { action: { name: 'can_edit' }, resource: document(three[2]!) },
  ],
};
const semantics = (evaluations_semantic: string) => ({
  ...{ subject: alice, action: { name: 'read' }, options: { evaluations_semantic } },
  evaluations: ['1', '2', '3'].map(id => ({ resource: document(id) })),
});
const decisions = (...all: boolean[]) => ({ evaluations: all.map(decision => ({ decision })) });

const evaluation: Example[] = [
  {
    section: '6.1.1',
    path: EVALUATION,
    request: {
      ...{ subject: alice, resource: account('123'), context: time },
      action: { ...canRead, properties: { method: 'GET' } },
    },
    response: { decision: true },
  },
  {
    section: '10.1.5, evaluation',
    path: EVALUATION,
    request: { subject: alice, resource: { type: 'todo', id: '1' }, action: canRead, context: time },
    response: { decision: true },
  },
  // The subjects, resources, actions and contexts of section 5 in one request each.
  {
    section: '5.1 to 5.4, with properties',
    path: EVALUATION,
    request: {
      subject: {
        ...alice,
        properties: { department: 'Sales', ip_address: '172.217.22.14', device_id: '8:65:ee:17:7e:0b' },
      },
      resource: {
        ...{ type: 'book', id: '123' },
        properties: { library_record: { title: 'AuthZEN in Action', isbn: '978-0593383322' } },
      },
      action: { name: 'extend-loan', properties: { period: '2W' } },
      context: { ...time, schema: 'https://schema.example.com/access-request.schema.json' },
    },
    response: null,
  },
];

const evaluations: Example[] = [
  {
    section: '7.1, without defaults',
    path: EVALUATIONS,
    request: {
      evaluations: three.map(id => ({ subject: alice, action: canRead, resource: document(id), context: evening })),
    },
    response: null,
  },
  {
    section: '7.1.1, a subject and a context',
    path: EVALUATIONS,
    request: {
      ...{ subject: alice, context: evening },
      evaluations: three.map(id => ({ action: canRead, resource: document(id) })),
    },
    response: null,
  },
  { section: '7.1.1, an action that is overridden', path: EVALUATIONS, request: overridden, response: null },
  {
    section: '7.1.2.1, execute all',
    path: EVALUATIONS,
    request: semantics('execute_all'),
    response: decisions(true, false, true),
  },
  {
    section: '7.1.2.1, deny on first deny',
    path: EVALUATIONS,
    request: semantics('deny_on_first_deny'),
    response: {
      evaluations: [{ decision: true }, { decision: false, context: { code: '200', reason: 'deny_on_first_deny' } }],
    },
  },
  {
    section: '7.1.2.1, permit on first permit',
    path: EVALUATIONS,
    request: semantics('permit_on_first_permit'),
    response: decisions(true),
  },
  {
    section: '10.1.5, evaluations',
    path: EVALUATIONS,
    request: overridden,
    // What its contexts say is the example's own: another decision point gives other reasons.
    response: decisions(true, false, false),
  },
];

const accounts = { subject: alice, action: canRead, resource: { type: 'account' } };
const holders = { subject: { type: 'user' }, action: canRead, resource: account('123') };
const actions = { subject: alice, resource: account('123'), context: night };
const found = (...results: object[]) => ({ results });

const searches: Example[] = [
  {
    section: '8.2.3, the first page',
    path: '/access/v1/search/resource',
    request: { ...accounts, page: { limit: 2 } },
    response: { page: { count: 2 }, ...found(account('123'), account('456')) },
  },
  {
    section: '8.4.2',
    path: '/access/v1/search/subject',
    request: { ...holders, context: night },
    response: found(alice, { type: 'user', id: 'bob@example.com' }),
  },
  {
    section: '8.5.2',
    path: '/access/v1/search/resource',
    request: accounts,
    response: found(account('123'), account('456'), account('789')),
  },
  {
    section: '8.6.2',
    path: '/access/v1/search/action',
    request: actions,
    response: found(canRead, { name: 'can_write' }),
  },
  {
    section: '10.1.5, subject search',
    path: '/access/v1/search/subject',
    request: holders,
    response: found(alice, { type: 'user', id: 'bob@example.com' }),
  },
];

export const EXAMPLES: readonly Example[] = [...evaluation, ...evaluations, ...searches];

/** The example of options (section 7.1.2): its evaluation has no action, which one has to have. */
export const WITHOUT_ACTION = {
  evaluations: [{ resource: { type: 'doc', id: '1' }, subject: { type: 'doc', id: '2' } }],
  options: { evaluations_semantic: 'execute_all', another_option: 'value' },
};
