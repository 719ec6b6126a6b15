import fc from 'fast-check';
import { sql } from 'kysely';
import { Access } from '../../src/engine/access.js';
import { createEngine } from '../../src/engine/engine.js';
import {
  conveyedBy,
  requireHeld,
  rowsOfRoles,
  withIncluding,
  type Row,
  NOTHING_CONVEYED,
} from '../../src/engine/holding.js';
import { definitionsKey } from '../../src/kernel/definitions.js';
import type { Caller, ClientScope } from '../../src/kernel/caller.js';
import type { GroupId, PrincipalId, RoleId } from '../../src/kernel/ids.js';
import { parsePermission } from '../../src/kernel/permission.js';
import type { Tx } from '../../src/store/tx.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import { holdsRow } from '../oracle.js';
import { NOON } from '../oracle/arbitrary.js';
import { twoWorlds } from '../oracle/arbitrary-world.js';
import { forget, store, type StoredWorld } from '../oracle/stored-world.js';
import type { Row as PlainRow, World } from '../oracle/world.js';
import { REPLAY, worldsToTry } from './replay.js';
import { group, smallWorld, type, user } from './small-world.js';

let database: TestDatabase;

beforeAll(async () => void (database = await openTestDatabase({ entities: [] })));
afterAll(() => database.close());

const rowOf = ({ permission, filters }: PlainRow): Row => ({
  ...parsePermission(permission)!,
  ...{ permission, definitionsKey: definitionsKey(filters) },
});

const NOW = new Date(NOON);

async function accessOf({ tenantId, principals }: StoredWorld, username: string): Promise<Access> {
  const engine = createEngine(database.db, 10);
  const revision = await engine.revisions(tenantId);
  const ref = { by: 'username', value: username } as const;
  const [subject] = await engine.subjects.all(database.db.scope(tenantId), [ref], revision, NOW);
  const caller: Caller = { kind: 'user', tenantId, principalId: principals.get(username) as PrincipalId, username };
  return new Access(caller, subject ?? null, await engine.catalogue.at(revision.catalogue));
}

/** Whether somebody may hand out these rows; FORBIDDEN counts as no, and has to name what is lacking. */
async function mayGive(tx: Tx, access: Access, rows: readonly PlainRow[], supergroup = false): Promise<boolean> {
  try {
    await requireHeld(tx, access, NOW, { rows: rows.map(rowOf), grants: [], supergroup });
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'FORBIDDEN' });
    if (rows.length === 1 && !supergroup) expect((error as Error).message).toContain(rows[0]!.permission);
    return false;
  }
}

const exempt = (world: World, username: string) =>
  world.principals.some(one => one.username === username && one.active && (one.orgAdmin || one.superuser));

async function worldOf(more: Partial<World>, work: (stored: StoredWorld) => Promise<void>) {
  const [stored] = await store(database.db, [smallWorld(more)]);
  try {
    await work(stored!);
  } finally {
    await forget(database.db, [stored!]);
  }
}

const READ: PlainRow = { permission: 'app:doc:read', filters: [] };
const red = { key: 'team', operation: 'EQUAL', value: 'red' } as const;
const high = { key: 'level', operation: 'IN', value: ['high', 'higher'] } as const;

