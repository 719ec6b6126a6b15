import { connectionRules } from '../api/connection-types.js';
import { may, mayWrite, signedIn, type Finder } from '../api/rules.js';
import { allow } from '../api/shield.js';
import { findGroup } from '../directory/directory.rules.js';
import type { PolicyId, RoleId } from '../kernel/ids.js';
import { policyLoaders } from './policy.loaders.js';
import { roleLoaders } from './role.loaders.js';

const findRole: Finder = (view, id) => view.load(roleLoaders).byId.load(id as RoleId);
const findPolicy: Finder = (view, id) => view.load(policyLoaders).byId.load(id as PolicyId);

/** Rules of roles, policies and decisions. Who may ask about whom is decided question by question. */
export const policyRules = {
  Query: {
    role: signedIn,
    roles: signedIn,
    policy: signedIn,
    policies: signedIn,
    viewer: allow,
    access: signedIn,
    check: allow,
    checks: allow,
  },
  Mutation: {
    createRole: may('role', 'write'),
    updateRole: mayWrite('role', 'Role', 'input.id', findRole),
    deleteRole: mayWrite('role', 'Role', 'input.id', findRole),
    createPolicy: may('policy', 'write'),
    updatePolicy: mayWrite('policy', 'Policy', 'input.id', findPolicy),
    deletePolicy: mayWrite('policy', 'Policy', 'input.id', findPolicy),
    addGroupRoles: mayWrite('group', 'Group', 'input.groupId', findGroup),
    removeGroupRoles: mayWrite('group', 'Group', 'input.groupId', findGroup),
  },
  Viewer: { '*': allow },
  Role: { '*': allow },
  RoleAccess: { '*': allow },
  ResourceDefinition: { '*': allow },
  AttributeFilter: { '*': allow },
  Policy: { '*': allow },
  Access: { '*': allow },
  Decision: { '*': allow },
  DecisionError: { '*': allow },
  FilterSet: { '*': allow },
  Reason: { '*': allow },
  RolePayload: { '*': allow },
  PolicyPayload: { '*': allow },
  ...connectionRules('Role'),
  ...connectionRules('Policy'),
  ...connectionRules('Access'),
};
