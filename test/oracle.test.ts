import { group, smallWorld, type, user } from './engine/small-world.js';
import { decide } from './oracle.js';
import { everyoneHolds, groupHolders, permissionsOn, principalHolders } from './oracle/holders.js';
import { listed, listedByGrant } from './oracle/lists.js';
import { overlaid } from './oracle/matching.js';
import { EVERY_WAY, type Grant, type Question, type Resource, type Type, type World } from './oracle/world.js';

const NOW = 1_000;
const ANN = { username: 'ann' };
const BOB = { username: 'bob' };

const resource = (id: string, more: Partial<Resource> = {}): Resource => ({
  ...{ type: 'app:doc', id, owner: null, attributes: null, parents: [], shares: [] },
  ...more,
});
const below = (...ids: string[]) => ({ parents: ids.map(id => ({ type: 'app:doc', id })) });
const grant = (verb: string, resourceId: string | null, to: Grant['to'], expiresAt: number | null = null): Grant => ({
  ...{ type: 'app:doc', verb, resourceId, to, expiresAt },
});

/** A world without roles, of one type with these options. */
const worldOf = (options: Partial<Type>, resources: readonly Resource[], more: Partial<World> = {}): World =>
  smallWorld({ types: [type('app:doc', options)], policies: [], resources, ...more });

const kinds = (world: World, subject: Question['subject'], verb: string, resourceId?: string) => {
  const decision = decide(world, { subject, permission: `app:doc:${verb}`, ...(resourceId && { resourceId }) }, NOW);
  return 'error' in decision ? [decision.error] : decision.reasons.map(({ kind }) => kind);
};

