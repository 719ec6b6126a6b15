import {
  did,
  eq,
  isIn,
  openPolicyGate,
  policy,
  robot,
  rolesOf,
  send,
  systemRole,
  where,
  wrong,
  type Row,
} from './asking.js';
import { newId } from '../../src/kernel/ids.js';
import type { Asker, Gate, World } from '../world.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openPolicyGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const HOSTS = 'inventory:hosts:read';
const [EU, US, ADA] = [eq('zone', 'eu'), eq('zone', 'us'), eq('owner', 'ada')];
const MANAGES = ['rbac:group:*', 'rbac:role:*', 'rbac:policy:*'];
const named = (row: Row) => (typeof row === 'string' ? { permission: row } : row);

type Attempt = [mutation: string, input: Record<string, unknown>];

/** Each way to bring a group into what a role conveys, made ready by the administrator. */
const WAYS: Record<string, (groupId: string, roleId: string, rows: Row[]) => Promise<Attempt>> = {
  'giving it to a group': async (groupId, roleId) => ['addGroupRoles', { groupId, roleIds: [roleId] }],
  'making a policy': async (groupId, roleId) => ['createPolicy', { name: 'New', groupId, roleIds: [roleId] }],
  'adding it to a policy': async (groupId, roleId) => {
    const given = await w.role('Given by a policy', ['cost:*:*']);
    return ['updatePolicy', { id: await policy(w, 'Given', groupId, given), roleIds: [given, roleId] }];
  },
  'moving a policy': async (groupId, roleId) => {
    const id = await policy(w, 'Moving', await w.group('Elsewhere'), roleId);
    return ['updatePolicy', { id, groupId }];
  },
  'adding its rows to a role that a group has': async (groupId, _, rows) => {
    const id = await w.role('Given', []);
    await w.give(groupId, id);
    return ['updateRole', { id, access: rows.map(named) }];
  },
  'adding its rows to a role of a policy': async (groupId, _, rows) => {
    const id = await w.role('With others', ['cost:*:*']);
    await policy(w, 'Others', groupId, await w.role('Nothing', []), id);
    return ['updateRole', { id, access: [{ permission: 'cost:*:*' }, ...rows.map(named)] }];
  },
};

/** What goes wrong each way, with a group of its own for each. */
async function attempts(asker: Asker, rows: Row[]): Promise<Record<string, unknown>> {
  const roleId = await w.role(`Role ${newId()}`, rows as never);
  const found: Record<string, unknown> = {};
  for (const [way, ready] of Object.entries(WAYS)) {
    const groupId = await w.group(way);
    const [mutation, input] = await ready(groupId, roleId, rows);
    const before = await conveyed(groupId);
    found[way] = await wrong(asker, mutation, input);
    const after = await conveyed(groupId);
    expect(after.length - before.length).toBe((found[way] as unknown[]).length > 0 ? 0 : rows.length);
  }
  return found;
}

/** The rows that a group gives. */
async function conveyed(id: string): Promise<unknown[]> {
  const source = 'query ($id: ID) { group(id: $id) { roles { nodes { access { permission } } } } }';
  return (await w.admin.get(source, { id })).group.roles.nodes.flatMap((role: any) => role.access);
}

const everyWay = (error: unknown[]) => Object.fromEntries(Object.keys(WAYS).map(way => [way, error]));

