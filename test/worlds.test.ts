import type { TenantId } from '../src/kernel/ids.js';
import { decide } from './oracle.js';
import { filtersText } from './oracle/matching.js';
import { readWorld } from './oracle/read-world.js';
import type { Filter, Question } from './oracle/world.js';
import { openGate, type Gate, type World } from './world.js';
import { buildWorld, removeSystemRoles } from './worlds/build-world.js';
import { filtersOf, readWorldFiles, type WorldFile } from './worlds/world-file.js';

let gate: Gate;

beforeAll(async () => void (gate = await openGate()));
afterAll(() => gate.close());

const CHECKS = /* GraphQL */ `
  query ($requests: [CheckInput!]!) {
    checks(requests: $requests) {
      allowed
      reasons {
        kind
        role {
          name
        }
        group {
          name
        }
        policy {
          name
        }
      }
      filterSets {
        resourceDefinitions {
          attributeFilter {
            key
            operation
            value
          }
        }
      }
      error {
        message
      }
    }
  }
`;

const ACCESS = /* GraphQL */ `
  query ($application: String!, $username: String) {
    access(application: $application, username: $username, first: 100) {
      nodes {
        permission
        resourceDefinitions {
          attributeFilter {
            key
            operation
            value
          }
        }
        roles {
          name
        }
      }
    }
  }
`;

type Check = WorldFile['checks'][number];
type Definitions = readonly { readonly attributeFilter: Filter }[];

const GROUP = /^group /;
const subjectOf = (who: string): Question['subject'] => {
  if (who === 'anybody') return { anonymous: true };
  return GROUP.test(who) ? { group: who.replace(GROUP, '') } : { username: who };
};
const inputOf = (subject: Question['subject']) => ('group' in subject ? { groupName: subject.group } : subject);
const textOf = (definitions: Definitions) => filtersText(definitions.map(({ attributeFilter }) => attributeFilter));

/** One question for each permission of each check, with what is expected. */
const questionsOf = (checks: readonly Check[]) =>
  checks.flatMap(check =>
    [...check.may, ...check.mayNot].map((permission, at) => ({
      question: {
        subject: subjectOf(check.who),
        permission,
        ...(check.on !== undefined && { resourceId: check.on }),
        ...(check.with && { context: check.with }),
      } satisfies Question,
      allowed: at < check.may.length,
      because: check.because && at < check.may.length ? check.because.toSorted() : undefined,
      filterSets: check.filterSets?.map(where => filtersText(filtersOf(where))).sort(),
    })),
  );

// The hidden policy of what was given to a group directly is shown without a name of its own.
const reasonText = ({ kind, role, group, policy }: any, named: ReadonlySet<string>) => {
  if (kind === 'SUPERUSER') return 'superuser';
  return `${role.name} through ${group.name}${named.has(policy?.name) ? ` by ${policy.name}` : ''}`;
};

describe.each((await readWorldFiles()).map(file => [file.title, file] as const))('%s', (_, file) => {
  const expected = questionsOf(file.checks);
  let w: World;

  beforeAll(async () => void (w = await buildWorld(gate, file)));
  afterAll(() => removeSystemRoles(gate));

  it('is what the gateway decides, for the reasons that it gives', async () => {
    const requests = expected.map(({ question: { subject, ...rest } }) => ({ ...rest, subject: inputOf(subject) }));
    const { checks } = await w.service('check', 'read').get(CHECKS, { requests });
    const named = new Set(Object.keys(file.policies));
    const found = expected.map(({ question, because, filterSets }, at) => ({
      question,
      allowed: checks[at].allowed,
      because: because && [...new Set(checks[at].reasons.map((reason: object) => reasonText(reason, named)))].sort(),
      filterSets: filterSets && checks[at].filterSets.map((set: any) => textOf(set.resourceDefinitions)).sort(),
    }));
    expect(found).toEqual(expected);
  });

  it.each(file.access)(
    'is what the access list of $who in "$applications" shows',
    async ({ who, applications, lists }) => {
      const { access } = await w.service('check', 'read').get(ACCESS, { application: applications, username: who });
      const rows = access.nodes.map(({ permission, resourceDefinitions, roles }: any) => ({
        permission,
        where: textOf(resourceDefinitions),
        roles: roles.map((role: { name: string }) => role.name),
      }));
      expect(rows).toEqual(
        lists.map(({ permission, where, roles }) => ({ permission, where: filtersText(filtersOf(where)), roles })),
      );
    },
  );

  it('is what the oracle says', async () => {
    const { world } = await readWorld(gate.db.scope(w.tenantId as TenantId));
    const said = expected.map(({ question }) => ({ question, decision: decide(world, question, Date.now()) }));
    const wanted = expected.map(({ question, allowed }) => ({
      question,
      decision: expect.objectContaining({ allowed }),
    }));
    expect(said).toEqual(wanted);
  });
});
