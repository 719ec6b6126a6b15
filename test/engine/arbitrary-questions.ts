import fc from 'fast-check';
import { VERBS } from '../oracle/arbitrary-catalogue.js';
import type { Reading, ResourceRef, Subject, World } from '../oracle/world.js';
import type { PagedHolders } from './agreement-holders.js';
import type { PagedListing } from './agreement-lists.js';
import { subjectsOf } from './engine-words.js';

const number = fc.nat(1_000);
const reading: fc.Arbitrary<Reading> = fc.record({
  ...{ includeGroups: fc.boolean(), includeSuperuser: fc.boolean(), acceptGlobal: fc.boolean() },
});
const verbs = fc.subarray([...VERBS, 'fly'], { maxLength: 3 });
const limit = fc.constantFrom(1, 2, 100, 100);
const match = fc.constantFrom('ALL' as const, 'ANY' as const);

const via = fc.constantFrom('EFFECTIVE' as const, 'DIRECT' as const, 'GROUPS' as const);

const list = fc.record({ who: number, what: number, verbs, match, reading, limit });
const kind = fc.constantFrom('principals' as const, 'groups' as const, 'everyone' as const);

/** What to ask any world for: numbers pick among what it has. */
export const further = fc.record({
  lists: fc.tuple(list, list, list),
  pair: fc.record({ who: number, what: number, via }),
  holders: fc.record({ what: number, kind, verbs: fc.option(verbs, { freq: 2 }), reading, limit }),
});
export type Further = typeof further extends fc.Arbitrary<infer T> ? T : never;

const pick = <T>(from: readonly T[], at: number): T => from[at % from.length]!;

/** A list of the resources of somebody; without verbs, of those with any grant. */
export const listingIn = (world: World, { who, what, ...rest }: Further['lists'][0]): PagedListing => ({
  ...rest,
  ...{ subject: pick(subjectsOf(world), who), type: pick(world.types, what).name },
});

/** Those who hold something on a resource, registered or not. */
export const holdersIn = (world: World, { what, ...rest }: Further['holders']): PagedHolders => ({
  ...rest,
  resource: pick(resourcesOf(world), what),
});

/** Somebody and a resource, registered or not. */
export const pairIn = (world: World, { who, what, ...rest }: Further['pair']) => ({
  ...rest,
  ...{ subject: pick<Subject>(subjectsOf(world), who), resource: pick(resourcesOf(world), what) },
});

const resourcesOf = ({ resources, types }: World): ResourceRef[] => [
  ...resources.map(({ type, id }) => ({ type, id })),
  { type: types[0]!.name, id: 'some id' },
];
