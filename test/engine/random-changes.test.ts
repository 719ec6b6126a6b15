import fc from 'fast-check';
import { globalId, type NodeType, type TenantId } from '../../src/kernel/ids.js';
import { readWorld } from '../oracle/read-world.js';
import type { StoredWorld } from '../oracle/stored-world.js';
import type { Gate, World } from '../world.js';
import { compareAnswers } from './agreement.js';
import { compareSubjects } from './agreement-subjects.js';
import { subjectsOf } from './engine-words.js';
import { REPLAY, worldsToTry } from './replay.js';
import { mutate, openSeededGate, operatorOf, secondServer, type SecondServer } from './second-server.js';

let gate: Gate;
let second: SecondServer;

beforeAll(async () => {
  gate = await openSeededGate();
  second = await secondServer(gate);
  await mutate(operatorOf(gate), 'createPermission', { permission: 'app:item:read' });
});
afterAll(async () => {
  await second.close();
  await gate.close();
});

const PERMISSIONS = ['app:doc:read', 'app:doc:write', 'app:item:read'];
const ROWS = [...PERMISSIONS, 'app:doc:*'];

/** Numbers that pick among what there is when the time comes. */
type Picks = readonly number[];
type Mutation = readonly [name: string, input: object, inputType?: string];
type Step = { readonly kind: keyof typeof MUTATIONS; readonly picks: Picks };

const pick = <T>(from: Iterable<T>, number = 0): T | undefined => {
  const all = [...from];
  return all[number % all.length];
};
const idOf = (noun: NodeType, ids: ReadonlyMap<string, string>, number?: number) =>
  globalId(noun, pick(ids.values(), number) ?? '');
const flag = (number = 0) => number % 2 === 0;

const access = (number = 0) => [
  {
    permission: pick(ROWS, number),
    resourceDefinitions: flag(number >> 2) ? [] : [{ key: 'team', operation: 'EQUAL', value: 'red' }],
  },
];

/** What can be done to a tenant. Much of it is refused, depending on what has been done before; that does no harm. */
const MUTATIONS = {
  addMember: ({ groups, principals }: StoredWorld, [a, b]: Picks): Mutation => [
    'addGroupMembers',
    { groupId: idOf('Group', groups, a), usernames: [pick(principals.keys(), b)] },
  ],
  removeMember: ({ groups, principals }: StoredWorld, [a, b]: Picks): Mutation => [
    'removeGroupMembers',
    { groupId: idOf('Group', groups, a), usernames: [pick(principals.keys(), b)] },
  ],
  moveGroup: ({ groups }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'updateGroup',
    { id: idOf('Group', groups, a), parentId: c! % 4 === 0 ? null : idOf('Group', groups, b) },
  ],
  flagGroup: ({ groups }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'updateGroup',
    {
      id: idOf('Group', groups, a),
      [pick(['includesSubgroups', 'includesSubgroups', 'supergroup', 'anonymousDefault'], b)!]: flag(c),
    },
  ],
  deleteGroup: ({ groups }: StoredWorld, [a]: Picks): Mutation => ['deleteGroup', { id: idOf('Group', groups, a) }],
  createGroup: ({ groups }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'createGroup',
    { name: `group ${a}`, parentId: flag(b) ? idOf('Group', groups, c) : null, includesSubgroups: flag(c) },
  ],
  createPublicGroup: (_: StoredWorld, [a, b]: Picks): Mutation => [
    'createGroup',
    { name: `public ${a}`, anonymousDefault: true, supergroup: flag(b) },
  ],
  giveRole: ({ groups, roles }: StoredWorld, [a, b]: Picks): Mutation => [
    'addGroupRoles',
    { groupId: idOf('Group', groups, a), roleIds: [idOf('Role', roles, b)] },
    'GroupRolesInput',
  ],
  takeRole: ({ groups, roles }: StoredWorld, [a, b]: Picks): Mutation => [
    'removeGroupRoles',
    { groupId: idOf('Group', groups, a), roleIds: [idOf('Role', roles, b)] },
    'GroupRolesInput',
  ],
  createPolicy: ({ groups, roles }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'createPolicy',
    {
      name: `policy ${a}`,
      groupId: idOf('Group', groups, b),
      roleIds: [idOf('Role', roles, c), idOf('Role', roles, a)],
    },
  ],
  movePolicy: ({ groups, policies }: StoredWorld, [a, b]: Picks): Mutation => [
    'updatePolicy',
    { id: idOf('Policy', policies, a), groupId: idOf('Group', groups, b) },
  ],
  changePolicy: ({ roles, policies }: StoredWorld, [a, b]: Picks): Mutation => [
    'updatePolicy',
    { id: idOf('Policy', policies, a), roleIds: [idOf('Role', roles, b)] },
  ],
  deletePolicy: ({ policies }: StoredWorld, [a]: Picks): Mutation => [
    'deletePolicy',
    { id: idOf('Policy', policies, a) },
  ],
  createRole: (_: StoredWorld, [a, b]: Picks): Mutation => ['createRole', { name: `role ${a}`, access: access(b) }],
  changeRole: ({ roles }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'updateRole',
    { id: idOf('Role', roles, a), access: [...access(b), ...access(c)] },
  ],
  deleteRole: ({ roles }: StoredWorld, [a]: Picks): Mutation => ['deleteRole', { id: idOf('Role', roles, a) }],
  flagPrincipal: ({ principals }: StoredWorld, [a, b, c]: Picks): Mutation => [
    'updatePrincipal',
    { id: idOf('Principal', principals, a), [pick(['active', 'superuser', 'orgAdmin'], b)!]: flag(c) },
  ],
  typePrincipal: ({ principals }: StoredWorld, [a, b]: Picks): Mutation => [
    'updatePrincipal',
    { id: idOf('Principal', principals, a), type: flag(b) ? 'USER' : 'SERVICE_ACCOUNT' },
  ],
  renamePrincipal: ({ principals }: StoredWorld, [a, b]: Picks): Mutation => [
    'updatePrincipal',
    { id: idOf('Principal', principals, a), username: `user ${b}` },
  ],
  createPrincipal: (_: StoredWorld, [a]: Picks): Mutation => ['createPrincipal', { username: `user ${a}` }],
  deletePrincipal: ({ principals }: StoredWorld, [a]: Picks): Mutation => [
    'deletePrincipal',
    { id: idOf('Principal', principals, a) },
  ],
  changeType: (_: StoredWorld, [a, b]: Picks): Mutation => [
    'updateResourceType',
    { name: 'app:item', visibility: flag(a) ? 'SHARED' : 'OPEN', openVerbs: flag(b) },
  ],
};

