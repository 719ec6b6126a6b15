import type { Catalogue, TypeOptions } from '../engine/catalogue.js';
import { knowsVerb } from '../engine/catalogue.js';
import type { Caller } from '../kernel/caller.js';
import { badInput, tooMany } from '../kernel/errors.js';
import { isVerb, parsePermission } from '../kernel/permission.js';
import { validResourceId } from '../kernel/text.js';

/** How many resources, or combinations of them with others, are written in one go. */
export const MOST_WRITTEN = 1_000;

/** Ids of resources, each once. LIMIT_EXCEEDED or BAD_USER_INPUT naming the field. */
export function validResourceIds(field: string, ids: readonly string[], most = MOST_WRITTEN): string[] {
  if (ids.length > most) throw tooMany(field, most);
  return [...new Set(ids.map((id, at) => validResourceId(`${field}.${at}`, id)))];
}

/** Where an id stands in a list as it was sent, for naming it in an error. */
export const placeIn =
  (field: string, sent: readonly string[]) =>
  (id: string): string =>
    `${field}.${sent.indexOf(id)}`;

/** A resource type of the catalogue. BAD_USER_INPUT naming `field` when there is none of that name. */
export function knownType(catalogue: Catalogue, field: string, name: string): TypeOptions {
  const type = catalogue.typeNamed(name);
  if (!type) throw badInput(field, `there is no resource type ${name}`);
  return type;
}

/** The type and the verbs of permissions that are given or taken: all of one type; `*` may be a verb, not a type. */
export function givenPermissions(catalogue: Catalogue, field: string, permissions: readonly string[]) {
  const parsed = permissions.map((text, at) => {
    const parts = parsePermission(text);
    if (!parts || parts.resource === '*') {
      throw badInput(`${field}.${at}`, 'must be application:resource:verb, where only the verb may be *');
    }
    const type = catalogue.typeOf(parts);
    if (!type) throw badInput(`${field}.${at}`, `there is no resource type ${parts.application}:${parts.resource}`);
    if (!knowsVerb(type, parts.verb)) throw badInput(`${field}.${at}`, `${type.name} has no permission ${parts.verb}`);
    return { type, verb: parts.verb };
  });
  const [first] = parsed;
  const other = parsed.findIndex(({ type }) => type !== first?.type);
  if (other > 0) throw badInput(`${field}.${other}`, `must be of the same type as the others, ${first!.type.name}`);
  return first ? { type: first.type, verbs: [...new Set(parsed.map(({ verb }) => verb))] } : null;
}

/** A verb by itself, as it may be asked about. BAD_USER_INPUT naming `field`. */
export function askedVerb(field: string, verb: string): string {
  if (!isVerb(verb)) throw badInput(field, 'must be a verb, such as read');
  return verb;
}

/** Who writes, as grants record it. */
export const authorName = (caller: Caller): string => {
  if (caller.kind === 'user') return caller.username;
  return caller.kind === 'service' ? caller.clientId : 'anonymous';
};
