import { parse, type OperationDefinitionNode } from 'graphql';
import { globalId, newId } from '../../src/kernel/ids.js';
import { assertAffordable } from '../../src/server/cost.js';
import { bareSchema, printedSchema } from '../../src/server/schema.js';
import { does, grantBooks, openLibrary, putBooks, setType } from '../resources/asking.js';
import { where, eq } from '../policy/asking.js';
import type { Asker, Gate, World } from '../world.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openLibrary();
  w = await gate.tenant();
});
afterAll(() => gate.close());

const source = (selection: string) =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename ${selection} } }`;
const ask = (asker: Asker, representations: unknown[], selection = '... on Group { id name }') =>
  asker.ask(source(selection), { representations });
const book = (id: string, resourceType = 'lib:book') => ({ __typename: 'Protected', id, resourceType });
/** What the caller learns of one protected object. */
const looked = async (asker: Asker, object: unknown, selection: string) => {
  const { data, codes, fields } = await ask(asker, [object], `... on Protected { ${selection} }`);
  const { __typename: _, ...rest } = data._entities[0] ?? {};
  return codes.length > 0 ? { ...rest, codes, fields } : rest;
};

describe('references to nodes', () => {
  it('are answered in order, with null for what the caller may not read', async () => {
    const [mine, other] = [await w.group('Mine'), await w.group('Other')];
    await w.principal('mia');
    await w.member(mine, 'mia');
    const refs = [other, mine, globalId('Group', newId())].map(id => ({ __typename: 'Group', id }));
    const { data, codes } = await ask(w.user('mia'), refs);
    expect([data._entities, codes]).toEqual([[null, { __typename: 'Group', id: mine, name: 'Mine' }, null], []]);
    expect((await ask(w.anonymous(), refs)).data._entities).toEqual([null, null, null]);
  });

  it('are null under the name of another type', async () => {
    const id = await w.group('Typed');
    expect((await ask(w.admin, [{ __typename: 'Role', id }])).data._entities).toEqual([null]);
  });

  it.each<[string, unknown, string]>([
    ['no object', 'x', 'representations.1'],
    ['without id', { __typename: 'Group' }, 'representations.1.id'],
    ['with a malformed id', { __typename: 'Group', id: 'x' }, 'representations.1.id'],
    ['of a type without key', { __typename: 'Viewer', id: 'x' }, 'representations.1.__typename'],
    ['of no type', { id: 'x' }, 'representations.1.__typename'],
  ])('%s fail alone', async (_, wrong, field) => {
    const id = await w.group(`Beside ${field} ${newId()}`);
    const { data, codes, fields } = await ask(w.admin, [{ __typename: 'Group', id }, wrong]);
    expect([data._entities.map((one: any) => one?.id), codes, fields]).toEqual([
      [id, undefined],
      ['BAD_USER_INPUT'],
      [field],
    ]);
  });

  it('are at most 1000 at a time', async () => {
    const { data, codes } = await ask(w.admin, Array(1_001).fill({ __typename: 'Group', id: 'x' }));
    expect([data, codes]).toEqual([null, ['LIMIT_EXCEEDED']]);
  });

  it('are read together', async () => {
    const ids = Array.from({ length: 20 }, () => globalId('Group', newId()));
    await ask(w.admin, []);
    gate.statements.length = 0;
    await ask(
      w.admin,
      ids.map(id => ({ __typename: 'Group', id })),
    );
    expect(gate.statements.length).toBeLessThanOrEqual(2);
  });

  it('cost as much as they may answer', () => {
    const cost = (representations: number) => {
      const document = parse(source('... on Group { members(first: 1000) { nodes { id username } } }'));
      const variables = { representations: Array(representations).fill({ __typename: 'Group', id: 'x' }) };
      const operation = document.definitions[0] as OperationDefinitionNode;
      return () => assertAffordable({ schema: bareSchema(), document, operation, variables });
    };
    expect(cost(10)).not.toThrow();
    expect(cost(1_000)).toThrow(/The answer could have \d+ fields/);
  });
});

describe('protected objects of other subgraphs', () => {
  const CAN = 'can: viewerCan(verb: "view") viewerPermissions why: viewerCannotReasons(verb: "view")';
  const THINGS = 'owner { username } sharedWith { name } grants { nodes { permission } }';

  it('say what the viewer may, registered or not', async () => {
    const v = await gate.tenant();
    const vera = await v.holder('vera', 'lib:book:view');
    await v.principal('carl');
    await putBooks(v, 'b1');
    await grantBooks(v, 'carl', ['change'], ['b1']);
    const yes = { can: true, viewerPermissions: ['lib:book:view'], why: [] };
    expect(await looked(vera, book('b1'), CAN)).toEqual(yes);
    expect(await looked(vera, book('never seen'), CAN)).toEqual(yes);
    const why = ['Nothing gives lib:book:view on it'];
    expect(await looked(v.user('carl'), book('b1'), CAN)).toEqual({
      can: false,
      viewerPermissions: ['lib:book:change'],
      why,
    });
    expect(await looked(v.user('carl'), book('b2'), CAN)).toEqual({ can: false, viewerPermissions: [], why });
  });

  it('say why not by what the viewer itself has', async () => {
    const v = await gate.tenant();
    const flo = await v.holder('flo', where('lib:book:view', eq('section', 'maps')));
    const why = async (asker: Asker, verb: string, object = book('b1')) =>
      (await looked(asker, object, `why: viewerCannotReasons(verb: "${verb}")`)).why;
    expect(await why(flo, 'view')).toEqual(['A role gives lib:book:view, but only under attribute filters']);
    expect(await why(flo, 'change')).toEqual(['Nothing gives lib:book:change on it']);
    expect(await why(flo, 'fly')).toEqual(['There is no permission lib:book:fly']);
    expect(await why(v.anonymous(), 'fly')).toEqual(['Nothing gives lib:book:fly on it', 'Nobody is signed in']);
    expect(await why(v.service('read'), 'view')).toBeNull();
    await setType(gate, 'lib:shelf', { visibility: 'SHARED' });
    const sam = await v.holder('sam', 'lib:shelf:view');
    expect(await why(sam, 'view', book('s1', 'lib:shelf'))).toEqual([
      'A role gives lib:shelf:view, but only on what is shared with its holder',
    ]);
  });

  it('have owner, shares and grants when they are registered and the caller may read them', async () => {
    const v = await gate.tenant();
    await v.principal('olga');
    const club = await v.group('Club');
    await v.principal('nora');
    await putBooks(v, { resourceId: 'b1', owner: 'olga', sharedWith: [club] });
    await grantBooks(v, 'nora', ['view'], ['b1']);
    expect(await looked(v.admin, book('b1'), THINGS)).toEqual({
      owner: { username: 'olga' },
      sharedWith: [{ name: 'Club' }],
      grants: { nodes: [{ permission: 'lib:book:view' }] },
    });
    const nothing = { owner: null, sharedWith: null, grants: null };
    expect(await looked(v.admin, book('never seen'), THINGS)).toEqual(nothing);
    await v.principal('zoe');
    expect(await looked(v.user('zoe'), book('b1'), THINGS)).toEqual(nothing);
    expect(await looked(v.user('nora'), book('b1'), THINGS)).toMatchObject({
      owner: null,
      sharedWith: [],
      codes: ['FORBIDDEN'],
    });
  });

  it.each<[string, unknown, string]>([
    ['of an unknown type', book('b1', 'lib:film'), 'resourceType'],
    ['without a type', { __typename: 'Protected', id: 'b1' }, 'resourceType'],
    ['with an id that nothing can have', book('x'.repeat(300)), 'id'],
  ])('%s are an error of the field', async (_, object, field) => {
    expect(await looked(w.admin, object, 'viewerCan(verb: "view")')).toEqual({
      viewerCan: null,
      codes: ['BAD_USER_INPUT'],
      fields: [field],
    });
  });

  it('take two statements, for a hundred of them under three aliases', async () => {
    const v = await gate.tenant();
    await v.principal('ria');
    const ids = Array.from({ length: 100 }, (_, i) => `b${i}`);
    await does(v.admin, 'putResources', { type: 'lib:book', resources: ids.map(resourceId => ({ resourceId })) });
    await grantBooks(v, 'ria', ['view'], ids.slice(0, 50));
    const aliases =
      '... on Protected { a: viewerCan(verb: "view") b: viewerCan(verb: "change") c: viewerCan(verb: "delete") }';
    const many = () =>
      ask(
        v.user('ria'),
        ids.map(id => book(id)),
        aliases,
      );
    await many();
    gate.statements.length = 0;
    const { data } = await many();
    expect(gate.statements.length).toBeLessThanOrEqual(2);
    expect(data._entities.filter((one: any) => one.a && !one.b && !one.c)).toHaveLength(50);
  });
});

describe('the text of the subgraph', () => {
  it('is for everybody where introspection is on', async () => {
    expect((await w.anonymous().get('{ _service { sdl } }'))._service.sdl).toBe(printedSchema());
  });
});
