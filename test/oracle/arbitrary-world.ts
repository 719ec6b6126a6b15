import fc from 'fast-check';
import { between, expiresAt, mostly, rarely } from './arbitrary.js';
import { catalogue, rows, type Catalogue } from './arbitrary-catalogue.js';
import { grantsOf, resourcesOf } from './arbitrary-resources.js';
import type { Group, Membership, Policy, Principal, Role, World } from './world.js';

const principal = (index: number): fc.Arbitrary<Principal> =>
  fc.record({
    username: fc.constant(`n${index}`),
    type: rarely.map(rare => (rare ? 'SERVICE_ACCOUNT' : 'USER')),
    active: mostly,
    orgAdmin: rarely,
    superuser: rarely,
  });

/** Its parent is an earlier one: no rings, and chains as long as there are groups. */
const group = (index: number): fc.Arbitrary<Group> =>
  fc
    .record({
      name: fc.constant(`n${index}`),
      parent: fc.option(fc.integer({ min: 0, max: Math.max(index - 1, 0) }), { freq: 6 }),
      includesSubgroups: mostly,
      supergroup: rarely,
      anonymousDefault: rarely,
    })
    .map(({ parent, ...made }) => ({
      ...made,
      parent: parent === null || index === 0 || made.anonymousDefault ? null : `n${parent}`,
      standard: null,
    }));

const DEFAULT_GROUP = { parent: null, includesSubgroups: false, supergroup: false, anonymousDefault: false } as const;
const ADMINS: Group = { ...DEFAULT_GROUP, name: 'Default admin access', standard: 'ADMIN' };
const USERS: Group = { ...DEFAULT_GROUP, name: 'Default access', standard: 'PLATFORM' };
const CUSTOM: Group = { ...DEFAULT_GROUP, name: 'Custom default access', standard: 'CUSTOM' };

const membershipsOf = (groups: readonly Group[], principals: readonly Principal[]): fc.Arbitrary<Membership[]> => {
  const pairs = groups
    .filter(made => made.standard === null && !made.anonymousDefault)
    .flatMap(made => principals.map(({ username }) => ({ group: made.name, principal: username })));
  return fc
    .subarray(pairs)
    .chain(chosen => fc.tuple(...chosen.map(pair => expiresAt.map(when => ({ ...pair, expiresAt: when })))));
};

const policiesOf = (groups: readonly Group[], roles: readonly Role[]): fc.Arbitrary<Policy[]> => {
  const names = groups.filter(made => made.standard === null || made.standard === 'CUSTOM').map(made => made.name);
  if (names.length === 0) return fc.constant([]);
  const policy = (index: number): fc.Arbitrary<Policy> =>
    fc.record({
      name: fc.constant(`n${index}`),
      group: fc.constantFrom(...names),
      roles: fc.subarray(
        roles.map(role => role.name),
        { minLength: 1, maxLength: Math.min(roles.length, 3) },
      ),
      hidden: rarely,
    });
  // At most one hidden policy for each group.
  return between(1, 5, policy).map(made =>
    made.map((one, at) => ({
      ...one,
      hidden: one.hidden && !made.slice(0, at).some(earlier => earlier.hidden && earlier.group === one.group),
    })),
  );
};

const tenantOf = (shared: Catalogue): fc.Arbitrary<World> =>
  fc
    .record({
      principals: between(1, 3, principal),
      trees: between(1, 4, group),
      custom: fc.boolean(),
      roles: between(1, 2, index => fc.record({ name: fc.constant(`r${index}`), rows: rows(shared.permissions) })),
    })
    .chain(({ principals, trees, custom, roles }) => {
      const groups = [ADMINS, custom ? CUSTOM : USERS, ...trees];
      const cast = { types: shared.types, principals, groups };
      return fc
        .record({
          memberships: membershipsOf(groups, principals),
          policies: policiesOf(groups, [...shared.systemRoles, ...roles]),
          resources: resourcesOf(cast),
        })
        .chain(rest =>
          grantsOf(cast, rest.resources).map(grants => ({ ...shared, ...rest, principals, groups, roles, grants })),
        );
    });

/** Two tenants with the same names everywhere, and the catalogue that they share. */
export const twoWorlds: fc.Arbitrary<[World, World]> = catalogue.chain(shared =>
  fc.tuple(tenantOf(shared), tenantOf(shared)),
);
