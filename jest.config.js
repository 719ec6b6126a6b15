/** Tests run on an embedded database of their own, or on the PostgreSQL that GRANTRY_TEST_DATABASE_URL names. */
export default {
  testEnvironment: '<rootDir>/scripts/test-environment.js',
  testMatch: ['<rootDir>/{test,packages/*/test}/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  setupFiles: ['reflect-metadata'],
  globalTeardown: '<rootDir>/scripts/say-skipped.js',
  testTimeout: 60_000,
  maxWorkers: 2,
};
