import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { faultKinds } from './hostile/faults/registry.ts';
import { runWorlds } from './hostile/hostile-pool.ts';
import { FLAT_MEMORY, hostileReport, hostileTable, replayLine } from './hostile/hostile-report.ts';
import { progressBar } from './quality/progress.ts';

interface HostileOptions {
  readonly worlds: number;
  readonly ticks: number;
  readonly seed: number;
  readonly workers: number;
  readonly faults?: string[];
  readonly first?: true;
  readonly json?: true;
}

/** Where no progress bar can be shown. */
const WORLDS_A_LINE = 20;
/** Fewer leave no time for faults between the replay of history and the calm at the end. */
const LEAST_TICKS = 50;

/**
 * The simulator of servers that misbehave: `npm run bench -- hostile [--worlds 500] [--ticks 300] [--seed N] [--json]`.
 * Exits with 1 when an invariant did not hold.
 *
 * @param args the command line after the benchmark's name.
 */
export async function run(args: readonly string[]): Promise<void> {
  const command = new Command('hostile')
    .description('Runs the real wiring in worlds in which servers, stores and clocks misbehave')
    .option('--worlds <count>', 'how many', wholeNumber(1), 500)
    .option('--ticks <count>', 'of each world, a minute each', wholeNumber(LEAST_TICKS), 300)
    .option('--seed <number>', 'of the first world; the others follow', wholeNumber(0), 0)
    .option('--workers <threads>', 'worker threads', wholeNumber(1), Math.min(2, availableParallelism()))
    .option('--faults <kinds>', 'only these, separated by commas', knownKinds)
    .option('--first', 'stop after the first world in which an invariant does not hold')
    .option('--json', 'print one JSON object instead of a table')
    .action(hostile);
  await command.parseAsync([...args], { from: 'user' });
}

async function hostile({ worlds, ticks, seed, workers, faults, first, json }: HostileOptions): Promise<void> {
  const seeds = Array.from({ length: worlds }, (_, index) => seed + index);
  const progress = progressBar(process.stderr);
  let done = 0;
  const found = await runWorlds(seeds, {
    ticks,
    kinds: faults,
    workers,
    stopsAtViolation: first === true,
    onWorld: (world) => {
      done += 1;
      progress.update(done, worlds, `worlds, the last one of seed ${world.seed}`);
      // A bar is for a terminal; a log gets a line now and then.
      if (!process.stderr.isTTY && done % WORLDS_A_LINE === 0)
        process.stderr.write(`${done} of ${worlds} worlds\n`);
      for (const violation of world.violations) {
        progress.end();
        process.stderr.write(`${replayLine(violation, ticks)}\n`);
      }
    },
  }).finally(progress.end);
  for (const bytes of found.heapGrowthBytes)
    process.stderr.write(`${FLAT_MEMORY}: the heap of a worker grew by ${Math.round(bytes / 1e6)} MB\n`);
  const report = hostileReport(found.worlds, ticks, found.heapGrowthBytes);
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : hostileTable(report));
  if (Object.keys(report.violations).length > 0) process.exitCode = 1;
}

function knownKinds(text: string): string[] {
  const kinds = text.split(',');
  const known = faultKinds.map(({ kind }) => kind);
  const unknown = kinds.filter((kind) => !known.includes(kind));
  if (unknown.length > 0)
    throw new InvalidArgumentError(`There is no ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
  return kinds;
}

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!Number.isInteger(number) || number < least)
      throw new InvalidArgumentError(`Give a whole number from ${least} on.`);
    return number;
  };
}
