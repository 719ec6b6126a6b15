import { knowsVerb, type TypeOptions } from '../engine/catalogue.js';
import { badInput } from '../kernel/errors.js';
import { isVerb } from '../kernel/permission.js';
import { validCodename } from '../kernel/text.js';

/** What an assignment gives to whom, as it is written: a list of verbs, or a map from codename to list with a `default`. */
export type PolicyInput = {
  readonly owner?: unknown;
  readonly group?: unknown;
  readonly groupsUpstream?: unknown;
  readonly groupsDownstream?: unknown;
  readonly groupsSiblings?: unknown;
};

/** Verbs for everybody, and those that a codename adds. */
export type Verbs = { readonly always: readonly string[]; readonly by: ReadonlyMap<string, readonly string[]> };
export const POLICY_KEYS = ['owner', 'group', 'groupsUpstream', 'groupsDownstream', 'groupsSiblings'] as const;
export type PolicyKey = (typeof POLICY_KEYS)[number];
export type AssignmentPolicy = Readonly<Record<PolicyKey, Verbs>>;

/** What django-groups-manager gives unless told. */
const DEFAULTS: Readonly<Record<PolicyKey, readonly string[]>> = {
  owner: ['view', 'change', 'delete'],
  group: ['view', 'change'],
  groupsUpstream: ['view'],
  groupsDownstream: [],
  groupsSiblings: ['view'],
};

const DEFAULT = 'default';

/**
 * The policy of a call: each key as the call says, or the tenant, or Grantry. A verb that the type lacks is skipped in
 * defaults; where the call names it, it is BAD_USER_INPUT naming the place.
 */
export function policyOf(type: TypeOptions, call: PolicyInput | null | undefined, tenants: unknown): AssignmentPolicy {
  const stored = (tenants ?? {}) as PolicyInput;
  const named = (key: PolicyKey): Verbs => {
    const given = call?.[key];
    if (given !== undefined && given !== null) {
      return parsed(`input.policy.${key}`, key, given, type);
    }
    return known(type, parsed(`assignmentPolicy.${key}`, key, stored[key] ?? DEFAULTS[key]));
  };
  return Object.fromEntries(POLICY_KEYS.map(key => [key, named(key)])) as Record<PolicyKey, Verbs>;
}

/** Checks the form of defaults that a tenant is about to store. BAD_USER_INPUT naming the place. */
export function validPolicy(field: string, policy: PolicyInput): PolicyInput {
  const given = POLICY_KEYS.filter(key => policy[key] !== undefined && policy[key] !== null);
  for (const key of given) parsed(`${field}.${key}`, key, policy[key]);
  return Object.fromEntries(given.map(key => [key, policy[key]]));
}

/** The verbs of those who have these codenames. */
export const verbsFor = ({ always, by }: Verbs, codenames: readonly string[]): string[] => [
  ...new Set([...always, ...codenames.flatMap(codename => by.get(codename) ?? [])]),
];

/** With a type, a verb that it lacks is refused. */
function parsed(field: string, key: PolicyKey, value: unknown, type?: TypeOptions): Verbs {
  if (Array.isArray(value)) return { always: verbList(field, value, type), by: new Map() };
  if (key === 'group' || typeof value !== 'object' || value === null) {
    throw badInput(
      field,
      key === 'group' ? 'must be a list of verbs' : 'must be a list of verbs, or a map of such lists',
    );
  }
  const lists = Object.entries(value).map(([name, list]) => {
    const codename = name === DEFAULT ? name : validCodename(`${field}.${name}`, name);
    return [codename, verbList(`${field}.${name}`, list, type)] as const;
  });
  const by = new Map(lists);
  const always = by.get(DEFAULT) ?? [];
  by.delete(DEFAULT);
  return { always, by };
}

function verbList(field: string, list: unknown, type?: TypeOptions): string[] {
  if (!Array.isArray(list)) throw badInput(field, 'must be a list of verbs');
  return list.map((verb: unknown, at) => {
    if (typeof verb !== 'string' || (verb !== '*' && !isVerb(verb)))
      throw badInput(`${field}.${at}`, 'must be a verb, or *');
    if (type && !knowsVerb(type, verb)) throw badInput(`${field}.${at}`, `${type.name} has no permission ${verb}`);
    return verb;
  });
}

const known = (type: TypeOptions, { always, by }: Verbs): Verbs => {
  const those = (verbs: readonly string[]) => verbs.filter(verb => knowsVerb(type, verb));
  return { always: those(always), by: new Map([...by].map(([codename, verbs]) => [codename, those(verbs)])) };
};
