import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { Context, type Settings } from '../api/context.js';
import { SignIn } from '../directory/sign-in.js';
import type { Engine } from '../engine/engine.js';
import type { Identity } from '../kernel/identity.js';

export type ContextOptions = {
  readonly engine: Engine;
  readonly authenticate: (headers: IncomingHttpHeaders) => Promise<Identity>;
  readonly settings: Settings;
  readonly createTenants: boolean;
  readonly log: Logger;
  readonly clock?: () => Date;
};

/** Makes the context of each operation: who sends it, and what that sender may reach. */
export function contextMaker(options: ContextOptions) {
  const { engine, authenticate, settings, createTenants, log, clock = () => new Date() } = options;
  const signIn = new SignIn(engine, { createTenants, clock });
  return async (headers: IncomingHttpHeaders, requestId: string): Promise<Context> => {
    const standpoint = await signIn.enter(await authenticate(headers));
    const renew = () => signIn.stand(standpoint.caller);
    return new Context(engine, settings, renew, standpoint, requestId, log.child({ requestId }));
  };
}
