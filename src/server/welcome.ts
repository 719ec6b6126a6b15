import { signDevelopmentToken } from '../authn/development-token.js';
import { DEMO } from './demo.js';
import type { GraphiqlOptions } from './graphiql.js';

/** What a first run says to whoever started it. */
export type Welcome = { readonly graphiql: GraphiqlOptions; text(url: string): string };

const QUERY = `{ viewer { principal { username } } check(permission: "library:book:lend", subject: { username: "${DEMO.user}" }) { allowed reasons { message } } }`;

const ADMIN_TAB = `# You are ${DEMO.admin}, an administrator of the demo tenant.
{
  viewer { kind tenant { name } principal { username orgAdmin } }
  groups(first: 10) {
    totalCount
    nodes { name parent { name } principalCount roleCount roles { nodes { name } } }
  }
  why: check(permission: "library:book:lend", subject: { username: "${DEMO.user}" }) {
    allowed
    reasons { kind message role { name } policy { name } group { name } }
  }
}`;

const USER_TAB = `# You are ${DEMO.user}, who works at the front desk: the same API shows what is yours.
{
  viewer {
    principal { username groups(effective: true) { nodes { name } } }
    mayLend: can(permission: "library:book:lend")
    mayRearrange: can(permission: "library:shelf:write")
    access(application: "library") { nodes { permission resourceDefinitions { attributeFilter { key operation value } } } }
  }
}`;

const FILTER_TAB = `# A front end asks which rows it may show: cleo sees some sections only.
{
  check(permission: "library:book:read", subject: { username: "cleo" }) {
    allowed
    filterSets { resourceDefinitions { attributeFilter { key operation value } } }
  }
  checks(requests: [
    { permission: "library:book:read", subject: { username: "cleo" }, context: { section: "children" } }
    { permission: "library:book:read", subject: { username: "cleo" }, context: { section: "maps" } }
  ]) { allowed permission error { code message } }
}`;

const SHELF_TAB = `# You are ${DEMO.user}. Books are reached through roles, a shelf that is shared with the readers' club, and an assignment.
{
  viewer {
    resources(permissions: ["library:book:write"]) {
      everything
      nodes { resourceId attributes viewerPermissions parents { resourceId sharedWith { name } } }
    }
  }
  why: check(permission: "library:book:read", resourceId: "the-little-bear") {
    reasons { kind message group { name } resource { type resourceId } }
  }
}`;

const HOLDERS_TAB = `# You are ${DEMO.admin}: who may do what with one book, and why.
{
  resource(type: "library:book", resourceId: "atlas-of-1570") {
    principals(acceptGlobal: true) { edges { node { username } permissions } }
    grants { nodes { permission principal { username } grantedBy reason } }
    cleo: permissionsOf(subject: { username: "cleo" }, via: DIRECT)
  }
  assigned: resource(type: "library:book", resourceId: "guest-book") {
    groups { edges { node { name } permissions } }
  }
}`;

/** Tokens for two people of the demo world, and what to try with them. */
export async function welcome(secret: string): Promise<Welcome> {
  const tokenOf = (username: string) => signDevelopmentToken({ secret, username, tenant: DEMO.tenant });
  const [admin, user] = await Promise.all([tokenOf(DEMO.admin), tokenOf(DEMO.user)]);
  const headers = (token: string) => ({ authorization: `Bearer ${token}` });
  const tab = (query: string, token: string) => ({ query, headers: JSON.stringify(headers(token), null, 2) });
  return {
    graphiql: {
      headers: headers(admin),
      tabs: [
        ...[tab(ADMIN_TAB, admin), tab(USER_TAB, user), tab(FILTER_TAB, admin)],
        ...[tab(SHELF_TAB, user), tab(HOLDERS_TAB, admin)],
      ],
    },
    text: url => `
  Grantry is ready with a demo tenant.

  Open       ${url}/   (GraphiQL, with a token and examples)

  Admin      ${DEMO.admin}
  ${admin}

  User       ${DEMO.user}
  ${user}

  Try
  curl -s ${url}/graphql -H 'content-type: application/json' \\
    -H 'authorization: Bearer ${admin}' \\
    -d '${JSON.stringify({ query: QUERY })}'
`,
  };
}
