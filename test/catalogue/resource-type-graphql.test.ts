import { did, openPolicyGate, wrong } from '../policy/asking.js';
import type { Asker, Gate } from '../world.js';

let gate: Gate;
let client: Asker;
beforeAll(async () => {
  gate = await openPolicyGate();
  client = (await gate.tenant()).service('catalogue');
});
afterEach(() => change(DEFAULTS_BACK));
afterAll(() => gate.close());

const name = 'inventory:hosts';
const TYPE = `resourceType { name description ownerVerbs sharedVerbs inheritedVerbs visibility unsharedArePublic controlledBy
  visibleWithoutRelated openVerbs ownable }`;
const DEFAULTS = {
  ...{
    name,
    description: '',
    ownerVerbs: [],
    sharedVerbs: [],
    inheritedVerbs: [],
    visibility: 'OPEN',
    unsharedArePublic: false,
  },
  ...{ controlledBy: 'NONE', visibleWithoutRelated: true, openVerbs: false, ownable: true },
};
const DEFAULTS_BACK = Object.fromEntries(
  Object.keys(DEFAULTS)
    .filter(key => key !== 'name')
    .map(key => [key, null]),
);
const change = async (input: object) =>
  (await did(client, 'updateResourceType', { name, ...input }, TYPE)).resourceType;
const refusal = (input: object) => wrong(client, 'updateResourceType', { name, ...input });

describe('the options of a resource type', () => {
  it('are all off or empty, until they are set', async () => {
    expect(await change({})).toEqual(DEFAULTS);
  });

  it.each([
    { description: 'Machines' },
    { ownerVerbs: ['read', 'write'] },
    { sharedVerbs: ['*'] },
    { inheritedVerbs: ['*', 'read'] },
    { visibility: 'SHARED' },
    { unsharedArePublic: true },
    { controlledBy: 'PARENTS' },
    { controlledBy: 'CHILDREN' },
    { visibleWithoutRelated: false },
    { openVerbs: true },
    { ownable: false },
  ])('are set one by one, and go back to the default with null: %j', async input => {
    expect(await change(input)).toEqual({ ...DEFAULTS, ...input });
    expect(await change({})).toEqual({ ...DEFAULTS, ...input });
    expect(await change(Object.fromEntries(Object.keys(input).map(key => [key, null])))).toEqual(DEFAULTS);
  });

  it('keep each verb once', async () => {
    expect(await change({ ownerVerbs: ['read', 'write', 'read'] })).toMatchObject({ ownerVerbs: ['read', 'write'] });
  });

  it.each([
    ['an unknown verb', { ownerVerbs: ['read', 'fly'] }, ['BAD_USER_INPUT', 'input.ownerVerbs.1']],
    ['a whole permission', { sharedVerbs: ['inventory:hosts:read'] }, ['BAD_USER_INPUT', 'input.sharedVerbs.0']],
    ['an empty verb', { inheritedVerbs: [''] }, ['BAD_USER_INPUT', 'input.inheritedVerbs.0']],
    [
      'a malformed verb where verbs are open',
      { openVerbs: true, ownerVerbs: ['a\0'] },
      ['BAD_USER_INPUT', 'input.ownerVerbs.0'],
    ],
    [
      'public and controlled',
      { unsharedArePublic: true, controlledBy: 'PARENTS' },
      ['BAD_USER_INPUT', 'input.unsharedArePublic'],
    ],
    ['a description with NUL', { description: '\0' }, ['BAD_USER_INPUT', 'input.description']],
    ['an unknown type', { name: 'inventory:engines' }, ['NOT_FOUND', 'input.name']],
    ['a wildcard for a type', { name: 'inventory:*' }, ['NOT_FOUND', 'input.name']],
    ['a permission for a type', { name: 'inventory:hosts:read' }, ['NOT_FOUND', 'input.name']],
    ['a type that none can be', { name: 'inventory:ho\0sts' }, ['NOT_FOUND', 'input.name']],
  ])('are refused with %s, and nothing is changed', async (_, input, error) => {
    expect(await refusal({ visibleWithoutRelated: false, ...input })).toEqual([error]);
    expect(await change({})).toEqual(DEFAULTS);
  });

  it('do not let public follow control, nor control follow public', async () => {
    await change({ controlledBy: 'CHILDREN' });
    expect(await refusal({ unsharedArePublic: true })).toEqual([['BAD_USER_INPUT', 'input.unsharedArePublic']]);
    await change({ controlledBy: null, unsharedArePublic: true });
    expect(await refusal({ controlledBy: 'PARENTS' })).toEqual([['BAD_USER_INPUT', 'input.controlledBy']]);
  });

  it('take any verb where verbs are open, which then cannot be closed over it', async () => {
    expect(await change({ openVerbs: true, ownerVerbs: ['fly'] })).toMatchObject({ ownerVerbs: ['fly'] });
    expect(await refusal({ openVerbs: false })).toEqual([['BAD_USER_INPUT', 'input.openVerbs']]);
    expect(await change({ openVerbs: false, ownerVerbs: [] })).toEqual(DEFAULTS);
  });
});
