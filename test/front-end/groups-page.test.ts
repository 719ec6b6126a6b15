import { seedPlatform } from '../../src/catalogue/seeding/seed-platform.js';
import { openGate, type Asker, type Gate, type World } from '../world.js';
import { run, type Send } from './client.js';
import { GroupsPageDocument } from './generated/graphql.js';
import { createGroup, groupsPage } from './groups-page.js';

let gate: Gate;
let world: World;
beforeAll(async () => {
  gate = await openGate();
  await seedPlatform(gate.db);
});
afterAll(() => gate.close());
beforeEach(async () => void (world = await gate.tenant()));

const as =
  (asker: Asker): Send =>
  (source, variables) =>
    asker.get(source, variables);

describe('a front end with typed documents', () => {
  it('gets a page of groups with their roles, and what to offer, in one request', async () => {
    const group = await world.group('Aardvarks');
    const role = await world.role('Reader', []);
    await world.give(group, role);
    await world.principal('ada');
    await world.member(group, 'ada');
    const page = await groupsPage(as(world.admin), 1);
    expect(page).toMatchObject({ signedInAs: 'admin', offersNewGroup: true, total: 3 });
    expect(page.lines).toEqual([{ id: group, name: 'Aardvarks', users: 1, roles: ['Reader'] }]);
    const next = await groupsPage(as(world.admin), 10, page.next);
    expect(next.lines.map(({ name }) => name)).toEqual(['Default access', 'Default admin access']);
    expect(next.next).toBeUndefined();
  });

  it('offers nothing to somebody who holds nothing', async () => {
    await world.group('Aardvarks');
    const page = await groupsPage(as(world.user('grace')), 10);
    expect(page).toMatchObject({ signedInAs: 'grace', offersNewGroup: false });
    expect(page.lines.map(({ name }) => name)).not.toContain('Aardvarks');
  });

  it('gets the id of what it makes', async () => {
    const id = await createGroup(as(world.admin), 'Badgers');
    const { lines } = await groupsPage(as(world.admin), 10);
    expect(lines.find(({ name }) => name === 'Badgers')?.id).toBe(id);
  });

  it('is told by the compiler about a wrong variable and a field that was not asked for', async () => {
    const send = as(world.admin);
    // @ts-expect-error: a number is wanted
    await expect(run(send, GroupsPageDocument, { first: 'ten' })).rejects.toThrow();
    const { groups } = await run(send, GroupsPageDocument, { first: 1 });
    // @ts-expect-error: the document does not ask for it
    expect(groups?.nodes?.[0]?.description).toBeUndefined();
  });
});
