import { openGate, type Gate } from '../world.js';
import { did, membersOf, send, usernames, wrong } from './asking.js';

let gate: Gate;
beforeAll(async () => {
  gate = await openGate();
});
afterAll(() => gate.close());

const ALL = '{ principal(username: "ada") { username type email externalId active orgAdmin superuser } }';

describe('creating a principal', () => {
  it('makes an active user without any power, unless told', async () => {
    const w = await gate.tenant();
    await w.principal('ada');
    expect((await w.admin.get(ALL)).principal).toEqual({
      username: 'ada',
      type: 'USER',
      email: null,
      externalId: null,
      active: true,
      orgAdmin: false,
      superuser: false,
    });
  });

  it('keeps all that it is given', async () => {
    const w = await gate.tenant();
    const given = {
      type: 'SERVICE_ACCOUNT',
      email: 'ada@example.org',
      externalId: '0042',
      active: false,
      orgAdmin: true,
    };
    await w.principal('ada', given);
    expect((await w.admin.get(ALL)).principal).toEqual({ username: 'ada', superuser: false, ...given });
  });

  it('stores the username trimmed and in lower case', async () => {
    const w = await gate.tenant();
    const { principal } = await did(
      w.admin,
      'createPrincipal',
      { username: '  Ada.ÖZ@Example.org ' },
      'principal { username }',
    );
    expect(principal.username).toBe('ada.öz@example.org');
  });

  it('is a conflict when the name is taken in any letter case', async () => {
    const w = await gate.tenant();
    await w.principal('Ada');
    expect(await wrong(w.admin, 'createPrincipal', { username: 'aDA' })).toEqual([['CONFLICT', 'input.username']]);
    expect(await usernames(w.admin)).toEqual(['ada', 'admin']);
  });

  it('takes composed and decomposed accents for the same name', async () => {
    const w = await gate.tenant();
    await w.principal('ren\u00e9');
    expect(await wrong(w.admin, 'createPrincipal', { username: 'rene\u0301' })).toEqual([
      ['CONFLICT', 'input.username'],
    ]);
  });

  it.each([
    ['an empty username', { username: '' }, 'input.username'],
    ['a blank username', { username: ' \t ' }, 'input.username'],
    ['a username of 151 characters', { username: 'x'.repeat(151) }, 'input.username'],
    ['a username that has more than 150 characters in lower case', { username: 'İ'.repeat(100) }, 'input.username'],
    ['a username with a line break', { username: 'a\nb' }, 'input.username'],
    ['a username with NUL', { username: 'a\0b' }, 'input.username'],
    ['a blank email', { username: 'a', email: ' ' }, 'input.email'],
    ['an email with NUL', { username: 'a', email: 'a\0@b' }, 'input.email'],
    ['an email of 400 characters', { username: 'a', email: 'x'.repeat(400) }, 'input.email'],
    ['an external id of 256 characters', { username: 'a', externalId: 'x'.repeat(256) }, 'input.externalId'],
    ['a type that is null', { username: 'a', type: null }, 'input.type'],
    ['a flag that is null', { username: 'a', active: null }, 'input.active'],
  ])('is refused with %s', async (_, input, field) => {
    const w = await gate.tenant();
    expect(await wrong(w.admin, 'createPrincipal', input)).toEqual([['BAD_USER_INPUT', field]]);
    expect(await usernames(w.admin)).toEqual(['admin']);
  });

  it('accepts 150 characters, whatever their size in bytes', async () => {
    const w = await gate.tenant();
    await w.principal('😀'.repeat(150));
    await w.principal('x'.repeat(150));
    expect(await usernames(w.admin)).toHaveLength(3);
  });
});

