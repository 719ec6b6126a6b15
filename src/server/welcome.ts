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

/** Tokens for two people of the demo world, and what to try with them. */
export async function welcome(secret: string): Promise<Welcome> {
  const tokenOf = (username: string) => signDevelopmentToken({ secret, username, tenant: DEMO.tenant });
  const [admin, user] = await Promise.all([tokenOf(DEMO.admin), tokenOf(DEMO.user)]);
  const headers = (token: string) => ({ authorization: `Bearer ${token}` });
  const tab = (query: string, token: string) => ({ query, headers: JSON.stringify(headers(token), null, 2) });
  return {
    graphiql: {
      headers: headers(admin),
      tabs: [tab(ADMIN_TAB, admin), tab(USER_TAB, user), tab(FILTER_TAB, admin)],
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
