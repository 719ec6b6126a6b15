import { SCOPES } from '../../src/kernel/caller.js';
import type { Identity } from '../../src/kernel/identity.js';
import { CATALOGUE_TABLES, TENANT_TABLES } from '../../src/store/registry.js';
import { openGate, type Asker, type Gate } from '../world.js';
import { DEFAULTS, did, groupNames, send, wrong } from './asking.js';

let gate: Gate;
let operator: Asker;
let count = 0;
beforeAll(async () => {
  gate = await openGate();
  operator = withScopes('operate');
});
afterAll(() => gate.close());

const withScopes = (...scopes: (typeof SCOPES)[number][]) =>
  gate.as({ kind: 'service', clientId: 'c', scopes: new Set(scopes), tenants: ['*'], tenant: null } as Identity);
const slug = () => `acme-${++count}`;
const make = async (input: object): Promise<string> =>
  (await did(operator, 'createTenant', { name: 'Acme', ...input })).tenant.id;
const FIELDS = 'tenant { slug name externalId assignmentPolicy }';

describe('a tenant', () => {
  it('is created with its two default groups, and no more', async () => {
    const name = slug();
    const { tenant } = await did(
      operator,
      'createTenant',
      { slug: name, name: ' Acme Inc ', externalId: `${name} x` },
      FIELDS,
    );
    expect(tenant).toEqual({ slug: name, name: 'Acme Inc', externalId: `${name} x`, assignmentPolicy: null });
    const inside = gate.as({
      kind: 'service',
      clientId: 'c',
      scopes: new Set(['read']),
      tenants: ['*'],
      tenant: { by: 'slug', value: name },
    });
    expect(await groupNames(inside)).toEqual(DEFAULTS);
  });

  it.each([
    ['a slug with capitals', { slug: 'Acme' }, 'input.slug'],
    ['a slug that begins with a dash', { slug: '-a' }, 'input.slug'],
    ['an empty slug', { slug: '' }, 'input.slug'],
    ['a slug of 64 characters', { slug: 'x'.repeat(64) }, 'input.slug'],
    ['a slug that ends with a line break', { slug: 'acme\n' }, 'input.slug'],
    ['a blank name', { slug: 'ok', name: ' ' }, 'input.name'],
    ['a name of 151 characters', { slug: 'ok', name: 'x'.repeat(151) }, 'input.name'],
    ['a blank external id', { slug: 'ok', externalId: ' ' }, 'input.externalId'],
  ])('is refused with %s', async (_, input, field) => {
    expect(await wrong(operator, 'createTenant', { name: 'Acme', ...input })).toEqual([['BAD_USER_INPUT', field]]);
  });

  it('accepts a slug of 63 characters, and one of one', async () => {
    await make({ slug: 'x'.repeat(63) });
    await make({ slug: '0' });
  });

  it('is a conflict when the slug or the external id is taken, as either', async () => {
    const [one, two] = [slug(), slug()];
    await make({ slug: one, externalId: two });
    const taken = (input: object) => wrong(operator, 'createTenant', { name: 'Acme', ...input });
    expect(await taken({ slug: one })).toEqual([['CONFLICT', 'input.slug']]);
    expect(await taken({ slug: two })).toEqual([['CONFLICT', 'input.slug']]);
    expect(await taken({ slug: slug(), externalId: two })).toEqual([['CONFLICT', 'input.externalId']]);
    expect(await taken({ slug: slug(), externalId: one })).toEqual([['CONFLICT', 'input.externalId']]);
    const other = await make({ slug: slug() });
    expect(await wrong(operator, 'updateTenant', { id: other, slug: one })).toEqual([['CONFLICT', 'input.slug']]);
    expect(await wrong(operator, 'updateTenant', { id: other, externalId: two })).toEqual([
      ['CONFLICT', 'input.externalId'],
    ]);
  });

  it('may have an external id like its own slug, and many may have none', async () => {
    const name = slug();
    await make({ slug: name, externalId: name });
    await make({ slug: slug() });
    await make({ slug: slug() });
  });

  it('is updated in what is given: absent stays, null clears the external id alone', async () => {
    const name = slug();
    const id = await make({ slug: name, externalId: `${name} x` });
    const update = async (input: object) => (await did(operator, 'updateTenant', { id, ...input }, FIELDS)).tenant;
    expect(await update({ name: 'Other' })).toMatchObject({ slug: name, name: 'Other', externalId: `${name} x` });
    expect(await update({ externalId: null })).toMatchObject({ slug: name, name: 'Other', externalId: null });
    expect(await wrong(operator, 'updateTenant', { id, slug: null })).toEqual([['BAD_USER_INPUT', 'input.slug']]);
    expect(await wrong(operator, 'updateTenant', { id, name: null })).toEqual([['BAD_USER_INPUT', 'input.name']]);
    expect(await wrong(operator, 'updateTenant', { id, slug: 'A' })).toEqual([['BAD_USER_INPUT', 'input.slug']]);
  });

  it('is listed by slug, found by slug and external id, and paged', async () => {
    const name = slug();
    await make({ slug: name, externalId: `find ${name}` });
    const source =
      'query ($filter: TenantFilter) { tenants(filter: $filter, first: 1000) { totalCount nodes { slug } } }';
    const find = async (filter: object | null) => (await operator.get(source, { filter })).tenants;
    expect(await find({ slug: name })).toEqual({ totalCount: 1, nodes: [{ slug: name }] });
    expect(await find({ externalId: `find ${name}` })).toEqual({ totalCount: 1, nodes: [{ slug: name }] });
    expect(await find({ slug: name, externalId: 'other' })).toEqual({ totalCount: 0, nodes: [] });
    expect(await find({ slug: 'a\0' })).toEqual({ totalCount: 0, nodes: [] });
    const all = (await find(null)).nodes.map((node: { slug: string }) => node.slug);
    expect(all).toEqual([...all].sort());
  });
});

