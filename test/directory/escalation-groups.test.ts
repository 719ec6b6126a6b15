import { type Gate, type World } from '../world.js';
import { did, groupOf, wrong } from './asking.js';
import { groupWith, manager, openManagedGate } from './managed.js';

let gate: Gate;
let w: World;
beforeAll(async () => {
  gate = await openManagedGate();
});
beforeEach(async () => {
  w = await gate.tenant();
});
afterAll(() => gate.close());

const WRITE = ['app:thing:write'] as const;
const INCLUDING = { includesSubgroups: true };

describe('whoever moves a group', () => {
  it('has to hold what the new parent gives to its subgroups', async () => {
    const [including, plain] = [await groupWith(w, 'Including', WRITE, INCLUDING), await groupWith(w, 'Plain', WRITE)];
    const id = await w.group('Team');
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'updateGroup', { id, parentId: including })).toEqual(['FORBIDDEN']);
    expect((await groupOf(w.admin, id)).parent).toBeNull();
    expect(await wrong(ada, 'updateGroup', { id, parentId: plain })).toEqual([]);
    expect(await wrong(await manager(w, 'cy', ...WRITE), 'updateGroup', { id, parentId: including })).toEqual([]);
  });

  it('has to hold what all groups above give, as far up as they include', async () => {
    const top = await groupWith(w, 'Top', WRITE, INCLUDING);
    const middle = await w.group('Middle', { parentId: top, ...INCLUDING });
    const below = await w.group('Below', { parentId: middle });
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'updateGroup', { id: await w.group('a'), parentId: middle })).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'updateGroup', { id: await w.group('b'), parentId: below })).toEqual([]);
    expect(await wrong(ada, 'createGroup', { name: 'c', parentId: middle })).toEqual([]); // it has no members yet
  });

  it('needs nothing to take it out', async () => {
    const top = await groupWith(w, 'Top', WRITE, INCLUDING);
    const id = await w.group('Team', { parentId: top });
    expect(await wrong(await manager(w, 'ada'), 'updateGroup', { id, parentId: null })).toEqual([]);
  });

  it('needs nothing where it stands already', async () => {
    const top = await groupWith(w, 'Top', WRITE, INCLUDING);
    const id = await w.group('Team', { parentId: top });
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'updateGroup', { id, parentId: top, ...INCLUDING })).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'updateGroup', { id, parentId: top, name: 'Crew' })).toEqual([]);
  });

  it('cannot do in two steps what it cannot do in one', async () => {
    const top = await groupWith(w, 'Top', WRITE);
    const id = await w.group('Team');
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'updateGroup', { id, parentId: top })).toEqual([]);
    expect(await wrong(ada, 'updateGroup', { id: top, ...INCLUDING })).toEqual(['FORBIDDEN']);
    expect(await wrong(await manager(w, 'cy', ...WRITE), 'updateGroup', { id: top, ...INCLUDING })).toEqual([]);
  });
});

describe('whoever switches a group', () => {
  it.each(['includesSubgroups', 'anonymousDefault'])('has to hold what it gives: %s', async flag => {
    const id = await groupWith(w, 'Team', WRITE);
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'updateGroup', { id, [flag]: true })).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'updateGroup', { id, [flag]: false })).toEqual([]);
    expect(await wrong(await manager(w, 'cy', ...WRITE), 'updateGroup', { id, [flag]: true })).toEqual([]);
    expect(await wrong(ada, 'updateGroup', { id, [flag]: true, description: 'as it is' })).toEqual([]);
    expect(await wrong(ada, 'updateGroup', { id, [flag]: false })).toEqual([]);
  });

  it('to include its subgroups has to hold what the groups above it give through it', async () => {
    const top = await groupWith(w, 'Top', WRITE, INCLUDING);
    const id = await w.group('Team', { parentId: top });
    expect(await wrong(await manager(w, 'ada'), 'updateGroup', { id, ...INCLUDING })).toEqual(['FORBIDDEN']);
    expect(await wrong(await manager(w, 'cy', ...WRITE), 'updateGroup', { id, ...INCLUDING })).toEqual([]);
  });

  it('to a supergroup has to be in one', async () => {
    const id = await w.group('Team');
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'updateGroup', { id, supergroup: true })).toEqual(['FORBIDDEN']);
    expect(await wrong(ada, 'createGroup', { name: 'New', supergroup: true })).toEqual(['FORBIDDEN']);
    await w.member(await w.group('Super', { supergroup: true }), 'ada');
    expect(await wrong(ada, 'updateGroup', { id, supergroup: true })).toEqual([]);
    expect(await wrong(ada, 'createGroup', { name: 'New', supergroup: true })).toEqual([]);
  });

  it('is free of all this as an administrator or a client that may grant', async () => {
    const top = await groupWith(w, 'Top', WRITE);
    for (const asker of [w.admin, w.service('write', 'grant')]) {
      for (const on of [true, false]) {
        await did(asker, 'updateGroup', { id: top, includesSubgroups: on, anonymousDefault: on, supergroup: on });
      }
    }
    expect(await wrong(w.service('write', 'read'), 'updateGroup', { id: top, ...INCLUDING })).toEqual(['FORBIDDEN']);
  });
});

describe('whoever deletes a group', () => {
  it('has to hold what its subgroups come to be included in', async () => {
    const top = await groupWith(w, 'Top', WRITE, INCLUDING);
    const middle = await w.group('Middle', { parentId: top });
    const leaf = await w.group('Leaf', { parentId: middle });
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'deleteGroup', { id: middle })).toEqual(['FORBIDDEN']);
    expect((await groupOf(w.admin, leaf)).parent).toEqual({ name: 'Middle' });
    expect(await wrong(await manager(w, 'cy', ...WRITE), 'deleteGroup', { id: middle })).toEqual([]);
    expect((await groupOf(w.admin, leaf)).parent).toEqual({ name: 'Top' });
  });

  it('needs nothing when they were included before, or when there are none', async () => {
    const top = await groupWith(w, 'Top', WRITE, INCLUDING);
    const middle = await w.group('Middle', { parentId: top, ...INCLUDING });
    await w.group('Leaf', { parentId: middle });
    const empty = await w.group('Empty', { parentId: top });
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'deleteGroup', { id: middle })).toEqual([]);
    expect(await wrong(ada, 'deleteGroup', { id: empty })).toEqual([]);
  });
});
