import { openGate, type Gate, type World } from '../world.js';
import { DEFAULTS, did, groupNames, groupOf, membersOf, send, wrong } from './asking.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const PLAIN = {
  description: null,
  type: null,
  entities: [],
  properties: null,
  platformDefault: false,
  adminDefault: false,
  anonymousDefault: false,
  system: false,
  includesSubgroups: false,
  supergroup: false,
  parent: null,
  autoShareWith: [],
  canShareWith: null,
};
const REFUSALS: [string, object, string][] = [
  ['an empty name', { name: '' }, 'input.name'],
  ['a blank name', { name: ' \u00a0 ' }, 'input.name'],
  ['a name of 151 characters', { name: 'x'.repeat(151) }, 'input.name'],
  ['a name with a line break', { name: 'a\nb' }, 'input.name'],
  ['a name with NUL', { name: 'a\0b' }, 'input.name'],
  ['a name that hides a character', { name: 'Te\u200bam' }, 'input.name'],
  ['a reserved name', { name: 'Default access' }, 'input.name'],
  ['a reserved name in another letter case', { name: 'DEFAULT ADMIN ACCESS' }, 'input.name'],
  ['a reserved name with blanks around it', { name: ' custom default access ' }, 'input.name'],
  ['a type that is no codename', { type: 'Team' }, 'input.type'],
  ['an empty type', { type: '' }, 'input.type'],
  ['a type that begins with a dash', { type: '-team' }, 'input.type'],
  ['an entity that is no codename', { entities: ['ok', 'not ok'] }, 'input.entities.1'],
  ['a description with NUL', { description: 'a\0b' }, 'input.description'],
  ['a description of 10001 characters', { description: 'x'.repeat(10_001) }, 'input.description'],
  ['properties with NUL', { properties: { a: ['\0'] } }, 'input.properties'],
  ['properties with NUL in a key', { properties: { 'a\0': 1 } }, 'input.properties'],
  ['properties of more than 100000 characters', { properties: 'x'.repeat(100_000) }, 'input.properties'],
  ['a flag that is null', { includesSubgroups: null }, 'input.includesSubgroups'],
  ['another flag that is null', { supergroup: null }, 'input.supergroup'],
  ['a third flag that is null', { anonymousDefault: null }, 'input.anonymousDefault'],
];

describe('creating a group', () => {
  it('makes a root that gives nobody anything, unless told', async () => {
    const id = await w.group('  Engineering ');
    expect(await groupOf(w.admin, id)).toEqual({ id, name: 'Engineering', ...PLAIN });
  });

  it('keeps all that it is given', async () => {
    const top = await w.group('Top');
    const given = {
      description: 'Who builds\nit',
      type: 'team_1-a',
      entities: ['0', 'dept-a'],
      properties: { floor: 3, tags: ['a', null, true], deep: { er: 'ü' } },
      includesSubgroups: true,
      supergroup: true,
    };
    const id = await w.group('Team', { ...given, parentId: top, autoShareWithIds: [top], canShareWithIds: [top] });
    const names = { parent: { name: 'Top' }, autoShareWith: [{ name: 'Top' }], canShareWith: [{ name: 'Top' }] };
    expect(await groupOf(w.admin, id)).toEqual({ ...PLAIN, id, name: 'Team', ...given, ...names });
  });

  it.each([['text'], [0], [false], [['a', 1]], [{}], [[]], ['null'], ['"']])(
    'keeps %j as properties',
    async properties => {
      const id = await w.group('Team', { properties });
      expect((await groupOf(w.admin, id)).properties).toEqual(properties);
      await did(w.admin, 'updateGroup', { id, properties: { other: 1 } });
      await did(w.admin, 'updateGroup', { id, properties });
      expect((await groupOf(w.admin, id)).properties).toEqual(properties);
    },
  );

  it('keeps each entity once', async () => {
    const id = await w.group('Team', { entities: ['b', 'a', 'b'] });
    expect((await groupOf(w.admin, id)).entities).toEqual(['b', 'a']);
  });

  it('takes null for what it does not get', async () => {
    const nothing = { description: null, parentId: null, type: null, entities: null, properties: null };
    const id = await w.group('Team', { ...nothing, autoShareWithIds: null, canShareWithIds: null });
    expect(await groupOf(w.admin, id)).toEqual({ id, name: 'Team', ...PLAIN });
  });

  it.each(REFUSALS)('is refused with %s', async (_, input, field) => {
    expect(await wrong(w.admin, 'createGroup', { name: 'Team', ...input })).toEqual([['BAD_USER_INPUT', field]]);
    expect(await groupNames(w.admin)).toEqual(DEFAULTS);
  });

  it('is a conflict when the name is taken in any letter case', async () => {
    await w.group('Größe');
    for (const name of ['Größe', 'GRÖßE', ' gro\u0308ße ']) {
      expect(await wrong(w.admin, 'createGroup', { name })).toEqual([['CONFLICT', 'input.name']]);
    }
  });

  it('accepts the same name in another tenant, and 150 characters of any script', async () => {
    await w.group('Team');
    await (await gate.tenant()).group('Team');
    await w.group('群'.repeat(150));
  });
});