const HELD: [string, Row[], Row[]][] = [
  ['no rows by nothing', [], []],
  ['a row by the same', [HOSTS], [HOSTS]],
  ['a verb by all verbs', ['inventory:hosts:*'], [HOSTS, 'inventory:hosts:delete']],
  ['a type by all types', ['inventory:*:*'], ['inventory:hosts:*', 'inventory:groups:read']],
  ['a wildcard by the same', ['inventory:*:*'], ['inventory:*:*']],
  ['a verb on all types by all verbs on all types', ['inventory:*:*'], ['inventory:*:read']],
  ['a row with definitions by one without', [HOSTS], [where(HOSTS, EU, ADA)]],
  ['one with definitions by one with the same in another order', [where(HOSTS, EU, ADA)], [where(HOSTS, ADA, EU, EU)]],
  ['values in another order', [where(HOSTS, isIn('zone', 'eu', 'us'))], [where(HOSTS, isIn('zone', 'us', 'eu'))]],
  ['a verb under definitions by all verbs under the same', [where('inventory:hosts:*', EU)], [where(HOSTS, EU)]],
];
const NOT_HELD: [string, Row[], Row[]][] = [
  ['a row by nothing', [], [HOSTS]],
  ['read by write', ['inventory:hosts:write'], [HOSTS]],
  ['one of two rows', [HOSTS], [HOSTS, 'inventory:hosts:write']],
  ['another application', ['cost:*:*'], [HOSTS]],
  ['all verbs by each of them', [HOSTS, 'inventory:hosts:write', 'inventory:hosts:delete'], ['inventory:hosts:*']],
  ['all types by one', ['inventory:hosts:*'], ['inventory:*:read']],
  ['all verbs on all types by one verb', ['inventory:*:read'], ['inventory:*:*']],
  ['a row without definitions by one with', [where(HOSTS, EU)], [HOSTS]],
  ['definitions by others', [where(HOSTS, EU)], [where(HOSTS, US)]],
  ['fewer definitions by more', [where(HOSTS, EU, ADA)], [where(HOSTS, EU)]],
  ['more definitions by fewer', [where(HOSTS, EU)], [where(HOSTS, EU, ADA)]],
  ['a part of the values', [where(HOSTS, isIn('zone', 'eu', 'us'))], [where(HOSTS, EU)]],
  ['null by the word null', [where(HOSTS, eq('zone', 'null'))], [where(HOSTS, eq('zone', null))]],
];

describe('whoever brings a group into what a role conveys, in whatever way', () => {
  it.each(HELD)('is free to do so, holding %s', async (_, held, rows) => {
    expect(await attempts(await robot(gate, w, 'manager', ...MANAGES, ...held), rows)).toEqual(everyWay([]));
  });

  it.each(NOT_HELD)('is FORBIDDEN to do so, holding %s', async (_, held, rows) => {
    const asker = await robot(gate, w, 'manager', ...MANAGES, ...held);
    expect(await attempts(asker, rows)).toEqual(everyWay(['FORBIDDEN']));
  });

  it('has to hold the rows of a system role as well', async () => {
    const [groupId, id] = [await w.group('Team'), await systemRole(gate, [HOSTS])];
    const give = (asker: Asker) => wrong(asker, 'addGroupRoles', { groupId, roleIds: [id] });
    expect(await give(await robot(gate, w, 'ada', ...MANAGES))).toEqual(['FORBIDDEN']);
    expect(await give(await robot(gate, w, 'bob', ...MANAGES, HOSTS))).toEqual([]);
    expect(await rolesOf(w.admin, groupId)).toHaveLength(1);
  });

  it('may hold them by different roles, in different groups, and by the groups above', async () => {
    const above = await w.group('Above', { includesSubgroups: true });
    await w.give(above, await w.role('One', [HOSTS]));
    const asker = await robot(gate, w, 'ada', ...MANAGES, 'inventory:groups:read');
    await w.member(await w.group('Below', { parentId: above }), 'ada');
    expect(await attempts(asker, [HOSTS, 'inventory:groups:read'])).toEqual(everyWay([]));
  });

  it('does not hold them by a membership that has expired', async () => {
    const [asker, group] = [await robot(gate, w, 'ada', ...MANAGES), await w.group('Guests')];
    await w.give(group, await w.role('Guest', [HOSTS]));
    const input = { groupId: group, usernames: ['ada'], expiresAt: '2090-01-01T00:00:00Z' };
    await did(w.admin, 'addGroupMembers', input);
    const attempt = async (name: string) =>
      wrong(asker, 'addGroupRoles', { groupId: await w.group(name), roleIds: [await w.role(name, [HOSTS])] });
    expect(await attempt('before')).toEqual([]);
    gate.now = () => new Date('2090-01-01T00:00:00Z');
    expect(await attempt('after')).toEqual(['FORBIDDEN']);
    gate.now = () => new Date();
  });

  it('is free to do anything as an administrator, a superuser, or a client that may grant', async () => {
    await did(w.service('write', 'operate'), 'createPrincipal', { username: 'root', superuser: true });
    const groupId = await w.group('Team');
    for (const [i, asker] of [w.admin, w.user('root'), w.service('write', 'read', 'grant')].entries()) {
      const id = await w.role(`role ${i}`, ['inventory:*:*']);
      await did(asker, 'addGroupRoles', { groupId, roleIds: [id] });
      await did(asker, 'updateRole', { id, access: [{ permission: 'cost:*:*' }] });
      const { policy: made } = await did(asker, 'createPolicy', { name: `p ${i}`, groupId, roleIds: [id] });
      await did(asker, 'updatePolicy', { id: made.id, groupId: await w.group(`moved to ${i}`) });
    }
  });

  it('hands out nothing as a client without the scope grant, whatever others it has', async () => {
    const client = w.service('write', 'read', 'check', 'catalogue', 'operate');
    expect(await attempts(client, [HOSTS])).toEqual(everyWay(['FORBIDDEN']));
    w = await gate.tenant();
    expect(await attempts(w.service('write', 'read'), [])).toEqual(everyWay([]));
    expect(await wrong(w.service('grant', 'read'), 'createRole', { name: 'x', access: [] })).toEqual(['FORBIDDEN']);
  });
});

