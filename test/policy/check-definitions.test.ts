import type { Definition } from '../../src/kernel/definitions.js';
import type { Gate, World } from '../world.js';
import { did, eq, isIn, may, openPolicyGate, policy, systemRole, where } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openPolicyGate();
  w = await gate.tenant();
});
afterAll(() => gate.close());

const HOSTS = 'inventory:hosts:read';
let count = 0;
/** A user who holds hosts under these definitions, in one row. */
const under = async (...definitions: Definition[]) =>
  w.holder(`user-${count++}`, where(HOSTS, ...definitions) as never);

type Case = [what: string, definitions: Definition[], context: unknown, yes: boolean];
const OWN = JSON.parse('{ "__proto__": { "zone": "eu" }, "constructor": { "name": "eu" } }') as unknown;
const CASES: Case[] = [
  ['the value', [eq('zone', 'eu')], { zone: 'eu' }, true],
  ['another value', [eq('zone', 'eu')], { zone: 'us' }, false],
  ['the value in another letter case', [eq('zone', 'eu')], { zone: 'EU' }, false],
  ['the value with a blank', [eq('zone', 'eu')], { zone: 'eu ' }, false],
  ['nothing', [eq('zone', 'eu')], {}, false],
  ['nothing, for null', [eq('zone', null)], {}, true],
  ['null, for null', [eq('zone', null)], { zone: null }, true],
  ['an empty text, for null', [eq('zone', null)], { zone: '' }, false],
  ['null, for an empty text', [eq('zone', '')], { zone: null }, false],
  ['the word null, for null', [eq('zone', null)], { zone: 'null' }, false],
  ['a value, for null', [eq('zone', null)], { zone: 'eu' }, false],
  ['one of the values', [isIn('zone', 'eu', 'us')], { zone: 'us' }, true],
  ['none of the values', [isIn('zone', 'eu', 'us')], { zone: 'as' }, false],
  ['nothing, for values without null', [isIn('zone', 'eu')], {}, false],
  ['nothing, for values with null', [isIn('zone', 'eu', null)], {}, true],
  ['anything, for no values', [isIn('zone')], { zone: 'eu' }, false],
  ['nothing, for no values', [isIn('zone')], {}, false],
  ['a number, for its text', [eq('zone', '1')], { zone: 1 }, false],
  ['true, for its text', [isIn('zone', 'true')], { zone: true }, false],
  ['a list with the value', [eq('zone', 'eu')], { zone: ['eu'] }, false],
  ['a list, for null', [eq('zone', null)], { zone: [] }, false],
  ['an object, for null', [eq('zone', null)], { zone: {} }, false],
  ['false, for null', [eq('zone', null)], { zone: false }, false],
  ['a value deep within', [eq('group.site.id', 'x')], { group: { site: { id: 'x' } } }, true],
  ['a dotted key', [eq('group.id', 'x')], { 'group.id': 'x' }, false],
  ['a text where there is more to come', [eq('group.id', null)], { group: 'x' }, true],
  ['the length of a text', [eq('zone.length', null)], { zone: 'eu' }, true],
  ['a list where there is more to come', [eq('zone.0', 'eu')], { zone: ['eu'] }, false],
  ['both of two on one key', [eq('zone', 'eu'), eq('zone', 'us')], { zone: 'us' }, true],
  ['neither of two on one key', [eq('zone', 'eu'), eq('zone', 'us')], { zone: 'as' }, false],
  ['all of the keys', [eq('zone', 'eu'), eq('owner', 'ada')], { zone: 'eu', owner: 'ada' }, true],
  ['one of the keys', [eq('zone', 'eu'), eq('owner', 'ada')], { zone: 'eu', owner: 'bob' }, false],
  ['an alternative of each key', [eq('a', '1'), eq('b', '1'), isIn('a', '2'), eq('b', null)], { a: '2' }, true],
  ['no alternative of one key', [eq('a', '1'), eq('b', '1'), isIn('a', '2'), isIn('b')], { a: '2', b: '2' }, false],
  ['an inherited property, as missing', [eq('constructor.name', 'Object')], {}, false],
  ['an inherited property, as null', [eq('toString', null)], {}, true],
  ['a property that looks inherited', [eq('constructor.name', 'eu')], OWN, true],
  ['a property of a prototype', [eq('zone', 'eu')], OWN, false],
  ['a property that looks like a prototype', [eq('__proto__.zone', 'eu')], OWN, true],
  ['a prototype that is not there', [eq('__proto__.toString', null)], {}, true],
];

