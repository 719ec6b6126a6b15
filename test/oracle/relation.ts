import { knowsVerb, says, typeOf } from './catalogue.js';
import { covers, overlaid, rowMatches } from './matching.js';
import { groupsOf, holdingsOf, principalOf } from './membership.js';
import { parentsOf, resourceAt, sees } from './resources.js';
import type { Grant, OracleReason, Question, Reading, Row, Subject, Type, World } from './world.js';

/** Unknown subjects hold nothing, and inactive principals neither. */
export function mayHold(world: World, subject: Subject): boolean {
  if ('anonymous' in subject) return true;
  if ('group' in subject) return world.groups.some(({ name }) => name === subject.group);
  return principalOf(world, subject)?.active === true;
}

/** A question whose type is known, by somebody who may hold something. */
type Asked = {
  readonly world: World;
  readonly question: Question;
  readonly subject: Subject;
  readonly type: Type;
  readonly verb: string;
  readonly reading: Reading;
  readonly now: number;
};
type Rule = (asked: Asked) => readonly OracleReason[];

/** Why somebody may do something, by the rules of semantics 6, of those ways that count in a reading (8). */
export function reasonsOf(world: World, question: Question, reading: Reading, now: number): OracleReason[] {
  const { subject, permission } = question;
  const type = typeOf(world, permission);
  const verb = permission.split(':')[2]!;
  if (!type || !knowsVerb(world, type, verb)) return [];
  if (!mayHold(world, subject)) return [];
  // What is a group's own counts for the group in any case.
  const counting = 'group' in subject ? { ...reading, includeGroups: true } : reading;
  const asked = { world, question, subject, type, verb, reading: counting, now };
  return RULES.flatMap(rule => rule(asked));
}

const superuser: Rule = ({ world, subject, reading }) =>
  reading.includeSuperuser && principalOf(world, subject)?.superuser ? [{ kind: 'SUPERUSER' }] : [];

const grant: Rule = asked => {
  const { resourceId } = asked.question;
  if (resourceId === undefined) return [];
  return grantsTo(asked)
    .filter(one => one.resourceId === resourceId)
    .map(one => ({ kind: 'GRANT', grant: one }));
};

const typeGrant: Rule = asked => {
  if (!asked.reading.acceptGlobal) return [];
  return grantsTo(asked)
    .filter(one => one.resourceId === null)
    .map(one => ({ kind: 'TYPE_GRANT', grant: one }));
};

const role: Rule = asked => {
  const { world, question, subject, type, reading, now } = asked;
  if (!reading.acceptGlobal || !reading.includeGroups) return [];
  const { resourceId } = question;
  const hidden = resourceId !== undefined && type.visibility === 'SHARED';
  if (hidden && !sees(asked, { type: type.name, id: resourceId })) return [];
  return holdingsOf(world, subject, now)
    .filter(({ role }) => role.rows.some(row => covers(row.permission, question.permission) && holds(row, asked)))
    .map(({ group, policy, role }) => ({
      kind: 'ROLE',
      ...{ group: group.name, policy: policy && policy.name, role: role.name },
    }));
};

const owner: Rule = ({ world, question, subject, type, verb }) => {
  const principal = principalOf(world, subject);
  const owned = registered(world, type, question)?.owner;
  return principal && owned === principal.username && says(type.ownerVerbs, verb) ? [{ kind: 'OWNER' }] : [];
};

const shared: Rule = asked => {
  const resource = registered(asked.world, asked.type, asked.question);
  return resource && says(asked.type.sharedVerbs, asked.verb) && sees(asked, resource) ? [{ kind: 'SHARED' }] : [];
};

const inherited: Rule = ({ world, question, subject, type, verb, reading, now }) => {
  const resource = registered(world, type, question);
  if (!resource || !says(type.inheritedVerbs, verb)) return [];
  return parentsOf(world, resource)
    .filter(parent => {
      const above = { subject, permission: `${parent.type}:${verb}`, resourceId: parent.id };
      return reasonsOf(world, above, reading, now).length > 0;
    })
    .map(parent => ({ kind: 'INHERITED', from: { type: parent.type, id: parent.id } }));
};

const RULES = [superuser, grant, typeGrant, role, owner, shared, inherited];

const registered = (world: World, type: Type, { resourceId }: Question) =>
  resourceId === undefined ? undefined : resourceAt(world, { type: type.name, id: resourceId });

/** Unexpired grants of the verb, on whatever it is of the type, to the subject itself or to a group of its. */
function grantsTo({ world, subject, type, verb, reading, now }: Asked): Grant[] {
  return grantsOf(world, subject, reading.includeGroups, now).filter(
    one => one.type === type.name && says([one.verb], verb),
  );
}

/** All unexpired grants to a subject itself, and, if wanted, to its groups. */
export function grantsOf(world: World, subject: Subject, includeGroups: boolean, now: number): Grant[] {
  const groups = includeGroups ? groupsOf(world, subject, now).map(({ name }) => name) : [];
  return world.grants.filter(({ to, expiresAt }) => {
    if (expiresAt !== null && expiresAt <= now) return false;
    if ('username' in to) return 'username' in subject && to.username === subject.username;
    return groups.includes(to.group) || ('group' in subject && subject.group === to.group);
  });
}

/** Without a resource, filters are held against the context, when there is one; with one, against its attributes. */
function holds(row: Row, { world, question, type }: Asked): boolean {
  const { resourceId, context } = question;
  if (row.filters.length === 0) return true;
  if (resourceId === undefined) return context !== undefined && rowMatches(row, context);
  const known = resourceAt(world, { type: type.name, id: resourceId })?.attributes ?? {};
  const attributes = overlaid(known, context ?? {});
  // The platform's own objects have their id as an attribute, whatever a question says.
  return rowMatches(row, type.name.startsWith('rbac:') ? overlaid(attributes, { id: resourceId }) : attributes);
}
