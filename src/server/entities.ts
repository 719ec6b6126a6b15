import { GroupAutoShare, GroupCanShare } from '../directory/group-sharing.entity.js';
import { Group } from '../directory/group.entity.js';
import { Membership } from '../directory/membership.entity.js';
import { Principal } from '../directory/principal.entity.js';
import { Tenant } from '../directory/tenant.entity.js';
import { Policy, PolicyRole } from '../policy/policy.entity.js';
import { Role, RoleAccessRow } from '../policy/role.entity.js';
import { Permission } from '../catalogue/permission.entity.js';
import { Grant } from '../resources/grant.entity.js';
import { Resource } from '../resources/resource.entity.js';
import { ResourceType } from '../catalogue/resource-type.entity.js';

/** All tables as entities. */
export const ENTITIES = [
  ...[Permission, ResourceType, Tenant, Principal],
  ...[Group, GroupAutoShare, GroupCanShare, Membership],
  ...[Role, RoleAccessRow, Policy, PolicyRole, Resource, Grant],
];
