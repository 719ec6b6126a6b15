import { connectionRules } from '../api/connection-types.js';
import { may, mayWrite, signedIn, type Finder } from '../api/rules.js';
import { allow } from '../api/shield.js';
import type { PermissionId } from '../kernel/ids.js';
import { permissionLoaders } from './permission.loaders.js';

const findPermission: Finder = (view, id) => view.load(permissionLoaders).byId.load(id as PermissionId);

/** Rules of the catalogue: read by every tenant, written by operators. */
export const catalogueRules = {
  Query: { permissions: signedIn, resourceType: signedIn, resourceTypes: signedIn },
  Mutation: {
    createPermission: may('permission', 'write'),
    updatePermission: mayWrite('permission', 'Permission', 'input.id', findPermission),
    deletePermission: mayWrite('permission', 'Permission', 'input.id', findPermission),
    updateResourceType: may('permission', 'write'),
  },
  Permission: { '*': allow },
  ResourceType: { '*': allow },
  PermissionPayload: { '*': allow },
  ResourceTypePayload: { '*': allow },
  ...connectionRules('Permission'),
};
