import { forbidden, notFound, type AppError } from '../kernel/errors.js';
import type { PrincipalId } from '../kernel/ids.js';
import type { Tx } from '../store/tx.js';
import { Access } from './access.js';
import type { TypeOptions } from './catalogue.js';
import { loadFacts, NO_FACTS, type ResourceFacts, type ResourceKey } from './facts.js';
import { Relation } from './relation.js';
import { loadSubjects } from './subject-loader.js';
import { idsOf, type Subject } from './subject.js';
import { verbsToTry } from './verbs.js';

/** The verb that makes somebody the administrator of a resource. */
const MANAGE = 'manage';

/** The caller among resources of one type, as a transaction finds it. For callers who need no right of their own, null. */
export class Standing {
  private constructor(
    readonly type: TypeOptions,
    readonly access: Access,
    private readonly relation: Relation,
  ) {}

  /** Reads where the caller stands on resources of the type, and on others around them; null when it is exempt from section 7. */
  static async of(
    tx: Tx,
    access: Access,
    type: TypeOptions,
    ids: readonly string[],
    now: Date,
    around: readonly ResourceKey[] = [],
  ): Promise<Standing | null> {
    if (access.isExempt) return null;
    const { caller, catalogue } = access;
    const isUser = caller.kind === 'user';
    const [subject] = isUser ? await loadSubjects(tx, [{ by: 'principalId', value: caller.principalId }], now) : [];
    const found = subject ?? NOBODY;
    const keys = [...[...new Set(ids)].map(id => ({ type: type.name, id })), ...around];
    const facts = keys.length > 0 ? await loadFacts({ scope: tx, catalogue, now }, keys, idsOf(found), true) : NO_FACTS;
    const own = isUser ? new Access(caller, found, catalogue) : access;
    return new Standing(type, own, new Relation(found, catalogue, facts));
  }

  get principalId(): PrincipalId | null {
    return this.relation.subject.principal?.id ?? null;
  }

  at(id: string): ResourceFacts {
    return this.atKey({ type: this.type.name, id });
  }

  atKey(key: ResourceKey): ResourceFacts {
    return this.relation.at(key);
  }

  /** Whether the caller owns the resource. */
  owns({ ownerId }: ResourceFacts): boolean {
    return ownerId !== null && ownerId === this.principalId;
  }

  /** Whether the caller administers a resource, or, with null, all of the type: its grants and shares are its to change. */
  administers(resource: ResourceFacts | null): boolean {
    if (this.access.mayOn('grant', 'write', this.type, resource?.uid ?? null)) return true;
    return (resource !== null && this.owns(resource)) || this.holds(MANAGE, resource);
  }

  /** Whether the caller may change or delete a resource, or register it. */
  writes(resource: ResourceFacts): boolean {
    if (this.access.mayOn('resource', 'write', this.type, resource.uid)) return true;
    return resource.uid !== null && (this.owns(resource) || this.holds(MANAGE, resource));
  }

  /** Whether the caller holds a verb on a resource, or, with null, on all of the type; a client has scopes, and holds nothing. */
  holds(verb: string, resource: ResourceFacts | null, type = this.type): boolean {
    if (this.access.caller.kind !== 'user') return false;
    return resource ? this.relation.allows(type, verb, resource) : this.relation.holdsAll(type, verb);
  }

  /** Whether the caller sees a resource: it may then let others see it. */
  sees(resource: ResourceFacts): boolean {
    return this.relation.sees(resource);
  }

  /** FORBIDDEN for somebody who may know of the resource, else NOT_FOUND naming `field`. */
  refusal(resource: ResourceFacts, field: string, needs: string): AppError {
    const reads =
      this.access.mayOn('resource', 'read', this.type, resource.uid) ||
      verbsToTry(this.type, this.relation).some(verb => this.holds(verb, resource));
    return resource.uid && reads ? forbidden(needs) : notFound(field);
  }

  /** Refuses whoever does not administer one of the resources, or does not hold there what it hands out. */
  requireAdministers(ids: readonly string[], fieldOf: (id: string) => string, verbs: readonly string[] = []): void {
    for (const id of ids) {
      const resource = this.at(id);
      if (!this.administers(resource)) throw this.refusal(resource, fieldOf(id), this.needs());
      this.requireHolds(verbs, resource);
    }
  }

  /** The same for all resources of the type at once. */
  requireAdministersAll(verbs: readonly string[]): void {
    if (!this.administers(null)) throw forbidden(this.needs());
    this.requireHolds(verbs, null);
  }

  /** FORBIDDEN naming what the caller does not hold there. */
  requireHolds(verbs: readonly string[], resource: ResourceFacts | null, type = this.type): void {
    const missing = verbs.filter(verb => !this.holds(verb, resource, type)).map(verb => `${type.name}:${verb}`);
    if (missing.length > 0) throw forbidden(`Nobody can hand out what they do not hold: ${missing.join(', ')}`);
  }

  private needs(): string {
    return `This needs rbac:grant:write, ownership, or ${this.type.name}:${MANAGE}`;
  }
}

/** A subject that has nothing. */
const NOBODY: Subject = {
  ...{ kind: 'group', principal: null, groups: new Set(), memberOf: new Set(), supergroup: false },
  ...{ roles: new Set(), policies: new Set(), rows: new Map(), grants: new Map() },
  ...{ revision: { tenant: 0, catalogue: 0 }, until: Infinity },
};
