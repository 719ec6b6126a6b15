import type { Logger } from 'pino';
import { Access } from '../engine/access.js';
import { Asking } from '../engine/asking.js';
import type { Catalogue } from '../engine/catalogue.js';
import type { Engine } from '../engine/engine.js';
import type { Revision, Subject } from '../engine/subject.js';
import type { Caller } from '../kernel/caller.js';
import { badInput } from '../kernel/errors.js';
import type { TenantId } from '../kernel/ids.js';
import type { Scope } from '../store/scope.js';
import type { CatalogueTx, Tx } from '../store/tx.js';
import { revisionToken } from './revision-token.js';

/** What is configured and matters to the rooms. */
export type Settings = {
  /** Applications that custom roles may use; `*` stands for all but `rbac`. */
  readonly roleApplications: readonly string[];
};

/** Who is asking, at which state of the world. */
export type Standpoint = {
  readonly caller: Caller;
  /** Null for service clients, and for whoever is in no tenant. */
  readonly subject: Subject | null;
  readonly revision: Revision;
  readonly catalogue: Catalogue;
  readonly now: Date;
};

/** The tenant of callers that have none: it owns nothing, so that all its lists are empty. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000' as TenantId;

/** What resolvers read through: the caller's tenant, at one revision, filtered to what the caller may read. */
export class View {
  readonly caller: Caller;
  readonly now: Date;
  readonly scope: Scope;
  readonly access: Access;
  readonly asking: Asking;
  /** The state of the world that is read, or a later one, as a token; null for the anonymous caller, who learns of no tenant. */
  readonly revision: string | null;
  readonly #loaders = new Map<unknown, unknown>();

  constructor(
    engine: Engine,
    standpoint: Standpoint,
    readonly settings: Settings,
  ) {
    const { caller, subject, revision, catalogue, now } = standpoint;
    const tenantId = caller.tenantId ?? NO_TENANT;
    this.caller = caller;
    this.now = now;
    this.scope = engine.db.scope(tenantId);
    this.access = new Access(caller, subject, catalogue);
    this.asking = new Asking(engine, this.scope, catalogue, revision, now);
    this.revision = caller.kind === 'anonymous' ? null : revisionToken(tenantId, revision);
  }

  /** The loaders of a noun, made once for each view. */
  load<L>(loaders: (view: View) => L): L {
    const made = (this.#loaders.get(loaders) as L | undefined) ?? loaders(this);
    this.#loaders.set(loaders, made);
    return made;
  }
}

/** Everything that a resolver may touch, for one operation. */
export class Context {
  #standpoint: Standpoint;
  #view: View;

  constructor(
    private readonly engine: Engine,
    private readonly settings: Settings,
    /** Works out anew where the caller stands, after a write. */
    private readonly renew: () => Promise<Standpoint>,
    standpoint: Standpoint,
    readonly requestId: string,
    readonly log: Logger,
  ) {
    this.#standpoint = standpoint;
    this.#view = new View(engine, standpoint, settings);
  }

  get view(): View {
    return this.#view;
  }

  /** Writes in the caller's tenant; what is read afterwards sees it. BAD_USER_INPUT for a caller without a tenant. */
  async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const { tenantId } = this.#view.caller;
    if (!tenantId) throw badInput('x-grantry-tenant', 'name the tenant to work in, in this header');
    let isRaised = false;
    const result = await this.engine.db.write(tenantId, async tx => {
      const done = await work(tx);
      isRaised = tx.isRaised;
      return done;
    });
    // What has changed no subject leaves the caller where it stands; only what was loaded is loaded anew.
    const standpoint = isRaised ? await this.renew() : this.#standpoint;
    return this.lookAgain(standpoint, result);
  }

  /** Writes the catalogue, or tenants as such. */
  async writeCatalogue<T>(work: (tx: CatalogueTx) => Promise<T>): Promise<T> {
    const result = await this.engine.db.writeCatalogue(work);
    return this.lookAgain(await this.renew(), result);
  }

  private lookAgain<T>(standpoint: Standpoint, result: T): T {
    this.#standpoint = standpoint;
    this.#view = new View(this.engine, standpoint, this.settings);
    return result;
  }
}
