import type { Answer, Answers, Decision } from './answer.js';
import { GuardError, noAnswer, setup } from './errors.js';
import { AT_LEAST, type Identity } from './identity.js';
import type { Question } from './question.js';
import { assertSendable, send, type Endpoint } from './transport.js';

const CHECKS = `query Guard($requests: [CheckInput!]!, $detailed: Boolean!) {
  checks(requests: $requests) {
    allowed
    error { code message }
    reasons @include(if: $detailed) { kind message }
    filterSets @include(if: $detailed) { resourceDefinitions { attributeFilter { key operation value } } }
  }
}`;

type Failure = {
  readonly message?: unknown;
  readonly extensions?: { readonly code?: unknown; readonly field?: unknown };
};
type Reply = {
  readonly data?: { readonly checks?: unknown } | null;
  readonly errors?: unknown;
  readonly extensions?: { readonly grantry?: { readonly revision?: unknown } };
};
type Entry = { readonly allowed?: unknown; readonly error?: Failure & { readonly code?: unknown } } & Partial<Decision>;

/** Asks Grantry all of the questions in one request. Rejects unless there is an answer to each of them. */
export async function askChecks(
  endpoint: Endpoint,
  identity: Identity,
  questions: readonly Question[],
  atLeast: string | undefined,
): Promise<Answers> {
  const headers = headersOf(identity, atLeast);
  assertSendable(headers);
  const { status, text } = await send(endpoint, headers, bodyOf(identity, questions));
  const reply = parsed(status, text);
  const failures = [reply.errors ?? []].flat();
  if (failures.length > 0) throw refusal(failures[0] as Failure | null);
  const entries = reply.data?.checks;
  if (status !== 200 || !Array.isArray(entries)) throw noAnswer(`status ${status}, without decisions`);
  if (entries.length !== questions.length)
    throw noAnswer(`${entries.length} decisions for ${questions.length} questions`);
  const revision = reply.extensions?.grantry?.revision;
  return {
    answers: questions.map((question, at) => answerOf(question, entries[at] as Entry | null)),
    revision: typeof revision === 'string' ? revision : null,
  };
}

const headersOf = ({ headers }: Identity, atLeast: string | undefined) => ({
  ...headers,
  ...(atLeast !== undefined && { [AT_LEAST]: atLeast }),
  accept: 'application/json',
  'content-type': 'application/json',
});

function bodyOf({ subject }: Identity, questions: readonly Question[]): string {
  const requests = questions.map(({ detailed: _detailed, text: _text, ...question }) => ({
    ...question,
    ...(subject && { subject }),
  }));
  const detailed = questions.some(question => question.detailed);
  return JSON.stringify({ query: CHECKS, operationName: 'Guard', variables: { requests, detailed } });
}

function parsed(status: number, text: string): Reply {
  try {
    return (JSON.parse(text) as Reply | null) ?? {};
  } catch (error) {
    throw noAnswer(`status ${status}, and not JSON`, error);
  }
}

/** What an error of the whole request is: of the sender, for whoever writes the server to correct, or passing by itself. */
function refusal(failure: Failure | null): GuardError {
  const { message, extensions } = failure ?? {};
  const { code, field } = extensions ?? {};
  const said = `Grantry says ${String(code)}: ${String(message)}`;
  if (code === 'UNAUTHENTICATED') return new GuardError('UNAUTHENTICATED', said);
  if (field === AT_LEAST) return new GuardError('BAD_REVISION', said);
  return code === 'FORBIDDEN' || code === 'BAD_USER_INPUT' ? setup(said) : noAnswer(said);
}

function answerOf({ permission, detailed }: Question, entry: Entry | null): Answer | GuardError {
  const { allowed, error, reasons, filterSets } = entry ?? {};
  if (error) return setup(`Grantry does not decide ${permission}: ${String(error.code)}: ${String(error.message)}`);
  if (typeof allowed !== 'boolean') return noAnswer(`a decision about ${permission} that is neither yes nor no`);
  if (!detailed) return { allowed };
  if (!Array.isArray(reasons) || !Array.isArray(filterSets)) return noAnswer(`a decision about ${permission} only`);
  return { allowed, details: { reasons, filterSets } };
}
