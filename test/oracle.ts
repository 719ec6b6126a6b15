import { knowsVerb, typeOf } from './oracle/catalogue.js';
import { covers, filtersText } from './oracle/matching.js';
import { holdingsOf, rowsOf, waysOf } from './oracle/membership.js';
import { reasonsOf } from './oracle/relation.js';
import { EVERY_WAY, type OracleReason, type Question, type Row, type Subject, type World } from './oracle/world.js';

export type OracleDecision =
  | { readonly error: 'BAD_USER_INPUT' }
  | {
      readonly allowed: boolean;
      readonly reasons: readonly OracleReason[];
      readonly filterSets: readonly Row['filters'][];
    };

/** The decision of semantics 6, written to be read: no index, no cache, no SQL. */
export function decide(world: World, question: Question, now: number): OracleDecision {
  const type = typeOf(world, question.permission);
  if (!type) return { error: 'BAD_USER_INPUT' };
  const reasons = reasonsOf(world, question, EVERY_WAY, now);
  if (reasons.length > 0) return { allowed: true, reasons, filterSets: [] };
  const asSuch = question.resourceId === undefined && knowsVerb(world, type, question.permission.split(':')[2]!);
  return { allowed: false, reasons, filterSets: asSuch ? filterSets(world, question, now) : [] };
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
