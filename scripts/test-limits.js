// Runs once in each process that tests run in. The runner of jest.config.js knows no time limits, so these give each test and
// each hook one; and it prints no causes of errors, so they become part of the stack.
import { addEventHandler } from 'jest-circus';

const LIMIT_MS = 60_000;

/** What a hook or a test does, as it fails when it takes too long. */
const limited =
  (work, limitMs = LIMIT_MS) =>
  async () => {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`It took longer than ${limitMs / 1_000} seconds`)), limitMs);
    });
    try {
      await Promise.race([work(), late]);
    } catch (error) {
      if (error?.cause instanceof Error) error.stack += `\nCaused by ${error.cause.stack}`;
      throw error;
    } finally {
      clearTimeout(timer);
    }
  };

addEventHandler(({ name, timeout }, { currentDescribeBlock: { children, hooks } }) => {
  const added = { add_test: children, add_hook: hooks }[name]?.at(-1);
  if (added?.fn) added.fn = limited(added.fn, timeout);
});

// What a test has left open does not keep the process.
process.once('disconnect', () => process.exit());
