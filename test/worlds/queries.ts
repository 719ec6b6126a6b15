/** Decisions, with why or under which filters. */
export const CHECKS = /* GraphQL */ `
  query ($requests: [CheckInput!]!) {
    checks(requests: $requests) {
      allowed
      reasons {
        kind
        role {
          name
        }
        group {
          name
        }
        policy {
          name
        }
        resource {
          type
          resourceId
        }
      }
      filterSets {
        resourceDefinitions {
          attributeFilter {
            key
            operation
            value
          }
        }
      }
      error {
        message
      }
    }
  }
`;

/** The access list of a principal. */
export const ACCESS = /* GraphQL */ `
  query ($application: String!, $username: String) {
    access(application: $application, username: $username, first: 100) {
      nodes {
        permission
        resourceDefinitions {
          attributeFilter {
            key
            operation
            value
          }
        }
        roles {
          name
        }
      }
    }
  }
`;

/** The resources on which somebody holds permissions. */
export const RESOURCES = /* GraphQL */ `
  query (
    $permissions: [String!]
    $type: String
    $match: Match
    $subject: SubjectInput
    $includeGroups: Boolean
    $includeSuperuser: Boolean
    $acceptGlobal: Boolean
  ) {
    resources(
      permissions: $permissions
      type: $type
      match: $match
      subject: $subject
      includeGroups: $includeGroups
      includeSuperuser: $includeSuperuser
      acceptGlobal: $acceptGlobal
      first: 100
    ) {
      everything
      nodes {
        resourceId
      }
    }
  }
`;

/** Who holds something on a resource. */
export const HOLDERS = /* GraphQL */ `
  query (
    $type: String!
    $resourceId: String!
    $permissions: [String!]
    $includeGroupMembers: Boolean
    $includeSuperusers: Boolean
    $acceptGlobal: Boolean
  ) {
    resource(type: $type, resourceId: $resourceId) {
      principals(
        permissions: $permissions
        includeGroupMembers: $includeGroupMembers
        includeSuperusers: $includeSuperusers
        acceptGlobal: $acceptGlobal
        first: 100
      ) {
        everyone
        edges {
          permissions
          node {
            username
          }
        }
      }
      groups(permissions: $permissions, acceptGlobal: $acceptGlobal, first: 100) {
        edges {
          permissions
          node {
            name
          }
        }
      }
    }
  }
`;