describe('handing out role rows', () => {
  /** Whether ann, who holds `own`, may hand out `given`. */
  const isHeld = async (own: PlainRow, given: PlainRow) => {
    let held = false;
    await worldOf({ roles: [{ name: 'reader', rows: [own] }] }, async stored => {
      const access = await accessOf(stored, 'ann');
      held = await database.db.write(stored.tenantId, tx => mayGive(tx, access, [given]));
    });
    return held;
  };

  it.each(['app:doc:read', 'app:doc:*', 'app:*:*'])('is for those who hold at least as much: %s', async permission => {
    expect(await isHeld({ permission, filters: [] }, READ)).toBe(true);
    expect(await isHeld({ permission, filters: [] }, { permission: 'app:doc:read', filters: [red] })).toBe(true);
    expect(await isHeld({ permission, filters: [] }, { permission, filters: [] })).toBe(true);
  });

  it('needs a wildcard for a wildcard', async () => {
    expect(await isHeld(READ, { permission: 'app:doc:*', filters: [] })).toBe(false);
    expect(await isHeld({ permission: 'app:doc:*', filters: [] }, { permission: 'app:*:*', filters: [] })).toBe(false);
    expect(await isHeld(READ, { permission: 'app:doc:write', filters: [] })).toBe(false);
  });

  it('needs the same definitions, in whatever order, or none', async () => {
    const narrow = { permission: 'app:doc:read', filters: [red, high] };
    const turned = { permission: 'app:doc:read', filters: [{ ...high, value: ['higher', 'high'] }, red] };
    expect(await isHeld(narrow, turned)).toBe(true);
    expect(await isHeld(narrow, READ)).toBe(false);
    expect(await isHeld(narrow, { permission: 'app:doc:read', filters: [red] })).toBe(false);
    expect(await isHeld({ permission: 'app:doc:read', filters: [red] }, narrow)).toBe(false);
  });

  it('needs all rows, and names those that are lacking', async () => {
    await worldOf({}, async stored => {
      const access = await accessOf(stored, 'ann');
      const rows = ['app:doc:read', 'app:doc:write', 'app:*:*'].map(permission => rowOf({ permission, filters: [] }));
      const giving = database.db.write(stored.tenantId, tx =>
        requireHeld(tx, access, NOW, { ...NOTHING_CONVEYED, rows }),
      );
      await expect(giving).rejects.toMatchObject({
        code: 'FORBIDDEN',
        message: expect.stringMatching(/: app:doc:write, app:\*:\*$/),
      });
    });
  });

  it('goes by what the transaction finds, not by what the request found', async () => {
    await worldOf({}, async stored => {
      const access = await accessOf(stored, 'ann');
      await database.db.write(stored.tenantId, async tx => {
        expect(await mayGive(tx, access, [READ])).toBe(true);
        await tx.query(sql`delete from membership where tenant_id = ${tx.tenantId}`);
        expect(await mayGive(tx, access, [READ])).toBe(false);
      });
    });
  });

  it('needs the membership of a supergroup to let somebody into one', async () => {
    const groups = [...smallWorld().groups.slice(0, 2), group('readers'), group('seeing', { supergroup: true })];
    const memberships = [{ group: 'seeing', principal: 'bob', expiresAt: null }];
    await worldOf({ groups, memberships }, async stored => {
      for (const [username, held] of [
        ['ann', false],
        ['bob', true],
      ] as const) {
        const access = await accessOf(stored, username);
        expect(await database.db.write(stored.tenantId, tx => mayGive(tx, access, [], true))).toBe(held);
      }
    });
  });

  it('is free for administrators and superusers, as long as they are active, and for clients with the scope grant', async () => {
    const principals = [
      ...[user('admin', { orgAdmin: true }), user('root', { superuser: true })],
      user('gone', { orgAdmin: true, superuser: true, active: false }),
    ];
    await worldOf({ principals, memberships: [] }, async stored => {
      const { tenantId } = stored;
      const client = (...scopes: ClientScope[]): Caller => ({
        kind: 'service',
        tenantId,
        clientId: 'c',
        scopes: new Set(scopes),
      });
      const named = await Promise.all(principals.map(({ username }) => accessOf(stored, username)));
      const { catalogue } = createEngine(database.db, 1);
      const known = await catalogue.at(1);
      const callers: Caller[] = [client('grant'), client('write', 'operate', 'check'), { kind: 'anonymous', tenantId }];
      const accesses = [...named, ...callers.map(caller => new Access(caller, null, known))];
      await database.db.write(tenantId, async tx => {
        const free: boolean[] = [];
        for (const access of accesses) free.push(await mayGive(tx, access, [READ], true));
        expect(free).toEqual([true, true, false, true, false, false]);
      });
    });
  });

  it('is allowed in random worlds exactly to those whom the oracle says to hold the row', async () => {
    const agree = fc.asyncProperty(twoWorlds, fc.nat(), async (worlds, pick) => {
      const stored = await store(database.db, worlds);
      try {
        for (const one of stored) {
          const { username } = one.world.principals[pick % one.world.principals.length]!;
          const access = await accessOf(one, username);
          const rows = [...one.world.roles, ...one.world.systemRoles].flatMap(role => role.rows);
          await database.db.write(one.tenantId, async tx => {
            for (const row of rows) {
              const held = exempt(one.world, username) || holdsRow(one.world, { username }, row, NOON);
              expect({ username, row, held: await mayGive(tx, access, [row]) }).toEqual({ username, row, held });
            }
          });
        }
      } finally {
        await forget(database.db, stored);
      }
    });
    await fc.assert(agree, { numRuns: Math.ceil(worldsToTry(60) / 4), ...REPLAY });
  });
});

