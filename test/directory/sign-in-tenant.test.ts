import { pino } from 'pino';
import type { Context } from '../../src/api/context.js';
import type { Identity, TenantName } from '../../src/kernel/identity.js';
import { createEngine } from '../../src/engine/engine.js';
import { contextMaker } from '../../src/server/context.js';
import { openGate, type Gate } from '../world.js';
import { did } from './asking.js';

let gate: Gate;
beforeAll(async () => {
  gate = await openGate();
});
afterAll(() => gate.close());

const SHUT_OUT = { code: 'UNAUTHENTICATED' };
const user = (value: string, by: TenantName['by'] = 'either', more: object = {}): Identity => ({
  kind: 'user',
  tenant: { by, value },
  username: 'ada',
  serviceAccount: false,
  ...more,
});
const client = (tenants: string[], tenant: string | null): Identity => ({
  kind: 'service',
  clientId: 'c',
  scopes: new Set(['read']),
  tenants,
  tenant: tenant === null ? null : { by: 'slug', value: tenant },
});
const operator = () => gate.as({ ...client(['*'], null), scopes: new Set(['operate']) } as Identity);
const enter = (identity: Identity) => gate.as(identity).get('{ __typename }');

/** Enters a gateway of its own, on the same database, that creates tenants when `createTenants` says so. */
const enterCreating = (identity: Identity, createTenants = true): Promise<Context> =>
  contextMaker({
    engine: createEngine(gate.db, 10),
    authenticate: async () => identity,
    settings: { roleApplications: ['*'] },
    createTenants,
    log: pino({ level: 'silent' }),
  })({}, 'test');

const tenantsOf = async (filter: object) =>
  (
    await operator().get(
      'query ($filter: TenantFilter) { tenants(filter: $filter) { nodes { slug name externalId } } }',
      { filter },
    )
  ).tenants.nodes;

describe('the tenant of a user', () => {
  it('is named by slug or by external id', async () => {
    const w = await gate.tenant();
    await did(operator(), 'createTenant', { slug: 'acme', name: 'Acme', externalId: 'ORG 7' });
    await enter(user('acme'));
    await enter(user('ORG 7'));
    await enter(user('ORG 7', 'externalId'));
    await enter(user(w.slug, 'slug'));
  });

  it.each([
    ['an unknown name', user('nobody')],
    ['a slug where an external id is needed', user('acme', 'externalId')],
    ['an external id where a slug is needed', user('ORG 7', 'slug')],
    ['another letter case', user('ACME')],
    ['a name that no database can hold', user('a\0')],
    ['an empty name', user('')],
    ['a stated tenant that is another one', user('acme', 'either', { statedTenant: 'other' })],
    ['a stated tenant that is its external id', user('ORG 7', 'either', { statedTenant: 'ORG 7' })],
  ])('is UNAUTHENTICATED with %s', async (_, identity) => {
    await expect(enter(identity)).rejects.toMatchObject(SHUT_OUT);
  });

  it('may be stated once more, if it is the same', async () => {
    await enter(user('acme', 'either', { statedTenant: 'acme' }));
    await enter(user('ORG 7', 'either', { statedTenant: 'acme' }));
  });

  it('is not created unless that is configured', async () => {
    await expect(enter(user('org-new'))).rejects.toMatchObject(SHUT_OUT);
    expect(await tenantsOf({ slug: 'org-new' })).toEqual([]);
  });
});

