import { covers, filtersText, rowMatches } from './oracle/matching.js';
import { groupsOf, holdingsOf, principalOf, rowsOf, waysOf } from './oracle/membership.js';
import type { Question, Row, Subject, Type, World } from './oracle/world.js';

/** One path to a permission; `policy` is null for the flagged roles of a default group. */
export type OracleReason =
  | { readonly kind: 'SUPERUSER' }
  | { readonly kind: 'ROLE'; readonly group: string; readonly policy: string | null; readonly role: string };

export type OracleDecision =
  | { readonly error: 'BAD_USER_INPUT' }
  | {
      readonly allowed: boolean;
      readonly reasons: readonly OracleReason[];
      readonly filterSets: readonly Row['filters'][];
    };

const PART = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const NO = { allowed: false, reasons: [], filterSets: [] } as const;

/** The decision of semantics 6, written to be read: no index, no cache, no SQL. No resource is registered yet. */
export function decide(world: World, question: Question, now: number): OracleDecision {
  const type = typeOf(world, question.permission);
  if (!type) return { error: 'BAD_USER_INPUT' };
  if (!world.permissions.includes(question.permission) && !type.openVerbs) return NO;
  const principal = principalOf(world, question.subject);
  const superuser = principal?.active && principal.superuser;
  const roles = roleReasons(world, question, type, now);
  const reasons: OracleReason[] = superuser ? [{ kind: 'SUPERUSER' }, ...roles] : roles;
  if (reasons.length > 0) return { allowed: true, reasons, filterSets: [] };
  return { ...NO, filterSets: question.resourceId === undefined ? filterSets(world, question, now) : [] };
}

function typeOf(world: World, permission: string): Type | undefined {
  const [application, resource, verb, ...rest] = permission.split(':');
  if (rest.length > 0 || ![application, resource, verb].every(part => part !== undefined && PART.test(part))) return;
  return world.types.find(({ name }) => name === `${application}:${resource}`);
}

function roleReasons(world: World, question: Question, type: Type, now: number): OracleReason[] {
  if (
    question.resourceId !== undefined &&
    type.visibility === 'SHARED' &&
    !visible(world, question.subject, type, now)
  ) {
    return [];
  }
  return holdingsOf(world, question.subject, now)
    .filter(({ role }) => role.rows.some(row => covers(row.permission, question.permission) && holds(row, question)))
    .map(({ group, policy, role }) => ({
      kind: 'ROLE',
      group: group.name,
      policy: policy && policy.name,
      role: role.name,
    }));
}

/** Without a resource, filters are held against the context, when there is one; with one, against its attributes. */
function holds(row: Row, { resourceId, context }: Question): boolean {
  if (row.filters.length === 0) return true;
  if (resourceId === undefined && context === undefined) return false;
  return rowMatches(row, context ?? {});
}

/** A resource that is not registered has no owner, shares or related resources. */
function visible(world: World, subject: Subject, type: Type, now: number): boolean {
  if (groupsOf(world, subject, now).some(group => group.supergroup)) return true;
  return type.controlledBy !== 'NONE' && type.visibleWithoutRelated && principalOf(world, subject) !== undefined;
}

const filterSets = (world: World, { subject, permission }: Question, now: number) =>
  rowsOf(world, subject, now)
    .filter(row => covers(row.permission, permission))
    .map(row => row.filters);

/** A line of the access list of semantics 10. */
export type OracleAccess = {
  readonly permission: string;
  readonly filters: Row['filters'];
  readonly roles: readonly string[];
};

/** The role rows of a subject in these applications, each once; no application: all. */
export function accessList(
  world: World,
  subject: Subject,
  applications: readonly string[],
  now: number,
): OracleAccess[] {
  const found = new Map<string, { permission: string; filters: Row['filters']; roles: Set<string> }>();
  for (const { role } of holdingsOf(world, subject, now)) {
    for (const { permission, filters } of role.rows) {
      if (applications.length > 0 && !applications.includes(permission.split(':')[0]!)) continue;
      const key = `${permission} ${filtersText(filters)}`;
      const line = found.get(key) ?? { permission, filters, roles: new Set() };
      line.roles.add(role.name);
      found.set(key, line);
    }
  }
  return [...found.values()].map(line => ({ ...line, roles: [...line.roles].sort() }));
}

/** The names of the roles that reach a subject, each once. */
export const rolesOf = (world: World, subject: Subject, now: number): string[] => [
  ...new Set(waysOf(world, subject, now).map(({ role }) => role.name)),
];

/** The names of the policies that reach a subject and may be shown, each once. */
export const policiesOf = (world: World, subject: Subject, now: number): string[] => [
  ...new Set(waysOf(world, subject, now).flatMap(({ policy }) => (policy && !policy.hidden ? [policy.name] : []))),
];

/** To hold a row (semantics 7): to have one at least as wide, without filters or with the same ones. */
export const holdsRow = (world: World, subject: Subject, wanted: Row, now: number): boolean =>
  rowsOf(world, subject, now).some(
    row =>
      covers(row.permission, wanted.permission) &&
      (row.filters.length === 0 || filtersText(row.filters) === filtersText(wanted.filters)),
  );
