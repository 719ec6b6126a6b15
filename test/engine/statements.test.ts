import type { Gate, World } from '../world.js';
import type { TenantId } from '../../src/kernel/ids.js';
import { openSeededGate } from './second-server.js';

let gate: Gate;
let w: World;

const USERNAMES = Array.from({ length: 10 }, (_, i) => `user-${i}`);
const CHECKS = 'query ($requests: [CheckInput!]!) { checks(requests: $requests) { allowed error { code } } }';

/** 100 questions about ten users, all different. */
const requests = Array.from({ length: 100 }, (_, i) => ({
  permission: i % 2 === 0 ? 'app:doc:read' : 'app:doc:write',
  subject: { username: USERNAMES[i % 10] },
  context: { team: i % 3 === 0 ? 'red' : 'blue', number: `${Math.floor(i / 10)}` },
}));

/** The same on a hundred resources, half of which are registered. */
const onResources = requests.map((one, i) => ({ ...one, resourceId: `doc ${i}` }));

beforeAll(async () => void (gate = await openSeededGate()));
beforeEach(async () => {
  w = await gate.tenant();
  const group = await w.group('readers');
  await w.give(group, await w.role('reader', ['app:doc:read']));
  for (const username of USERNAMES) await w.principal(username);
  await w.member(group, ...USERNAMES.slice(0, 5));
  await forgetSubjects();
});
afterAll(() => gate.close());

/** Nobody is of use any more who was read before. */
const forgetSubjects = () => gate.db.write(w.tenantId as TenantId, async tx => tx.raise());

async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  gate.statements.length = 0;
  await work();
  return [...gate.statements];
}

const numberOf = async (work: () => Promise<unknown>) => (await statementsOf(work)).length;

describe('100 checks about 10 subjects in one request', () => {
  it('are answered rightly', async () => {
    const { checks } = await w.service('check').get(CHECKS, { requests });
    const expected = requests.map((_, i) => ({ allowed: i % 2 === 0 && i % 10 < 5, error: null }));
    expect(checks).toEqual(expected);
  });

  it('take at most 3 statements of a client that nobody has seen, and 1 the next time', async () => {
    const client = w.service('check');
    expect(await numberOf(() => client.get(CHECKS, { requests }))).toBeLessThanOrEqual(3);
    expect(await numberOf(() => client.get(CHECKS, { requests }))).toBe(1);
  });

  it('take at most 3 statements of a user, and 1 the next time', async () => {
    expect(await numberOf(() => w.admin.get(CHECKS, { requests }))).toBeLessThanOrEqual(3);
    expect(await numberOf(() => w.admin.get(CHECKS, { requests }))).toBe(1);
  });

  it('take at most 2 statements after a change of the tenant', async () => {
    const client = w.service('check');
    await client.get(CHECKS, { requests });
    await forgetSubjects();
    expect(await numberOf(() => client.get(CHECKS, { requests }))).toBe(2);
  });

  it('take 1 statement more for subjects that are unknown, however many', async () => {
    const client = w.service('check');
    await client.get(CHECKS, { requests });
    const strangers = requests.map((one, i) => (i % 2 ? one : { ...one, subject: { username: `stranger-${i}` } }));
    expect(await numberOf(() => client.get(CHECKS, { requests: strangers }))).toBe(2);
  });
});

describe('100 checks on 100 resources', () => {
  it('take one statement more than others: for all that matters of the resources', async () => {
    const resources = onResources
      .filter((_, i) => i % 2 === 0)
      .map(({ resourceId }) => ({ resourceId, owner: 'user-1' }));
    const put = 'mutation ($input: PutResourcesInput!) { putResources(input: $input) { created } }';
    await w.admin.get(put, { input: { type: 'app:doc', resources } });
    const client = w.service('check');
    await client.get(CHECKS, { requests });
    expect(await numberOf(() => client.get(CHECKS, { requests: onResources }))).toBe(2);
  });
});

describe('decisions of one operation', () => {
  const operation = /* GraphQL */ `
    query ($requests: [CheckInput!]!) {
      checks(requests: $requests) {
        allowed
        reasons {
          kind
          message
        }
        filterSets {
          resourceDefinitions {
            attributeFilter {
              key
            }
          }
        }
      }
      one: check(permission: "app:doc:read", subject: { username: "user-1" }) {
        allowed
      }
      other: check(permission: "app:doc:read", subject: { groupName: "readers" }) {
        allowed
      }
      anybody: check(permission: "app:doc:read", subject: { anonymous: true }) {
        allowed
      }
      viewer {
        read: can(permission: "app:doc:read")
        write: can(permission: "app:doc:write")
      }
    }
  `;

  it('share one statement for all the subjects that they speak of', async () => {
    await w.admin.get('{ viewer { kind } }');
    const statements = await statementsOf(() => w.admin.get(operation, { requests }));
    expect(statements.filter(text => text.includes('with recursive'))).toHaveLength(1);
    expect(statements).toHaveLength(2);
  });

  it('take one statement once everybody is known', async () => {
    await w.admin.get(operation, { requests });
    expect(await numberOf(() => w.admin.get(operation, { requests }))).toBe(1);
  });
});

describe('requests that arrive together', () => {
  it('share one read of the revisions', async () => {
    const client = w.service('check');
    await client.get(CHECKS, { requests });
    const together = () => Promise.all(Array.from({ length: 20 }, () => client.get(CHECKS, { requests })));
    expect(await numberOf(together)).toBe(1);
  });
});
