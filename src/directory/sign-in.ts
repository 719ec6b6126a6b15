import { LRUCache } from 'lru-cache';
import { NO_TENANT, type Standpoint } from '../api/context.js';
import type { Engine } from '../engine/engine.js';
import { ANONYMOUS, type Revision, type Subject, type SubjectRef } from '../engine/subject.js';
import type { Caller } from '../kernel/caller.js';
import { unauthenticated } from '../kernel/errors.js';
import type { Identity, TenantName } from '../kernel/identity.js';
import type { TenantId } from '../kernel/ids.js';
import { followClaims } from './just-in-time.js';
import { createUnknownTenant, findTenant, type FoundTenant } from './tenant-names.js';

type User = Extract<Identity, { kind: 'user' }>;
type Service = Extract<Identity, { kind: 'service' }>;

const UNKNOWN_TENANT = 'The tenant that the credential names is unknown, or not open to it';
const TENANTS_KEPT = 10_000;
// A revision that nothing has reached: whatever is kept counts as too old.
const NOT_READ_YET: Revision = { tenant: Infinity, catalogue: Infinity };

/** Makes callers of identities: finds the tenant, and creates or updates the principal of a user. */
export class SignIn {
  readonly #tenants = new LRUCache<string, FoundTenant>({ max: TENANTS_KEPT });

  constructor(
    private readonly engine: Engine,
    private readonly options: { readonly createTenants: boolean; readonly clock: () => Date },
  ) {}

  /** Where the sender of a request stands. UNAUTHENTICATED when its tenant or its principal is not to be had. */
  async enter(identity: Identity): Promise<Standpoint> {
    if (identity.kind === 'user') return this.enterUser(identity);
    if (identity.kind === 'service') return this.enterService(identity);
    const { tenant, revision } = identity.tenant ? await this.tenant(identity.tenant) : { tenant: null };
    return this.stand({ kind: 'anonymous', tenantId: tenant?.id ?? null }, revision);
  }

  /** Where a caller stands: at a revision that this request has just read, or else now, after a write of its own. */
  async stand(caller: Caller, known?: Revision): Promise<Standpoint> {
    const { tenantId } = caller;
    const revision = known ?? (await this.engine.revisions(tenantId ?? NO_TENANT));
    const ref = refOf(caller);
    const subject = tenantId && ref ? await this.subject(tenantId, ref, revision) : null;
    return this.standpoint(caller, subject, revision);
  }

  private async enterUser(identity: User): Promise<Standpoint> {
    const { statedTenant = identity.tenant.value } = identity;
    const mayCreate = this.options.createTenants && statedTenant === identity.tenant.value;
    const { tenant, revision } = await this.tenant(identity.tenant, mayCreate);
    if (!tenant || (identity.statedTenant !== undefined && identity.statedTenant !== tenant.slug)) {
      throw unauthenticated(UNKNOWN_TENANT);
    }
    const ref: SubjectRef = { by: 'username', value: identity.username };
    const known = await this.subject(tenant.id, ref, revision ?? NOT_READ_YET);
    const changed = await followClaims(
      this.engine.db,
      tenant.id,
      identity,
      known?.principal ?? null,
      this.options.clock(),
    );
    const subject = changed ? await this.subject(tenant.id, ref, NOT_READ_YET) : known;
    if (!subject?.principal?.active) throw unauthenticated('This principal is not active');
    const { id: principalId, username } = subject.principal;
    return this.standpoint({ kind: 'user', tenantId: tenant.id, principalId, username }, subject, subject.revision);
  }

  private async enterService(identity: Service): Promise<Standpoint> {
    const { clientId, scopes, tenants } = identity;
    if (!identity.tenant) return this.stand({ kind: 'service', tenantId: null, clientId, scopes });
    const { tenant, revision } = await this.tenant(identity.tenant);
    if (!tenant || !(tenants.includes('*') || tenants.includes(tenant.slug))) throw unauthenticated(UNKNOWN_TENANT);
    return this.stand({ kind: 'service', tenantId: tenant.id, clientId, scopes }, revision);
  }

  /** The tenant of a name, and its revision if that had to be read on the way. A kept name is checked before it is used. */
  private async tenant(name: TenantName, create = false): Promise<{ tenant: FoundTenant | null; revision?: Revision }> {
    const key = `${name.by} ${name.value}`;
    const kept = this.#tenants.get(key);
    if (kept) {
      const revision = await this.engine.revisions(kept.id);
      if (revision.tenants === kept.tenants) return { tenant: kept, revision };
    }
    const found = await findTenant(this.engine.db, name);
    const tenant = found ?? (create ? await createUnknownTenant(this.engine.db, name, this.options.clock()) : null);
    if (tenant) this.#tenants.set(key, tenant);
    else this.#tenants.delete(key);
    return { tenant };
  }

  private async subject(tenantId: TenantId, ref: SubjectRef, revision: Revision): Promise<Subject | null> {
    const scope = this.engine.db.scope(tenantId);
    const [subject] = await this.engine.subjects.all(scope, [ref], revision, this.options.clock());
    return subject ?? null;
  }

  private async standpoint(caller: Caller, subject: Subject | null, revision: Revision): Promise<Standpoint> {
    const catalogue = await this.engine.catalogue.at(revision.catalogue);
    return { caller, subject, revision, catalogue, now: this.options.clock() };
  }
}

const refOf = (caller: Caller): SubjectRef | null => {
  if (caller.kind === 'user') return { by: 'principalId', value: caller.principalId };
  return caller.kind === 'anonymous' ? ANONYMOUS : null;
};
