import { openPolicyGate, did, names, send, systemRole, wrong } from './asking.js';
import type { Gate, World } from '../world.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openPolicyGate();
  await systemRole(gate, ['inventory:hosts:read'], { name: 'Overseer', displayName: 'Oversees all' });
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const ROLE = 'id name displayName description system platformDefault adminDefault version createdAt modifiedAt';
const roleOf = async (id: string) => (await w.admin.get(`query ($id: ID) { role(id: $id) { ${ROLE} } }`, { id })).role;

const BAD_NAMES: [string, object, string][] = [
  ['an empty name', { name: '' }, 'input.name'],
  ['a blank name', { name: ' \u00a0\t' }, 'input.name'],
  ['a name of 151 characters', { name: 'x'.repeat(151) }, 'input.name'],
  ['a name with NUL', { name: 'a\0b' }, 'input.name'],
  ['a name with a line break', { name: 'a\nb' }, 'input.name'],
  ['a name that hides a character', { name: 'Re\u200bader' }, 'input.name'],
  ['an empty display name', { displayName: '' }, 'input.displayName'],
  ['a display name of 151 characters', { displayName: 'x'.repeat(151) }, 'input.displayName'],
  ['a display name with a control character', { displayName: 'a\u0007' }, 'input.displayName'],
  ['a description with NUL', { description: 'a\0b' }, 'input.description'],
  ['a description of 10001 characters', { description: 'x'.repeat(10_001) }, 'input.description'],
];
const TAKEN: [string, object, string][] = [
  ['the name of another role', { name: 'Reader' }, 'input.name'],
  ['it in another letter case', { name: ' rEADER ' }, 'input.name'],
  ['the name of a system role', { name: 'OVERSEER' }, 'input.name'],
  ['the display name of another role', { displayName: 'Reads Things' }, 'input.displayName'],
  ['it in another letter case', { displayName: 'READS things' }, 'input.displayName'],
  ['the display name of a system role', { displayName: 'oversees ALL' }, 'input.displayName'],
];

describe('creating a role', () => {
  it('answers a role of the tenant that is shown by its name and has no rows, unless told', async () => {
    gate.now = () => new Date('2030-01-01T00:00:00Z');
    const { role } = await did(
      w.admin,
      'createRole',
      { name: '  Reader ', access: [] },
      `role { ${ROLE} access { permission } }`,
    );
    const at = new Date('2030-01-01T00:00:00Z');
    expect(role).toEqual({
      ...{ id: expect.any(String), name: 'Reader', displayName: 'Reader', description: null, system: false },
      ...{ platformDefault: false, adminDefault: false, version: 1, createdAt: at, modifiedAt: at, access: [] },
    });
    gate.now = () => new Date();
  });

  it('keeps names of 150 characters of any script, and texts of several lines', async () => {
    const given = { name: '役'.repeat(150), displayName: '👩‍🚀', description: 'a\nb' };
    const { role } = await did(w.admin, 'createRole', { ...given, access: [] }, `role { ${ROLE} }`);
    expect(role).toMatchObject(given);
  });

  it.each(BAD_NAMES)('is refused with %s', async (_, input, field) => {
    expect(await wrong(w.admin, 'createRole', { name: 'Reader', access: [], ...input })).toEqual([
      ['BAD_USER_INPUT', field],
    ]);
    expect(await names(w.admin, 'roles', { system: false })).toEqual([]);
  });

  it.each(TAKEN)('is a conflict with %s (%j)', async (_, input, field) => {
    await w.role('Reader', [], { displayName: 'Reads things' });
    expect(await wrong(w.admin, 'createRole', { name: 'Writer', access: [], ...input })).toEqual([['CONFLICT', field]]);
    expect(await names(w.admin, 'roles', { system: false })).toEqual(['Reader']);
  });

  it('is a conflict on the name, when the display name that follows from it is taken', async () => {
    await w.role('Reader', [], { displayName: 'Writer' });
    expect(await wrong(w.admin, 'createRole', { name: 'writer', access: [] })).toEqual([['CONFLICT', 'input.name']]);
    expect(await wrong(w.admin, 'createRole', { name: 'oversees all', access: [] })).toEqual([
      ['CONFLICT', 'input.name'],
    ]);
  });

  it('takes a name that is only the display name of another, and the names of another tenant', async () => {
    await w.role('Reader', [], { displayName: 'Reads things' });
    await w.role('Reads things', [], { displayName: 'Reader' });
    await (await gate.tenant()).role('Reader', []);
  });

  it('is won by one of two who are at it at once', async () => {
    const both = await Promise.all([1, 2].map(() => wrong(w.admin, 'createRole', { name: 'Reader', access: [] })));
    expect(both.sort()).toEqual([[], [['CONFLICT', 'input.name']]]);
  });
});

