import { createPermission } from '../../src/catalogue/permission.commands.js';
import { updateResourceType, type ResourceTypeChange } from '../../src/catalogue/resource-type.commands.js';
import { newId } from '../../src/kernel/ids.js';
import { send, type Reply } from './serving.js';
import {
  assembled,
  basic,
  bearer,
  createTenant,
  hashOf,
  OPERATOR,
  SECRET,
  type Assembled,
} from './support/assembled.js';

type Headers = Record<string, string>;
type Input = Record<string, unknown>;

const client = (id: string, ...scopes: string[]) => ({ id, secretHashes: [hashOf(id)], tenants: ['*'], scopes });
const CLIENTS = [
  OPERATOR,
  client('checker', 'check'),
  client('reader', 'read', 'write', 'grant'),
  client('maker', 'read', 'write', 'operate'),
];

/** A whole server whose clients are `checker`, `reader`, `maker` and the operator; each has its name as its secret. */
export const openServer = (env: Record<string, string> = {}): Promise<Assembled> =>
  assembled({
    GRANTRY_JWT_SECRET: SECRET,
    GRANTRY_CLIENTS: JSON.stringify(CLIENTS),
    GRANTRY_METRICS: '/metrics',
    ...env,
  });

/** Puts permissions, and with them types, into the catalogue. */
export const addPermissions = (server: Assembled, ...permissions: string[]): Promise<void> =>
  server.db.writeCatalogue(async tx => {
    for (const permission of permissions) await createPermission(tx, { permission });
  });

/** Sets options of a type. */
export const setType = (server: Assembled, change: ResourceTypeChange) =>
  server.db.writeCatalogue(async tx => void (await updateResourceType(tx, change)));

/** A tenant of a test's own, and how to ask in it. */
export type Tenant = {
  readonly slug: string;
  /** Credentials of a client with the scope `check`, and of an administrator. */
  readonly checker: Headers;
  readonly admin: Headers;
  user(username: string): Promise<Headers>;
  principal(username: string): Promise<void>;
  superuser(username: string): Promise<void>;
  /** A group with these members; answers its global id. */
  group(name: string, ...usernames: string[]): Promise<string>;
  /** A role with these rows for a group. */
  role(groupId: string, ...access: (string | Input)[]): Promise<void>;
  put(type: string, ...resources: (string | Input)[]): Promise<void>;
  grant(permission: string, subject: Input, ...resourceIds: string[]): Promise<void>;
  /** Sends a mutation as the administrator, or with other headers. */
  does(mutation: string, input: Input, selection: string, headers?: Headers): Promise<any>;
  /** Posts to a path as the checker, unless other headers are given. */
  post(path: string, body: unknown, headers?: Headers): Promise<Reply>;
};

export async function openTenant(server: Assembled): Promise<Tenant> {
  const slug = await createTenant(server, `t-${newId()}`);
  const admin = await bearer('admin', slug, { orgAdmin: true });
  const checker = basic('checker', 'checker', slug);
  const does: Tenant['does'] = async (mutation, input, selection, headers = admin) => {
    const type =
      mutation === 'addGroupRoles' ? 'GroupRolesInput' : `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { done: ${mutation}(input: $input) { ${selection} } }`;
    const { body } = await server.ask(query, { headers, variables: { input } });
    if (body.errors) throw new Error(JSON.stringify(body.errors));
    return body.data.done;
  };
  return {
    slug,
    admin,
    checker,
    does,
    user: username => bearer(username, slug),
    principal: async username => void (await does('createPrincipal', { username }, 'principal { id }')),
    superuser: async username =>
      void (await does(
        'createPrincipal',
        { username, superuser: true },
        'principal { id }',
        basic('maker', 'maker', slug),
      )),
    async group(name, ...usernames) {
      const { id } = (await does('createGroup', { name }, 'group { id }')).group;
      if (usernames.length > 0) await does('addGroupMembers', { groupId: id, usernames }, 'group { id }');
      return id;
    },
    async role(groupId, ...access) {
      const rows = access.map(row => (typeof row === 'string' ? { permission: row } : row));
      const { role } = await does('createRole', { name: `role ${newId()}`, access: rows }, 'role { id }');
      await does('addGroupRoles', { groupId, roleIds: [role.id] }, 'group { id }');
    },
    put: async (type, ...resources) => {
      const full = resources.map(one => (typeof one === 'string' ? { resourceId: one } : one));
      await does('putResources', { type, resources: full }, 'created');
    },
    grant: async (permission, subject, ...resourceIds) =>
      void (await does('grantPermissions', { permissions: [permission], subjects: [subject], resourceIds }, 'created')),
    post: (path, body, headers = checker) => postJson(`${server.url}${path}`, body, headers),
  };
}

/** Posts JSON to a URL. */
export const postJson = (url: string, body: unknown, headers: Headers = {}): Promise<Reply> =>
  send(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

export const EVALUATION = '/access/v1/evaluation';
export const EVALUATIONS = '/access/v1/evaluations';
export const SEARCH = {
  subject: '/access/v1/search/subject',
  resource: '/access/v1/search/resource',
  action: '/access/v1/search/action',
};

export const user = (id: string) => ({ type: 'user', id });
export const group = (id: string) => ({ type: 'group', id });
export const book = (id: string) => ({ type: 'lib:book', id });
export const action = (name: string) => ({ name });
