import type { Asker, Gate, World } from '../world.js';
import { eq, robot, where, wrongs } from '../policy/asking.js';
import { canOn, does, grantBooks, listed, openLibrary, putBooks, setType } from './asking.js';
import { inHours, moveClock, plainTypes, shelf } from './looking.js';

let gate: Gate;
let w: World;
let team: string;
beforeAll(async () => void (gate = await openLibrary()));
beforeEach(async () => {
  w = await gate.tenant();
  await w.principal('ben');
  team = await w.group('Team');
  await w.member(team, 'ben');
});
afterEach(async () => {
  gate.now = () => new Date();
  await plainTypes(gate, 'lib:book', 'lib:shelf');
});
afterAll(() => gate.close());

type Input = Record<string, unknown>;
const toTeam = (verb: string, resourceIds: string[] | null) =>
  does(w.admin, 'grantPermissions', {
    ...{ permissions: [`lib:book:${verb}`], subjects: [{ groupId: team }], ...(resourceIds && { resourceIds }) },
  });
const verbs = (...names: string[]) => ({ permissions: names.map(verb => `lib:book:${verb}`) });
const of = (options: Input, asker: Asker = w.user('ben')) => listed(asker, options);

describe('the options of a list', () => {
  it('leave groups, roles and what is held on the whole type out, each by itself', async () => {
    await setType(gate, 'lib:book', { ownerVerbs: ['view'] });
    await putBooks(w, '1', '2', { resourceId: '3', owner: 'ben' }, '4');
    await grantBooks(w, 'ben', ['view'], ['1']);
    await toTeam('view', ['2']);
    const options = [true, false].flatMap(includeGroups =>
      [true, false].map(acceptGlobal => ({ ...verbs('view'), includeGroups, acceptGlobal })),
    );
    const all = async () => {
      const found: string[][] = [];
      for (const option of options) found.push(await of(option));
      return found;
    };
    const [mine, both] = [
      ['1', '3'],
      ['1', '2', '3'],
    ];
    expect(await all()).toEqual([both, both, mine, mine]);
    await toTeam('view', null);
    expect(await all()).toEqual([['*', '1', '2', '3', '4'], both, mine, mine]);
    await grantBooks(w, 'ben', ['view'], null);
    const everything = ['*', '1', '2', '3', '4'];
    expect(await all()).toEqual([everything, both, everything, mine]);
  });

  it('count a role as global, also one with definitions', async () => {
    await putBooks(w, { resourceId: '1', attributes: { region: 'eu' } }, '2');
    const bot = await robot(gate, w, 'bot', where('lib:book:view', eq('region', 'eu')), 'lib:book:change');
    expect(await of(verbs('view'), bot)).toEqual(['1']);
    expect(await of(verbs('change'), bot)).toEqual(['*', '1', '2']);
    for (const more of [{ acceptGlobal: false }, { includeGroups: false }]) {
      expect(await of({ ...verbs('view'), ...more }, bot)).toEqual([]);
      expect(await of({ ...verbs('change'), ...more }, bot)).toEqual([]);
    }
  });

  it('leave a superuser what it has by itself, and are independent of each other', async () => {
    const make = 'mutation ($input: CreatePrincipalInput!) { createPrincipal(input: $input) { principal { id } } }';
    await w.service('write', 'operate').get(make, { input: { username: 'root', superuser: true } });
    await putBooks(w, '1', '2');
    await grantBooks(w, 'root', ['view'], ['2']);
    const root = w.user('root');
    for (const acceptGlobal of [true, false]) {
      for (const includeGroups of [true, false]) {
        expect(await of({ ...verbs('view'), acceptGlobal, includeGroups }, root)).toEqual(['*', '1', '2']);
        const without = { ...verbs('view'), acceptGlobal, includeGroups, includeSuperuser: false };
        expect(await of(without, root)).toEqual(['2']);
      }
    }
    expect(await of(verbs('fly'), root)).toEqual([]);
  });

  it('count an own grant on a parent without groups', async () => {
    await setType(gate, 'lib:book', { inheritedVerbs: ['view'] });
    await putBooks(w, { resourceId: '1', parents: [shelf('s')] }, { resourceId: '2', parents: [shelf('t')] });
    const on = (subject: Input, id: string) => ({
      permissions: ['lib:shelf:view'],
      subjects: [subject],
      resourceIds: [id],
    });
    await does(w.admin, 'grantPermissions', on({ username: 'ben' }, 's'));
    await does(w.admin, 'grantPermissions', on({ groupId: team }, 't'));
    expect(await of({ ...verbs('view'), includeGroups: false, acceptGlobal: false })).toEqual(['1']);
    expect(await of({ ...verbs('view'), acceptGlobal: false })).toEqual(['1', '2']);
  });
});