describe('deleting a tenant', () => {
  it('deletes everything that it owns, and nothing of another', async () => {
    const [w, other] = [await gate.tenant(), await gate.tenant()];
    for (const tenant of [w, other]) {
      const id = await tenant.group('Team', { autoShareWithIds: [await tenant.group('Top')], canShareWithIds: [] });
      await tenant.group('Sub', { parentId: id, canShareWithIds: [id] });
      await tenant.principal('ada');
      await tenant.member(id, 'ada');
    }
    const rows = async (tenantId: string) => {
      const counts: Record<string, number> = {};
      for (const table of TENANT_TABLES) {
        const text = `select 1 from "${table}" where tenant_id = $1`;
        counts[table] = (await gate.db.query({ text, values: [tenantId] })).length;
      }
      return counts;
    };
    const [before, others] = [await rows(w.tenantId), await rows(other.tenantId)];
    expect(before).toMatchObject({ principal: 2, group: 5, membership: 1, group_auto_share: 1, group_can_share: 1 });
    const { tenants } = await w.admin.get('{ tenants { nodes { id } } }');
    const { id } = tenants.nodes[0];
    expect(await did(operator, 'deleteTenant', { id })).toEqual({ deletedId: id });
    expect(Object.values(await rows(w.tenantId)).every(found => found === 0)).toBe(true);
    expect(await rows(other.tenantId)).toEqual(others);
    await expect(w.admin.ask('{ __typename }')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await wrong(operator, 'deleteTenant', { id })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await wrong(operator, 'updateTenant', { id, name: 'x' })).toEqual([['NOT_FOUND', 'input.id']]);
  });

  it('knows every table with a tenant', async () => {
    const text = `select table_name from information_schema.columns where column_name = 'tenant_id' and table_schema = 'public'`;
    const found = (await gate.db.query<{ table_name: string }>({ text, values: [] })).map(row => row.table_name);
    expect(found.sort()).toEqual([...TENANT_TABLES].sort());
    expect(CATALOGUE_TABLES.filter(table => found.includes(table))).toEqual([]);
  });
});

describe('tenants are the operator’s alone', () => {
  it('so that all others are refused, and see no other than their own', async () => {
    const [w, other] = [await gate.tenant(), await gate.tenant()];
    const { tenants } = await other.admin.get('{ tenants { nodes { id slug } } }');
    expect(tenants.nodes).toEqual([{ id: expect.any(String), slug: other.slug }]);
    const theirs = tenants.nodes[0].id;
    const mine = (await w.admin.get('{ tenants { nodes { id } } }')).tenants.nodes[0].id;
    const everyScopeBut = w.service(...SCOPES.filter(scope => scope !== 'operate'));
    for (const asker of [w.admin, w.user('ada'), everyScopeBut]) {
      expect(await wrong(asker, 'createTenant', { slug: 'x', name: 'x' })).toEqual(['FORBIDDEN']);
      for (const [mutation, more] of [
        ['updateTenant', { name: 'x' }],
        ['deleteTenant', {}],
      ] as const) {
        expect(await wrong(asker, mutation, { id: mine, ...more })).toEqual(['FORBIDDEN']);
        expect(await wrong(asker, mutation, { id: theirs, ...more })).toEqual([['NOT_FOUND', 'input.id']]);
        expect(await wrong(asker, mutation, { id: 'x', ...more })).toEqual([['BAD_USER_INPUT', 'input.id']]);
      }
      const found = await asker.get('query ($f: TenantFilter) { tenants(filter: $f) { totalCount nodes { id } } }', {
        f: { slug: other.slug },
      });
      expect(found.tenants).toEqual({ totalCount: 0, nodes: [] });
    }
    for (const mutation of ['createTenant', 'updateTenant', 'deleteTenant']) {
      const input = mutation === 'createTenant' ? { slug: 'x', name: 'x' } : { id: mine };
      expect(await wrong(w.anonymous(), mutation, input)).toEqual(['UNAUTHENTICATED']);
    }
    expect((await w.anonymous().ask('{ tenants { totalCount } }')).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('and the operator needs no other scope, nor has the scope any other use', async () => {
    const id = await make({ slug: slug() });
    await did(operator, 'updateTenant', { id, name: 'New' });
    await did(operator, 'deleteTenant', { id });
    const w = await gate.tenant();
    const inside = w.service('operate');
    expect(await groupNames(inside)).toEqual([]);
    expect(await wrong(inside, 'createGroup', { name: 'x' })).toEqual(['FORBIDDEN']);
    expect(await wrong(inside, 'createPrincipal', { username: 'x' })).toEqual(['FORBIDDEN']);
  });

  it('and outside of any tenant, nobody finds or makes anything else', async () => {
    const nowhere = withScopes(...SCOPES);
    expect(await groupNames(nowhere)).toEqual([]);
    expect((await send(nowhere, 'createGroup', { name: 'x' })).fields).toEqual(['x-grantry-tenant']);
  });
});
