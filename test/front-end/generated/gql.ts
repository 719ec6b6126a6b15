/* eslint-disable */
import * as types from './graphql.js';



/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  query GroupsPage($first: Int!, $after: String) {\n    viewer {\n      kind\n      principal {\n        username\n      }\n    }\n    mayCreate: check(permission: \"rbac:group:write\") {\n      allowed\n    }\n    groups(first: $first, after: $after, orderBy: { field: NAME, direction: ASC }) {\n      totalCount\n      nodes {\n        id\n        name\n        principalCount\n        roles(first: 10) {\n          nodes {\n            displayName\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": typeof types.GroupsPageDocument,
    "\n  mutation CreateGroup($name: String!) {\n    createGroup(input: { name: $name }) {\n      group {\n        id\n        name\n      }\n    }\n  }\n": typeof types.CreateGroupDocument,
};
const documents: Documents = {
    "\n  query GroupsPage($first: Int!, $after: String) {\n    viewer {\n      kind\n      principal {\n        username\n      }\n    }\n    mayCreate: check(permission: \"rbac:group:write\") {\n      allowed\n    }\n    groups(first: $first, after: $after, orderBy: { field: NAME, direction: ASC }) {\n      totalCount\n      nodes {\n        id\n        name\n        principalCount\n        roles(first: 10) {\n          nodes {\n            displayName\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n": types.GroupsPageDocument,
    "\n  mutation CreateGroup($name: String!) {\n    createGroup(input: { name: $name }) {\n      group {\n        id\n        name\n      }\n    }\n  }\n": types.CreateGroupDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query GroupsPage($first: Int!, $after: String) {\n    viewer {\n      kind\n      principal {\n        username\n      }\n    }\n    mayCreate: check(permission: \"rbac:group:write\") {\n      allowed\n    }\n    groups(first: $first, after: $after, orderBy: { field: NAME, direction: ASC }) {\n      totalCount\n      nodes {\n        id\n        name\n        principalCount\n        roles(first: 10) {\n          nodes {\n            displayName\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n"): typeof import('./graphql.js').GroupsPageDocument;
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation CreateGroup($name: String!) {\n    createGroup(input: { name: $name }) {\n      group {\n        id\n        name\n      }\n    }\n  }\n"): typeof import('./graphql.js').CreateGroupDocument;


export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}
