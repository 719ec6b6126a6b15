import type { Identity } from '../../src/kernel/identity.js';
import { addPermissions, did, send, wrongs } from '../policy/asking.js';
import { openGate, type Asker, type Gate, type World } from '../world.js';

type Input = Record<string, unknown>;

/** What the tests of resources are about: books on shelves, beside Grantry's own. */
export const LIBRARY = [
  ...['view', 'change', 'delete', 'manage', '*'].map(verb => `lib:book:${verb}`),
  ...['view', 'change', 'manage'].map(verb => `lib:shelf:${verb}`),
  ...['lib:page:view', 'lib:*:*'],
  ...[
    'rbac:*:*',
    ...['group', 'principal', 'resource', 'grant', 'access'].flatMap(type => [
      `rbac:${type}:read`,
      `rbac:${type}:write`,
    ]),
  ],
];

/** A gateway whose catalogue has the permissions of `LIBRARY`. */
export async function openLibrary(): Promise<Gate> {
  const gate = await openGate();
  await addPermissions(gate, ...LIBRARY);
  return gate;
}

/** Sets options of a resource type, for all tenants. */
export const setType = (gate: Gate, name: string, options: Input) =>
  did(gate.as(OPERATOR), 'updateResourceType', { name, ...options }, 'resourceType { name }');

const OPERATOR: Identity = {
  kind: 'service',
  clientId: 'operator',
  scopes: new Set(['catalogue']),
  tenants: ['*'],
  tenant: null,
};

/** Sends a mutation on resources; what it answers is `count`, `created` or the ids of what it wrote. */
const SELECTIONS: Record<string, string> = {
  putResources: 'created resources { id resourceId }',
  deleteResources: 'count',
  pruneResources: 'count',
  shareResources: 'resources { resourceId }',
  unshareResources: 'resources { resourceId }',
  grantPermissions:
    'created grants { id permission expiresAt reason grantedBy resource { resourceId } principal { username } group { name } }',
  revokePermissions: 'count',
  assignResource: 'grants { id permission expiresAt principal { username } group { name } }',
  unassignResource: 'count',
};
const INPUTS: Record<string, string> = { deleteResources: 'ResourcesInput', unshareResources: 'ShareResourcesInput' };

const sourceOf = (mutation: string) =>
  `mutation ($input: ${INPUTS[mutation] ?? `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`}!) {
    done: ${mutation}(input: $input) { ${SELECTIONS[mutation]} } }`;

/** As the caller, does something to resources; fails the test when it is refused. */
export const does = async (asker: Asker, mutation: string, input: Input) =>
  (await asker.get(sourceOf(mutation), { input })).done;

/** What is wrong with doing something to resources; empty when nothing is. */
export const refused = async (asker: Asker, mutation: string, input: Input): Promise<unknown[]> =>
  wrongs(await asker.ask(sourceOf(mutation), { input }));

/** Registers books by id, with what else is given of them. */
export const putBooks = (w: World, ...books: (string | Input)[]) =>
  does(w.admin, 'putResources', {
    type: 'lib:book',
    resources: books.map(book => (typeof book === 'string' ? { resourceId: book } : book)),
  });

/** Grants verbs on books to a principal. */
export const grantBooks = (
  w: World,
  username: string,
  verbs: readonly string[],
  ids: readonly string[] | null,
  more: Input = {},
) =>
  does(w.admin, 'grantPermissions', {
    permissions: verbs.map(verb => `lib:book:${verb}`),
    subjects: [{ username }],
    ...(ids && { resourceIds: ids }),
    ...more,
  });

const LIST = /* GraphQL */ `
  query (
    $permissions: [String!]
    $type: String
    $match: Match
    $subject: SubjectInput
    $includeGroups: Boolean
    $includeSuperuser: Boolean
    $acceptGlobal: Boolean
    $first: Int
    $after: String
  ) {
    resources(
      permissions: $permissions
      type: $type
      match: $match
      subject: $subject
      includeGroups: $includeGroups
      includeSuperuser: $includeSuperuser
      acceptGlobal: $acceptGlobal
      first: $first
      after: $after
    ) {
      everything
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        resourceId
      }
    }
  }
`;

/** The ids of a list of resources, all pages of it; `*` first when it says that it is everything. */
export async function listed(asker: Asker, variables: Input, first = 100): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ;) {
    const { resources }: any = await asker.get(LIST, { ...variables, first, after });
    ids.push(...resources.nodes.map((node: any) => node.resourceId));
    after = resources.pageInfo.endCursor;
    if (resources.pageInfo.hasNextPage) continue;
    expect(resources.totalCount).toBe(ids.length);
    return resources.everything ? ['*', ...ids] : ids;
  }
}

/** Whether a caller may do something on a book. */
export async function canOn(asker: Asker, verb: string, resourceId: string, more: Input = {}): Promise<boolean> {
  const source = `query ($permission: String!, $resourceId: String, $subject: SubjectInput, $context: JSON) {
    check(permission: $permission, resourceId: $resourceId, subject: $subject, context: $context) { allowed } }`;
  return (await asker.get(source, { permission: `lib:book:${verb}`, resourceId, ...more })).check.allowed;
}

/** The kinds of reasons for which a caller may do something on a book. */
export async function why(asker: Asker, verb: string, resourceId: string): Promise<string[]> {
  const source = `query ($permission: String!, $resourceId: String) {
    check(permission: $permission, resourceId: $resourceId) { allowed reasons { kind } } }`;
  const { check } = await asker.get(source, { permission: `lib:book:${verb}`, resourceId });
  return [...new Set<string>(check.reasons.map((reason: { kind: string }) => reason.kind))].sort();
}

export { did, send, wrongs };
