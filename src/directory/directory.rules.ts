import { connectionRules } from '../api/connection-types.js';
import { may, mayWrite, signedIn, type Finder } from '../api/rules.js';
import { allow } from '../api/shield.js';
import type { GroupId, PrincipalId, TenantId } from '../kernel/ids.js';
import { groupLoaders } from './group.loaders.js';
import { principalLoaders } from './principal.loaders.js';
import { tenantLoaders } from './tenant.loaders.js';

export const findGroup: Finder = (view, id) => view.load(groupLoaders).byId.load(id as GroupId);
const findPrincipal: Finder = (view, id) => view.load(principalLoaders).byId.load(id as PrincipalId);
const findTenant: Finder = (view, id) => view.load(tenantLoaders).byId.load(id as TenantId);

/** Rules of tenants, principals, groups and memberships. What may not be read is already missing in the loaders. */
export const directoryRules = {
  Query: {
    tenants: signedIn,
    principal: signedIn,
    principals: signedIn,
    group: signedIn,
    groups: signedIn,
  },
  Mutation: {
    createTenant: may('tenant', 'write'),
    updateTenant: mayWrite('tenant', 'Tenant', 'input.id', findTenant),
    deleteTenant: mayWrite('tenant', 'Tenant', 'input.id', findTenant),
    createPrincipal: may('principal', 'write'),
    updatePrincipal: mayWrite('principal', 'Principal', 'input.id', findPrincipal),
    deletePrincipal: mayWrite('principal', 'Principal', 'input.id', findPrincipal),
    createGroup: may('group', 'write'),
    updateGroup: mayWrite('group', 'Group', 'input.id', findGroup),
    deleteGroup: mayWrite('group', 'Group', 'input.id', findGroup),
    addGroupMembers: mayWrite('group', 'Group', 'input.groupId', findGroup),
    removeGroupMembers: mayWrite('group', 'Group', 'input.groupId', findGroup),
  },
  Tenant: { '*': allow },
  Principal: { '*': allow },
  Group: { '*': allow },
  TenantPayload: { '*': allow },
  PrincipalPayload: { '*': allow },
  GroupPayload: { '*': allow },
  ...connectionRules('Tenant'),
  ...connectionRules('Principal'),
  ...connectionRules('Group'),
  ...connectionRules('GroupMember'),
};
