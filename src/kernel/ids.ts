import { v7 } from 'uuid';

declare const noun: unique symbol;
type Id<Noun extends string> = string & { readonly [noun]: Noun };

export type TenantId = Id<'Tenant'>;
export type PrincipalId = Id<'Principal'>;
export type GroupId = Id<'Group'>;
export type PermissionId = Id<'Permission'>;
export type ResourceTypeId = Id<'ResourceType'>;
export type RoleId = Id<'Role'>;
export type PolicyId = Id<'Policy'>;
export type ResourceUid = Id<'Resource'>;
export type GrantId = Id<'Grant'>;
export type AssignmentId = Id<'Assignment'>;

/** A new key: UUID version 7 (RFC 9562), so that keys made later sort later. */
export const newId = <T extends Id<string>>() => v7() as T;

/** The nouns that have a global id. */
export const NODE_TYPES = [
  ...(['Tenant', 'Principal', 'Group', 'Permission', 'Role', 'Policy'] as const),
  ...(['ResourceType', 'Resource', 'Grant'] as const),
] as const;
export type NodeType = (typeof NODE_TYPES)[number];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const encode = (text: string) => Buffer.from(text, 'utf8').toString('base64url');

/** The id that clients see: opaque to them, and unique over all nouns. */
export const globalId = (type: NodeType, id: string): string => encode(`${type}:${id}`);

/** Takes a global id apart; null when no id of ours looks like it. There is exactly one spelling of each id. */
export function parseGlobalId(text: string): { type: NodeType; id: string } | null {
  const [type, id, ...rest] = Buffer.from(text, 'base64url').toString('utf8').split(':');
  const known = NODE_TYPES.find(name => name === type);
  if (!known || id === undefined || rest.length > 0 || !UUID.test(id)) return null;
  return globalId(known, id) === text ? { type: known, id } : null;
}
