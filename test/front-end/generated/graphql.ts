/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What kind of caller one is. */
export type CallerKind =
  | 'ANONYMOUS'
  | 'SERVICE'
  | 'USER';

export type GroupsPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type GroupsPageQuery = { viewer: { kind: CallerKind, principal: { username: string } | null }, mayCreate: { allowed: boolean } | null, groups: { totalCount: number | null, nodes: Array<{ id: string, name: string, principalCount: number | null, roles: { nodes: Array<{ displayName: string }> | null } | null }> | null, pageInfo: { hasNextPage: boolean, endCursor: string | null } } | null };

export type CreateGroupMutationVariables = Exact<{
  name: string;
}>;


export type CreateGroupMutation = { createGroup: { group: { id: string, name: string } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const GroupsPageDocument = new TypedDocumentString(`
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
  groups(first: $first, after: $after, orderBy: {field: NAME, direction: ASC}) {
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
    `) as unknown as TypedDocumentString<GroupsPageQuery, GroupsPageQueryVariables>;
export const CreateGroupDocument = new TypedDocumentString(`
    mutation CreateGroup($name: String!) {
  createGroup(input: {name: $name}) {
    group {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<CreateGroupMutation, CreateGroupMutationVariables>;