import { openGate, type Asker, type Gate, type World } from '../world.js';
import { did, wrong } from './asking.js';

let gate: Gate;
beforeAll(async () => {
  gate = await openGate();
});
afterAll(() => gate.close());

/** A user who is made a superuser by the operator. */
async function superuser(w: World): Promise<Asker> {
  await did(
    w.service('write', 'operate'),
    'createPrincipal',
    { username: 'root', superuser: true },
    'principal { id }',
  );
  return w.user('root');
}

const flagsOf = async (w: World, username: string) =>
  (
    await w.admin.get('query ($username: String) { principal(username: $username) { orgAdmin superuser } }', {
      username,
    })
  ).principal;

describe('superuser', () => {
  it('is set and taken by a superuser, and by a client that may operate', async () => {
    const w = await gate.tenant();
    const root = await superuser(w);
    const id = await w.principal('ada');
    for (const asker of [root, w.service('write', 'operate')]) {
      await did(asker, 'updatePrincipal', { id, superuser: true });
      expect(await flagsOf(w, 'ada')).toEqual({ orgAdmin: false, superuser: true });
      await did(asker, 'updatePrincipal', { id, superuser: false });
      expect(await flagsOf(w, 'ada')).toEqual({ orgAdmin: false, superuser: false });
    }
  });

  it('is refused to an organisation administrator, for itself and for others', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    const { principal } = await w.admin.get('{ principal(username: "admin") { id } }');
    expect(await wrong(w.admin, 'updatePrincipal', { id, superuser: true })).toEqual(['FORBIDDEN']);
    expect(await wrong(w.admin, 'updatePrincipal', { id: principal.id, superuser: true })).toEqual(['FORBIDDEN']);
    expect(await wrong(w.admin, 'createPrincipal', { username: 'eve', superuser: true })).toEqual(['FORBIDDEN']);
    expect(await flagsOf(w, 'eve')).toBeNull();
  });

  it('is not taken away by an organisation administrator either', async () => {
    const w = await gate.tenant();
    await superuser(w);
    const { principal } = await w.admin.get('{ principal(username: "root") { id } }');
    expect(await wrong(w.admin, 'updatePrincipal', { id: principal.id, superuser: false })).toEqual(['FORBIDDEN']);
    await did(w.admin, 'updatePrincipal', { id: principal.id, superuser: true, email: 'root@example.org' });
  });

  it('is refused to a client without the scope operate, whatever others it has', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    const client = w.service('read', 'write', 'grant', 'check', 'catalogue');
    expect(await wrong(client, 'updatePrincipal', { id, superuser: true })).toEqual(['FORBIDDEN']);
    expect(await wrong(w.service('operate', 'read'), 'updatePrincipal', { id, superuser: true })).toEqual([
      'FORBIDDEN',
    ]);
  });

  it('does not come by renaming oneself, or another, into or out of the name of a superuser', async () => {
    const w = await gate.tenant();
    const root = await superuser(w);
    const { principal } = await w.admin.get('{ principal(username: "root") { id } }');
    expect(await wrong(w.admin, 'updatePrincipal', { id: principal.id, username: 'eve' })).toEqual(['FORBIDDEN']);
    await did(root, 'updatePrincipal', { id: principal.id, username: 'base' });
    expect(await flagsOf(w, 'base')).toEqual({ orgAdmin: false, superuser: true });
  });

  it('may use the whole management API of the tenant, but not the platform’s', async () => {
    const w = await gate.tenant();
    const root = await superuser(w);
    await did(root, 'createGroup', { name: 'Team' });
    expect(await wrong(root, 'createTenant', { slug: 'x', name: 'x' })).toEqual(['FORBIDDEN']);
  });
});

describe('orgAdmin', () => {
  it('is set by organisation administrators, superusers, and clients that may operate', async () => {
    const w = await gate.tenant();
    const root = await superuser(w);
    const id = await w.principal('ada');
    for (const asker of [w.admin, root, w.service('write', 'operate')]) {
      await did(asker, 'updatePrincipal', { id, orgAdmin: true });
      expect(await flagsOf(w, 'ada')).toEqual({ orgAdmin: true, superuser: false });
      await did(asker, 'updatePrincipal', { id, orgAdmin: false });
      expect(await flagsOf(w, 'ada')).toEqual({ orgAdmin: false, superuser: false });
    }
  });

  it('is refused to a client with the scope write alone', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    const client = w.service('read', 'write', 'grant');
    expect(await wrong(client, 'updatePrincipal', { id, orgAdmin: true })).toEqual(['FORBIDDEN']);
    expect(await wrong(client, 'createPrincipal', { username: 'eve', orgAdmin: true })).toEqual(['FORBIDDEN']);
    await did(client, 'updatePrincipal', { id, orgAdmin: false });
  });

  it('counts from the very next request, and ends with it', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    const ada = w.user('ada');
    expect(await wrong(ada, 'createGroup', { name: 'One' })).toEqual(['FORBIDDEN']);
    await did(w.admin, 'updatePrincipal', { id, orgAdmin: true });
    expect(await wrong(ada, 'createGroup', { name: 'One' })).toEqual([]);
    await did(w.admin, 'updatePrincipal', { id, orgAdmin: false });
    expect(await wrong(ada, 'createGroup', { name: 'Two' })).toEqual(['FORBIDDEN']);
  });
});
