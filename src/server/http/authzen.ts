import type { IncomingMessage } from 'node:http';
import type { View } from '../../api/context.js';
import { requireMayAsk } from '../../decisions/asked.js';
import { batchOf, evaluationOf, searchOf } from '../../decisions/authzen.requests.js';
import { evaluate, evaluateAll } from '../../decisions/evaluation.js';
import { searchActions, searchResources, searchSubjects } from '../../decisions/search.js';
import { empty, json, type Answer, type Headers } from './answer.js';
import { corsHeaders, preflightHeaders, type Origins } from './cors.js';
import { answering, type DecisionOptions } from './decisions.js';
import type { DecisionPoint, Exchange } from './exchange.js';
import type { Place } from './handler.js';

/** What AuthZEN is served by. */
export type AuthzenOptions = DecisionOptions & {
  readonly corsOrigins: Origins;
  /** Where clients reach the server; absent: where the request for the metadata went. */
  readonly publicUrl?: string;
};

type Endpoint = {
  readonly path: string;
  readonly parameter: string;
  readonly point: DecisionPoint;
  readonly answer: (view: View, body: unknown) => Promise<object>;
};

/** The endpoints of the OpenID Authorization API 1.0 (section 10.1) with their names in the metadata (section 9.1.1). */
const ENDPOINTS: readonly Endpoint[] = [
  {
    path: '/access/v1/evaluation',
    parameter: 'access_evaluation_endpoint',
    point: 'evaluation',
    answer: async (view, body) => evaluate(view, evaluationOf(body)),
  },
  {
    path: '/access/v1/evaluations',
    parameter: 'access_evaluations_endpoint',
    point: 'evaluations',
    answer: async (view, body) => {
      const asked = batchOf(body);
      return 'evaluations' in asked ? evaluateAll(view, asked) : evaluate(view, asked);
    },
  },
  {
    path: '/access/v1/search/subject',
    parameter: 'search_subject_endpoint',
    point: 'search_subject',
    answer: async (view, body) => searchSubjects(view, searchOf('subject', body)),
  },
  {
    path: '/access/v1/search/resource',
    parameter: 'search_resource_endpoint',
    point: 'search_resource',
    answer: async (view, body) => searchResources(view, searchOf('resource', body)),
  },
  {
    path: '/access/v1/search/action',
    parameter: 'search_action_endpoint',
    point: 'search_action',
    answer: async (view, body) => searchActions(view, searchOf('action', body)),
  },
];

const METHODS = 'POST, OPTIONS';

/** The places of the OpenID Authorization API, and of the document that describes them. */
export function authzenPlaces(options: AuthzenOptions): ReadonlyMap<string, Place> {
  const headers = (request: IncomingMessage) => ({ ...corsHeaders(options.corsOrigins, request), ...sameId(request) });
  const preflight = () => empty(204, { allow: METHODS, ...preflightHeaders(METHODS) });
  const places = ENDPOINTS.map(({ path, point, answer }): [string, Place] => {
    const ask = async ({ request, id }: Exchange, body: unknown) => {
      const view = await options.viewOf(request.headers, id);
      requireMayAsk(view);
      return answer(view, body);
    };
    return [path, { methods: { POST: answering(point, options, ask), OPTIONS: preflight }, headers }];
  });
  const describe = ({ request }: Exchange) => metadata(request, options.publicUrl);
  const described: Place = { methods: { GET: describe, HEAD: describe }, headers };
  return new Map([...places, ['/.well-known/authzen-configuration', described]]);
}

/** The metadata document (section 9). Without a configured URL it names the host that the request names. */
function metadata({ headers: { host = 'localhost' } }: IncomingMessage, publicUrl = `http://${host}`): Answer {
  if (!URL.canParse(publicUrl)) return json(400, { error: { status: 400, message: 'The header host is no host' } });
  const base = publicUrl.replace(/\/$/, '');
  const endpoints = ENDPOINTS.map(({ path, parameter }) => [parameter, `${base}${path}`]);
  return json(200, { policy_decision_point: base, ...Object.fromEntries(endpoints) });
}

/** Section 10.1.4: the id of a request comes back as it was sent. In the log it stands only when that is harmless. */
function sameId({ headers: { 'x-request-id': id } }: IncomingMessage): Headers {
  return typeof id === 'string' && id !== '' ? { 'x-request-id': id } : {};
}
