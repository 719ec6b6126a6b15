// Runs once in each process that tests run in, which knows no time limit: ends the process when a test hangs, so that the
// others get their turn, and the name of the test is known.
const LONGEST_MS = 300_000;
const LOOK_MS = 5_000;

let since = performance.now();
let known = '';

setInterval(() => {
  const { testPath, currentTestName } = expect.getState();
  const current = `${testPath}: ${currentTestName}`;
  if (current !== known) [known, since] = [current, performance.now()];
  if (performance.now() - since < LONGEST_MS) return;
  process.stderr.write(`In ${LONGEST_MS / 1_000} seconds it did not get beyond ${current}\n`);
  process.exit(1);
}, LOOK_MS).unref();

// What a test has left open must not keep the process alive.
process.once('disconnect', () => process.exit());
