import type { World } from './world.js';

/** Something that is measured: `run` once, after `before`, which is not measured. */
export type Bench = {
  readonly name: string;
  /** What it should take in the database at most at the usual size, p50, in milliseconds. */
  readonly target?: number;
  readonly before?: (world: World) => Promise<unknown>;
  /** Does it, and throws when the answer is not the one that there has to be. */
  readonly run: (world: World) => Promise<void>;
};

export type Times = { readonly p50: number; readonly p95: number };
/** `database`: the statements alone, one after the other. `whole`: with all that is done around them. */
export type Measured = { readonly statements: number; readonly database: Times; readonly whole: Times };

const WARM_UP = 10;

/** Runs it so many times, after a warm-up. */
export async function measured(world: World, bench: Bench, times: number): Promise<Measured> {
  const database: number[] = [];
  const whole: number[] = [];
  let statements = 0;
  for (let at = -WARM_UP; at < times; at++) {
    await bench.before?.(world);
    world.statements.length = 0;
    const start = performance.now();
    await bench.run(world);
    const took = performance.now() - start;
    if (at < 0) continue;
    whole.push(took);
    statements = world.statements.length;
    database.push(world.statements.reduce((sum, one) => sum + one, 0));
  }
  return { statements, database: timesOf(database), whole: timesOf(whole) };
}

const timesOf = (all: number[]): Times => {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!;
  return { p50: at(0.5), p95: at(0.95) };
};

/** Fails the benchmark: what is fast and wrong is not worth measuring. */
export function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Wrong answer: ${what}`);
}
