import fc from 'fast-check';
import { between, mostly, rarely, some } from './arbitrary.js';
import type { Filter, Row, SystemRole, Type, World } from './world.js';

const TYPES = ['app:doc', 'app:item', 'other:doc', 'rbac:group'];
export const VERBS = ['read', 'write', 'x.y-z_1'];
const WIDE = ['app:*:*', 'app:*:read', 'app:doc:*', 'other:*:write', 'other:doc:*', 'lone:*:*', 'rbac:*:read'];
const KEYS = ['group', 'a.b.c', 'list.0', 'length', '__proto__', 'constructor', 'toString.name'];
const VALUES = ['red', 'blue', '', '1', 'null', 'a'];

const value = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...VALUES) }, fc.constant(null));
const key = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('team', 'group.id', 'id') }, fc.constantFrom(...KEYS));
const filter: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ key, operation: fc.constant('EQUAL' as const), value }),
  fc.record({ key, operation: fc.constant('IN' as const), value: fc.array(value, { maxLength: 3 }) }),
);

const leaf = fc.oneof(
  { weight: 5, arbitrary: value },
  fc.constantFrom<unknown>(1, 0, true, false, [], ['red'], {}, { name: 'red' }),
);
/** Attributes of all shapes, some of them under names that every JavaScript object has. */
export const attributes: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      team: leaf,
      id: leaf,
      group: fc.oneof(leaf, fc.record({ id: leaf }), fc.record({ name: leaf })),
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

/** Some verbs, few of them unknown; rarely all. */
const verbs = fc.oneof({ weight: 4, arbitrary: fc.subarray([...VERBS, 'fly'], { maxLength: 2 }) }, fc.constant(['*']));

const type = (name: string): fc.Arbitrary<Type> =>
  fc
    .record({
      name: fc.constant(name),
      ownerVerbs: verbs,
      sharedVerbs: verbs,
      inheritedVerbs: verbs,
      visibility: fc.constantFrom('OPEN' as const, 'SHARED' as const),
      controlledBy: fc.constantFrom('NONE' as const, 'PARENTS' as const, 'CHILDREN' as const),
      unsharedArePublic: fc.boolean(),
      visibleWithoutRelated: fc.boolean(),
      openVerbs: rarely,
    })
    .map(made => ({ ...made, unsharedArePublic: made.unsharedArePublic && made.controlledBy === 'NONE' }));

/** What the tenants share. */
export type Catalogue = Pick<World, 'permissions' | 'types' | 'systemRoles'>;

/** Rows of a role. */
export const rows = (permissions: readonly string[]): fc.Arbitrary<Row[]> =>
  between(0, 4, () =>
    fc.record({
      permission: fc.constantFrom(...permissions),
      filters: fc.oneof(fc.constant([]), fc.array(filter, { maxLength: 4 })),
    }),
  );

export const catalogue: fc.Arbitrary<Catalogue> = fc
  .subarray(TYPES, { minLength: 1, maxLength: 3 })
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
        adminDefault: mostly,
      });
    return fc.record({
      permissions: fc.constant(permissions),
      types: fc.constant(types),
      systemRoles: between(0, 2, role),
    });
  });
