/** Says, after a run on the embedded database alone, which part is missing. */
export default function saySkipped() {
  if (process.env.GRANTRY_TEST_DATABASE_URL) return;
  process.stderr.write('\nSkipped: PostgreSQL. npm run test:pg runs all of it there.\n');
}
