import type { TenantId } from '../src/kernel/ids.js';
import { decide } from './oracle.js';
import { filtersText } from './oracle/matching.js';
import { readWorld } from './oracle/read-world.js';
import type { Filter, Question } from './oracle/world.js';
import { openGate, type Gate, type World } from './world.js';
import { subjectInput } from './worlds/build-resources.js';
import { buildWorld, removeSystemRoles } from './worlds/build-world.js';
import { oracleHolders, oracleList } from './worlds/oracle-lists.js';
import { ACCESS, CHECKS, HOLDERS, RESOURCES } from './worlds/queries.js';
import { filtersOf, readWorldFiles, resourceIn, subjectOf, type WorldFile } from './worlds/world-file.js';

let gate: Gate;

beforeAll(async () => void (gate = await openGate()));
afterAll(() => gate.close());

type Check = WorldFile['checks'][number];
type Definitions = readonly { readonly attributeFilter: Filter }[];

const textOf = (definitions: Definitions) => filtersText(definitions.map(({ attributeFilter }) => attributeFilter));

/** One question for each permission of each check, with what is expected. */
const questionsOf = (checks: readonly Check[]) =>
  checks.flatMap(check =>
    [...check.may, ...check.mayNot].map((permission, at) => ({
      who: check.who,
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
const reasonText = ({ kind, role, group, policy, resource }: any, named: ReadonlySet<string>) => {
  if (kind === 'ROLE')
    return `${role.name} through ${group.name}${named.has(policy?.name) ? ` by ${policy.name}` : ''}`;
  if (kind === 'INHERITED') return `inherited from ${resource.type} ${resource.resourceId}`;
  const grants = kind === 'GRANT' || kind === 'TYPE_GRANT';
  return `${kind.toLowerCase().replace('_', ' ')}${grants && group ? ` to ${group.name}` : ''}`;
};

/** The names of the options that are on, or off. */
const optionsText = (options: Readonly<Record<string, boolean>>, on: boolean) =>
  Object.entries(options)
    .filter(([, given]) => given === on)
    .map(([name]) => `${on ? '' : ' not'} ${name}`)
    .join('');

/** The times at which something is asked, in hours, and what is asked then. */
const momentsOf = ({ checks, lists, holders }: WorldFile) => {
  const hours = new Set([...checks, ...lists, ...holders].map(({ afterHours }) => afterHours));
  const then = (afterHours: number) => (asked: { readonly afterHours: number }) => asked.afterHours === afterHours;
  return [...hours]
    .sort((a, b) => a - b)
    .map(at => ({
      at,
      ...{ checks: checks.filter(then(at)), lists: lists.filter(then(at)), holders: holders.filter(then(at)) },
    }));
};

describe.each((await readWorldFiles()).map(file => [file.title, file] as const))('%s', (_, file) => {
  let w: World;
  let reader: ReturnType<World['service']>;

  beforeAll(async () => {
    w = await buildWorld(gate, file);
    reader = w.service('check', 'read');
  });
  afterAll(() => removeSystemRoles(gate));

  for (const { who, applications, lists } of file.access) {
    it(`is what the access list of ${who} in "${applications}" shows`, async () => {
      const { access } = await reader.get(ACCESS, { application: applications, username: who });
      const rows = access.nodes.map(({ permission, resourceDefinitions, roles }: any) => ({
        permission,
        where: textOf(resourceDefinitions),
        roles: roles.map((role: { name: string }) => role.name),
      }));
      expect(rows).toEqual(
        lists.map(({ permission, where, roles }) => ({ permission, where: filtersText(filtersOf(where)), roles })),
      );
    });
  }

  describe.each(momentsOf(file))('after $at hours', ({ at, checks, lists, holders }) => {
    const expected = questionsOf(checks);
    const oracleWorld = async () => (await readWorld(gate.db.scope(w.tenantId as TenantId))).world;

    beforeAll(() => void (gate.now = () => new Date(Date.now() + at * 3_600_000)));
    afterAll(() => void (gate.now = () => new Date()));

    it('is what the gateway decides, for the reasons that it gives', async () => {
      const requests = expected.map(({ who, question: { subject: _, ...rest } }) => ({
        ...rest,
        subject: subjectInput(who),
      }));
      const { checks: answers } = await reader.get(CHECKS, { requests });
      const named = new Set(Object.keys(file.policies));
      const found = expected.map(({ who, question, because, filterSets }, i) => ({
        ...{ who, question, allowed: answers[i].allowed },
        because: because && [...new Set(answers[i].reasons.map((reason: object) => reasonText(reason, named)))].sort(),
        filterSets: filterSets && answers[i].filterSets.map((set: any) => textOf(set.resourceDefinitions)).sort(),
      }));
      expect(found).toEqual(expected);
    });

    it('is what the oracle says', async () => {
      const world = await oracleWorld();
      const now = gate.now().getTime();
      const said = expected.map(({ question }) => ({ question, decision: decide(world, question, now) }));
      const wanted = expected.map(({ question, allowed }) => ({
        question,
        decision: expect.objectContaining({ allowed }),
      }));
      expect(said).toEqual(wanted);
    });

    for (const list of lists) {
      const { who, finds, everything, permissions, type, match, afterHours: _, ...reading } = list;
      it(`is what ${who} finds, ${match} ${permissions.join(', ') || type}${optionsText(reading, false)}`, async () => {
        const asked = { match, ...reading, ...(type ? { type } : { permissions }), subject: subjectInput(who) };
        const { resources } = await reader.get(RESOURCES, asked);
        const ids = resources.nodes.map(({ resourceId }: { resourceId: string }) => resourceId);
        expect({ everything: resources.everything, ids }).toEqual({ everything, ids: finds });
        expect(oracleList(await oracleWorld(), list, gate.now().getTime())).toEqual({ everything, ids: finds });
      });
    }

    for (const asked of holders) {
      const { on, permissions, principals, groups, everyone, afterHours: _, ...options } = asked;
      it(`is what is held on ${on}, ${permissions?.join(', ') ?? 'anything'}${optionsText(options, true)}`, async () => {
        const { type, id } = resourceIn(on);
        const { resource } = await reader.get(HOLDERS, { ...options, permissions, type, resourceId: id });
        const byName = (edges: any[], name: string) =>
          Object.fromEntries(edges.map(({ node, permissions: held }) => [node[name], held]));
        const found = {
          principals: byName(resource.principals.edges, 'username'),
          groups: byName(resource.groups.edges, 'name'),
          everyone: resource.principals.everyone,
        };
        const expected = { principals, groups, everyone };
        expect(found).toEqual(expected);
        expect(oracleHolders(await oracleWorld(), asked, gate.now().getTime())).toEqual(expected);
      });
    }
  });
});