describe('the oracle', () => {
  it('counts grants to a principal and its groups, of the verb or all, until they expire', () => {
    const to = { group: 'readers' };
    const grants = [grant('read', '1', ANN, NOW + 1), grant('*', '1', to), grant('write', null, to, NOW)];
    const world = worldOf({}, [resource('1'), resource('2')], { grants });
    expect(kinds(world, ANN, 'read', '1')).toEqual(['GRANT', 'GRANT']);
    expect(kinds(world, ANN, 'write', '1')).toEqual(['GRANT']);
    expect(kinds(world, BOB, 'read', '1')).toEqual([]);
    expect(kinds(world, ANN, 'write', '2')).toEqual([]);
    expect(kinds(world, ANN, 'write')).toEqual([]);
    expect(kinds(world, ANN, 'fly', '1')).toEqual([]);
  });

  it('lets owners do what the type lets them, and nobody on what is not registered', () => {
    const world = worldOf({ ownerVerbs: ['write'], sharedVerbs: ['read'] }, [resource('1', { owner: 'ann' })]);
    expect(kinds(world, ANN, 'write', '1')).toEqual(['OWNER']);
    expect(kinds(world, ANN, 'read', '1')).toEqual(['SHARED']);
    expect(kinds(world, BOB, 'read', '1')).toEqual([]);
    expect(kinds(world, ANN, 'write', '2')).toEqual([]);
  });

  it('follows parents for verbs that are inherited, however far', () => {
    const resources = [resource('1'), resource('2', below('1')), resource('3', below('2'))];
    const world = worldOf({ inheritedVerbs: ['read'] }, resources, {
      grants: [grant('read', '1', ANN), grant('write', '1', ANN)],
    });
    expect(kinds(world, ANN, 'read', '3')).toEqual(['INHERITED']);
    expect(kinds(world, ANN, 'write', '3')).toEqual([]);
  });

  it('sees what is shared, and what is related to it, but no ring sees itself', () => {
    const resources = [
      resource('1', { shares: ['readers'] }),
      resource('2', below('1')),
      resource('3', { type: 'app:item' }),
      resource('4', { parents: [{ type: 'app:item', id: '3' }] }),
    ];
    const strict = { visibleWithoutRelated: false, sharedVerbs: ['read'] };
    const world = worldOf({}, resources, {
      types: [
        type('app:doc', { controlledBy: 'PARENTS', ...strict }),
        type('app:item', { controlledBy: 'CHILDREN', ...strict }),
      ],
    });
    expect(kinds(world, ANN, 'read', '2')).toEqual(['SHARED']);
    expect(kinds(world, BOB, 'read', '2')).toEqual([]);
    expect(kinds(world, ANN, 'read', '4')).toEqual([]);
    expect(kinds(world, { username: 'nobody' }, 'read', '2')).toEqual([]);
  });

  it('shows what has no related resource to principals alone', () => {
    const world = worldOf({ controlledBy: 'PARENTS', sharedVerbs: ['read'] }, [resource('1')]);
    expect(kinds(world, BOB, 'read', '1')).toEqual(['SHARED']);
    expect(kinds(world, { anonymous: true }, 'read', '1')).toEqual([]);
    expect(kinds(world, { group: 'readers' }, 'read', '1')).toEqual([]);
  });

  it('lays the context over attributes, deeply', () => {
    expect(overlaid({ a: { b: 1, c: 2 }, d: [1] }, { a: { b: 3 }, d: [2] })).toEqual({ a: { b: 3, c: 2 }, d: [2] });
    expect(overlaid({ a: 1 }, { a: { b: 2 } })).toEqual({ a: { b: 2 } });
  });

  it('lists in byte order, and says when there is nothing that is not held', () => {
    const world = worldOf(
      { ownerVerbs: ['read'] },
      ['ä', '😀', '\uFFFD', 'B', 'a', '10', '9'].map(id => resource(id)),
      {
        grants: [grant('read', null, { group: 'readers' }), grant('write', 'a', ANN)],
      },
    );
    const list = { subject: ANN, type: 'app:doc', verbs: ['read', 'write'], reading: EVERY_WAY } as const;
    expect(listed(world, { ...list, match: 'ANY' }, NOW)).toEqual({
      everything: true,
      ids: ['10', '9', 'B', 'a', 'ä', '\uFFFD', '😀'],
    });
    expect(listed(world, { ...list, match: 'ALL' }, NOW)).toEqual({ everything: false, ids: ['a'] });
    const reading = { ...EVERY_WAY, acceptGlobal: false };
    expect(listed(world, { ...list, match: 'ANY', reading }, NOW)).toEqual({ everything: false, ids: ['a'] });
    expect(listedByGrant(world, { subject: ANN, type: 'app:doc', includeGroups: true }, NOW).ids).toEqual(['a']);
  });

  it('names who holds what, and what comes directly', () => {
    const world = worldOf({ ownerVerbs: ['*'] }, [resource('1', { owner: 'bob' })], {
      grants: [grant('read', '1', { group: 'readers' }), grant('read', null, { group: 'public' })],
      principals: [user('ann'), user('bob'), user('root', { superuser: true }), user('off', { active: false })],
      groups: [group('readers'), group('public', { anonymousDefault: true })],
    });
    const look = { world, now: NOW };
    const one = { type: 'app:doc', id: '1' };
    const perResource = { includeGroups: true, includeSuperuser: false, acceptGlobal: false };
    expect(principalHolders(look, one, { verbs: null, reading: perResource })).toEqual([
      { name: 'ann', verbs: ['read'] },
      { name: 'bob', verbs: ['read', 'write'] },
    ]);
    expect(principalHolders(look, one, { verbs: ['write'], reading: EVERY_WAY }).map(({ name }) => name)).toEqual([
      'bob',
      'root',
    ]);
    expect(groupHolders(look, one, { verbs: null, reading: EVERY_WAY }).map(({ name }) => name)).toEqual([
      'public',
      'readers',
    ]);
    expect(everyoneHolds(look, one, { verbs: ['read'], reading: EVERY_WAY })).toBe(true);
    expect(everyoneHolds(look, one, { verbs: ['read'], reading: perResource })).toBe(false);
    expect(permissionsOn(look, ANN, one, 'DIRECT')).toEqual([]);
    expect(permissionsOn(look, ANN, one, 'GROUPS')).toEqual(['read']);
    expect(permissionsOn(look, BOB, one, 'DIRECT')).toEqual(['read', 'write']);
  });
});
