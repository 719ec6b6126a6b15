import { createHash, timingSafeEqual } from 'node:crypto';
import { askedBy, forwardedHeaders, goOn, heldPolicies, payloadOf, stop } from '../../decisions/router.js';
import { AppError, unauthenticated } from '../../kernel/errors.js';
import { answering, type DecisionOptions } from './decisions.js';
import type { Exchange } from './exchange.js';
import type { Place } from './handler.js';

export type RouterOptions = DecisionOptions & {
  /** What routers prove themselves by; absent: there is no such place. */
  readonly routerSecret?: string;
};

const PATH = '/router/coprocessor';

/** The place where Apollo Router and Hive Router ask which policies the caller of an operation meets. */
export function routerPlaces(options: RouterOptions): ReadonlyMap<string, Place> {
  if (options.routerSecret === undefined) return new Map();
  const isRouter = knowing(options.routerSecret);
  const ask = async (exchange: Exchange, body: unknown) => {
    if (!isRouter(exchange)) throw unauthenticated('Send the secret of routers in x-grantry-router-secret');
    const payload = payloadOf(body);
    const asked = askedBy(payload);
    if (!asked) return goOn(payload);
    try {
      const view = await options.viewOf(forwardedHeaders(payload), exchange.id);
      return goOn(payload, asked.answer(await heldPolicies(view, asked.policies)));
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'INTERNAL') throw error;
      exchange.codes.push(error.code);
      return stop(payload, error);
    }
  };
  return new Map([[PATH, { methods: { POST: answering('router', options, ask) } }]]);
}

/** Compares hashes, so that time tells neither the secret nor its length. */
function knowing(secret: string): (exchange: Exchange) => boolean {
  const hash = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  const wanted = hash(secret);
  return exchange => timingSafeEqual(wanted, hash(secretIn(exchange)));
}

/** Neither router can be told to send a header of one's own: they may have the secret in the URL, which is never logged. */
function secretIn({ request: { headers }, search }: Exchange): string {
  const own = headers['x-grantry-router-secret'];
  if (typeof own === 'string') return own;
  const [, token] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  return token ?? new URLSearchParams(search).get('secret') ?? '';
}
