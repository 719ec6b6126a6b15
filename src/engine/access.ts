import { hasScope, type Caller, type ClientScope } from '../kernel/caller.js';
import type { NodeType, ResourceUid } from '../kernel/ids.js';
import type { Catalogue, TypeOptions } from './catalogue.js';
import { either, EVERYTHING, NOTHING, reaches, reachOf, type ManagedType, type Reach } from './reach.js';
import { isLive, type Subject } from './subject.js';

type Verb = 'read' | 'write';

/** What the global ids of the objects of a type are of. Grants and resources can be reached one by one, or by their type. */
const NODES_OF: Record<ManagedType, readonly NodeType[]> = {
  tenant: ['Tenant'],
  principal: ['Principal'],
  group: ['Group'],
  role: ['Role'],
  policy: ['Policy'],
  permission: ['Permission'],
  access: [],
  resource: ['Resource', 'ResourceType'],
  grant: ['Resource', 'ResourceType'],
};

/** What the caller may do through the management API (semantics section 11). */
export class Access {
  readonly #reaches = new Map<string, Reach>();

  constructor(
    readonly caller: Caller,
    /** The caller as a subject: null for service clients, which hold scopes instead. */
    readonly subject: Subject | null,
    readonly catalogue: Catalogue,
  ) {}

  /** Whether the caller is an administrator of its tenant: one who has not to hold what it hands out. */
  get isExempt(): boolean {
    return this.isAdmin || hasScope(this.caller, 'grant');
  }

  /** On which objects of a type the caller may do a verb, by its rights; what is its own comes on top of that. */
  reach(type: ManagedType, verb: Verb): Reach {
    const key = `${type}:${verb}`;
    const reach = this.#reaches.get(key) ?? this.find(type, verb);
    this.#reaches.set(key, reach);
    return reach;
  }

  /** Whether the caller may do a verb on an object, or, without an id, on all of the type. */
  may(type: ManagedType, verb: Verb, id?: string): boolean {
    const reach = this.reach(type, verb);
    return id === undefined ? reach.all : reaches(reach, id);
  }

  /** Whether the caller may do a verb on a resource (by its key in the table, if it is registered), or on all of its type. */
  mayOn(type: 'resource' | 'grant', verb: Verb, of: TypeOptions, uid: ResourceUid | null): boolean {
    const reach = this.reach(type, verb);
    return reaches(reach, of.id) || (uid !== null && reaches(reach, uid));
  }

  /** Whether the caller may read anything of a type by its rights. */
  mayReadSome(type: ManagedType): boolean {
    const reach = this.reach(type, 'read');
    return reach.all || reach.ids.size > 0;
  }

  /** What the caller may read: by its rights, and what is its own. */
  readable(type: 'principal' | 'group' | 'role' | 'policy' | 'permission' | 'tenant'): Reach {
    return either(this.reach(type, 'read'), { all: false, ids: this.own(type) });
  }

  /** Whether the caller may read one of them. */
  reads(type: Parameters<Access['readable']>[0], id: string): boolean {
    return reaches(this.readable(type), id);
  }

  private own(type: ManagedType): ReadonlySet<string> {
    if (type === 'tenant')
      return new Set(
        [this.caller].flatMap(({ kind, tenantId }) => (kind !== 'anonymous' && tenantId ? [tenantId] : [])),
      );
    if (this.caller.kind !== 'user' || !this.subject) return NOTHING.ids;
    if (type === 'group') return this.subject.groups;
    if (type === 'role') return this.subject.roles;
    if (type === 'policy') return this.subject.policies;
    return type === 'principal' ? new Set([this.caller.principalId]) : NOTHING.ids;
  }

  private get isAdmin(): boolean {
    const principal = this.subject?.principal;
    return !!this.subject && isLive(this.subject) && !!(principal?.orgAdmin || principal?.superuser);
  }

  private find(type: ManagedType, verb: Verb): Reach {
    if (this.caller.kind === 'service') {
      return scopesFor(type, verb).some(scope => hasScope(this.caller, scope)) ? EVERYTHING : NOTHING;
    }
    // The catalogue and the tenants are the operator's, whatever a user holds in its own tenant.
    if (this.caller.kind === 'anonymous' || !this.subject || isOperators(type, verb)) return NOTHING;
    return this.isAdmin ? EVERYTHING : reachOf(this.subject, this.catalogue, type, verb, NODES_OF[type]);
  }
}

const isOperators = (type: ManagedType, verb: Verb) => type === 'tenant' || (type === 'permission' && verb === 'write');

const scopesFor = (type: ManagedType, verb: Verb): ClientScope[] => {
  if (type === 'tenant') return ['operate'];
  if (type === 'access') return ['check'];
  if (type === 'grant') return ['grant'];
  if (type === 'permission') return verb === 'read' ? ['read', 'catalogue'] : ['catalogue'];
  return [verb];
};
