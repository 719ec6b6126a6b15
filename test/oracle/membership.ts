import type { Group, Policy, Principal, Role, Row, Subject, World } from './world.js';

/** The principal that a subject is; undefined for groups, the anonymous caller, and names that nobody has. */
export const principalOf = (world: World, subject: Subject): Principal | undefined =>
  'username' in subject ? world.principals.find(({ username }) => username === subject.username) : undefined;

/** G(P) of semantics 3; a group as subject is itself alone, and the anonymous caller has the anonymous default groups. */
export function groupsOf(world: World, subject: Subject, now: number): Group[] {
  if ('group' in subject) return world.groups.filter(group => group.name === subject.group);
  const everyone = world.groups.filter(group => group.anonymousDefault);
  if ('anonymous' in subject) return everyone;
  const principal = principalOf(world, subject);
  if (!principal) return [];
  const found = new Set(everyone);
  for (const membership of world.memberships) {
    const live = membership.expiresAt === null || membership.expiresAt > now;
    if (membership.principal === principal.username && live) {
      const group = world.groups.find(({ name }) => name === membership.group)!;
      found.add(group);
      for (const ancestor of includingAncestors(world, group)) found.add(ancestor);
    }
  }
  if (principal.type === 'USER') {
    for (const group of world.groups) {
      if (group.standard === 'PLATFORM' || group.standard === 'CUSTOM') found.add(group);
      if (group.standard === 'ADMIN' && principal.orgAdmin) found.add(group);
    }
  }
  return [...found];
}

/** The ancestors that include their subgroups, up to the first that does not. */
function includingAncestors(world: World, group: Group): Group[] {
  const parent = world.groups.find(({ name }) => name === group.parent);
  if (!parent?.includesSubgroups) return [];
  return [parent, ...includingAncestors(world, parent)];
}

/** A role that a group has, and the policy it comes through: none for the flagged roles of a default group. */
export type Holding = { readonly group: Group; readonly policy: Policy | null; readonly role: Role };

/** Every role of the groups of a subject, once for each way in which it reaches it. */
export function waysOf(world: World, subject: Subject, now: number): Holding[] {
  const roles = [...world.systemRoles, ...world.roles];
  const found: Holding[] = [];
  for (const group of groupsOf(world, subject, now)) {
    if (group.standard === 'PLATFORM' || group.standard === 'ADMIN') {
      for (const role of world.systemRoles) {
        const flagged = group.standard === 'PLATFORM' ? role.platformDefault : role.adminDefault;
        if (flagged) found.push({ group, policy: null, role });
      }
    }
    for (const policy of world.policies) {
      if (policy.group !== group.name) continue;
      for (const name of policy.roles) found.push({ group, policy, role: roles.find(role => role.name === name)! });
    }
  }
  return found;
}

/** What counts of that: an inactive principal holds nothing anywhere. */
export const holdingsOf = (world: World, subject: Subject, now: number): Holding[] =>
  principalOf(world, subject)?.active === false ? [] : waysOf(world, subject, now);

/** Every row that a subject holds. */
export const rowsOf = (world: World, subject: Subject, now: number): Row[] =>
  holdingsOf(world, subject, now).flatMap(({ role }) => role.rows);