describe('the tenant of a service client', () => {
  it('has to be one of its own, or any', async () => {
    await enter(client(['acme'], 'acme'));
    await enter(client(['other', 'acme'], 'acme'));
    await enter(client(['*'], 'acme'));
    await expect(enter(client(['other'], 'acme'))).rejects.toMatchObject(SHUT_OUT);
    await expect(enter(client([], 'acme'))).rejects.toMatchObject(SHUT_OUT);
    await expect(enter(client(['*'], 'nobody'))).rejects.toMatchObject(SHUT_OUT);
  });

  it('is never created', async () => {
    await expect(enterCreating(client(['*'], 'client-made'))).rejects.toMatchObject(SHUT_OUT);
    expect(await tenantsOf({ slug: 'client-made' })).toEqual([]);
  });

  it('follows a renamed slug with the very next request', async () => {
    const w = await gate.tenant();
    const id = (
      await operator().get('query ($f: TenantFilter) { tenants(filter: $f) { nodes { id } } }', { f: { slug: w.slug } })
    ).tenants.nodes[0].id;
    await enter(client([w.slug], w.slug));
    await did(operator(), 'updateTenant', { id, slug: `${w.slug}-2` });
    await expect(enter(client(['*'], w.slug))).rejects.toMatchObject(SHUT_OUT);
    await expect(enter(client([w.slug], `${w.slug}-2`))).rejects.toMatchObject(SHUT_OUT);
    await enter(client([`${w.slug}-2`], `${w.slug}-2`));
    await did(operator(), 'createTenant', { slug: w.slug, name: 'another' });
    const { tenants } = await gate.as(client(['*'], w.slug)).get('{ tenants { nodes { name } } }');
    expect(tenants.nodes).toEqual([{ name: 'another' }]);
  });
});

describe('the tenant of an anonymous caller', () => {
  it('may be missing or unknown, which finds nothing and is no error', async () => {
    for (const tenant of [null, { by: 'slug', value: 'nobody' } as const, { by: 'slug', value: 'acme' } as const]) {
      await enter({ kind: 'anonymous', tenant });
    }
  });

  it('is never created', async () => {
    await enterCreating({ kind: 'anonymous', tenant: { by: 'slug', value: 'anonymous-made' } });
    expect(await tenantsOf({ slug: 'anonymous-made' })).toEqual([]);
  });
});

describe('the first user of an unknown organisation, where tenants are created', () => {
  it('has its tenant created, with the default groups', async () => {
    const { view } = await enterCreating(user('org-1'));
    expect(view.caller).toMatchObject({ kind: 'user', username: 'ada' });
    expect(await tenantsOf({ slug: 'org-1' })).toEqual([{ slug: 'org-1', name: 'org-1', externalId: 'org-1' }]);
    expect(view.access.subject?.groups.size).toBe(1);
    await enter(user('org-1'));
  });

  it('has its tenant under another slug where the name cannot be one', async () => {
    for (const name of ['Org Number 2', 'x'.repeat(150), 'Andre\u0301', '_']) {
      const first = await enterCreating(user(name, 'externalId'));
      const second = await enterCreating(user(name));
      expect(second.view.caller).toEqual(first.view.caller);
      const [tenant, ...more] = await tenantsOf({ externalId: name.normalize('NFC') });
      expect([tenant.externalId, more]).toEqual([name.normalize('NFC'), []]);
      expect(tenant.slug).toMatch(/^org-/);
    }
  });

  it('is one tenant, also when many come at once', async () => {
    const contexts = await Promise.all(Array.from({ length: 6 }, () => enterCreating(user('org-3'))));
    expect(new Set(contexts.map(({ view }) => view.caller.tenantId)).size).toBe(1);
    expect(new Set(contexts.map(({ view }) => view.access.subject?.principal?.id)).size).toBe(1);
  });

  it.each([
    ['says that it is another tenant’s slug', user('taken', 'externalId')],
    ['names it by a slug that cannot be one', user('No Slug', 'slug')],
    ['states another tenant', user('org-4', 'either', { statedTenant: 'org-5' })],
    ['gives it a name that cannot be kept', user('a\0b')],
    ['gives it no name', user(' ')],
    ['gives it a name that is too long', user('x'.repeat(151))],
  ])('is UNAUTHENTICATED and creates nothing when it %s', async (_, identity) => {
    if ((await tenantsOf({ slug: 'taken' })).length === 0)
      await did(operator(), 'createTenant', { slug: 'taken', name: 'T' });
    const count = async () => (await operator().get('{ tenants { totalCount } }')).tenants.totalCount;
    const before = await count();
    await expect(enterCreating(identity)).rejects.toMatchObject(SHUT_OUT);
    expect(await count()).toBe(before);
  });
});
