import fc from 'fast-check';
import { Catalogue, type TypeOptions } from '../../src/engine/catalogue.js';
import { factsOf } from '../../src/engine/facts.js';
import { either, EVERYTHING, NOTHING, reaches, reachOf } from '../../src/engine/reach.js';
import { Relation } from '../../src/engine/relation.js';
import type { RoleRow, Subject } from '../../src/engine/subject.js';
import { definitionsKey, type Definition } from '../../src/kernel/definitions.js';
import { globalId, newId, type GroupId, type ResourceTypeId, type RoleId } from '../../src/kernel/ids.js';
import { parsePermission } from '../../src/kernel/permission.js';
import { REPLAY } from './replay.js';

const groupType: TypeOptions = {
  ...{ id: newId<ResourceTypeId>(), name: 'rbac:group', application: 'rbac', resource: 'group', ownable: true },
  ...{ ownerVerbs: [], sharedVerbs: [], inheritedVerbs: [], unsharedArePublic: false, openVerbs: false },
  ...{ visibility: 'OPEN', controlledBy: 'NONE', visibleWithoutRelated: true },
  verbs: new Set(['read', 'write']),
};
const catalogue = new Catalogue(1, new Map([['rbac:group', groupType]]));

const rowOf = (permission: string, definitions: readonly Definition[]): RoleRow => ({
  ...parsePermission(permission)!,
  ...{ id: newId<RoleId>(), permission, definitions, definitionsKey: definitionsKey(definitions) },
  ...{ roleId: newId<RoleId>(), groupId: newId<GroupId>(), policyId: null },
});

const holderOf = (...rows: RoleRow[]): Subject => ({
  ...{ kind: 'group', principal: null, groups: new Set(), memberOf: new Set(), supergroup: false },
  ...{ roles: new Set(), policies: new Set(), rows: Map.groupBy(rows, row => row.application), grants: new Map() },
  ...{ revision: { tenant: 1, catalogue: 1 }, until: Infinity },
});

const [FIRST, SECOND, THIRD] = [newId<GroupId>(), newId<GroupId>(), newId<GroupId>()];
const idOf = (id: string) => globalId('Group', id);
const id = (...value: (string | null)[]): Definition => ({ key: 'id', operation: 'IN', value });
const reading = (...rows: RoleRow[]) => reachOf(holderOf(...rows), catalogue, 'group', 'read', ['Group']);

describe('the objects that a subject reaches', () => {
  it('are none without a row, with rows of another verb or type, and of a verb that nobody declared', () => {
    expect(reading()).toEqual(NOTHING);
    expect(reading(rowOf('rbac:group:write', []), rowOf('rbac:role:*', []), rowOf('other:group:read', []))).toEqual(
      NOTHING,
    );
    const silent = new Catalogue(1, new Map([['rbac:group', { ...groupType, verbs: new Set(['write']) }]]));
    expect(reachOf(holderOf(rowOf('rbac:*:*', [])), silent, 'group', 'read', ['Group'])).toEqual(NOTHING);
  });

  it.each(['rbac:group:read', 'rbac:*:read', 'rbac:group:*', 'rbac:*:*'])('are all with %s', permission => {
    expect(reading(rowOf(permission, []))).toEqual(EVERYTHING);
  });

  it('are the ones that definitions on id name, together with those of other rows', () => {
    const reach = reading(
      rowOf('rbac:group:read', [id(idOf(FIRST))]),
      rowOf('rbac:*:read', [id(idOf(SECOND), idOf(FIRST))]),
    );
    expect(reach).toEqual({ all: false, ids: new Set([FIRST, SECOND]) });
  });

  it('are none of another noun, and none by an id that nothing has', () => {
    const strange = [globalId('Role', FIRST), FIRST, 'nonsense', '', null];
    expect(reading(rowOf('rbac:group:read', [id(...strange)]))).toEqual(NOTHING);
  });

  it('are none under a definition on an attribute that they do not have, unless it asks for null', () => {
    expect(reading(rowOf('rbac:group:read', [{ key: 'team', operation: 'EQUAL', value: 'red' }]))).toEqual(NOTHING);
    expect(reading(rowOf('rbac:group:read', [{ key: 'team', operation: 'EQUAL', value: null }]))).toEqual(EVERYTHING);
  });

  it('of a type that is shared only are reached by supergroups', () => {
    const shared = new Catalogue(1, new Map([['rbac:group', { ...groupType, visibility: 'SHARED' as const }]]));
    const holder = holderOf(rowOf('rbac:group:read', []));
    expect(reachOf(holder, shared, 'group', 'read', ['Group'])).toEqual(NOTHING);
    expect(reachOf({ ...holder, supergroup: true }, shared, 'group', 'read', ['Group'])).toEqual(EVERYTHING);
  });

  it('are what a decision about each of them says', () => {
    const value = fc.constantFrom(idOf(FIRST), idOf(SECOND), globalId('Role', THIRD), 'nonsense', null);
    const definition: fc.Arbitrary<Definition> = fc.oneof(
      fc.record({ key: fc.constantFrom('id', 'id', 'team', 'id.x'), operation: fc.constant('EQUAL' as const), value }),
      fc.record({ key: fc.constantFrom('id', 'team'), operation: fc.constant('IN' as const), value: fc.array(value) }),
    );
    const permission = fc.constantFrom('rbac:group:read', 'rbac:*:*', 'rbac:group:write', 'rbac:role:read');
    const row = fc.tuple(permission, fc.array(definition, { maxLength: 3 })).map(parts => rowOf(...parts));
    const agree = fc.property(fc.array(row, { maxLength: 4 }), rows => {
      const reach = reading(...rows);
      for (const one of [FIRST, SECOND, THIRD]) {
        const relation = new Relation(holderOf(...rows), catalogue);
        const resource = factsOf({ type: 'rbac:group', id: idOf(one) });
        expect(reaches(reach, one)).toBe(relation.allows(groupType, 'read', resource));
      }
    });
    fc.assert(agree, { numRuns: 1_000, ...REPLAY });
  });
});

describe('either of two reaches', () => {
  it('is everything as soon as one is, and the ids of both otherwise', () => {
    const one = { all: false, ids: new Set(['a', 'b']) };
    const other = { all: false, ids: new Set(['b', 'c']) };
    expect(either(one, other)).toEqual({ all: false, ids: new Set(['a', 'b', 'c']) });
    expect(either(one, EVERYTHING)).toEqual(EVERYTHING);
    expect(either(EVERYTHING, NOTHING)).toEqual(EVERYTHING);
    expect(either(NOTHING, NOTHING)).toEqual(NOTHING);
  });
});
