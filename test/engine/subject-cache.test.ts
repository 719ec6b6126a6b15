import { sql } from 'kysely';
import { setTimeout as pause } from 'node:timers/promises';
import { revisionReader } from '../../src/engine/revisions.js';
import { SubjectCache } from '../../src/engine/subject-cache.js';
import type { SubjectRef } from '../../src/engine/subject.js';
import { Scope } from '../../src/store/scope.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import { forget, store, type StoredWorld } from '../oracle/stored-world.js';
import { smallWorld } from './small-world.js';

const NOON = Date.UTC(2030, 0, 1, 12);
const at = (minutes: number) => new Date(NOON + minutes * 60_000);
const ANN: SubjectRef = { by: 'username', value: 'ann' };
const BOB: SubjectRef = { by: 'username', value: 'bob' };
const NOBODY: SubjectRef = { by: 'username', value: 'nobody' };

let database: TestDatabase;
let stored: StoredWorld[];
let scope: Scope;

beforeAll(async () => void (database = await openTestDatabase({ entities: [] })));
beforeEach(async () => {
  const limited = smallWorld({ memberships: [{ group: 'readers', principal: 'ann', expiresAt: NOON + 600_000 }] });
  stored = await store(database.db, [limited, smallWorld()]);
  scope = database.db.scope(stored[0]!.tenantId);
  database.statements.length = 0;
});
afterEach(() => forget(database.db, stored));
afterAll(() => database.close());

const revision = () => revisionReader(database.db)(scope.tenantId);
const deactivate = (username: string) =>
  database.db.write(scope.tenantId, async tx => {
    await tx.query(
      sql`update principal set active = false where tenant_id = ${tx.tenantId} and username = ${username}`,
    );
    tx.raise();
  });
/** Statements that were needed, without those that read revisions. */
const loads = () => database.statements.filter(text => text.includes('with recursive')).length;

describe('the subject cache', () => {
  it('reads all that it does not know with one statement, and nothing the second time', async () => {
    const cache = new SubjectCache(10);
    const now = await revision();
    const first = await cache.all(scope, [ANN, BOB, ANN], now, at(0));
    expect(first.map(subject => subject?.principal?.username)).toEqual(['ann', 'bob', 'ann']);
    expect(loads()).toBe(1);
    const again = await cache.all(scope, [BOB, ANN], now, at(1));
    expect(again).toEqual([first[1], first[0]]);
    expect(loads()).toBe(1);
  });

  it('reads only what is missing', async () => {
    const cache = new SubjectCache(10);
    const now = await revision();
    await cache.all(scope, [ANN], now, at(0));
    const [ann, nobody, bob] = await cache.all(scope, [ANN, NOBODY, BOB], now, at(0));
    expect([ann?.principal?.username, nobody, bob?.principal?.username]).toEqual(['ann', null, 'bob']);
    expect(loads()).toBe(2);
  });

  it('reads again at a newer revision', async () => {
    const cache = new SubjectCache(10);
    await cache.all(scope, [ANN], await revision(), at(0));
    await deactivate('ann');
    const newer = await revision();
    expect(cache.known(scope.tenantId, ANN, newer, at(0))).toBeUndefined();
    const [ann] = await cache.all(scope, [ANN], newer, at(0));
    expect(ann?.principal?.active).toBe(false);
  });

  it('reads again at a newer revision of the catalogue', async () => {
    const cache = new SubjectCache(10);
    await cache.all(scope, [ANN], await revision(), at(0));
    await database.db.writeCatalogue(async tx => tx.raise('revision'));
    await cache.all(scope, [ANN], await revision(), at(0));
    expect(loads()).toBe(2);
  });

  it('ends an entry at the moment when a membership expires, and not before', async () => {
    const cache = new SubjectCache(10);
    const now = await revision();
    const [before] = await cache.all(scope, [ANN], now, at(0));
    expect(before?.memberOf.size).toBe(1);
    expect(before?.until).toBe(at(10).getTime());
    expect(cache.known(scope.tenantId, ANN, now, new Date(at(10).getTime() - 1))).toBe(before);
    expect(cache.known(scope.tenantId, ANN, now, at(10))).toBeUndefined();
    const [after] = await cache.all(scope, [ANN], now, at(10));
    expect(after?.memberOf.size).toBe(0);
    expect(after?.until).toBe(Infinity);
  });

  it('keeps the newer subject when an older read ends later', async () => {
    const cache = new SubjectCache(10);
    const older = await revision();
    const gate = Promise.withResolvers<void>();
    let isRead = false;
    const slow = new Scope(scope.tenantId, async <Row>(statement: Parameters<typeof database.db.query>[0]) => {
      const rows = await database.db.query<Row>(statement);
      isRead = true;
      await gate.promise;
      return rows;
    });
    const slowly = cache.all(slow, [ANN], older, at(0));
    while (!isRead) await pause(1);
    await deactivate('ann');
    const newer = await revision();
    await cache.all(scope, [ANN], newer, at(0));
    gate.resolve();
    expect((await slowly)[0]?.principal?.active).toBe(true);
    expect(cache.known(scope.tenantId, ANN, newer, at(0))?.principal?.active).toBe(false);
  });

  it('answers at a revision or later, never earlier', async () => {
    const cache = new SubjectCache(10);
    const older = await revision();
    await deactivate('ann');
    const [ann] = await cache.all(scope, [ANN], older, at(0));
    expect(ann?.principal?.active).toBe(false);
    expect(cache.known(scope.tenantId, ANN, await revision(), at(0))).toBe(ann);
  });

  it('keeps the tenants apart, and one name from another kind of name', async () => {
    const cache = new SubjectCache(10);
    const now = await revision();
    const beside = database.db.scope(stored[1]!.tenantId);
    const [ann] = await cache.all(scope, [ANN], now, at(0));
    expect(cache.known(beside.tenantId, ANN, now, at(0))).toBeUndefined();
    const [other] = await cache.all(beside, [ANN], now, at(0));
    expect(other?.principal?.id).not.toBe(ann?.principal?.id);
    expect(await cache.all(scope, [{ by: 'groupName', value: 'ann' }], now, at(0))).toEqual([null]);
  });

  it('does not keep that somebody is missing', async () => {
    const cache = new SubjectCache(10);
    expect(await cache.all(scope, [NOBODY], await revision(), at(0))).toEqual([null]);
    expect(cache.size).toBe(0);
  });

  it('keeps no more subjects than it was told to', async () => {
    const cache = new SubjectCache(1);
    const now = await revision();
    const both = await cache.all(scope, [ANN, BOB], now, at(0));
    expect(both.map(subject => subject?.principal?.username)).toEqual(['ann', 'bob']);
    expect(cache.size).toBe(1);
  });
});