/** How many changes were tried, and how many of them were not refused. */
const changes = { tried: 0, done: 0 };

async function take(w: World, step: Step, before: StoredWorld) {
  const [name, input, type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`] = MUTATIONS[step.kind](
    before,
    step.picks,
  );
  const inputType = name.startsWith('delete') ? 'DeleteInput' : type;
  const source = `mutation ($input: ${inputType}!) { ${name}(input: $input) { __typename } }`;
  const asker = name === 'updateResourceType' ? operatorOf(gate) : w.service('read', 'write', 'grant', 'operate');
  const { codes, messages } = await asker.ask(source, { input });
  const unexpected = codes.filter(
    code => !['CONFLICT', 'FORBIDDEN', 'NOT_FOUND', 'BAD_USER_INPUT'].includes(code as string),
  );
  if (unexpected.length > 0) throw new Error(`${name} ${JSON.stringify(input)}: ${messages.join('; ')}`);
  changes.tried += 1;
  if (codes.length === 0) changes.done += 1;
}

async function startingWorld(): Promise<World> {
  const w = await gate.tenant();
  const top = await w.group('group 0', { includesSubgroups: true });
  const middle = await w.group('group 1', { parentId: top, includesSubgroups: true });
  const leaf = await w.group('group 2', { parentId: middle });
  for (const username of ['user 0', 'user 1', 'user 2']) await w.principal(username);
  await w.member(leaf, 'user 0', 'user 1');
  await w.member(top, 'user 2');
  await w.give(top, await w.role('role 0', ['app:doc:read']));
  await w.give(
    leaf,
    await w.role('role 1', [{ permission: 'app:doc:*', resourceDefinitions: access(4)[0]!.resourceDefinitions }]),
  );
  const policy = { name: 'policy 0', groupId: middle, roleIds: [await w.role('role 2', ['app:item:read'])] };
  await mutate(w.admin, 'createPolicy', policy);
  return w;
}

describe('after every change, another server that has seen the tenant before', () => {
  const kinds = Object.keys(MUTATIONS) as (keyof typeof MUTATIONS)[];
  const step = fc.record({ kind: fc.constantFrom(...kinds), picks: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)) });

  it('answers as the oracle does, whatever was done before', async () => {
    const agree = fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 30 }), async steps => {
      const w = await startingWorld();
      const scope = gate.db.scope(w.tenantId as TenantId);
      let stored = await readWorld(scope);
      for (const one of steps) {
        await take(w, one, stored);
        stored = await readWorld(scope);
        const permissions = [...PERMISSIONS, 'app:item:fly'];
        const questions = subjectsOf(stored.world).flatMap(subject =>
          permissions.flatMap(permission => [
            { subject, permission },
            { subject, permission, resourceId: '1', context: { team: 'red' } },
          ]),
        );
        await compareAnswers(second.engine, stored, questions, { byId: false, now: Date.now() });
        await compareSubjects(second.engine, stored, { byId: true, now: Date.now() });
      }
    });
    await fc.assert(agree, { numRuns: Math.ceil(worldsToTry(500) / 50), ...REPLAY });
    expect(changes.done).toBeGreaterThan(changes.tried / 4);
  }, 600_000);
});
