import { graphql } from 'graphql';
import { pino } from 'pino';
import { seedPlatform } from '../../src/catalogue/seeding/seed-platform.js';
import { createEngine, type Engine } from '../../src/engine/engine.js';
import { SCOPES } from '../../src/kernel/caller.js';
import type { Identity } from '../../src/kernel/identity.js';
import { contextMaker } from '../../src/server/context.js';
import { ENTITIES } from '../../src/server/entities.js';
import { Database } from '../../src/store/database.js';
import { openGate, type Asker, type Gate, type World } from '../world.js';

/** A check as it is sent, in the tenant of a world. */
export type Check = {
  readonly permission: string;
  readonly subject: Readonly<Record<string, unknown>>;
  readonly resourceId?: string;
  readonly context?: Readonly<Record<string, unknown>>;
};

/** Another server on the data of a gate: with caches, and where there are any, connections of its own; told nothing. */
export type SecondServer = {
  readonly engine: Engine;
  readonly statements: string[];
  /** Sends operations of a client of that tenant with the scope `check`, or of somebody else. */
  ask(world: World, source: string, variables: object, identity?: Identity): Promise<{ data: any; codes: unknown[] }>;
  /** Decides about somebody in that tenant. */
  decide(world: World, check: Check): Promise<boolean>;
  close(): Promise<void>;
};

const CHECK = /* GraphQL */ `
  query ($permission: String!, $subject: SubjectInput, $resourceId: String, $context: JSON) {
    check(permission: $permission, subject: $subject, resourceId: $resourceId, context: $context) {
      allowed
    }
  }
`;

/** Opens another server beside a gate. */
export async function secondServer(gate: Gate): Promise<SecondServer> {
  const statements = gate.url ? [] : gate.statements;
  const trace = (sql: string) => void statements.push(sql);
  const db = gate.url ? await Database.open({ url: gate.url, entities: ENTITIES, trace }) : gate.db;
  const engine = createEngine(db, 1_000);
  let sender: Identity;
  const contextOf = contextMaker({
    ...{ engine, authenticate: async () => sender, settings: { roleApplications: ['*'] }, createTenants: false },
    ...{ log: pino({ level: 'silent' }), clock: () => gate.now() },
  });
  const server: SecondServer = {
    engine,
    statements,
    async ask({ slug }, source, variableValues, identity) {
      const tenant = { by: 'slug', value: slug } as const;
      const client = {
        kind: 'service',
        clientId: 'second',
        scopes: new Set(['check'] as const),
        tenants: ['*'],
        tenant,
      } as const;
      sender = identity ?? client;
      const contextValue = await contextOf({}, 'second');
      const { data, errors = [] } = await graphql({
        schema: gate.schema,
        source,
        variableValues: { ...variableValues },
        contextValue,
      });
      return { data, codes: errors.map(error => error.extensions.code ?? error.message) };
    },
    async decide(world, check) {
      const { data, codes } = await server.ask(world, CHECK, check);
      if (codes.length > 0) throw new Error(codes.join());
      return data.check.allowed;
    },
    close: async () => (gate.url ? db.close() : undefined),
  };
  return server;
}

/** A gate with the platform's catalogue, and `app:doc:read`, `app:doc:write`. */
export async function openSeededGate(): Promise<Gate> {
  const gate = await openGate({ roleApplications: ['*', 'rbac'] });
  await seedPlatform(gate.db);
  for (const verb of ['read', 'write', '*'])
    await mutate(operatorOf(gate), 'createPermission', { permission: `app:doc:${verb}` });
  return gate;
}

/** A client that may do everything to the catalogue and to tenants. */
export const operatorOf = (gate: Gate): Asker =>
  gate.as({ kind: 'service', clientId: 'operator', scopes: new Set(SCOPES), tenants: ['*'], tenant: null });

/** Sends a mutation with its one input; fails when it is refused. */
export function mutate(
  asker: Asker,
  name: string,
  input: object,
  inputType = `${name[0]!.toUpperCase()}${name.slice(1)}Input`,
) {
  const type = name.startsWith('delete') ? 'DeleteInput' : inputType;
  return asker.get(`mutation ($input: ${type}!) { ${name}(input: $input) { __typename } }`, { input });
}
