import { setType } from './asking.js';
import type { Asker, Gate } from '../world.js';

const LOOK = /* GraphQL */ `
  query ($type: String!, $resourceId: String!) {
    resource(type: $type, resourceId: $resourceId) {
      attributes
      owner {
        username
      }
      parents {
        type
        resourceId
      }
      children(first: 1000) {
        totalCount
        nodes {
          type
          resourceId
        }
      }
      sharedWith {
        name
      }
    }
  }
`;

/** What there is of a resource, by name; related resources of another type than books with their type. */
export type Looked = {
  owner: string | null;
  attributes: unknown;
  parents: string[];
  children: string[];
  sharedWith: string[];
};

type Ref = { type: string; resourceId: string };
const nameOf = ({ type, resourceId }: Ref) => (type === 'lib:book' ? resourceId : `${type} ${resourceId}`);

/** A book, or a resource of another type, as the caller sees it; null when there is none for it. */
export async function look(asker: Asker, resourceId: string, type = 'lib:book'): Promise<Looked | null> {
  const { resource } = await asker.get(LOOK, { type, resourceId });
  if (!resource) return null;
  expect(resource.children.totalCount).toBe(resource.children.nodes.length);
  return {
    owner: resource.owner?.username ?? null,
    attributes: resource.attributes,
    parents: resource.parents.map(nameOf),
    children: resource.children.nodes.map(nameOf),
    sharedWith: resource.sharedWith.map(({ name }: { name: string }) => name),
  };
}

/** A resource with nothing to it. */
export const EMPTY: Looked = { owner: null, attributes: null, parents: [], children: [], sharedWith: [] };

export const book = (resourceId: string): Ref => ({ type: 'lib:book', resourceId });
export const shelf = (resourceId: string): Ref => ({ type: 'lib:shelf', resourceId });
export const page = (resourceId: string): Ref => ({ type: 'lib:page', resourceId });

const PLAIN = {
  ...{ ownerVerbs: [], sharedVerbs: [], inheritedVerbs: [], visibility: 'OPEN', unsharedArePublic: false },
  ...{ controlledBy: 'NONE', visibleWithoutRelated: true, openVerbs: false, ownable: true },
};

/** Puts the options of types back to what they are at first. */
export async function plainTypes(gate: Gate, ...names: string[]): Promise<void> {
  for (const name of names) await setType(gate, name, PLAIN);
}

/** The usual clock, moved by some hours from now on. */
export const moveClock = (gate: Gate, hours: number): void =>
  void (gate.now = () => new Date(Date.now() + hours * 3_600_000));

/** A moment some hours from now, as it is sent. */
export const inHours = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString();