describe('changing the names of a role', () => {
  it.each([...BAD_NAMES, ['no name', { name: null }, 'input.name']])('is refused with %s', async (_, input, field) => {
    const id = await w.role('Reader', []);
    const before = await roleOf(id);
    expect(await wrong(w.admin, 'updateRole', { id, ...(input as object) })).toEqual([['BAD_USER_INPUT', field]]);
    expect(await roleOf(id)).toEqual(before);
  });

  it.each(TAKEN)('is a conflict with %s (%j)', async (_, input, field) => {
    await w.role('Reader', [], { displayName: 'Reads things' });
    const id = await w.role('Writer', []);
    expect(await wrong(w.admin, 'updateRole', { id, ...input })).toEqual([['CONFLICT', field]]);
    expect(await roleOf(id)).toMatchObject({ name: 'Writer', displayName: 'Writer' });
  });

  it('leaves alone what is absent, and clears what is null', async () => {
    const id = await w.role('Reader', [], { displayName: 'Reads', description: 'x' });
    const before = await roleOf(id);
    await did(w.admin, 'updateRole', { id });
    expect(await roleOf(id)).toEqual({ ...before, modifiedAt: expect.any(Date) });
    await did(w.admin, 'updateRole', { id, name: 'READER' });
    expect(await roleOf(id)).toMatchObject({ name: 'READER', displayName: 'Reads', description: 'x' });
    await did(w.admin, 'updateRole', { id, displayName: null, description: null });
    expect(await roleOf(id)).toMatchObject({ name: 'READER', displayName: 'READER', description: null, version: 1 });
  });

  it('shows in whatever is asked next, the payload first', async () => {
    const id = await w.role('Reader', []);
    gate.now = () => new Date('2090-01-01T00:00:00Z');
    const { data } = await send(w.admin, 'updateRole', { id, name: 'Viewer' }, 'role { name displayName modifiedAt }');
    const modifiedAt = new Date('2090-01-01T00:00:00Z');
    expect(data.done.role).toEqual({ name: 'Viewer', displayName: 'Reader', modifiedAt });
    gate.now = () => new Date();
  });
});

describe('looking a role up', () => {
  it('finds it by id, and by name in any letter case', async () => {
    const id = await w.role('Größe', []);
    const source = 'query ($id: ID, $name: String) { role(id: $id, name: $name) { name } }';
    for (const way of [{ id }, { name: 'größe' }, { name: ' GRÖßE ' }, { name: 'gro\u0308ße' }, { id, name: null }]) {
      expect(await w.admin.get(source, way)).toEqual({ role: { name: 'Größe' } });
    }
    expect(await w.admin.get(source, { name: 'OVERSEER' })).toEqual({ role: { name: 'Overseer' } });
    for (const way of [
      { name: 'Größ' },
      { name: '' },
      { name: 'a\0' },
      { name: '\ud800' },
      { id: await w.group('Team') },
    ]) {
      expect(await w.admin.get(source, way)).toEqual({ role: null });
    }
    expect((await w.admin.ask(source, {})).codes).toEqual(['BAD_USER_INPUT']);
    expect((await w.admin.ask(source, { id, name: 'Größe' })).codes).toEqual(['BAD_USER_INPUT']);
    expect((await w.admin.ask(source, { id: 'x' })).fields).toEqual(['id']);
  });

  it('finds the tenant’s own before a system role that came later under the same name', async () => {
    await w.role('Latecomer', []);
    await systemRole(gate, [], { name: 'latecomer' });
    expect(await w.admin.get('{ role(name: "latecomer") { name system } }')).toEqual({
      role: { name: 'Latecomer', system: false },
    });
  });
});