describe('updating a group', () => {
  it('leaves alone what is absent', async () => {
    const top = await w.group('Top');
    const given = {
      description: 'x',
      type: 't',
      entities: ['e'],
      properties: { a: 1 },
      includesSubgroups: true,
      supergroup: true,
    };
    const id = await w.group('Team', { ...given, parentId: top, autoShareWithIds: [top], canShareWithIds: [top] });
    const before = await groupOf(w.admin, id);
    await did(w.admin, 'updateGroup', { id });
    expect(await groupOf(w.admin, id)).toEqual(before);
    await did(w.admin, 'updateGroup', { id, name: 'Crew' });
    expect(await groupOf(w.admin, id)).toEqual({ ...before, name: 'Crew' });
  });

  it('clears what is null', async () => {
    const top = await w.group('Top');
    const given = { description: 'x', type: 't', entities: ['e'], properties: { a: 1 } };
    const id = await w.group('Team', { ...given, parentId: top, autoShareWithIds: [top], canShareWithIds: [top] });
    const cleared = { description: null, type: null, entities: null, properties: null, parentId: null };
    await did(w.admin, 'updateGroup', { id, ...cleared, autoShareWithIds: null, canShareWithIds: null });
    expect(await groupOf(w.admin, id)).toEqual({ id, name: 'Team', ...PLAIN });
  });

  it('turns flags on and off', async () => {
    const id = await w.group('Team');
    for (const on of [true, false]) {
      const flags = { includesSubgroups: on, supergroup: on, anonymousDefault: on };
      await did(w.admin, 'updateGroup', { id, ...flags });
      expect(await groupOf(w.admin, id)).toMatchObject(flags);
    }
  });

  it.each([...REFUSALS, ['no name', { name: null }, 'input.name']])('is refused with %s', async (_, input, field) => {
    const id = await w.group('Team');
    expect(await wrong(w.admin, 'updateGroup', { id, description: 'new', ...(input as object) })).toEqual([
      ['BAD_USER_INPUT', field],
    ]);
    expect(await groupOf(w.admin, id)).toEqual({ id, name: 'Team', ...PLAIN });
  });

  it('is a conflict when another group has the name, not when it has it itself', async () => {
    const id = await w.group('Team');
    await w.group('Crew');
    expect(await wrong(w.admin, 'updateGroup', { id, name: 'CREW' })).toEqual([['CONFLICT', 'input.name']]);
    await did(w.admin, 'updateGroup', { id, name: 'TEAM' });
    expect((await groupOf(w.admin, id)).name).toBe('TEAM');
  });

  it('answers the group as it is afterwards', async () => {
    const id = await w.group('Team');
    const { data } = await send(w.admin, 'updateGroup', { id, name: 'Crew' }, 'group { name description }');
    expect(data.done.group).toEqual({ name: 'Crew', description: null });
  });
});

describe('deleting a group', () => {
  it('deletes its memberships with it', async () => {
    const id = await w.group('Team');
    await w.principal('ada');
    await w.member(id, 'ada');
    expect(await did(w.admin, 'deleteGroup', { id })).toEqual({ deletedId: id });
    expect(await groupOf(w.admin, id)).toBeNull();
    expect(await membersOf(w.admin, await w.group('Team'))).toEqual([]);
  });

  it('is NOT_FOUND for what is gone or of another kind, and BAD_USER_INPUT for what is no id', async () => {
    const id = await w.group('Team');
    const ada = await w.principal('ada');
    await did(w.admin, 'deleteGroup', { id });
    for (const mutation of ['deleteGroup', 'updateGroup']) {
      expect(await wrong(w.admin, mutation, { id })).toEqual([['NOT_FOUND', 'input.id']]);
      expect(await wrong(w.admin, mutation, { id: ada })).toEqual([['NOT_FOUND', 'input.id']]);
      for (const bad of ['', 'Team', `${ada}=`, ` ${ada}`, Buffer.from('Group:1').toString('base64url')]) {
        expect(await wrong(w.admin, mutation, { id: bad })).toEqual([['BAD_USER_INPUT', 'input.id']]);
      }
    }
  });
});

describe('looking a group up', () => {
  it('finds it by id, and by name in any letter case', async () => {
    const id = await w.group('Größe');
    const source = 'query ($id: ID, $name: String) { group(id: $id, name: $name) { name } }';
    for (const way of [{ id }, { name: 'größe' }, { name: ' GRÖßE ' }, { name: 'gro\u0308ße' }, { id, name: null }]) {
      expect(await w.admin.get(source, way)).toEqual({ group: { name: 'Größe' } });
    }
    for (const way of [{ name: 'Größ' }, { name: '' }, { name: 'a\0' }, { id: await w.principal('ada') }]) {
      expect(await w.admin.get(source, way)).toEqual({ group: null });
    }
    expect((await w.admin.ask(source, {})).codes).toEqual(['BAD_USER_INPUT']);
    expect((await w.admin.ask(source, { id, name: 'Größe' })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await w.admin.ask(source, { id: 'x' })).fields).toEqual(['id']);
  });
});
