import { connectionRules } from '../api/connection-types.js';
import { signedIn } from '../api/rules.js';
import { allow } from '../api/shield.js';

/**
 * Rules of resources and grants. What a caller may do depends on the resource: the loaders leave out what it may not read,
 * the commands decide resource by resource, in the transaction, and so do the fields that tell who holds what.
 */
export const resourcesRules = {
  Query: { resource: allow, resources: allow },
  Mutation: {
    putResources: signedIn,
    deleteResources: signedIn,
    pruneResources: signedIn,
    shareResources: signedIn,
    unshareResources: signedIn,
    grantPermissions: signedIn,
    revokePermissions: signedIn,
    assignResource: signedIn,
    unassignResource: signedIn,
  },
  Resource: { '*': allow },
  Grant: { '*': allow },
  Protected: { '*': allow },
  PutResourcesPayload: { '*': allow },
  ResourcesPayload: { '*': allow },
  CountPayload: { '*': allow },
  GrantPermissionsPayload: { '*': allow },
  AssignmentPayload: { '*': allow },
  ...connectionRules('Resource'),
  ...connectionRules('Grant'),
  ...connectionRules('ResourcePrincipal'),
  ...connectionRules('ResourceGroup'),
};
