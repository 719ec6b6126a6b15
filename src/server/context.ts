import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { Context, NO_TENANT, type Settings, type Standpoint } from '../api/context.js';
import { seenRevision, type SeenRevision } from '../api/revision-token.js';
import { SignIn } from '../directory/sign-in.js';
import type { Engine } from '../engine/engine.js';
import { AppError, badInput } from '../kernel/errors.js';
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
    const seen = seenIn(headers);
    const entered = await signIn.enter(await authenticate(headers));
    const renew = () => signIn.stand(entered.caller);
    const standpoint = seen ? await atLeast(seen, entered, renew) : entered;
    return new Context(engine, settings, renew, standpoint, requestId, log.child({ requestId }));
  };
}

const AT_LEAST = 'x-grantry-at-least';

function seenIn({ [AT_LEAST]: token }: IncomingHttpHeaders): SeenRevision | null {
  return token === undefined ? null : seenRevision(AT_LEAST, String(token));
}

/** A standpoint that is not older than what the sender has seen. UNAVAILABLE when the database has not come that far. */
async function atLeast(
  seen: SeenRevision,
  standpoint: Standpoint,
  renew: () => Promise<Standpoint>,
): Promise<Standpoint> {
  const { caller } = standpoint;
  if (seen.tenantId !== (caller.tenantId ?? NO_TENANT)) {
    // To the anonymous caller, an error would tell which tenant a slug is of.
    if (caller.kind === 'anonymous') return standpoint;
    throw badInput(AT_LEAST, 'is the token of another tenant');
  }
  if (isAtLeast(standpoint, seen)) return standpoint;
  const renewed = await renew();
  if (isAtLeast(renewed, seen)) return renewed;
  throw new AppError('UNAVAILABLE', 'The database has not come to the revision that was asked for; try again');
}

const isAtLeast = ({ revision }: Standpoint, seen: SeenRevision) =>
  revision.tenant >= seen.tenant && revision.catalogue >= seen.catalogue;
