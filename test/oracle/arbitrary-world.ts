import fc from 'fast-check';
import type { Filter, Group, Membership, Policy, Principal, Role, Row, SystemRole, Type, World } from './world.js';

/** When all worlds are asked; memberships expire around it. */
export const NOON = Date.UTC(2030, 5, 1, 12);
export const HOUR = 3_600_000;

const TYPES = ['app:doc', 'app:item', 'other:doc'];
export const VERBS = ['read', 'write', 'x.y-z_1'];
const WIDE = ['app:*:*', 'app:*:read', 'app:doc:*', 'other:*:write', 'other:doc:*', 'lone:*:*'];
const KEYS = ['team', 'group.id', 'group', 'a.b.c', 'list.0', 'length', '__proto__', 'constructor', 'toString.name'];
const VALUES = ['red', 'blue', '', '1', 'null'];

const rarely = fc.integer({ min: 0, max: 4 }).map(n => n === 0);
const mostly = rarely.map(rare => !rare);

const value = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...VALUES) }, fc.constant(null));
const key = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('team', 'group.id') }, fc.constantFrom(...KEYS));
const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ key, operation: fc.constant('EQUAL' as const), value }),
  fc.record({ key, operation: fc.constant('IN' as const), value: fc.array(value, { maxLength: 3 }) }),
);

const leaf = fc.oneof(
  { weight: 5, arbitrary: value },
  fc.constantFrom<unknown>(1, 0, true, false, [], ['red'], {}, { name: 'red' }),
);
/** Attributes of all shapes, some of them under names that every JavaScript object has. */
export const context: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      team: leaf,
      group: fc.oneof(leaf, fc.record({ id: leaf })),
      a: fc.oneof(leaf, fc.record({ b: fc.oneof(leaf, fc.record({ c: leaf })) })),
      list: leaf,
      length: leaf,
      constructor: leaf,
      'group.id': leaf,
      toString: fc.oneof(leaf, fc.record({ name: leaf })),
      proto: leaf,
    },
    { requiredKeys: [] },
  )
  // As a client sends it: the parser makes `__proto__` an own property.
  .map(made => JSON.parse(JSON.stringify(made).replaceAll('"proto"', '"__proto__"')) as Record<string, unknown>);

const type = (name: string): fc.Arbitrary<Type> =>
  fc
    .record({
      name: fc.constant(name),
      visibility: fc.constantFrom('OPEN' as const, 'OPEN' as const, 'SHARED' as const),
      controlledBy: fc.constantFrom('NONE' as const, 'PARENTS' as const, 'CHILDREN' as const),
      unsharedArePublic: fc.boolean(),
      visibleWithoutRelated: fc.boolean(),
      openVerbs: rarely,
      sharedVerbs: fc.subarray(['read', '*']),
    })
    .map(made => ({ ...made, unsharedArePublic: made.unsharedArePublic && made.controlledBy === 'NONE' }));

type Catalogue = Pick<World, 'permissions' | 'types' | 'systemRoles'>;

/** So many things, numbered from 0. Things of different nouns share their names: these must not be mixed up. */
const between = <T>(least: number, most: number, make: (index: number) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc
    .integer({ min: least, max: most })
    .chain(count => fc.tuple(...Array.from({ length: count }, (_, index) => make(index))));

const some = <T>(things: readonly T[]): fc.Arbitrary<T[]> =>
  fc.tuple(...things.map(() => mostly)).map(chosen => things.filter((_, at) => chosen[at]));

const rows = (permissions: readonly string[]): fc.Arbitrary<Row[]> =>
  between(0, 4, () =>
    fc.record({
      permission: fc.constantFrom(...permissions),
      filters: fc.oneof(fc.constant([]), fc.array(filter, { maxLength: 4 })),
    }),
  );

const catalogue: fc.Arbitrary<Catalogue> = fc
  .subarray(TYPES, { minLength: 1 })
  .chain(names =>
    fc.record({
      types: fc.tuple(...names.map(type)),
      plain: some(names.flatMap(name => VERBS.map(verb => `${name}:${verb}`))),
      wide: fc.subarray(WIDE),
    }),
  )
  .chain(({ types, plain, wide }) => {
    const permissions = [...plain, ...wide, 'app:never:*'];
    const role = (index: number): fc.Arbitrary<SystemRole> =>
      fc.record({
        name: fc.constant(`s${index}`),
        rows: rows(permissions),
        platformDefault: rarely,
        adminDefault: fc.boolean(),
      });
    return fc.record({
      permissions: fc.constant(permissions),
      types: fc.constant(types),
      systemRoles: between(0, 3, role),
    });
  });

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

const expiresAt = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  fc.constantFrom(NOON - HOUR, NOON, NOON + 1, NOON + HOUR, NOON + 24 * HOUR),
);

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
  return between(1, 6, policy).map(made =>
    made.map((one, at) => ({
      ...one,
      hidden: one.hidden && !made.slice(0, at).some(earlier => earlier.hidden && earlier.group === one.group),
    })),
  );
};

const tenantOf = (shared: Catalogue): fc.Arbitrary<World> =>
  fc
    .record({
      principals: between(1, 4, principal),
      trees: between(1, 5, group),
      custom: fc.boolean(),
      roles: between(1, 3, index => fc.record({ name: fc.constant(`r${index}`), rows: rows(shared.permissions) })),
    })
    .chain(({ principals, trees, custom, roles }) => {
      const groups = [ADMINS, custom ? CUSTOM : USERS, ...trees];
      return fc
        .record({
          memberships: membershipsOf(groups, principals),
          policies: policiesOf(groups, [...shared.systemRoles, ...roles]),
        })
        .map(rest => ({ ...shared, principals, groups, roles, ...rest }));
    });

/** Two tenants with the same names everywhere, and the catalogue that they share. */
export const twoWorlds: fc.Arbitrary<[World, World]> = catalogue.chain(shared =>
  fc.tuple(tenantOf(shared), tenantOf(shared)),
);
