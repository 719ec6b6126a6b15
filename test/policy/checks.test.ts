import type { Asker, Gate, World } from '../world.js';
import { did, eq, openPolicyGate, policy, robot, systemRole, where, wrongs } from './asking.js';

let gate: Gate;
let w: World;
let ada: Asker;
const HOSTS = 'inventory:hosts:read';
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
  ada = await w.holder('ada', HOSTS, where('cost:report:read', eq('zone', 'eu')) as never);
  await w.principal('bob');
});
afterAll(() => gate.close());

const SOURCE = `query ($requests: [CheckInput!]!) { checks(requests: $requests) {
  allowed permission resourceId error { code message } reasons { kind } filterSets { resourceDefinitions { attributeFilter { key } } } } }`;
const ask = (asker: Asker, requests: object[]) => asker.ask(SOURCE, { requests });
/** The answers in short: yes, no, or the code of an error. */
const answers = async (asker: Asker, requests: object[]): Promise<unknown[]> => {
  const reply = await ask(asker, requests);
  expect(wrongs(reply)).toEqual([]);
  return reply.data.checks.map((one: any) => one.error?.code ?? one.allowed);
};

describe('a batch of questions', () => {
  it('is answered in order, each as if it were alone', async () => {
    const requests = [
      { permission: HOSTS },
      { permission: 'inventory:hosts:write' },
      { permission: HOSTS, resourceId: 'h1' },
      { permission: 'cost:report:read' },
      { permission: 'cost:report:read', context: { zone: 'eu' } },
      { permission: 'cost:report:read', resourceId: 'r1', context: { zone: 'eu' } },
      { permission: HOSTS, subject: { username: 'ADA' } },
      { permission: HOSTS },
    ];
    expect(await answers(ada, requests)).toEqual([true, false, true, false, true, true, true, true]);
    const { data } = await ask(ada, requests);
    expect(data.checks[3]).toEqual({
      ...{ allowed: false, permission: 'cost:report:read', resourceId: null, error: null, reasons: [] },
      filterSets: [{ resourceDefinitions: [{ attributeFilter: { key: 'zone' } }] }],
    });
    expect(data.checks[2]).toMatchObject({ allowed: true, resourceId: 'h1', reasons: [{ kind: 'ROLE' }] });
  });

  it('has an error in the answer to each question that is no good, and no other', async () => {
    const requests = [
      { permission: HOSTS },
      { permission: 'inventory:hosts' },
      { permission: 'inventory:*:read' },
      { permission: 'nothing:hosts:read' },
      { permission: HOSTS, resourceId: '' },
      { permission: HOSTS, context: 'x' },
      { permission: HOSTS, subject: {} },
      { permission: HOSTS, subject: { principalId: 'x' } },
      { permission: HOSTS, subject: { username: 'bob' } },
      { permission: HOSTS, subject: { username: 'nobody' } },
      { permission: HOSTS, subject: { anonymous: true } },
    ];
    const bad = Array(7).fill('BAD_USER_INPUT');
    expect(await answers(ada, requests)).toEqual([true, ...bad, 'FORBIDDEN', 'FORBIDDEN', false]);
    const { data } = await ask(ada, requests);
    expect(data.checks[2]).toEqual({
      ...{ allowed: false, permission: 'inventory:*:read', resourceId: null, reasons: [], filterSets: [] },
      error: { code: 'BAD_USER_INPUT', message: expect.stringMatching(/^requests\.2\.permission: /) },
    });
    const places = data.checks.slice(3, 8).map((one: any) => one.error.message.split(':')[0]);
    const fields = ['permission', 'resourceId', 'context', 'subject', 'subject.principalId'];
    expect(places).toEqual(fields.map((field, i) => `requests.${i + 3}.${field}`));
    expect(data.checks[8].error).toEqual(data.checks[9].error);
  });

  it('about others takes the right to read access, question by question', async () => {
    const requests = [
      { username: 'ada' },
      { username: 'nobody' },
      { groupName: 'group of ada' },
      { groupName: 'x' },
      { anonymous: true },
    ];
    const about = requests.map(subject => ({ permission: HOSTS, subject }));
    expect(await answers(w.admin, about)).toEqual([true, false, true, false, false]);
    expect(await answers(w.service('check'), about)).toEqual([true, false, true, false, false]);
    expect(await answers(await robot(gate, w, 'auditor', 'rbac:access:read'), about)).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
    const refused = 'FORBIDDEN';
    expect(await answers(ada, about)).toEqual([true, refused, true, refused, false]);
    expect(await answers(w.user('bob'), about)).toEqual([refused, refused, refused, refused, false]);
    expect(await answers(w.service('read', 'write'), about)).toEqual(Array(5).fill(refused));
    const anonymous = Array(4).fill('UNAUTHENTICATED');
    expect(await answers(w.anonymous(), [...about, { permission: HOSTS }])).toEqual([...anonymous, false, false]);
  });

  it('has to name a subject in each question of a service client', async () => {
    const requests = [{ permission: HOSTS }, { permission: HOSTS, subject: { username: 'ada' } }];
    expect(await answers(w.service('check'), requests)).toEqual(['BAD_USER_INPUT', true]);
  });

  it('may be empty, or a thousand, and no more', async () => {
    expect(await answers(ada, [])).toEqual([]);
    expect(await answers(ada, Array(1000).fill({ permission: HOSTS }))).toEqual(Array(1000).fill(true));
    const reply = await ask(ada, Array(1001).fill({ permission: HOSTS }));
    expect([wrongs(reply), reply.data]).toEqual([[['LIMIT_EXCEEDED', 'requests']], { checks: null }]);
  });
});

