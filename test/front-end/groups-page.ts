import { run, type Send } from './client.js';
import { graphql } from './generated/gql.js';

const GroupsPage = graphql(`
  query GroupsPage($first: Int!, $after: String) {
    viewer {
      kind
      principal {
        username
      }
    }
    mayCreate: check(permission: "rbac:group:write") {
      allowed
    }
    groups(first: $first, after: $after, orderBy: { field: NAME, direction: ASC }) {
      totalCount
      nodes {
        id
        name
        principalCount
        roles(first: 10) {
          nodes {
            displayName
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const CreateGroup = graphql(`
  mutation CreateGroup($name: String!) {
    createGroup(input: { name: $name }) {
      group {
        id
        name
      }
    }
  }
`);

/** A line of the list. */
export type GroupLine = {
  readonly id: string;
  readonly name: string;
  readonly users: number;
  readonly roles: string[];
};

/** A page of groups that the viewer may read, and whether to offer "New group". */
export async function groupsPage(send: Send, first: number, after?: string) {
  const { viewer, mayCreate, groups } = await run(send, GroupsPage, { first, after });
  const lines: GroupLine[] = (groups?.nodes ?? []).map(({ id, name, principalCount, roles }) => ({
    id,
    name,
    users: principalCount ?? 0,
    roles: (roles?.nodes ?? []).map(({ displayName }) => displayName),
  }));
  const next = groups?.pageInfo.hasNextPage ? (groups.pageInfo.endCursor ?? undefined) : undefined;
  const signedInAs = viewer.principal?.username ?? null;
  return { signedInAs, offersNewGroup: mayCreate?.allowed ?? false, total: groups?.totalCount ?? 0, lines, next };
}

/** Makes a group; answers its id, or null when it may not be read. */
export async function createGroup(send: Send, name: string): Promise<string | null> {
  const { createGroup: payload } = await run(send, CreateGroup, { name });
  return payload?.group?.id ?? null;
}