describe('several permissions', () => {
  // As in guardian's tests of accept_global_perms: one of two held on the whole type, by the user or by its group.
  it.each<[string, () => Promise<unknown>]>([
    ['by itself', () => grantBooks(w, 'ben', ['change'], null)],
    ['by its group', () => toTeam('change', null)],
  ])('are each satisfied on its own, where one is held everywhere: %s', async (_, hold) => {
    await putBooks(w, '1', '2', '3');
    await grantBooks(w, 'ben', ['view'], ['1', '2']);
    await grantBooks(w, 'ben', ['change'], ['2']);
    await hold();
    const both = verbs('view', 'change');
    expect(await of(both)).toEqual(['1', '2']);
    expect(await of({ ...both, match: 'ANY' })).toEqual(['*', '1', '2', '3']);
    expect(await of({ ...both, acceptGlobal: false })).toEqual(['2']);
    expect(await of({ ...both, match: 'ANY', acceptGlobal: false })).toEqual(['1', '2']);
    await grantBooks(w, 'ben', ['view'], null);
    expect(await of(both)).toEqual(['*', '1', '2', '3']);
  });

  it('are held through different ways, and not at all when one is unknown', async () => {
    await grantBooks(w, 'ben', ['view'], ['1', '2']);
    await toTeam('change', ['2', '3']);
    await toTeam('*', ['4']);
    expect(await of(verbs('view', 'change'))).toEqual(['2', '4']);
    expect(await of({ ...verbs('view', 'change'), match: 'ANY' })).toEqual(['1', '2', '3', '4']);
    expect(await of({ ...verbs('view', 'change'), includeGroups: false })).toEqual([]);
    expect(await of(verbs('view', 'fly'))).toEqual([]);
    expect(await of({ ...verbs('view', 'fly'), match: 'ANY' })).toEqual(['1', '2', '4']);
  });
});

describe('a type without permissions', () => {
  it('lists what has a live grant of its own, and never everything', async () => {
    await setType(gate, 'lib:book', { ownerVerbs: ['*'], sharedVerbs: ['*'] });
    await putBooks(w, { resourceId: 'owned', owner: 'ben' }, { resourceId: 'shared', sharedWith: [team] });
    await grantBooks(w, 'ben', ['view'], null);
    await grantBooks(w, 'ben', ['view'], ['own']);
    await grantBooks(w, 'ben', ['*'], ['short'], { expiresAt: inHours(1) });
    await toTeam('change', ['team']);
    for (const permissions of [undefined, null, []]) {
      expect(await of({ type: 'lib:book', permissions })).toEqual(['own', 'short', 'team']);
    }
    expect(await of({ type: 'lib:book', includeGroups: false })).toEqual(['own', 'short']);
    moveClock(gate, 2);
    expect(await of({ type: 'lib:book' })).toEqual(['own', 'team']);
  });
});

const PAGE = `query ($permissions: [String!], $type: String, $first: Int, $after: String, $subject: SubjectInput, $match: Match) {
  resources(permissions: $permissions, type: $type, first: $first, after: $after, subject: $subject, match: $match) {
    edges { cursor } } }`;
const wrong = async (variables: Input, asker: Asker = w.user('ben')) => wrongs(await asker.ask(PAGE, variables));

