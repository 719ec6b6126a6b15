import { graphql, type GraphQLError, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import { SCOPES, type ClientScope } from '../src/kernel/caller.js';
import type { Identity } from '../src/kernel/identity.js';
import { newId } from '../src/kernel/ids.js';
import { AppError } from '../src/kernel/errors.js';
import { toGraphQL } from '../src/api/errors.js';
import { createEngine, type Engine } from '../src/engine/engine.js';
import { createTenant } from '../src/directory/tenant.commands.js';
import { contextMaker } from '../src/server/context.js';
import { ENTITIES } from '../src/server/entities.js';
import { createSchema } from '../src/server/schema.js';
import { openTestDatabase, type TestDatabase } from './database.js';

type Variables = Record<string, unknown>;
export type Reply = {
  /** Read by path, as a client without types does. */
  readonly data: any;
  readonly codes: unknown[];
  readonly fields: unknown[];
  readonly messages: string[];
};

/** A caller of a tenant, ready to ask. */
export type Asker = {
  ask(source: string, variables?: Variables): Promise<Reply>;
  /** As `ask`, and fails the test when the reply has errors. */
  get(source: string, variables?: Variables): Promise<Reply['data']>;
};

export type Gate = TestDatabase & {
  readonly engine: Engine;
  readonly schema: GraphQLSchema;
  /** What time it is for the gateway; set it to move. */
  now: () => Date;
  as(identity: Identity): Asker;
  tenant(): Promise<World>;
};

/** A tenant of a test's own. */
export type World = {
  readonly slug: string;
  readonly tenantId: string;
  /** An organisation administrator called `admin`. */
  readonly admin: Asker;
  user(username: string, claims?: Partial<Extract<Identity, { kind: 'user' }>>): Asker;
  service(...scopes: ClientScope[]): Asker;
  anonymous(): Asker;
  /** Creates principals, groups and roles; answers their global ids. */
  principal(username: string, more?: Variables): Promise<string>;
  group(name: string, more?: Variables): Promise<string>;
  role(
    name: string,
    access: readonly (string | { permission: string; resourceDefinitions: unknown })[],
    more?: Variables,
  ): Promise<string>;
  member(groupId: string, ...usernames: string[]): Promise<void>;
  give(groupId: string, ...roleIds: string[]): Promise<void>;
  /** A user called `username` who holds these permissions through a group of its own. */
  holder(username: string, ...access: Parameters<World['role']>[1]): Promise<Asker>;
};

const OPERATOR: Identity = {
  kind: 'service',
  clientId: 'operator',
  scopes: new Set(SCOPES),
  tenants: ['*'],
  tenant: null,
};

// The same for all files that a process runs; it holds nothing of a gateway.
const schema = createSchema();

/** A gateway on a database of its own, asked through GraphQL without HTTP. */
export async function openGate({
  roleApplications = ['*'],
}: { roleApplications?: readonly string[] } = {}): Promise<Gate> {
  const database = await openTestDatabase({ entities: ENTITIES });
  const engine = createEngine(database.db, 1_000);
  let identity: Identity = OPERATOR;
  const gate = { ...database, engine, schema, now: () => new Date() } as Gate;
  const contextOf = contextMaker({
    engine,
    authenticate: async () => identity,
    settings: { roleApplications },
    createTenants: false,
    log: pino({ level: 'silent' }),
    clock: () => gate.now(),
  });
  gate.as = asker => ({
    async ask(source, variableValues) {
      identity = asker;
      const contextValue = await contextOf({}, 'test');
      const result = await graphql({ schema, source, variableValues, contextValue });
      const errors = (result.errors ?? []).map(atTheEdge);
      return {
        data: result.data,
        codes: errors.map(error => error.extensions.code ?? error.message),
        fields: errors.map(error => error.extensions.field),
        messages: errors.map(error => error.message),
      };
    },
    async get(source, variables) {
      const { data, codes, messages } = await this.ask(source, variables);
      if (codes.length > 0) throw new Error(`${codes.join()}: ${messages.join('; ')}`);
      return data;
    },
  });
  gate.tenant = () => openWorld(gate);
  return gate;
}

// Over HTTP, the server does this.
const atTheEdge = (error: GraphQLError) =>
  error.originalError instanceof AppError ? (toGraphQL(error.originalError) as GraphQLError) : error;

async function openWorld(gate: Gate): Promise<World> {
  const slug = `t-${newId()}`;
  const tenantId = await gate.db.writeCatalogue(tx => createTenant(tx, { slug, name: slug }, new Date()));
  const tenant = { by: 'slug', value: slug } as const;
  const user: World['user'] = (username, claims) =>
    gate.as({ kind: 'user', tenant, username, serviceAccount: false, ...claims });
  const admin = user('admin', { orgAdmin: true });
  const make = async (noun: string, input: Variables): Promise<string> => {
    const source = `mutation ($input: Create${noun}Input!) { made: create${noun}(input: $input) { ${noun.toLowerCase()} { id } } }`;
    return (await admin.get(source, { input })).made[noun.toLowerCase()].id;
  };
  const world: World = {
    slug,
    tenantId,
    admin,
    user,
    service: (...scopes) =>
      gate.as({ kind: 'service', clientId: 'client', scopes: new Set(scopes), tenants: ['*'], tenant }),
    anonymous: () => gate.as({ kind: 'anonymous', tenant }),
    principal: (username, more) => make('Principal', { username, ...more }),
    group: (name, more) => make('Group', { name, ...more }),
    role: (name, access, more) =>
      make('Role', { name, access: access.map(row => (typeof row === 'string' ? { permission: row } : row)), ...more }),
    async member(groupId, ...usernames) {
      const source = `mutation ($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { group { id } } }`;
      await admin.get(source, { input: { groupId, usernames } });
    },
    async give(groupId, ...roleIds) {
      const source = `mutation ($input: GroupRolesInput!) { addGroupRoles(input: $input) { group { id } } }`;
      await admin.get(source, { input: { groupId, roleIds } });
    },
    async holder(username, ...access) {
      await world.principal(username);
      const group = await world.group(`group of ${username}`);
      await world.member(group, username);
      await world.give(group, await world.role(`role of ${username}`, access));
      return user(username);
    },
  };
  return world;
}