describe('updating a principal', () => {
  it('leaves alone what is absent, and clears what is null', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada', { email: 'ada@example.org', externalId: '42' });
    await did(w.admin, 'updatePrincipal', { id, externalId: null });
    expect((await w.admin.get(ALL)).principal).toMatchObject({
      email: 'ada@example.org',
      externalId: null,
      active: true,
    });
    await did(w.admin, 'updatePrincipal', { id, email: null, active: false, type: 'SERVICE_ACCOUNT' });
    expect((await w.admin.get(ALL)).principal).toMatchObject({ email: null, active: false, type: 'SERVICE_ACCOUNT' });
  });

  it('renames, also to another letter case of the same name', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    await did(w.admin, 'updatePrincipal', { id, username: 'ADA' });
    await did(w.admin, 'updatePrincipal', { id, username: 'Grace' });
    expect(await usernames(w.admin)).toEqual(['admin', 'grace']);
  });

  it.each([
    ['a name that is taken', { username: 'ADMIN' }, ['CONFLICT', 'input.username']],
    ['no name', { username: null }, ['BAD_USER_INPUT', 'input.username']],
    ['an empty name', { username: '' }, ['BAD_USER_INPUT', 'input.username']],
    ['no type', { type: null }, ['BAD_USER_INPUT', 'input.type']],
    ['a flag that is null', { orgAdmin: null }, ['BAD_USER_INPUT', 'input.orgAdmin']],
  ])('is refused with %s', async (_, input, error) => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    expect(await wrong(w.admin, 'updatePrincipal', { id, ...input })).toEqual([error]);
    expect(await usernames(w.admin)).toEqual(['ada', 'admin']);
  });

  it('says when it was changed last', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    gate.now = () => new Date('2040-01-01T00:00:00.123Z');
    const { principal } = await did(
      w.admin,
      'updatePrincipal',
      { id, email: null },
      'principal { createdAt modifiedAt }',
    );
    gate.now = () => new Date();
    expect(new Date(principal.modifiedAt)).toEqual(new Date('2040-01-01T00:00:00.123Z'));
    expect(new Date(principal.createdAt).getFullYear()).toBeLessThan(2040);
  });
});

describe('deleting a principal', () => {
  it('deletes its memberships', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    const group = await w.group('Team');
    await w.member(group, 'ada');
    expect(await did(w.admin, 'deletePrincipal', { id })).toEqual({ deletedId: id });
    expect(await usernames(w.admin)).toEqual(['admin']);
    await w.principal('ada');
    expect(await membersOf(w.admin, group)).toEqual([]);
  });

  it('is NOT_FOUND the second time, and malformed without a proper id', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    await did(w.admin, 'deletePrincipal', { id });
    expect(await wrong(w.admin, 'deletePrincipal', { id })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await wrong(w.admin, 'updatePrincipal', { id })).toEqual([['NOT_FOUND', 'input.id']]);
    expect(await wrong(w.admin, 'deletePrincipal', { id: 'ada' })).toEqual([['BAD_USER_INPUT', 'input.id']]);
  });

  it('is NOT_FOUND with the id of something else', async () => {
    const w = await gate.tenant();
    const id = await w.group('Team');
    expect(await wrong(w.admin, 'deletePrincipal', { id })).toEqual([['NOT_FOUND', 'input.id']]);
  });

  it('answers an administrator who deletes itself', async () => {
    const w = await gate.tenant();
    const { principal } = await w.admin.get('{ principal(username: "admin") { id } }');
    expect((await send(w.admin, 'deletePrincipal', { id: principal.id })).codes).toEqual([]);
  });
});

describe('looking a principal up', () => {
  it('finds it by id, and by name in any letter case', async () => {
    const w = await gate.tenant();
    const id = await w.principal('ada');
    const source = 'query ($id: ID, $username: String) { principal(id: $id, username: $username) { username } }';
    for (const way of [{ id }, { username: 'ada' }, { username: ' ADA ' }]) {
      expect(await w.admin.get(source, way)).toEqual({ principal: { username: 'ada' } });
    }
    for (const way of [{ username: 'nobody' }, { username: '' }, { username: 'a\0' }, { id: await w.group('ada') }]) {
      expect(await w.admin.get(source, way)).toEqual({ principal: null });
    }
    expect((await w.admin.ask(source, {})).fields).toEqual(['id']);
    expect((await w.admin.ask(source, { id, username: 'ada' })).fields).toEqual(['username']);
    expect((await w.admin.ask(source, { id: 'ada' })).codes).toEqual(['BAD_USER_INPUT']);
  });
});
