import type { GrantId, GroupId } from '../kernel/ids.js';
import { hasVerb, knowsAllOf, knowsVerb, type Catalogue, type TypeOptions } from './catalogue.js';
import { attributesOf, NO_FACTS, type Facts, type ResourceFacts, type ResourceKey } from './facts.js';
import { covers, definitionsMatch, overlaid, type Attributes } from './matching.js';
import { WHOLE, type Reading } from './reading.js';
import { sightOf } from './sight.js';
import { grantsOn, isLive, rowsOn, type RoleRow, type Subject } from './subject.js';

/** One path from the subject to the permission. `groupId` is null for what is the principal's own. */
export type Reason =
  | { readonly kind: 'SUPERUSER' }
  | { readonly kind: 'GRANT' | 'TYPE_GRANT'; readonly grantId: GrantId; readonly groupId: GroupId | null }
  | { readonly kind: 'ROLE'; readonly row: RoleRow }
  | { readonly kind: 'OWNER' }
  | { readonly kind: 'SHARED'; readonly groupId: GroupId | null }
  | { readonly kind: 'INHERITED'; readonly resource: ResourceKey };

/**
 * The access relation of semantics section 6 for one subject. Check, explain, lists and holders are readings of it. The
 * verb `*` asks for all verbs together, as a wildcard grant or row gives them.
 */
export class Relation {
  readonly #inherited = new Map<string, boolean>();
  private readonly reading: Reading;

  constructor(
    readonly subject: Subject,
    private readonly catalogue: Catalogue,
    private readonly facts: Facts = NO_FACTS,
    reading: Reading = WHOLE,
  ) {
    // What a group has is its own: there are no other groups to leave out.
    this.reading = subject.kind === 'group' ? { ...reading, includeGroups: true } : reading;
  }

  /** What is known of a resource, as it was read for this subject. */
  at(key: ResourceKey): ResourceFacts {
    return this.facts.at(key);
  }

  /** Whether the subject may: yes as soon as there is one reason. */
  allows(type: TypeOptions, verb: string, resource: ResourceFacts | null, context?: Attributes | null): boolean {
    return !this.reasons(type, verb, resource, context).next().done;
  }

  /** Every path there is; none means no. Without a resource: to all of the type, or under the attributes of the context. */
  *reasons(
    type: TypeOptions,
    verb: string,
    resource: ResourceFacts | null,
    context: Attributes | null = null,
  ): Generator<Reason> {
    if (!isLive(this.subject) || !knowsVerb(type, verb)) return;
    if (this.subject.principal?.superuser && this.reading.includeSuperuser) yield { kind: 'SUPERUSER' };
    yield* this.typeGrants(type, verb);
    if (resource) yield* this.grants(resource, verb);
    yield* this.roles(type, verb, resource, context);
    if (resource) yield* this.ofResource(type, verb, resource);
  }

  /** Whether it holds on every resource of the type, registered or not. */
  holdsAll(type: TypeOptions, verb: string): boolean {
    if (!isLive(this.subject) || !knowsVerb(type, verb)) return false;
    const { includeGroups, includeSuperuser, acceptGlobal } = this.reading;
    if (this.subject.principal?.superuser && includeSuperuser) return true;
    if (!this.typeGrants(type, verb).next().done) return true;
    if (!includeGroups || !acceptGlobal || (type.visibility === 'SHARED' && !this.subject.supergroup)) return false;
    return this.coveringRows(type, verb).some(row => row.definitions.length === 0);
  }

  /** Whether the subject sees a resource, as far as its facts were read for that. */
  sees(resource: ResourceFacts): boolean {
    return isLive(this.subject) && this.sight(resource) !== null;
  }

  /** The role rows that cover a permission, as far as role rows count at all. */
  coveringRows({ application, resource }: TypeOptions, verb: string): readonly RoleRow[] {
    if (!this.reading.includeGroups || !this.reading.acceptGlobal) return [];
    return rowsOn(this.subject, application).filter(row => covers(row, { application, resource, verb }));
  }

  /** The verbs that some grant or row names, whoever they are for: what an open type can be asked about. */
  verbsGiven({ name, application }: TypeOptions): string[] {
    const granted = grantsOn(this.subject, name).map(({ verb }) => verb);
    return [...granted, ...rowsOn(this.subject, application).map(({ verb }) => verb), ...this.facts.verbs()];
  }

  private *typeGrants({ name }: TypeOptions, verb: string): Generator<Reason> {
    if (!this.reading.acceptGlobal) return;
    for (const { id, groupId, resourceId, verb: granted } of grantsOn(this.subject, name)) {
      if (resourceId === null && (granted === verb || granted === '*') && this.countsOf(groupId)) {
        yield { kind: 'TYPE_GRANT', grantId: id, groupId };
      }
    }
  }

  private *grants({ grants }: ResourceFacts, verb: string): Generator<Reason> {
    for (const { id, verb: granted, subjectId, groupId } of grants) {
      const isOurs = groupId ? this.subject.groups.has(groupId) : subjectId === this.subject.principal?.id;
      if (isOurs && (granted === verb || granted === '*') && this.countsOf(groupId)) {
        yield { kind: 'GRANT', grantId: id, groupId };
      }
    }
  }

  private *roles(
    type: TypeOptions,
    verb: string,
    resource: ResourceFacts | null,
    context: Attributes | null,
  ): Generator<Reason> {
    const rows = this.coveringRows(type, verb);
    if (rows.length === 0) return;
    if (resource && type.visibility === 'SHARED' && !this.sight(resource)) return;
    const attributes = resource ? attributesOf(resource, overlaid(resource.attributes, context)) : context;
    for (const row of rows) {
      if (row.definitions.length === 0 || (attributes && definitionsMatch(row.definitions, attributes))) {
        yield { kind: 'ROLE', row };
      }
    }
  }

  private *ofResource(type: TypeOptions, verb: string, resource: ResourceFacts): Generator<Reason> {
    if (!resource.uid) return;
    const owns = resource.ownerId !== null && resource.ownerId === this.subject.principal?.id;
    if (owns && hasVerb(type.ownerVerbs, verb)) yield { kind: 'OWNER' };
    const sight = hasVerb(type.sharedVerbs, verb) ? this.sight(resource) : null;
    if (sight) yield { kind: 'SHARED', groupId: sight.groupId };
    if (!hasVerb(type.inheritedVerbs, verb)) return;
    for (const parent of resource.parents) {
      if (this.inherits(type, parent, verb)) yield { kind: 'INHERITED', resource: parent };
    }
  }

  private inherits(heir: TypeOptions, parent: ResourceKey, verb: string): boolean {
    const key = `${verb} ${parent.type} ${parent.id}`;
    const type = this.catalogue.typeNamed(parent.type);
    // All verbs of the parent are all of the heir only if the parent has each of them.
    if (type && verb === '*' && !knowsAllOf(type, heir)) return false;
    const known = this.#inherited.get(key);
    if (known !== undefined) return known;
    const inherits = !!type && this.allows(type, verb, this.facts.at(parent));
    this.#inherited.set(key, inherits);
    return inherits;
  }

  private sight(resource: ResourceFacts) {
    return sightOf(this.subject, resource, { facts: this.facts, catalogue: this.catalogue, reading: this.reading });
  }

  private countsOf(groupId: GroupId | null): boolean {
    return groupId === null || this.reading.includeGroups;
  }
}
