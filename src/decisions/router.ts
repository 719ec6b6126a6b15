import * as z from 'zod';
import type { View } from '../api/context.js';
import { ANONYMOUS, type SubjectRef } from '../engine/subject.js';
import { AppError, badInput } from '../kernel/errors.js';
import { isWildcard, parsePermission } from '../kernel/permission.js';
import { statusOf } from './errors.js';

const VERSION = 1;
// Routers of version 1 called it by the second name.
const APOLLO_KEYS = ['apollo::authorization::required_policies', 'apollo_authorization::policies::required'];
const HIVE_REQUIRED = 'hive::authorization::required_policies';
const HIVE_GRANTED = 'hive::authorization::granted_policies';

const object = z.record(z.string(), z.unknown());
const PAYLOAD = z.object({
  version: z.literal(VERSION, { error: `must be ${VERSION}` }),
  stage: z.string({ error: 'must be a string' }),
  id: z.string({ error: 'must be a string' }).nullish(),
  headers: z
    .record(z.string(), z.union([z.string(), z.array(z.string())]), { error: 'must be an object of strings' })
    .nullish(),
  context: object.nullish(),
});

/** What a router sends to its coprocessor, as far as decisions go by it. */
export type Payload = z.output<typeof PAYLOAD>;
/** The headers of the request that the router was sent, names in lower case. */
export type ForwardedHeaders = Record<string, string>;
/** What a coprocessor answers. */
export type Verdict = Readonly<Record<string, unknown>>;

/** Reads a coprocessor request of Apollo Router or Hive Router. BAD_USER_INPUT naming the part that is wrong. */
export function payloadOf(body: unknown): Payload {
  const { data, error } = PAYLOAD.safeParse(body);
  if (data) return data;
  const { path, message } = error.issues[0]!;
  throw path.length > 0
    ? badInput(path.join('.'), message)
    : new AppError('BAD_USER_INPUT', 'The body must be an object');
}

/** The headers by which the sender of the operation proves who it is; values of one that came twice are joined. */
export const forwardedHeaders = ({ headers }: Payload): ForwardedHeaders => {
  const all = new Map<string, string>();
  for (const [name, value] of Object.entries(headers ?? {})) {
    const key = name.toLowerCase();
    const values = [all.get(key) ?? [], value].flat();
    all.set(key, values.join(', '));
  }
  return Object.fromEntries(all);
};

/** Policies that a stage asks about, and how its router is told which of them hold. */
export type Asked = { readonly policies: readonly string[]; answer(held: ReadonlySet<string>): Verdict };

/** What there is to decide; null when the stage asks nothing. */
export function askedBy({ context }: Payload): Asked | null {
  if (!context) return null;
  return askedByApollo(context) ?? askedByHive(context);
}

/** Apollo Router deletes what it has sent and does not get back, so that all of its entries go back. */
function askedByApollo({ entries }: Record<string, unknown>): Asked | null {
  const all = object.safeParse(entries).data;
  const key = all && APOLLO_KEYS.find(name => object.safeParse(all[name]).success);
  if (!all || !key) return null;
  const policies = Object.keys(all[key] as object);
  return { policies, answer: held => ({ entries: { ...all, [key]: decided(policies, held) } }) };
}

/** Hive Router takes single keys. Where it lists the policies instead of mapping them, the granted ones have another key. */
function askedByHive(context: Record<string, unknown>): Asked | null {
  const required = context[HIVE_REQUIRED];
  const list = z.array(z.string()).safeParse(required).data;
  if (list) return { policies: list, answer: held => ({ [HIVE_GRANTED]: list.filter(policy => held.has(policy)) }) };
  if (!object.safeParse(required).success) return null;
  const policies = Object.keys(required as object);
  return { policies, answer: held => ({ [HIVE_REQUIRED]: decided(policies, held) }) };
}

const decided = (policies: readonly string[], held: ReadonlySet<string>) =>
  Object.fromEntries(policies.map(policy => [policy, held.has(policy)]));

/** Those policies that name a permission which the caller holds in general. A service client is no subject and holds none. */
export async function heldPolicies(view: View, policies: readonly string[]): Promise<ReadonlySet<string>> {
  const subject = subjectOf(view);
  if (!subject) return new Set();
  const known = policies.filter(policy => isKnown(view, policy));
  const question = { subject, resourceId: null, context: null };
  const answers = await Promise.all(
    known.map(permission => view.asking.answer({ ...question, permission }, permission)),
  );
  return new Set(known.filter((_, at) => answers[at]!.allowed));
}

function isKnown({ asking }: View, policy: string): boolean {
  const permission = parsePermission(policy);
  return permission !== null && !isWildcard(permission) && asking.catalogue.typeOf(permission) !== undefined;
}

function subjectOf({ caller }: View): SubjectRef | null {
  if (caller.kind === 'service') return null;
  return caller.kind === 'user' ? { by: 'principalId', value: caller.principalId } : ANONYMOUS;
}

/** Lets the router go on. */
export const goOn = (payload: Payload, context?: Verdict): Verdict => ({
  ...envelope(payload),
  control: 'continue',
  ...(context && { context }),
});

/** Makes the router answer its client with an error, and call no subgraph. */
export const stop = (payload: Payload, { code, message }: AppError): Verdict => ({
  ...envelope(payload),
  control: { break: statusOf(code) },
  ...(payload.context && 'entries' in payload.context ? {} : { headers: { 'content-type': 'application/json' } }),
  body: { errors: [{ message, extensions: { code } }] },
});

const envelope = ({ stage, id }: Payload) => ({ version: VERSION, stage, ...(typeof id === 'string' && { id }) });