describe('a list', () => {
  it('is in byte order of the ids, the same in pages of any size', async () => {
    const ids = ['B', 'ä', '10', 'a', '9', 'a ', 'z', '日', '\u{1F600}', '\uFFFD'];
    await grantBooks(w, 'ben', ['view'], ids);
    const sorted = [...ids].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    for (const first of [1, 2, 100]) {
      expect(await listed(w.user('ben'), verbs('view'), first)).toEqual(sorted);
      expect(await listed(w.user('ben'), { ...verbs('view', 'change'), match: 'ANY' }, first)).toEqual(sorted);
      expect(await listed(w.user('ben'), { type: 'lib:book' }, first)).toEqual(sorted);
    }
    await grantBooks(w, 'ben', ['change'], null);
    for (const first of [1, 2]) {
      expect((await listed(w.user('ben'), verbs('change'), first)).filter(id => id !== '*')).toEqual(sorted);
    }
  });

  it('names what is wrong with the question', async () => {
    const mistakes: [Input, string][] = [
      [{}, 'permissions'],
      [{ permissions: [] }, 'permissions'],
      [{ permissions: ['lib:book:view', 'lib:shelf:view'] }, 'permissions.1'],
      [{ permissions: ['lib:shelf:view'], type: 'lib:book' }, 'permissions.0'],
      [{ permissions: ['lib:book:*'] }, 'permissions.0'],
      [{ permissions: ['lib:cat:view'] }, 'permissions.0'],
      [{ permissions: ['book'] }, 'permissions.0'],
      [{ type: 'lib:cat' }, 'type'],
      [{ ...verbs('view'), first: 0 }, 'first'],
    ];
    for (const [input, field] of mistakes)
      expect([input, await wrong(input)]).toEqual([input, [['BAD_USER_INPUT', field]]]);
    expect(await wrong({ ...verbs('view'), first: 1_001 })).toEqual([['LIMIT_EXCEEDED', 'first']]);
    expect(await wrong(verbs('view'), w.service('check'))).toEqual([['BAD_USER_INPUT', 'subject']]);
    expect(await wrong({ ...verbs('view'), subject: { username: 'ben' } }, w.service('read'))).toEqual(['FORBIDDEN']);
  });

  it('takes no cursor that is damaged, or of another list', async () => {
    await grantBooks(w, 'ben', ['view', 'change'], ['1', '2']);
    const { cursor } = (await w.user('ben').get(PAGE, verbs('view'))).resources.edges[0];
    expect(await wrong({ ...verbs('view'), after: cursor })).toEqual([]);
    const others: Input[] = [
      { ...verbs('change'), after: cursor },
      { ...verbs('view', 'change'), after: cursor },
      { ...verbs('view'), match: 'ANY', after: cursor },
      { type: 'lib:book', after: cursor },
      ...['', 'x', `${cursor}x`, cursor.slice(1)].map(after => ({ ...verbs('view'), after })),
    ];
    for (const input of others) expect([input, await wrong(input)]).toEqual([input, [['BAD_USER_INPUT', 'after']]]);
    expect(await wrong({ ...verbs('view'), after: cursor }, w.admin)).toEqual([['BAD_USER_INPUT', 'after']]);
  });

  it('about others is for rbac:access:read, members of the group, and anybody about the anonymous', async () => {
    await toTeam('view', ['1']);
    await w.principal('cy');
    const subjects = [{ username: 'cy' }, { username: 'nobody' }, { groupName: 'Top secret' }];
    for (const subject of subjects) {
      expect(await wrong({ ...verbs('view'), subject })).toEqual(['FORBIDDEN']);
      expect(await wrong({ ...verbs('view'), subject }, w.anonymous())).toEqual(['UNAUTHENTICATED']);
      expect(await of({ ...verbs('view'), subject }, w.service('check'))).toEqual([]);
    }
    expect(await of({ ...verbs('view'), subject: { groupId: team } })).toEqual(['1']);
    expect(await of({ ...verbs('view'), subject: { groupId: team }, includeGroups: false })).toEqual(['1']);
    expect(await wrong({ ...verbs('view'), subject: { groupId: team } }, w.user('cy'))).toEqual(['FORBIDDEN']);
    expect(await of({ ...verbs('view'), subject: { anonymous: true } })).toEqual([]);
    expect(await of(verbs('view'), w.anonymous())).toEqual([]);
    expect(await of({ ...verbs('view'), subject: { username: 'BEN' } }, w.admin)).toEqual(['1']);
    const reader = await robot(gate, w, 'bot', 'rbac:access:read');
    expect(await of({ ...verbs('view'), subject: { username: 'ben' } }, reader)).toEqual(['1']);
  });

  it('agrees with check', async () => {
    await setType(gate, 'lib:book', { sharedVerbs: ['view'], unsharedArePublic: true });
    const hidden = await w.group('Hidden');
    await putBooks(
      w,
      'public',
      { resourceId: 'shared', sharedWith: [team] },
      { resourceId: 'hidden', sharedWith: [hidden] },
    );
    expect(await of(verbs('view'))).toEqual(['public', 'shared']);
    expect(await of(verbs('view'), w.anonymous())).toEqual(['public']);
    for (const [id, holds] of Object.entries({ public: true, shared: true, hidden: false, unknown: false })) {
      expect(await canOn(w.user('ben'), 'view', id)).toBe(holds);
    }
  });
});
