import { type Gate, type World } from '../world.js';
import { did, usernames, wrong } from './asking.js';
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

const make = async (more: object = {}) =>
  (await did(w.service('write', 'read', 'operate'), 'createPrincipal', { username: 'bob', ...more })).principal
    .id as string;

describe('renaming a principal', () => {
  it('is refused to who does not hold what it holds: whoever signs in under the new name would', async () => {
    const id = await make();
    await w.member(await groupWith(w, 'Write', ['app:thing:write']), 'bob');
    const ada = await manager(w, 'ada');
    expect(await wrong(ada, 'updatePrincipal', { id, username: 'eve' })).toEqual(['FORBIDDEN']);
    await did(ada, 'updatePrincipal', { id, username: 'BOB', email: 'x@y' }); // its own name
    await did(await manager(w, 'cy', 'app:thing:write'), 'updatePrincipal', { id, username: 'eve' });
    expect(await usernames(w.admin, { username: 'eve' })).toEqual(['eve']);
  });

  it.each([{ orgAdmin: true }, { superuser: true }])('is refused when it is %j', async power => {
    const id = await make(power);
    expect(await wrong(await w.holder('ada', 'rbac:*:*'), 'updatePrincipal', { id, username: 'eve' })).toEqual([
      'FORBIDDEN',
    ]);
  });

  it('is refused when it is in a supergroup', async () => {
    const id = await make();
    await w.member(await w.group('Super', { supergroup: true }), 'bob');
    expect(await wrong(await manager(w, 'ada'), 'updatePrincipal', { id, username: 'eve' })).toEqual(['FORBIDDEN']);
  });

  it('does not count what everybody gets in any case', async () => {
    const id = await make();
    const { group } = await w.admin.get('{ group(name: "Default access") { id } }');
    const role = await w.role('for all', ['app:thing:read']);
    await w.give(group.id, role);
    await w.give(await w.group('All', { anonymousDefault: true }), role);
    await did(w.service('write'), 'updatePrincipal', { id, username: 'eve' });
    await w.member(await groupWith(w, 'Write', ['app:thing:write']), 'eve');
    expect(await wrong(w.service('write'), 'updatePrincipal', { id, username: 'bob' })).toEqual(['FORBIDDEN']);
  });

  it('is free for whoever holds nothing, and for administrators', async () => {
    const id = await make();
    await did(await manager(w, 'ada'), 'updatePrincipal', { id, username: 'eve' });
    await w.member(await groupWith(w, 'Write', ['app:thing:write']), 'eve');
    await did(w.admin, 'updatePrincipal', { id, username: 'bob' });
  });

  it('also counts what it holds while it is inactive', async () => {
    const id = await make({ active: false });
    await w.member(await groupWith(w, 'Write', ['app:thing:write']), 'bob');
    expect(await wrong(await manager(w, 'ada'), 'updatePrincipal', { id, username: 'eve' })).toEqual(['FORBIDDEN']);
  });
});

describe('bringing a principal back', () => {
  it.each([{ orgAdmin: true }, { superuser: true }])('is refused when it is %j', async power => {
    const id = await make({ ...power, active: false });
    const ada = await w.holder('ada', 'rbac:*:*');
    expect(await wrong(ada, 'updatePrincipal', { id, active: true })).toEqual(['FORBIDDEN']);
  });

  it('is refused to who does not hold what it would hold again', async () => {
    const id = await make({ active: false });
    await w.member(await groupWith(w, 'Write', ['app:thing:write']), 'bob');
    expect(await wrong(await manager(w, 'ada'), 'updatePrincipal', { id, active: true })).toEqual(['FORBIDDEN']);
    await did(await manager(w, 'cy', 'app:thing:write'), 'updatePrincipal', { id, active: true });
  });

  it('is free when there is nothing to come back to', async () => {
    const id = await make({ active: false });
    await did(await manager(w, 'ada'), 'updatePrincipal', { id, active: true });
  });

  it('holds for a service account of an administrator that becomes a user', async () => {
    const id = await make({ type: 'SERVICE_ACCOUNT', orgAdmin: true });
    const ada = await w.holder('ada', 'rbac:*:*');
    expect(await wrong(ada, 'updatePrincipal', { id, type: 'USER' })).toEqual(['FORBIDDEN']);
  });
});
