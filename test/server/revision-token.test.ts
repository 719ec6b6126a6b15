import { pino } from 'pino';
import { revisionToken } from '../../src/api/revision-token.js';
import { contextMaker } from '../../src/server/context.js';
import { openGate } from '../world.js';
import {
  addPermissions,
  book,
  EVALUATION,
  openServer,
  openTenant,
  SEARCH,
  user,
  type Tenant,
} from './authzen-world.js';
import type { Assembled } from './support/assembled.js';

let server: Assembled;
let w: Tenant;
beforeAll(async () => {
  server = await openServer();
  await addPermissions(server, 'lib:book:read');
  w = await openTenant(server);
  await w.principal('ada');
});
afterAll(() => server.close());

const plain = (token: string) => Buffer.from(token, 'base64url').toString().split(':');
const later = (token: string) => {
  const [, tenantId, tenant, catalogue] = plain(token);
  return revisionToken(tenantId!, { tenant: Number(tenant) + 1, catalogue: Number(catalogue) });
};
const CREATE = 'mutation ($name: String!) { createGroup(input: { name: $name }) { group { id } } }';
const ADD = 'mutation ($input: AddGroupMembersInput!) { addGroupMembers(input: $input) { group { id } } }';
const VIEWER = '{ viewer { kind } }';
const evaluation = { subject: user('ada'), action: { name: 'read' }, resource: book('a') };
const graphql = async (query: string, more: Record<string, string> = {}, name = 'g') =>
  server.ask(query, { headers: { ...w.admin, ...more }, variables: query === CREATE ? { name } : undefined });
const atLeast = (token: string) => ({ 'x-grantry-at-least': token });

describe('the revision', () => {
  it('comes with each answer, and is another one after a change of what somebody is', async () => {
    const before = (await graphql(VIEWER)).body.extensions.grantry.revision;
    expect((await graphql(VIEWER)).body.extensions.grantry.revision).toBe(before);
    const groupId = await w.group('raised');
    const added = await server.ask(ADD, { headers: w.admin, variables: { input: { groupId, usernames: ['ada'] } } });
    const after = added.body.extensions.grantry.revision;
    expect(Number(plain(after)[2])).toBeGreaterThan(Number(plain(before)[2]));
    expect((await graphql(VIEWER)).body.extensions.grantry.revision).toBe(after);
  });

  it('is the same over AuthZEN', async () => {
    const { revision } = (await graphql(VIEWER)).body.extensions.grantry;
    expect((await w.post(EVALUATION, evaluation)).body.context).toEqual({ revision });
    const found = await w.post(SEARCH.action, { subject: user('ada'), resource: book('a') });
    expect(found.body.context).toEqual({ revision });
  });

  it('is not told to the anonymous caller, nor where there was no operation', async () => {
    const anonymous = await server.ask(VIEWER, { headers: { 'x-grantry-tenant': w.slug } });
    expect(anonymous.body).toEqual({ data: { viewer: { kind: 'ANONYMOUS' } } });
    expect((await graphql('{ nothing }')).body.extensions).toBeUndefined();
  });
});

describe('asking for a revision at least', () => {
  it('holds for each that the database has given', async () => {
    const { revision } = (await graphql(CREATE, {}, 'seen')).body.extensions.grantry;
    expect((await graphql(VIEWER, atLeast(revision))).body.data.viewer.kind).toBe('USER');
    expect((await w.post(EVALUATION, evaluation, { ...w.checker, ...atLeast(revision) })).status).toBe(200);
  });

  it('is UNAVAILABLE where the database has not come that far', async () => {
    const token = later((await graphql(VIEWER)).body.extensions.grantry.revision);
    const reply = await graphql(VIEWER, atLeast(token));
    expect([reply.status, reply.body.errors[0].extensions.code]).toEqual([503, 'UNAVAILABLE']);
    const decision = await w.post(EVALUATION, evaluation, { ...w.checker, ...atLeast(token) });
    expect([decision.status, decision.body.error.code]).toEqual([503, 'UNAVAILABLE']);
    expect(decision.headers.get('retry-after')).toBe('5');
  });

  it.each<[string, (token: string) => string]>([
    ['no token', () => 'x'],
    ['nothing', () => ''],
    ['a token with something behind it', token => `${token}A`],
    ['two tokens', token => `${token}, ${token}`],
    [
      'a token of another version',
      token => Buffer.from(`2${Buffer.from(token, 'base64url').toString().slice(1)}`).toString('base64url'),
    ],
    [
      'a token of another tenant',
      token => revisionToken('01900000-0000-7000-8000-000000000000', { tenant: 1, catalogue: Number(plain(token)[3]) }),
    ],
  ])('is refused with %s', async (_, spoil) => {
    const headers = atLeast(spoil((await graphql(VIEWER)).body.extensions.grantry.revision));
    const { status, body } = await graphql(VIEWER, headers);
    expect([status, body.errors[0].extensions]).toEqual([400, { code: 'BAD_USER_INPUT', field: 'x-grantry-at-least' }]);
    const decision = await w.post(EVALUATION, evaluation, { ...w.checker, ...headers });
    expect([decision.status, decision.body.error.field]).toEqual([400, 'x-grantry-at-least']);
  });

  it('tells the anonymous caller nothing about tenants', async () => {
    const token = later((await graphql(VIEWER)).body.extensions.grantry.revision);
    const kindIn = async (slug: string, seen: string) =>
      (await server.ask(VIEWER, { headers: { 'x-grantry-tenant': slug, ...atLeast(seen) } })).status;
    const other = await openTenant(server);
    expect([await kindIn(other.slug, token), await kindIn('no-such-tenant', token)]).toEqual([200, 200]);
  });

  it('reads once more before it gives up', async () => {
    const gate = await openGate();
    const world = await gate.tenant();
    const tenant = { by: 'slug', value: world.slug } as const;
    let lag = 0;
    const engine = {
      ...gate.engine,
      revisions: async (...args: Parameters<typeof gate.engine.revisions>) => {
        const read = await gate.engine.revisions(...args);
        return lag-- > 0 ? { ...read, tenant: read.tenant - 1 } : read;
      },
    };
    const contextOf = contextMaker({
      engine,
      authenticate: async () => ({
        kind: 'service',
        clientId: 'c',
        scopes: new Set(['check'] as const),
        tenants: ['*'],
        tenant,
      }),
      settings: { roleApplications: ['*'] },
      createTenants: false,
      log: pino({ level: 'silent' }),
    });
    await contextOf({}, 'warm');
    const seen = (await contextOf({}, 'now')).view.revision!;
    lag = 1;
    expect((await contextOf(atLeast(seen), 'lags once')).view.revision).toBe(seen);
    lag = 2;
    await expect(contextOf(atLeast(seen), 'lags')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await gate.close();
  });
});
