import fc from 'fast-check';
import type { TenantId } from '../../src/kernel/ids.js';
import { readWorld } from '../oracle/read-world.js';
import type { StoredWorld } from '../oracle/stored-world.js';
import type { Question, World as OracleWorld } from '../oracle/world.js';
import type { Gate, World } from '../world.js';
import { compareAnswers } from './agreement.js';
import { compareHolders } from './agreement-holders.js';
import { compareLists } from './agreement-lists.js';
import { compareSubjects } from './agreement-subjects.js';
import { further, holdersIn, listingIn } from './arbitrary-questions.js';
import { subjectsOf } from './engine-words.js';
import { REPLAY, worldsToTry } from './replay.js';
import { NO_OPTIONS, RESOURCE_IDS, RESOURCE_MUTATIONS } from './resource-mutations.js';
import { access, PERMISSIONS, TENANT_MUTATIONS, type Picks } from './tenant-mutations.js';
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

const MUTATIONS = { ...TENANT_MUTATIONS, ...RESOURCE_MUTATIONS };
type Step = { readonly kind: keyof typeof MUTATIONS; readonly picks: Picks };

/** How many changes were tried, and how many of them were not refused. */
const changes = { tried: 0, done: 0 };

async function take(w: World, step: Step, before: StoredWorld) {
  const [name, input, given] = MUTATIONS[step.kind](before, step.picks);
  const usual = name.startsWith('delete') ? 'DeleteInput' : `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const inputType = given ?? usual;
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
  for (const name of ['app:doc', 'app:item'])
    await mutate(operatorOf(gate), 'updateResourceType', { name, ...NO_OPTIONS });
  const resources = [
    { resourceId: '1', owner: 'user 0' },
    { resourceId: '2', parents: [{ type: 'app:doc', resourceId: '1' }] },
  ];
  await mutate(w.admin, 'putResources', { type: 'app:doc', resources });
  return w;
}

/** Everybody about each permission, in general and on each resource, with and without a context. */
const questionsOf = (world: OracleWorld): Question[] =>
  subjectsOf(world).flatMap(subject =>
    [...PERMISSIONS, 'app:item:fly'].flatMap(permission => [
      { subject, permission },
      { subject, permission, resourceId: '1', context: { team: 'red' } },
      ...RESOURCE_IDS.map(resourceId => ({ subject, permission, resourceId })),
    ]),
  );

describe('after every change, another server that has seen the tenant before', () => {
  const kinds = Object.keys(MUTATIONS) as (keyof typeof MUTATIONS)[];
  const step = fc.record({ kind: fc.constantFrom(...kinds), picks: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6)) });

  it('answers as the oracle does, whatever was done before', async () => {
    const steps = fc.array(fc.tuple(step, further), { minLength: 30, maxLength: 30 });
    const agree = fc.asyncProperty(steps, async taken => {
      const w = await startingWorld();
      const scope = gate.db.scope(w.tenantId as TenantId);
      let stored = await readWorld(scope);
      for (const [one, asked] of taken) {
        await take(w, one, stored);
        stored = await readWorld(scope);
        await compareAnswers(second.engine, stored, questionsOf(stored.world), { byId: false, now: Date.now() });
        await compareSubjects(second.engine, stored, { byId: true, now: Date.now() });
        const own = { ...stored.world, types: stored.world.types.filter(({ name }) => name.startsWith('app:')) };
        const way = { byId: false, now: Date.now() };
        await compareLists(second.engine, stored, [listingIn(own, asked.lists[0])], way);
        await compareHolders(second.engine, stored, holdersIn(own, asked.holders), way);
      }
    });
    await fc.assert(agree, { numRuns: Math.ceil(worldsToTry(500) / 50), ...REPLAY });
    expect(changes.done).toBeGreaterThan(changes.tried / 4);
  }, 600_000);
});
