import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import type { View } from '../../api/context.js';
import { errorOf, statusOf, type DecisionError } from '../../decisions/errors.js';
import { AppError } from '../../kernel/errors.js';
import { headersFor } from '../context-error.js';
import { incident, INTERNAL_MESSAGE } from '../incident.js';
import { json, type Answer, type Headers } from './answer.js';
import { Abandoned } from './body.js';
import type { DecisionPoint, Exchange } from './exchange.js';
import { readJson } from './json-body.js';

/** What the decision points are made of. */
export type DecisionOptions = {
  readonly viewOf: (headers: IncomingHttpHeaders, requestId: string) => Promise<View>;
  readonly bodyLimitBytes: number;
  readonly log: Logger;
};

/** Answers a JSON body with JSON, on behalf of a decision point; errors as `{ "error": … }` with the status that fits. */
export const answering =
  (
    point: DecisionPoint,
    { bodyLimitBytes, log }: Pick<DecisionOptions, 'bodyLimitBytes' | 'log'>,
    work: (exchange: Exchange, body: unknown) => Promise<object>,
  ) =>
  async (exchange: Exchange): Promise<Answer> => {
    exchange.decisionPoint = point;
    try {
      const { wrong, body } = await readJson(exchange.request, bodyLimitBytes);
      if (wrong) return failed(exchange, wrong, wrong.headers);
      return json(200, await work(exchange, body));
    } catch (error) {
      if (error instanceof Abandoned) throw error;
      if (error instanceof AppError && error.code !== 'INTERNAL') {
        return failed(exchange, errorOf(error), Object.fromEntries(headersFor(error.code, exchange.request.headers)));
      }
      const id = incident(log, error, exchange);
      return failed(exchange, { status: statusOf('INTERNAL'), code: 'INTERNAL', message: INTERNAL_MESSAGE, id });
    }
  };

function failed(exchange: Exchange, error: DecisionError & { readonly id?: string }, headers?: Headers): Answer {
  exchange.codes.push(error.code);
  const { status, code, message, field, id } = error;
  return json(status, { error: { status, code, message, field, id } }, headers);
}
