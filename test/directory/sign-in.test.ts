import { openGate, type Gate, type World } from '../world.js';
import { DEFAULTS, did, groupsOf, usernames, wrong } from './asking.js';

let gate: Gate;
beforeAll(async () => {
  gate = await openGate();
});
afterAll(() => gate.close());

const FIELDS = 'username type email active orgAdmin superuser';
const principalOf = async (w: World, username: string) =>
  (await w.service('read').get(`query ($n: String) { principal(username: $n) { ${FIELDS} } }`, { n: username }))
    .principal;

describe('the first request of a user', () => {
  it('creates its principal', async () => {
    const w = await gate.tenant();
    expect(await usernames(w.service('read'))).toEqual([]);
    await w.user('ada').get('{ __typename }');
    expect(await principalOf(w, 'ada')).toEqual({
      username: 'ada',
      type: 'USER',
      email: null,
      active: true,
      orgAdmin: false,
      superuser: false,
    });
  });

  it('takes what the claims say, and a service account for what it is', async () => {
    const w = await gate.tenant();
    await w.user('robot', { serviceAccount: true, orgAdmin: true, email: 'r@example.org' }).get('{ __typename }');
    expect(await principalOf(w, 'robot')).toMatchObject({
      type: 'SERVICE_ACCOUNT',
      orgAdmin: true,
      email: 'r@example.org',
    });
  });

  it('already sees what the user may see', async () => {
    const w = await gate.tenant();
    expect(await usernames(w.user('ada'))).toEqual(['ada']);
    expect(await usernames(w.user('cy', { orgAdmin: true }))).toEqual(['ada', 'cy']);
  });

  it('creates one principal, also when many requests come at once', async () => {
    const w = await gate.tenant();
    const answers = await Promise.all(Array.from({ length: 10 }, () => usernames(w.user('ada'))));
    expect(answers).toEqual(Array(10).fill(['ada']));
    expect(await usernames(w.service('read'))).toEqual(['ada']);
  });

  it('finds a principal that was made before', async () => {
    const w = await gate.tenant();
    await w.principal('Ada', { email: 'ada@example.org' });
    await w.user('ada').get('{ __typename }');
    expect(await usernames(w.admin)).toEqual(['ada', 'admin']);
    expect(await principalOf(w, 'ada')).toMatchObject({ email: 'ada@example.org' });
  });

  it('creates nobody for service clients and anonymous callers', async () => {
    const w = await gate.tenant();
    await w.service('read', 'write', 'operate').get('{ __typename }');
    await w.anonymous().get('{ __typename }');
    expect(await usernames(w.service('read'))).toEqual([]);
  });
});

describe('the claims of a user', () => {
  it('are followed at each request, and decide in the same one', async () => {
    const w = await gate.tenant();
    await w.user('ada', { email: 'old@example.org' }).get('{ __typename }');
    expect(await usernames(w.user('ada', { orgAdmin: true, email: 'new@example.org' }), { orgAdmin: true })).toEqual([
      'ada',
    ]);
    expect(await principalOf(w, 'ada')).toMatchObject({ orgAdmin: true, email: 'new@example.org' });
    expect(await wrong(w.user('ada', { orgAdmin: false }), 'createGroup', { name: 'x' })).toEqual(['FORBIDDEN']);
    expect(await principalOf(w, 'ada')).toMatchObject({ orgAdmin: false, email: 'new@example.org' });
  });

  it('reach whoever asks about the user next, with warm caches', async () => {
    const w = await gate.tenant();
    await w.principal('ada');
    expect(await groupsOf(w.admin, 'ada', true)).toEqual(['Default access']);
    await w.user('ada', { orgAdmin: true }).get('{ __typename }');
    expect(await groupsOf(w.admin, 'ada', true)).toEqual(DEFAULTS);
    await w.user('ada', { orgAdmin: false }).get('{ __typename }');
    expect(await groupsOf(w.admin, 'ada', true)).toEqual(['Default access']);
  });

  it('leave alone what they do not speak of', async () => {
    const w = await gate.tenant();
    await w.principal('ada', { orgAdmin: true, email: 'ada@example.org' });
    await did(w.user('ada'), 'createGroup', { name: 'Team' });
    expect(await principalOf(w, 'ada')).toMatchObject({ orgAdmin: true, email: 'ada@example.org' });
  });

  it('never change the type of a principal', async () => {
    const w = await gate.tenant();
    await w.principal('ada');
    await w.principal('robot', { type: 'SERVICE_ACCOUNT' });
    await w.user('ada', { serviceAccount: true, email: 'a@example.org' }).get('{ __typename }');
    await w.user('robot', { email: 'r@example.org' }).get('{ __typename }');
    expect(await principalOf(w, 'ada')).toMatchObject({ type: 'USER', email: 'a@example.org' });
    expect(await principalOf(w, 'robot')).toMatchObject({ type: 'SERVICE_ACCOUNT', email: 'r@example.org' });
  });

  it('write nothing when they say what is known', async () => {
    const w = await gate.tenant();
    const ada = w.user('ada', { orgAdmin: false, email: 'ada@example.org' });
    await ada.get('{ __typename }');
    gate.statements.length = 0;
    await ada.get('{ __typename }');
    expect(gate.statements).toHaveLength(1); // the revision
  });
});

describe('an inactive principal', () => {
  it('is not let in, also not as a superuser or an administrator', async () => {
    const w = await gate.tenant();
    const operator = w.service('write', 'operate', 'read');
    for (const power of [{}, { orgAdmin: true }, { superuser: true }]) {
      const username = `p-${Object.keys(power).join('').toLowerCase()}`;
      await did(operator, 'createPrincipal', { username, active: false, ...power });
      for (const claims of [{}, { orgAdmin: true }]) {
        await expect(w.user(username, claims).ask('{ __typename }')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
      }
      expect(await principalOf(w, username)).toMatchObject({
        active: false,
        orgAdmin: false,
        superuser: false,
        ...power,
      });
    }
  });

  it('is shut out and let in again from the very next request', async () => {
    const w = await gate.tenant();
    const ada = w.user('ada');
    await ada.get('{ __typename }');
    const { principal } = await w.admin.get('{ principal(username: "ada") { id } }');
    await did(w.admin, 'updatePrincipal', { id: principal.id, active: false });
    await expect(ada.ask('{ __typename }')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await did(w.admin, 'updatePrincipal', { id: principal.id, active: true });
    await ada.get('{ __typename }');
  });

  it('that shuts itself out has its answer, and nothing after it', async () => {
    const w = await gate.tenant();
    const { principal } = await w.admin.get('{ principal(username: "admin") { id } }');
    const source = `mutation ($id: ID!) {
      a: updatePrincipal(input: { id: $id, active: false }) { principal { active } }
      b: createGroup(input: { name: "Late" }) { group { id } } }`;
    const reply = await w.admin.ask(source, { id: principal.id });
    expect(reply.codes).toEqual(['FORBIDDEN']);
    expect(await w.service('read').get('{ groups(filter: { name: "Late" }) { totalCount } }')).toEqual({
      groups: { totalCount: 0 },
    });
  });

  it('when it is deleted, comes back as a new one without anything', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada', { orgAdmin: true });
    await did(w.admin, 'deletePrincipal', { id });
    expect(await wrong(w.user('ada'), 'createGroup', { name: 'x' })).toEqual(['FORBIDDEN']);
  });
});
