import 'reflect-metadata';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKS } from './checks.bench.js';
import { HOLDERS } from './holders.bench.js';
import { LISTS } from './lists.bench.js';
import { measured, type Bench, type Measured } from './bench.js';
import { World } from './world.js';
import { WRITES } from './writes.bench.js';

const BENCHES: readonly Bench[] = [...LISTS, ...HOLDERS, ...CHECKS, ...WRITES];
const LARGEST_RATIO = 1.5;

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    factor: { type: 'string', default: '10' },
    times: { type: 'string', default: '100' },
  },
});
const [scale, factor, times] = [Number(values.scale), Number(values.factor), Number(values.times)];
const server = process.env.GRANTRY_TEST_DATABASE_URL;
process.exitCode = server ? await bench(server) : withPostgres();

/** Starts a PostgreSQL for a run of this file, and answers its exit status. */
function withPostgres(): number {
  const script = join(import.meta.dirname, '..', '..', 'scripts', 'with-postgres.js');
  const again = [process.execPath, import.meta.filename, ...process.argv.slice(2)];
  return spawnSync(process.execPath, [script, '--', ...again], { stdio: 'inherit' }).status ?? 1;
}

/** Measures all of it at both sizes and prints the table. */
async function bench(url: string): Promise<number> {
  const small = await World.open(url, scale);
  const large = await World.open(url, scale * factor);
  try {
    const { users, groups, resources, grants } = small.sizes;
    print(`${users} users, ${groups} groups, ${resources} resources, ${grants} grants; and ${factor} times that.`);
    print(`Milliseconds, p50 / p95 of ${times}; the ratio is that of the p50 in the database.`, '');
    print(
      `| | statements | database | × ${factor} | ratio | whole | × ${factor} |`,
      '| --- | --- | --- | --- | --- | --- | --- |',
    );
    for (const one of BENCHES) print(row(one, await measured(small, one, times), await measured(large, one, times)));
  } finally {
    await small.close();
    await large.close();
  }
  return 0;
}

function row({ name, target }: Bench, once: Measured, more: Measured): string {
  const both = ({ p50, p95 }: Measured['database']) => `${p50.toFixed(1)} / ${p95.toFixed(1)}`;
  const ratio = more.database.p50 / once.database.p50;
  const isLate = target !== undefined && once.database.p50 > target;
  const marks = [isLate ? `over ${target} ms` : '', ratio > LARGEST_RATIO ? `over ${LARGEST_RATIO}` : ''].filter(
    Boolean,
  );
  const cells = [both(once.database), both(more.database), ratio.toFixed(2), both(once.whole), both(more.whole)];
  return `| ${name}${marks.length > 0 ? ` (${marks.join(', ')})` : ''} | ${once.statements} | ${cells.join(' | ')} |`;
}

function print(...lines: string[]): void {
  process.stdout.write(lines.map(line => `${line}\n`).join(''));
}
