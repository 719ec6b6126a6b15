import fc from 'fast-check';
import { createEngine, type Engine } from '../../src/engine/engine.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import { context, HOUR, NOON, twoWorlds, VERBS } from '../oracle/arbitrary-world.js';
import { forget, store, type StoredWorld } from '../oracle/stored-world.js';
import type { Question, World } from '../oracle/world.js';
import { compareAnswers, compareSubjects, subjectsOf } from './agreement.js';
import { REPLAY, worldsToTry } from './replay.js';

let database: TestDatabase;
let engine: Engine;

beforeAll(async () => {
  database = await openTestDatabase({ entities: [] });
  engine = createEngine(database.db, 1_000);
});
afterAll(() => database.close());

type Context = Question['context'];

const STRANGE = [
  ...['app:unknown:read', 'nowhere:doc:read', 'app:*:read', 'app:doc:*', 'lone:never:read', 'lone:x:*', 'app:doc'],
  ...['app:doc:read:', ':doc:read', 'app:doc:_', 'App:doc:read', '', 'app:doc:re ad', '*:doc:read', 'app:__proto__:x'],
];

/** Everybody about everything, with and without a resource, in each of the contexts; and what cannot be asked. */
function questionsOf(world: World, contexts: readonly Context[]): Question[] {
  const subjects = subjectsOf(world);
  const permissions = world.types.flatMap(({ name }) => [...VERBS, 'fly', 'Read'].map(verb => `${name}:${verb}`));
  const usual = subjects.flatMap(subject => permissions.map(permission => ({ subject, permission })));
  const strange = STRANGE.map((permission, at) => ({ subject: subjects[at % subjects.length]!, permission }));
  return [...usual, ...strange].flatMap(question =>
    contexts.flatMap(given => {
      const asked = given ? { ...question, context: given } : question;
      return [asked, { ...asked, resourceId: 'some id' }];
    }),
  );
}

async function agreeOn(stored: StoredWorld, contexts: readonly Context[], byId: boolean) {
  const noon = { byId, now: NOON };
  await compareAnswers(engine, stored, questionsOf(stored.world, [undefined, {}, ...contexts]), noon);
  await compareSubjects(engine, stored, noon);
  const later = { byId, now: NOON + HOUR };
  await compareAnswers(engine, stored, questionsOf(stored.world, contexts.slice(0, 1)), later);
}

describe('the engine and the oracle', () => {
  const contexts = fc.array(context, { minLength: 2, maxLength: 2 });
  const agree = fc.asyncProperty(twoWorlds, contexts, fc.boolean(), async (worlds, given, byId) => {
    const stored = await store(database.db, worlds);
    try {
      for (const one of stored) await agreeOn(one, given, byId);
    } finally {
      await forget(database.db, stored);
    }
  });

  it('say the same of everybody, every question and context in random worlds, also once memberships expire', async () => {
    await fc.assert(agree, { numRuns: Math.ceil(worldsToTry(500) / 2), ...REPLAY });
  }, 600_000);
});
