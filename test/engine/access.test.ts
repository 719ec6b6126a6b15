import { Access } from '../../src/engine/access.js';
import { Catalogue, type TypeOptions } from '../../src/engine/catalogue.js';
import type { PrincipalFlags, RoleRow, Subject } from '../../src/engine/subject.js';
import type { Caller, ClientScope } from '../../src/kernel/caller.js';
import { definitionsKey } from '../../src/kernel/definitions.js';
import {
  globalId,
  newId,
  type GroupId,
  type PrincipalId,
  type ResourceTypeId,
  type RoleId,
  type TenantId,
} from '../../src/kernel/ids.js';
import { parsePermission } from '../../src/kernel/permission.js';

const TYPES = ['tenant', 'principal', 'group', 'role', 'policy', 'permission', 'access'] as const;
const OPEN = {
  ...({
    visibility: 'OPEN',
    controlledBy: 'NONE',
    visibleWithoutRelated: true,
    openVerbs: false,
    ownable: true,
  } as const),
  ...{ ownerVerbs: [], sharedVerbs: [], inheritedVerbs: [], unsharedArePublic: false },
};
const optionsOf = (resource: string): TypeOptions => ({
  ...OPEN,
  ...{ id: newId<ResourceTypeId>(), name: `rbac:${resource}`, application: 'rbac', resource },
  verbs: new Set(['read', 'write']),
});
const catalogue = new Catalogue(1, new Map(TYPES.map(type => [`rbac:${type}`, optionsOf(type)])));

const tenantId = newId<TenantId>();
const principalId = newId<PrincipalId>();
const [OWN, OTHER] = [newId<GroupId>(), newId<GroupId>()];

/** What a user may do that has these flags and permissions; the rows hold for `ids` alone, when there are any. */
function userWith(flags: Partial<PrincipalFlags>, permissions: readonly string[] = [], ...ids: string[]): Access {
  const definitions = ids.length > 0 ? [{ key: 'id', operation: 'IN' as const, value: ids }] : [];
  const rows = permissions.map((permission): RoleRow => ({
    ...parsePermission(permission)!,
    ...{ id: newId<RoleId>(), permission, definitions, definitionsKey: definitionsKey(definitions) },
    ...{ roleId: newId<RoleId>(), groupId: OWN, policyId: null },
  }));
  const principal = {
    id: principalId,
    username: 'ann',
    type: 'USER',
    email: null,
    active: true,
    orgAdmin: false,
    superuser: false,
  } as const;
  const subject: Subject = {
    ...{ kind: 'principal', principal: { ...principal, ...flags }, groups: new Set([OWN]), memberOf: new Set([OWN]) },
    ...{ supergroup: false, roles: new Set(), policies: new Set(), rows: Map.groupBy(rows, row => row.application) },
    ...{ grants: new Map() },
    ...{ revision: { tenant: 1, catalogue: 1 }, until: Infinity },
  };
  return new Access({ kind: 'user', tenantId, principalId, username: 'ann' }, subject, catalogue);
}

const clientWith = (...scopes: ClientScope[]) =>
  new Access({ kind: 'service', tenantId, clientId: 'client', scopes: new Set(scopes) }, null, catalogue);

/** What may be done to all objects of a type. */
const everythingOf = (access: Access) =>
  TYPES.flatMap(type => (['read', 'write'] as const).map(verb => `${type}:${verb}`)).filter(what => {
    const [type, verb] = what.split(':') as [(typeof TYPES)[number], 'read' | 'write'];
    return access.may(type, verb);
  });

const MANAGED = TYPES.filter(type => type !== 'tenant' && type !== 'permission');

describe('what a caller may do through the management API', () => {
  it('is nothing for the anonymous caller and for a user without rights', () => {
    const anonymous: Caller = { kind: 'anonymous', tenantId };
    expect(everythingOf(new Access(anonymous, null, catalogue))).toEqual([]);
    expect(everythingOf(userWith({}))).toEqual([]);
  });

  it.each([{ orgAdmin: true }, { superuser: true }])('is all of its tenant with %o, and not the catalogue', flags => {
    const access = userWith(flags);
    expect(everythingOf(access).sort()).toEqual(
      ['permission:read', ...MANAGED.flatMap(type => [`${type}:read`, `${type}:write`])].sort(),
    );
    expect(access.isExempt).toBe(true);
  });

  it('is nothing for an inactive administrator', () => {
    const access = userWith({ orgAdmin: true, superuser: true, active: false });
    expect(everythingOf(access)).toEqual([]);
    expect(access.isExempt).toBe(false);
  });

  it('is what the rows on the application rbac say; tenants and the catalogue are the operator’s', () => {
    expect(everythingOf(userWith({}, ['rbac:group:read', 'rbac:role:*']))).toEqual([
      'group:read',
      'role:read',
      'role:write',
    ]);
    expect(everythingOf(userWith({}, ['rbac:*:*']))).toEqual(everythingOf(userWith({ orgAdmin: true })));
    expect(everythingOf(userWith({}, ['app:*:*']))).toEqual([]);
  });

  it('is limited to the objects that a row names, and to what is its own', () => {
    const access = userWith({}, ['rbac:group:read'], globalId('Group', OTHER));
    expect(access.may('group', 'read')).toBe(false);
    expect(access.may('group', 'read', OTHER)).toBe(true);
    expect(access.may('group', 'read', OWN)).toBe(false);
    expect(access.may('group', 'write', OTHER)).toBe(false);
    expect(access.mayReadSome('group')).toBe(true);
    expect(access.mayReadSome('role')).toBe(false);
    expect(access.readable('group')).toEqual({ all: false, ids: new Set([OTHER, OWN]) });
    expect(access.readable('principal')).toEqual({ all: false, ids: new Set([principalId]) });
    expect(access.readable('tenant')).toEqual({ all: false, ids: new Set([tenantId]) });
  });

  it.each<[ClientScope, string[]]>([
    ['check', ['access:read', 'access:write']],
    ['read', [...MANAGED.filter(type => type !== 'access').map(type => `${type}:read`), 'permission:read']],
    ['write', MANAGED.filter(type => type !== 'access').map(type => `${type}:write`)],
    ['grant', []],
    ['catalogue', ['permission:read', 'permission:write']],
    ['operate', ['tenant:read', 'tenant:write']],
  ])('is, for a client with the scope %s, that and no more', (scope, everything) => {
    expect(everythingOf(clientWith(scope)).sort()).toEqual(everything.sort());
    expect(clientWith(scope).isExempt).toBe(scope === 'grant');
  });
});
