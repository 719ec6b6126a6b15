import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { NODE_TYPES } from '../../src/kernel/ids.js';
import { printedSchema } from '../../src/server/schema.js';
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

const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])';

/** A subgraph of another team that says of one type of its own that it is protected. */
const domain = (type: string) => `${LINK}
  interface Protected { id: ID! resourceType: String! }
  type ${type} implements Protected @key(fields: "id") @key(fields: "id resourceType") {
    id: ID!
    resourceType: String!
    title${type}: String!
  }
  type Query { all${type}s: [${type}!]! }`;

const compose = (...texts: string[]) =>
  composeServices(texts.map((text, at) => ({ name: `s${at}`, url: 'http://localhost', typeDefs: parse(text) })));

describe('the schema as a subgraph', () => {
  it('composes with subgraphs of others, each with an interface without a key', () => {
    const { errors, supergraphSdl } = compose(printedSchema(), domain('Book'), domain('Film'));
    expect(errors).toBeUndefined();
    for (const type of ['Book', 'Film']) {
      const fields = new RegExp(`^type ${type}\\b[^}]*`, 'm').exec(supergraphSdl!)?.[0];
      expect(fields).toContain('viewerCan');
    }
  });

  it('wants the interface of at least one other', () => {
    expect(compose(printedSchema()).errors?.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^Type "Protected" is declared with @interfaceObject in all the subgraphs/),
    ]);
  });

  it('gives each kind of node a key', () => {
    const keyed = [...printedSchema().matchAll(/^type (\w+) implements Node @key\(fields: "id"\) \{$/gm)];
    expect(keyed.map(([, name]) => name).sort()).toEqual([...NODE_TYPES].sort());
  });

  it('composes with others that page, and that delete', () => {
    const page = `${LINK} extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@shareable"])`;
    const other = `${page.replace(LINK, '')}
      type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
      type DeletePayload @shareable { deletedId: ID! }
      type Query { page: PageInfo, deleted: DeletePayload }`;
    expect(compose(printedSchema(), domain('Book'), other).errors).toBeUndefined();
  });
});

const SCHEMA = join(import.meta.dirname, '../../schema/grantry.graphql');
const ROVER = join(import.meta.dirname, '../../node_modules/@apollo/rover-linux-x64/rover');
// Rover is there where its packages install: on Linux, on x64.
const withRover = existsSync(ROVER) ? it : it.skip;

describe('the text of the subgraph', () => {
  const clients = [OPERATOR, { id: 'router', secretHashes: [hashOf('route it')], tenants: ['*'], scopes: ['check'] }];
  const env = { GRANTRY_JWT_SECRET: SECRET, GRANTRY_CLIENTS: JSON.stringify(clients) };
  let closed: Assembled;
  beforeAll(async () => {
    closed = await assembled({ ...env, GRANTRY_INTROSPECTION: 'false' });
    await createTenant(closed, 'acme');
  }, 120_000);
  afterAll(() => closed.close());
  const TEXT = '{ _service { sdl } }';

  it('is that of schema/grantry.graphql', async () => {
    const { body } = await closed.ask(TEXT, { headers: basic('operator', 'operate it') });
    expect(body.data._service.sdl).toBe(await readFile(SCHEMA, 'utf8'));
  });

  withRover('is what rover introspects', async () => {
    const home = await mkdtemp(join(tmpdir(), 'grantry-rover-'));
    const env = { ...process.env, APOLLO_TELEMETRY_DISABLED: 'true', APOLLO_CONFIG_HOME: home };
    const signedIn = ['--header', `Authorization: ${basic('operator', 'operate it').authorization}`];
    const run = ['subgraph', 'introspect', `${closed.url}/graphql`, ...signedIn, '--skip-update-check'];
    const { stdout } = await promisify(execFile)(ROVER, run, { env });
    await rm(home, { recursive: true });
    expect(stdout.trimEnd()).toBe((await readFile(SCHEMA, 'utf8')).trimEnd());
  });

  it('is for service clients alone where introspection is off', async () => {
    const codes = async (headers?: Record<string, string>) =>
      (await closed.ask(TEXT, { headers })).body.errors?.map((error: any) => error.extensions.code);
    expect(await codes()).toEqual(['UNAUTHENTICATED']);
    expect(await codes(await bearer('ada', 'acme'))).toEqual(['FORBIDDEN']);
    expect(await codes(basic('router', 'route it', 'acme'))).toBeUndefined();
    expect(await codes(basic('operator', 'operate it'))).toBeUndefined();
  });

  it('is no way around introspection', async () => {
    const { body } = await closed.ask('{ __schema { queryType { name } } }', {
      headers: basic('operator', 'operate it'),
    });
    expect(body.errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
