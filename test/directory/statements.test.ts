import { graphql } from 'graphql';
import { pino } from 'pino';
import { createEngine } from '../../src/engine/engine.js';
import { newId, parseGlobalId, type GroupId, type PolicyId, type RoleId, type TenantId } from '../../src/kernel/ids.js';
import { Group } from '../../src/directory/group.entity.js';
import { Membership } from '../../src/directory/membership.entity.js';
import { insertPolicyRoles } from '../../src/policy/policy.checks.js';
import { Policy } from '../../src/policy/policy.entity.js';
import { contextMaker } from '../../src/server/context.js';
import { type Asker, type Gate, type World } from '../world.js';
import { manyPrincipals } from './asking.js';
import { openManagedGate } from './managed.js';

let gate: Gate;
beforeAll(async () => {
  gate = await openManagedGate();
});
afterAll(() => gate.close());

/** A tenant of so many groups, each with a role, a policy, two members and a subgroup. */
async function tenantOf(count: number): Promise<World> {
  const w = await gate.tenant();
  await manyPrincipals(gate, w, ['ada', 'bob']);
  const { principals } = await w.admin.get('{ principals { nodes { id } } }');
  const people = principals.nodes.map((node: { id: string }) => parseGlobalId(node.id)!.id);
  const role = parseGlobalId(await w.role('Role', ['app:thing:read']))!.id as RoleId;
  const now = new Date();
  const flags = { platformDefault: false, adminDefault: false, anonymousDefault: false, system: false };
  const off = { ...flags, includesSubgroups: false, supergroup: false, sharesWithAny: true };
  const plain = {
    ...off,
    description: null,
    type: null,
    entities: [],
    properties: null,
    createdAt: now,
    modifiedAt: now,
  };
  await gate.db.write(w.tenantId as TenantId, async tx => {
    const groups = Array.from({ length: count }, (_, i) => ({
      id: newId<GroupId>(),
      name: `g${i}`,
      nameKey: `g${i}`,
      parentId: null,
      ...plain,
    }));
    await tx.insert(Group, groups);
    await tx.insert(
      Group,
      groups.map(({ id, name }) => ({
        ...plain,
        id: newId<GroupId>(),
        name: `sub ${name}`,
        nameKey: `sub ${name}`,
        parentId: id,
      })),
    );
    const member = { roles: [], expiresAt: null, addedAt: now };
    await tx.insert(
      Membership,
      groups.flatMap(({ id }) =>
        people.slice(0, 2).map((principalId: never) => ({ groupId: id, principalId, ...member })),
      ),
    );
    for (const [i, { id: groupId, name }] of groups.entries()) {
      const texts = { name, nameKey: name, description: null, createdAt: now, modifiedAt: now };
      const policies = [true, false].map(system => ({ id: newId<PolicyId>(), groupId, system, ...texts }));
      await tx.insert(Policy, policies.slice(i % 2)); // every other group has a hidden one too
      for (const policy of policies.slice(i % 2)) await insertPolicyRoles(tx, policy.id, [role]);
    }
    tx.raise();
  });
  return w;
}

/** How many statements an answer takes; cold: nothing is known of the tenant's subjects. */
async function statementsOf(asker: Asker, source: string, variables: object = {}): Promise<number> {
  gate.statements.length = 0;
  const data = await asker.get(source, { ...variables });
  expect(JSON.stringify(data)).toContain('"nodes":[{');
  return gate.statements.length;
}

const forgetSubjects = () => Object.assign(gate.engine, { subjects: createEngine(gate.db, 1_000).subjects });

const LISTS = {
  'groups with counts and roles':
    '{ groups(first: 100, filter: { parentId: null }) { nodes { name principalCount policyCount roleCount roles { nodes { name } } } } }',
  'groups with counts, roles and the total':
    '{ groups(first: 100, filter: { parentId: null }) { totalCount nodes { name principalCount policyCount roleCount roles { nodes { name } } } } }',
  'groups with members':
    '{ groups(first: 100, filter: { parentId: null }) { nodes { members { totalCount nodes { username } } } } }',
  'groups with all members':
    '{ groups(first: 100, filter: { parentId: null }) { nodes { members(transitive: true) { nodes { username } } } } }',
  'groups with subgroups':
    '{ groups(first: 100, filter: { parentId: null }) { nodes { subgroups { totalCount nodes { name } } } } }',
  'groups with the group above': '{ groups(first: 100, filter: { name: "sub" }) { nodes { parent { name } } } }',
  'groups with policies':
    '{ groups(first: 100, filter: { parentId: null }) { nodes { policies { totalCount nodes { name } } } } }',
  'groups by the number of users':
    '{ groups(first: 100, orderBy: { field: PRINCIPAL_COUNT, direction: DESC }) { nodes { name principalCount } } }',
  'principals with groups':
    '{ principals { nodes { groups(first: 100) { nodes { name } } effective: groups(effective: true, first: 100) { nodes { name } } } } }',
};

describe('the number of statements', () => {
  let [few, many]: World[] = [];
  beforeAll(async () => {
    [few, many] = [await tenantOf(10), await tenantOf(100)];
  }, 120_000);

  it.each(Object.entries(LISTS))('is the same for ten and for a hundred: %s', async (_, source) => {
    const counts: number[] = [];
    for (const w of [few!, many!]) {
      await statementsOf(w.admin, source);
      forgetSubjects();
      counts.push(await statementsOf(w.admin, source));
    }
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeLessThanOrEqual(6);
  });

  it('is at most 6 for a page of groups with counts and roles, on a gateway that has just started', async () => {
    const contextOf = contextMaker({
      engine: createEngine(gate.db, 1_000),
      authenticate: async () => ({
        kind: 'user',
        tenant: { by: 'slug', value: many!.slug },
        username: 'admin',
        serviceAccount: false,
      }),
      settings: { roleApplications: ['*'] },
      createTenants: false,
      log: pino({ level: 'silent' }),
    });
    gate.statements.length = 0;
    const source = LISTS['groups with counts and roles'];
    const { data, errors } = await graphql({ schema: gate.schema, source, contextValue: await contextOf({}, 'cold') });
    expect([errors, (data as any).groups.nodes.length]).toEqual([undefined, 100]);
    expect((data as any).groups.nodes[50]).toMatchObject({ principalCount: 2, policyCount: 1, roleCount: 1 });
    expect(gate.statements.length).toBeLessThanOrEqual(6);
  });

  it('does not grow with the cursor', async () => {
    const source =
      'query ($after: String) { groups(first: 5, after: $after) { nodes { name } pageInfo { endCursor } } }';
    const { groups } = await many!.admin.get(source);
    expect(await statementsOf(many!.admin, source, { after: groups.pageInfo.endCursor })).toBe(2); // revision, page
  });

  it('is one for the revision alone when nothing else is asked', async () => {
    await few!.admin.get('{ __typename }');
    gate.statements.length = 0;
    await few!.admin.get('{ __typename }');
    expect(gate.statements).toHaveLength(1);
  });

  it('counts a total only when it is selected', async () => {
    const counted = await statementsOf(few!.admin, '{ groups { nodes { name } totalCount } }');
    expect(await statementsOf(few!.admin, '{ groups { nodes { name } } }')).toBe(counted - 1);
  });
});