describe('a row with definitions', () => {
  it.each(CASES)('met with %s (%j, %j): %s', async (_, definitions, context, yes) => {
    const user = await under(...definitions);
    expect(await may(user, HOSTS, { context })).toBe(yes);
    expect(await may(user, HOSTS, { context, resourceId: 'h1' })).toBe(yes);
  });

  it('is met by a context that is written into the document, too', async () => {
    const source = `{ yes: check(permission: "${HOSTS}", context: { group: { id: "x" } }) { allowed }
      no: check(permission: "${HOSTS}", context: { constructor: { id: "x" } }) { allowed } }`;
    expect(await (await under(eq('group.id', 'x'))).get(source)).toEqual({
      yes: { allowed: true },
      no: { allowed: false },
    });
    expect((await (await under(eq('toString', null))).get(source)).no.allowed).toBe(true);
  });

  it('gives nothing without a resource and without a context, and is looked at with either', async () => {
    const user = await under(eq('zone', null));
    expect(await may(user, HOSTS)).toBe(false);
    expect(await may(user, HOSTS, { context: null })).toBe(false);
    expect(await may(user, HOSTS, { context: {} })).toBe(true);
    expect(await may(user, HOSTS, { resourceId: 'h1' })).toBe(true);
    expect(await may(await under(eq('zone', 'eu')), HOSTS, { resourceId: 'h1' })).toBe(false);
  });

  it('is an alternative of other rows, with wildcards as without', async () => {
    const rows = [where(HOSTS, eq('zone', 'eu')), where('inventory:*:*', eq('owner', 'ada'))];
    const user = await w.holder(`user-${count++}`, ...(rows as never[]));
    const answers = (context: object) =>
      Promise.all([HOSTS, 'inventory:groups:write'].map(permission => may(user, permission, { context })));
    expect(await answers({ zone: 'eu' })).toEqual([true, false]);
    expect(await answers({ owner: 'ada' })).toEqual([true, true]);
    expect(await answers({ zone: 'us', owner: 'bob' })).toEqual([false, false]);
  });

  it('does not combine with another: half of one and half of the other is no', async () => {
    const rows = [where(HOSTS, eq('a', '1'), eq('b', '1')), where(HOSTS, eq('a', '2'), eq('b', '2'))];
    const user = await w.holder(`user-${count++}`, ...(rows as never[]));
    expect(await may(user, HOSTS, { context: { a: '1', b: '2' } })).toBe(false);
    expect(await may(user, HOSTS, { context: { a: '2', b: '2' } })).toBe(true);
  });

  it('stands behind one without, which always holds', async () => {
    const user = await w.holder(`user-${count++}`, HOSTS, where(HOSTS, eq('zone', 'eu')) as never);
    expect([await may(user, HOSTS), await may(user, HOSTS, { context: { zone: 'us' } })]).toEqual([true, true]);
  });
});

describe('the filters of a denial', () => {
  const SOURCE = `query ($permission: String!, $resourceId: String, $context: JSON, $subject: SubjectInput) {
    check(permission: $permission, resourceId: $resourceId, context: $context, subject: $subject) {
      allowed filterSets { resourceDefinitions { attributeFilter { key operation value } } } } }`;
  let ada: World['admin'];
  const EU = eq('zone', 'eu');
  const BOTH = [eq('owner', 'ada'), isIn('zone', 'us', null)];
  const filters = async (variables: object, asker = ada) => {
    const { check } = await asker.get(SOURCE, { permission: HOSTS, ...variables });
    const sets = check.filterSets.map((set: any) =>
      set.resourceDefinitions.map((definition: any) => definition.attributeFilter),
    );
    return [check.allowed, ...sets.sort((a: any, b: any) => a.length - b.length)];
  };
  beforeAll(async () => {
    await w.principal('filtered');
    const [one, two] = [await w.group('One'), await w.group('Two')];
    await w.member(one, 'filtered');
    await w.member(two, 'filtered');
    const id = await w.role('Filtered', [
      where(HOSTS, ...BOTH),
      where('inventory:*:read', EU),
      where('cost:*:*', EU),
    ] as never);
    await w.give(one, id);
    await policy(w, 'again', two, id);
    ada = w.user('filtered');
  });

  it('are one for each row that covers the question, however many ways it comes', async () => {
    expect(await filters({})).toEqual([false, [EU], BOTH]);
    expect(await filters({ permission: 'inventory:groups:read' })).toEqual([false, [EU]]);
    expect(await filters({ permission: 'inventory:groups:write' })).toEqual([false]);
    expect(await filters({ permission: 'cost:report:read' })).toEqual([false, [EU]]);
  });

  it('are also there under a context that does not meet them, and for another subject', async () => {
    expect(await filters({ context: { zone: 'as' } })).toEqual([false, [EU], BOTH]);
    expect(await filters({ subject: { username: 'filtered' } }, w.service('check'))).toEqual([false, [EU], BOTH]);
    expect(await filters({ subject: { groupName: 'One' } }, w.admin)).toEqual([false, [EU], BOTH]);
  });

  it('are none when the answer is yes, or is about a resource', async () => {
    expect(await filters({ context: { zone: 'eu' } })).toEqual([true]);
    expect(await filters({ resourceId: 'h1' })).toEqual([false]);
    expect(await filters({ resourceId: 'h1', context: { zone: 'as' } })).toEqual([false]);
  });

  it('are none for verbs that the type does not know, and for whoever holds nothing', async () => {
    await w.give(
      (await w.admin.get('{ group(name: "One") { id } }')).group.id,
      await systemRole(gate, [where('inventory:hosts:*', EU)]),
    );
    expect(await filters({ permission: 'inventory:hosts:fly' })).toEqual([false]);
    expect(await filters({}, w.user('nobody'))).toEqual([false]);
    expect(await filters({ subject: { username: 'unknown' } }, w.admin)).toEqual([false]);
    const { principal } = await w.admin.get('{ principal(username: "filtered") { id } }');
    await did(w.admin, 'updatePrincipal', { id: principal.id, active: false });
    expect(await filters({ subject: { username: 'filtered' } }, w.admin)).toEqual([false]);
  });
});