describe('the refusal', () => {
  const messageOf = async (asker: Asker, mutation: string, input: Record<string, unknown>) => {
    const { codes, messages } = await send(asker, mutation, input);
    expect(codes).toEqual(['FORBIDDEN']);
    return messages[0]!;
  };

  it('names what is lacking, once, to who may read the roles', async () => {
    const asker = await robot(gate, w, 'ada', ...MANAGES, HOSTS);
    const id = await w.role('Secret name', [where('inventory:hosts:write', EU), 'inventory:hosts:write', HOSTS]);
    const message = await messageOf(asker, 'addGroupRoles', { groupId: await w.group('Team'), roleIds: [id] });
    expect(message.match(/inventory:hosts:\w+/g)).toEqual(['inventory:hosts:write']);
    expect(message).not.toContain('Secret');
  });

  it('names what is lacking of the rows that one sends oneself', async () => {
    const asker = await robot(gate, w, 'ada', 'rbac:role:write', 'rbac:group:*');
    const [groupId, id] = [await w.group('Team'), await w.role('Given', [])];
    await w.give(groupId, id);
    expect(await messageOf(asker, 'updateRole', { id, access: [{ permission: HOSTS }] })).toContain(HOSTS);
  });

  it('does not tell what roles give that one may not read, or that a group has them', async () => {
    const asker = await robot(gate, w, 'ada', 'rbac:role:write', 'rbac:group:*', 'rbac:principal:*', 'rbac:policy:*');
    const [groupId, id] = [await w.group('Team'), await w.role('Secret', [HOSTS, 'cost:*:*'])];
    const message = await messageOf(asker, 'addGroupRoles', { groupId, roleIds: [id] });
    expect(message).not.toMatch(/inventory|cost/);
    await w.give(groupId, id, await systemRole(gate, ['inventory:*:*']));
    await policy(w, 'Secrets', groupId, id);
    const adding = await messageOf(asker, 'addGroupMembers', { groupId, usernames: ['ada'] });
    const opening = await messageOf(asker, 'updateGroup', { id: groupId, anonymousDefault: true });
    expect([adding, opening]).toEqual([message, message]);
  });
});
