import fc from 'fast-check';
import { expiresAt, few } from './arbitrary.js';
import { attributes, VERBS } from './arbitrary-catalogue.js';
import type { Grant, Group, Principal, Resource, ResourceRef, Type } from './world.js';

// Letter case, marks, digits, signs of SQL, and characters whose order in UTF-16 is not that of their bytes.
const IDS = ['a', 'B', 'A', 'ä', 'a\u0308', '10', '9', ' ', `o'%_\\`, '\uFFFD', '😀', 'x'.repeat(255)];

type Cast = {
  readonly types: readonly Type[];
  readonly principals: readonly Principal[];
  readonly groups: readonly Group[];
};

const usernamesOf = ({ principals }: Cast) => principals.map(({ username }) => username);
const namesOf = (things: readonly { name: string }[]) => things.map(({ name }) => name);

/** Resources of all types; the parents of each are among those before it: no rings. */
export const resourcesOf = (cast: Cast): fc.Arbitrary<Resource[]> => {
  const ref = fc.record({ type: fc.constantFrom(...namesOf(cast.types)), id: fc.constantFrom(...IDS) });
  const resource = (made: ResourceRef, before: readonly ResourceRef[]): fc.Arbitrary<Resource> =>
    fc
      .record({
        owner: fc.option(fc.constantFrom(...usernamesOf(cast)), { freq: 2 }),
        attributes: fc.option(attributes, { freq: 2 }),
        parents: few(before),
        shares: fc.oneof(fc.constant([]), few(namesOf(cast.groups))),
      })
      .map(rest => ({ ...made, ...rest }));
  return fc
    .uniqueArray(ref, { maxLength: 7, selector: ({ type, id }) => `${type} ${id}` })
    .chain(refs => fc.tuple(...refs.map((made, at) => resource(made, refs.slice(0, at)))));
};

/** Grants on these resources, and rarely on all of a type; some of verbs that no type has. */
export const grantsOf = (cast: Cast, resources: readonly ResourceRef[]): fc.Arbitrary<Grant[]> => {
  const onOne = resources.map(({ type, id }) => ({ type, resourceId: id }));
  const onAll = namesOf(cast.types).map(type => ({ type, resourceId: null }));
  const to = fc.oneof(
    fc.constantFrom(...usernamesOf(cast)).map(username => ({ username })),
    fc.constantFrom(...namesOf(cast.groups)).map(group => ({ group })),
  );
  const verb = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...VERBS) }, fc.constantFrom('*', 'fly'));
  const where = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(onOne.length > 0 ? onOne : onAll)) },
    fc.constantFrom(...onAll),
  );
  return fc
    .uniqueArray(fc.record({ where, verb, to }), { maxLength: 8, selector: made => JSON.stringify(made) })
    .chain(made =>
      fc.tuple(...made.map(({ where: on, ...rest }) => expiresAt.map(when => ({ ...on, ...rest, expiresAt: when })))),
    );
};
