import fc from 'fast-check';
import { createEngine, type Engine } from '../../src/engine/engine.js';
import { openTestDatabase, type TestDatabase } from '../database.js';
import { HOUR, NOON } from '../oracle/arbitrary.js';
import { attributes, VERBS } from '../oracle/arbitrary-catalogue.js';
import { twoWorlds } from '../oracle/arbitrary-world.js';
import { forget, store, type StoredWorld } from '../oracle/stored-world.js';
import type { Question, World } from '../oracle/world.js';
import { compareAnswers } from './agreement.js';
import { compareHolders, comparePermissionsOn } from './agreement-holders.js';
import { compareLists } from './agreement-lists.js';
import { compareSubjects } from './agreement-subjects.js';
import { further, holdersIn, listingIn, pairIn, type Further } from './arbitrary-questions.js';
import { subjectsOf, type Way } from './engine-words.js';
import { REPLAY, worldsToTry } from './replay.js';

let database: TestDatabase;
let engine: Engine;

beforeAll(async () => {
  database = await openTestDatabase({ entities: [] });
  engine = createEngine(database.db, 1_000);
});
afterAll(() => database.close());

const STRANGE = [
  ...['app:unknown:read', 'nowhere:doc:read', 'app:*:read', 'app:doc:*', 'lone:never:read', 'lone:x:*', 'app:doc'],
  ...['app:doc:read:', ':doc:read', 'app:doc:_', 'App:doc:read', '', 'app:doc:re ad', '*:doc:read', 'app:__proto__:x'],
];

/** Ids of a type, and some that it does not have: none, an id of another type, one that nothing has. */
const idsFor = ({ resources }: World, name: string): (string | undefined)[] => {
  const own = resources.filter(({ type }) => type === name).map(({ id }) => id);
  const foreign = resources.map(({ id }) => id).find(id => !own.includes(id));
  return [undefined, ...own, foreign ?? 'a', 'some id'];
};

/** Everybody about everything, with and without a resource; and what cannot be asked. */
function questionsOf(world: World): Question[] {
  const subjects = subjectsOf(world);
  const usual = subjects.flatMap(subject =>
    world.types.flatMap(({ name }) =>
      [...VERBS, 'fly', 'Read'].flatMap(verb =>
        idsFor(world, name).map(resourceId => ({ subject, permission: `${name}:${verb}`, resourceId })),
      ),
    ),
  );
  const strange = STRANGE.map((permission, at) => ({ subject: subjects[at % subjects.length]!, permission }));
  return [...usual, ...strange, ...strange.map(question => ({ ...question, resourceId: 'some id' }))];
}

type Context = Question['context'];

/** One question of each few, in turn in each of the contexts. */
const inContext = (questions: readonly Question[], contexts: readonly Context[], oneOf: number): Question[] =>
  questions
    .filter((_, at) => at % oneOf === 0)
    .map((question, at) => ({ ...question, context: contexts[at % contexts.length] }));

type Asked = Further & { readonly contexts: readonly Context[]; readonly byId: boolean };

async function agreeOn(stored: StoredWorld, { contexts, byId, lists, pair, holders }: Asked) {
  const { world } = stored;
  const [noon, later] = [NOON, NOON + HOUR].map(now => ({ byId, now })) as [Way, Way];
  const questions = questionsOf(world);
  await compareAnswers(engine, stored, [...questions, ...inContext(questions, contexts, 2)], noon);
  await compareSubjects(engine, stored, noon);
  await compareLists(engine, stored, [listingIn(world, lists[0]), listingIn(world, lists[1])], noon);
  await comparePermissionsOn(engine, stored, pairIn(world, pair), noon);
  await compareHolders(engine, stored, holdersIn(world, holders), noon);
  // Time goes forward: nobody asks for what was, and so nothing of it is kept.
  await compareAnswers(engine, stored, inContext(questions, [undefined, ...contexts], 4), later);
  await compareLists(engine, stored, [listingIn(world, lists[2])], later);
}

describe('the engine and the oracle', () => {
  const contexts = fc.tuple(attributes, attributes).map(made => [{}, ...made]);
  const asked = fc
    .tuple(further, contexts, fc.boolean())
    .map(([rest, given, byId]) => ({ ...rest, contexts: given, byId }));
  const agree = fc.asyncProperty(twoWorlds, asked, async (worlds, asking) => {
    const stored = await store(database.db, worlds);
    try {
      for (const one of stored) await agreeOn(one, asking);
    } finally {
      await forget(database.db, stored);
    }
  });

  it('say the same of everybody, every question, list and holder in random worlds, also once something expires', async () => {
    await fc.assert(agree, { numRuns: Math.ceil(worldsToTry(1_000) / 2), ...REPLAY });
  }, 600_000);
});
