import type { Type, World } from './world.js';

const PART = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** The type that a permission speaks of; undefined when the permission is malformed, a wildcard, or of no known type. */
export function typeOf(world: World, permission: string): Type | undefined {
  const [application, resource, verb, ...rest] = permission.split(':');
  if (rest.length > 0 || ![application, resource, verb].every(part => part !== undefined && PART.test(part))) return;
  return typeNamed(world, `${application}:${resource}`);
}

export const typeNamed = (world: World, name: string): Type | undefined => world.types.find(type => type.name === name);

/** A verb that is not in the catalogue of its type is nobody's, unless the type takes any. */
export const knowsVerb = (world: World, type: Type, verb: string): boolean =>
  type.openVerbs || world.permissions.includes(`${type.name}:${verb}`);

/** Whether a list of verbs, or a grant, says this one. */
export const says = (verbs: readonly string[], verb: string): boolean => verbs.includes(verb) || verbs.includes('*');

/** The verbs that the catalogue has for a type. */
export const verbsOf = (world: World, type: string): string[] =>
  world.permissions
    .filter(permission => permission.startsWith(`${type}:`))
    .map(permission => permission.slice(type.length + 1))
    .filter(verb => verb !== '*');