describe('the reasons of a decision', () => {
  const REASONS = `query ($permission: String!, $subject: SubjectInput, $context: JSON) {
    check(permission: $permission, subject: $subject, context: $context) { allowed
      reasons { kind message group { name } policy { name system roles { name } group { name } } role { name } } } }`;
  const reasons = async (asker: Asker, variables: object = {}): Promise<any[]> =>
    (await asker.get(REASONS, { permission: HOSTS, ...variables })).check.reasons;
  const short = (all: any[]) =>
    all.map(({ kind, group, policy, role }) => [kind, group?.name, policy?.name, role?.name].join(' ')).sort();
  let cy: Asker;
  beforeAll(async () => {
    await did(w.service('write', 'operate'), 'createPrincipal', { username: 'cy', superuser: true });
    const [one, two] = [await w.group('One'), await w.group('Two')];
    await w.member(one, 'cy');
    await w.member(two, 'cy');
    const reader = await w.role('Reader', [HOSTS, where('inventory:*:*', eq('zone', 'eu'))] as never);
    await policy(w, 'Readers', one, reader, await systemRole(gate, ['inventory:hosts:*'], { name: 'All hosts' }));
    await w.give(two, reader, await w.role('Other', ['cost:*:*']));
    cy = w.user('cy');
  });
  const PATHS = ['ROLE One Readers All hosts', 'ROLE One Readers Reader', 'ROLE Two Roles of the group Reader'];

  it('are all the paths from the subject to the permission, the right of a superuser among them', async () => {
    expect(short(await reasons(cy))).toEqual([...PATHS, 'SUPERUSER   ']);
    expect(short(await reasons(cy, { permission: 'inventory:groups:read' }))).toEqual(['SUPERUSER   ']);
    expect(short(await reasons(w.admin, { subject: { username: 'cy' } }))).toEqual([...PATHS, 'SUPERUSER   ']);
    expect(short(await reasons(w.admin, { subject: { groupName: 'One' } }))).toEqual(PATHS.slice(0, 2));
  });

  it('have one for each row that holds under the context', async () => {
    const found = short(await reasons(cy, { context: { zone: 'eu' } }));
    expect(found).toEqual([PATHS[0], PATHS[1], PATHS[1], PATHS[2], PATHS[2], 'SUPERUSER   ']);
  });

  it('say in words what they come from, and no name of what cannot be read', async () => {
    const auditor = await robot(gate, w, 'watcher', 'rbac:access:read');
    const found = await reasons(auditor, { subject: { username: 'cy' } });
    expect(found.filter(({ group, policy }) => group || policy)).toEqual([]);
    expect(new Set(found.map(({ role }) => role?.name))).toEqual(new Set([undefined, 'All hosts']));
    const messages = new Set(found.map(({ message }) => message));
    expect([...messages].sort()).toEqual([
      'A role of a group gives inventory:hosts:*',
      'A role of a group gives inventory:hosts:read',
      'A superuser passes every check',
    ]);
  });

  it('show one’s own groups, roles and policies without a right to read any', async () => {
    const [reason] = await reasons(ada);
    const hidden = {
      name: 'Roles of the group',
      system: true,
      roles: [{ name: 'role of ada' }],
      group: { name: 'group of ada' },
    };
    expect(reason).toMatchObject({ group: { name: 'group of ada' }, role: { name: 'role of ada' }, policy: hidden });
  });

  it('show to the anonymous caller neither group nor policy nor role', async () => {
    const id = await w.group('Everybody', { anonymousDefault: true });
    await w.give(id, await systemRole(gate, [HOSTS]));
    const [reason] = await reasons(w.anonymous());
    expect(reason).toMatchObject({ kind: 'ROLE', group: null, policy: null, role: null });
    await did(w.admin, 'deleteGroup', { id });
  });

  it('are none for a denial', async () => {
    expect(await reasons(w.user('bob'))).toEqual([]);
    expect(await reasons(ada, { permission: 'cost:report:read' })).toEqual([]);
    expect(await reasons(cy, { permission: 'inventory:hosts:fly' })).toEqual([]);
  });
});