describe('what a change conveys', () => {
  const groups = [
    ...[group('Default access', { standard: 'PLATFORM' }), group('Default admin access', { standard: 'ADMIN' })],
    ...[group('top', { includesSubgroups: true, supergroup: true }), group('gap', { parent: 'top' })],
    ...[group('low', { parent: 'gap', includesSubgroups: true }), group('leaf', { parent: 'low' })],
  ] as const;
  const roles = [
    { name: 'low role', rows: [READ] },
    {
      name: 'leaf role',
      rows: [
        { permission: 'app:doc:write', filters: [red] },
        { permission: 'app:*:*', filters: [] },
      ],
    },
  ];
  const policies = [
    { name: 'one', group: 'low', roles: ['low role', 'seeded'], hidden: false },
    { name: 'other', group: 'leaf', roles: ['leaf role'], hidden: true },
  ];
  const systemRoles = [
    { name: 'seeded', rows: [{ permission: 'app:doc:*', filters: [] }], platformDefault: true, adminDefault: false },
  ];
  const tree = { groups, roles, policies, systemRoles, memberships: [], types: [type('app:doc')] };
  const idIn = (stored: StoredWorld, name: string) => stored.groups.get(name) as GroupId;
  const write = <T>({ tenantId }: StoredWorld, work: (tx: Tx) => Promise<T>) => database.db.write(tenantId, work);
  const permissionsOf = (rows: readonly Row[]) => rows.map(row => row.permission).sort();

  it('is the rows of each group itself, and the sight of a supergroup', async () => {
    await worldOf(tree, async stored => {
      const access = await accessOf(stored, 'ann');
      const ids = ['low', 'leaf'].map(name => idIn(stored, name));
      const both = await write(stored, tx => conveyedBy(tx, access, ids, NOW));
      expect(permissionsOf(both.rows)).toEqual(['app:*:*', 'app:doc:*', 'app:doc:read', 'app:doc:write']);
      expect(both.rows.map(row => row.definitionsKey)).toContain(definitionsKey([red]));
      expect(both.supergroup).toBe(false);
      const top = await write(stored, tx => conveyedBy(tx, access, [idIn(stored, 'top')], NOW));
      expect(top).toEqual({ rows: [], grants: [], supergroup: true });
    });
  });

  it('includes the flagged system roles of a default group', async () => {
    await worldOf(tree, async stored => {
      const access = await accessOf(stored, 'ann');
      const { rows } = await write(stored, tx => conveyedBy(tx, access, [idIn(stored, 'Default access')], NOW));
      expect(permissionsOf(rows)).toEqual(['app:doc:*']);
    });
  });

  it('with a role is its rows, whether it is of the tenant or of the system', async () => {
    await worldOf(tree, async stored => {
      const ids = ['leaf role', 'seeded'].map(name => stored.roles.get(name) as RoleId);
      const rows = await write(stored, tx => rowsOfRoles(tx, ids));
      expect(permissionsOf(rows)).toEqual(['app:*:*', 'app:doc:*', 'app:doc:write']);
      expect(await write(stored, tx => rowsOfRoles(tx, []))).toEqual([]);
    });
  });

  it('reaches up the tree as far as each group includes its subgroups', async () => {
    await worldOf(tree, async stored => {
      const above = async (name: string) =>
        (await write(stored, tx => withIncluding(tx, idIn(stored, name)))).map(
          id => [...stored.groups].find(([, own]) => own === id)![0],
        );
      expect(await above('leaf')).toEqual(['leaf', 'low']);
      expect(await above('low')).toEqual(['low']);
      expect(await above('gap')).toEqual(['gap', 'top']);
    });
  });
});
