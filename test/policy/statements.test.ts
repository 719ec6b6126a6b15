import { createEngine } from '../../src/engine/engine.js';
import type { Asker, Gate, World } from '../world.js';
import { eq, openPolicyGate, systemRole, where } from './asking.js';

let gate: Gate;
beforeAll(async () => {
  gate = await openPolicyGate();
  await systemRole(gate, ['inventory:hosts:read'], { name: 'System' });
});
afterAll(() => gate.close());

/** Sends many mutations in one document. */
const many = (asker: Asker, count: number, one: (i: number) => string) =>
  asker.get(`mutation { ${Array.from({ length: count }, (_, i) => `m${i}: ${one(i)}`).join('\n')} }`);

/** A tenant of so many roles and groups, each group with two of the roles, one by a policy and one directly. */
async function tenantOf(count: number): Promise<World> {
  const w = await gate.tenant();
  await many(
    w.admin,
    count,
    i => `createRole(input: { name: "r${i}", access: [{ permission: "cost:*:*" }] }) { role { id } }`,
  );
  await many(w.admin, count, i => `createGroup(input: { name: "g${i}" }) { group { id } }`);
  await many(w.admin, 10, i => `createPrincipal(input: { username: "u${i}" }) { principal { id } }`);
  const { roles, groups } = await w.admin.get(`{ roles(first: 1000, filter: { system: false }) { nodes { id } }
    groups(first: 1000, filter: { system: false }) { nodes { id } } }`);
  const [role, group] = [(i: number) => roles.nodes[i % count].id, (i: number) => groups.nodes[i].id];
  await many(
    w.admin,
    count,
    i => `createPolicy(input: { name: "p${i}", groupId: "${group(i)}", roleIds: ["${role(i)}"] }) { policy { id } }`,
  );
  await many(
    w.admin,
    count,
    i => `addGroupRoles(input: { groupId: "${group(i)}", roleIds: ["${role(i + 1)}"] }) { group { id } }`,
  );
  await many(
    w.admin,
    10,
    i => `addGroupMembers(input: { groupId: "${group(i)}", usernames: ["u${i}"] }) { group { id } }`,
  );
  return w;
}

/** Nothing is known of any subject any more; the catalogue, which seldom changes, stays. */
const forgetSubjects = () => Object.assign(gate.engine, { subjects: createEngine(gate.db, 1_000).subjects });

/** How many statements an answer takes: cold, when no subject is known, and warm, when the same was asked before. */
async function statements(
  asker: Asker,
  source: string,
  variables: Record<string, unknown> = {},
): Promise<[cold: number, warm: number]> {
  const counted = async () => {
    gate.statements.length = 0;
    await asker.get(source, variables);
    return gate.statements.length;
  };
  await counted();
  forgetSubjects();
  return [await counted(), await counted()];
}

const LISTS: [what: string, source: string, most: number][] = [
  [
    'groups with counts and roles',
    '{ groups(first: 100) { nodes { name principalCount roleCount policyCount roles { nodes { name } } } } }',
    6,
  ],
  [
    'roles with rows, groups and counts',
    `{ roles(first: 100) { nodes { name applications accessCount policyCount access { permission }
       groups { nodes { name } } } } }`,
    6,
  ],
  ['roles with totals', '{ roles(first: 100) { totalCount nodes { groups { totalCount } } } }', 6],
  [
    'policies with group and roles',
    '{ policies(first: 100) { totalCount nodes { group { name } roles { name } } } }',
    6,
  ],
  [
    'policies with the rows of roles',
    '{ policies(first: 100) { nodes { roles { access { permission } policyCount } } } }',
    6,
  ],
  [
    'principals with roles and policies',
    '{ principals(first: 100) { nodes { username roles { nodes { name } } policies { nodes { name } } } } }',
    6,
  ],
  [
    'an access list with roles',
    '{ access(application: "", username: "u1") { totalCount nodes { permission roles { name } } } }',
    6,
  ],
  ['what principals may', '{ principals(first: 100) { nodes { can(permission: "cost:report:read") } } }', 4],
];

describe('the number of statements of a list', () => {
  let [few, more]: World[] = [];
  beforeAll(async () => {
    [few, more] = [await tenantOf(10), await tenantOf(100)];
  }, 120_000);

  it.each(LISTS)('is the same for ten and for a hundred: %s', async (_, source, most) => {
    const [ten, hundred] = [await statements(few!.admin, source), await statements(more!.admin, source)];
    expect(hundred).toEqual(ten);
    expect(ten[0]).toBeLessThanOrEqual(most);
  });
});

describe('the number of statements of a batch of questions', () => {
  let w: World;
  const CHECKS = `query ($requests: [CheckInput!]!) { checks(requests: $requests) { allowed reasons { kind } filterSets { resourceDefinitions { attributeFilter { key } } } } }`;
  beforeAll(async () => {
    w = await gate.tenant();
    for (let i = 0; i < 10; i++)
      await w.holder(`u${i}`, 'inventory:hosts:*', where('cost:report:read', eq('a', 'b')) as never);
  });
  const requests = (count: number, subject: (i: number) => object) =>
    Array.from({ length: count }, (_, i) => ({
      ...{
        permission: ['inventory:hosts:read', 'cost:report:read', 'inventory:groups:read'][i % 3],
        subject: subject(i),
      },
      ...(i % 2 === 0 ? { resourceId: `h${i}` } : { context: { a: 'b' } }),
    }));

  it('is four at most cold, and two warm: a hundred about ten subjects, half of them on resources', async () => {
    for (const asker of [w.admin, w.service('check'), w.user('u3', { orgAdmin: true })]) {
      const variables = { requests: requests(100, i => ({ username: `u${i % 10}` })) };
      const [cold, warm] = await statements(asker, CHECKS, variables);
      expect(cold).toBeLessThanOrEqual(4);
      expect(warm).toBe(2);
    }
  });

  it('is three at most cold, and one warm, without resources', async () => {
    const general = requests(100, i => ({ username: `u${i % 10}` })).map(({ permission, subject }) => ({
      permission,
      subject,
    }));
    const [cold, warm] = await statements(w.service('check'), CHECKS, { requests: general });
    expect([cold! <= 3, warm]).toEqual([true, 1]);
  });

  it('is the same when they are named in different ways, or are groups', async () => {
    const ways = (i: number) =>
      [{ username: `u${i % 10}` }, { groupName: `group of u${i % 10}` }, { anonymous: true }][i % 3]!;
    const [cold, warm] = await statements(w.admin, CHECKS, { requests: requests(100, ways) });
    expect([cold <= 4, warm]).toEqual([true, 2]);
  });

  it('is two for questions about oneself on resources, whatever their number, once one is known', async () => {
    const questions = Array.from(
      { length: 50 },
      (_, i) => `q${i}: can(permission: "inventory:hosts:read", resourceId: "h${i}")`,
    );
    const [cold, warm] = await statements(
      w.user('u1'),
      `{ viewer { ${questions.join(' ')} access(application: "") { totalCount } } }`,
    );
    expect([cold <= 4, warm]).toEqual([true, 2]);
  });
});
