/** Tests run on an embedded database of their own, or on the PostgreSQL that GRANTRY_TEST_DATABASE_URL names. */
export default {
  // A worker is a plain Node without a sandbox for each file: what one file loads and V8 optimises is there for the next. Made
  // anew for each of them, it was most of what the suite took.
  runner: ['jest-light-runner', { runtime: 'child_process' }],
  testMatch: ['<rootDir>/{test,packages/*/test}/**/*.test.ts'],
  setupFilesAfterEnv: ['<rootDir>/scripts/test-limits.js'],
  globalTeardown: '<rootDir>/scripts/say-skipped.js',
  maxWorkers: 2,
};
