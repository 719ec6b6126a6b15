import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { setTimeout } from 'node:timers/promises';
import { pino } from 'pino';
import { AppError, badInput, unavailable, type ErrorCode } from '../../src/kernel/errors.js';
import { toGraphQL } from '../../src/api/errors.js';
import { startGateway, type Gateway, type GatewayOptions } from '../../src/server/gateway.js';
import { createLogger } from '../../src/server/log.js';

const { Int, Str } = { Int: GraphQLInt, Str: GraphQLString };
const required = <T extends ConstructorParameters<typeof GraphQLNonNull>[0]>(type: T) => new GraphQLNonNull(type);

/** A context with a private field, which a copy of it would lose. */
export class Sender {
  readonly #name: string;
  constructor(
    name: string,
    readonly requestId: string,
  ) {
    this.#name = name;
  }
  get name() {
    return this.#name;
  }
}

const Day = new GraphQLScalarType({
  name: 'Day',
  parseValue: value => {
    if (/^\d{4}-\d\d-\d\d$/.test(String(value))) return value;
    throw new GraphQLError('Not a day');
  },
});
const Request = new GraphQLInputObjectType({
  name: 'Request',
  fields: { permission: { type: required(Str) }, day: { type: Day } },
});
const Decision = new GraphQLObjectType({ name: 'Decision', fields: { allowed: { type: GraphQLBoolean } } });
const paging = { first: { type: Int }, last: { type: Int } };
const leaves = Object.fromEntries(Array.from({ length: 25 }, (_, i) => [`leaf${i}`, { type: Str }]));

type Page = { nodes: object[] };
const page = (_: unknown, { first }: { first?: number }): Page => ({
  nodes: Array.from({ length: Math.min(first ?? 20, 3) }, () => ({})),
});
const Group: GraphQLObjectType = new GraphQLObjectType({
  name: 'Group',
  fields: () => ({
    ...leaves,
    parent: { type: Group },
    roles: { type: Groups, args: paging, resolve: page },
  }),
});
const Groups: GraphQLObjectType = new GraphQLObjectType({
  name: 'GroupConnection',
  fields: { nodes: { type: new GraphQLList(required(Group)) }, totalCount: { type: Int } },
});

/** A toy schema with one field for each thing that can happen. */
export const schema = new GraphQLSchema({
  query: new GraphQLObjectType<unknown, Sender>({
    name: 'Query',
    fields: {
      hello: { type: required(Str), resolve: () => 'world' },
      sender: { type: Str, resolve: (_, __, context) => `${context.name} ${context.requestId}` },
      slow: {
        type: Str,
        args: { ms: { type: required(Int) } },
        resolve: async (_, { ms }) => setTimeout(ms, 'done', { ref: false }),
      },
      bug: {
        type: Str,
        resolve: () => {
          throw new Error('password=hunter2');
        },
      },
      nonsense: { type: Int, resolve: () => 'three' },
      refused: {
        type: Str,
        args: { code: { type: Str }, field: { type: Str } },
        resolve: (_, { code, field }) => {
          throw new AppError(code as ErrorCode, 'No, thank you', field);
        },
      },
      shielded: { type: Str, resolve: () => toGraphQL(badInput('input.name', 'must not be empty')) },
      page: {
        type: Str,
        args: { size: { type: required(Int), defaultValue: 20 } },
        resolve: (_, { size }) => `${size}`,
      },
      check: {
        type: Decision,
        args: { permission: { type: required(Str) }, resourceId: { type: Str } },
        resolve: () => ({ allowed: true }),
      },
      checks: {
        type: new GraphQLList(Decision),
        args: { requests: { type: required(new GraphQLList(required(Request))) } },
        resolve: (_, { requests }) => requests.map(() => ({ allowed: true })),
      },
      groups: { type: Groups, args: paging, resolve: page },
      group: { type: Group, resolve: () => ({}) },
    },
  }),
  mutation: new GraphQLObjectType({ name: 'Mutation', fields: { touch: { type: Str, resolve: () => 'touched' } } }),
});

/** Who sends a request, by its Authorization header. */
async function contextOf(headers: { authorization?: string }, requestId: string): Promise<Sender> {
  if (headers.authorization === 'Bearer away') throw unavailable();
  if (headers.authorization === 'Bearer bug') throw new Error('password=hunter2');
  if (headers.authorization === 'Bearer ada') return new Sender('ada', requestId);
  if (headers.authorization) throw new AppError('UNAUTHENTICATED', 'The token is no good');
  return new Sender('nobody', requestId);
}

export type Line = Record<string, unknown> & { msg: string };
export type Serving = Gateway & { readonly lines: Line[] };

type Overrides = Partial<Omit<GatewayOptions<Sender>, 'http'>> & { http?: Partial<GatewayOptions<Sender>['http']> };

/** A gateway on a free port, whose log can be read. */
export async function serving({ http, ...rest }: Overrides = {}): Promise<Serving> {
  const lines: Line[] = [];
  const log = createLogger('debug', { write: text => lines.push(JSON.parse(text)) });
  const gateway = await startGateway<Sender>({
    schema,
    contextOf,
    isReady: async () => true,
    log,
    http: {
      port: 0,
      host: '127.0.0.1',
      corsOrigins: [],
      bodyLimitBytes: 1_048_576,
      metrics: null,
      introspection: true,
      shutdownSeconds: 0,
      ...http,
    },
    ...rest,
  });
  return Object.assign(gateway, { lines });
}

export type Reply = { status: number; headers: Headers; body: any };
type Init = { headers?: Record<string, string>; variables?: unknown; operationName?: string };

/** Posts an operation. */
export async function post(url: string, query: string, { headers, ...rest }: Init = {}): Promise<Reply> {
  return send(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, ...rest }),
  });
}

/** Sends anything; the body of the answer is parsed when it is JSON. */
export async function send(url: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Waits until a line is in the log: it is written after the answer has been sent. */
export async function logged(lines: Line[], isIt: (line: Line) => boolean): Promise<Line> {
  for (let tries = 0; tries < 100; tries++) {
    const line = lines.find(isIt);
    if (line) return line;
    await setTimeout(10);
  }
  throw new Error('no such line');
}

export const silent = pino({ level: 'silent' });
