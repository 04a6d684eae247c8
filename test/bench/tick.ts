import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { nodeOptions } from '../../lib/config/node-options.ts';
import { bundled } from './tick/bundle.ts';
import type { TickRun } from './tick/measure-tick.ts';

const SERIES = [100, 1000, 10_000];
/** What the configuration gives the function by default. */
const MEMORY_MEGABYTES = 512;

/**
 * The benchmark of the tick: `npm run bench -- tick [--json]`. Recorded answers of Prometheus, line protocol into a file,
 * states on the disk; everything else is what runs in the function.
 *
 * @param args the command line after the benchmark's name.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } });
  const runs: TickRun[] = [];
  for (const series of SERIES) runs.push(await runOf(series));
  process.stdout.write(values.json ? `${JSON.stringify({ runs })}\n` : report(runs));
}

async function runOf(series: number): Promise<TickRun> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-bench-tick-'));
  try {
    const bundle = await bundled(join(import.meta.dirname, 'tick/tick-process.ts'), directory);
    await copyFile(
      join(import.meta.dirname, 'tick/recorded-answer.json'),
      join(directory, 'recorded-answer.json'),
    );
    const child = (part: string) => runBundle(bundle, [part, directory, String(series)]);
    await child('prepare');
    return JSON.parse(await child('measure'));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** As the deployed function runs: bundled, with its options. */
async function runBundle(bundle: string, args: readonly string[]): Promise<string> {
  const options = nodeOptions(MEMORY_MEGABYTES).split(' ');
  const { stdout } = await promisify(execFile)(process.execPath, [...options, bundle, ...args]);
  return stdout;
}

function report(runs: readonly TickRun[]): string {
  const lines = runs.flatMap((one) => {
    const { series, tickMilliseconds: tick, floorMilliseconds: floor } = one;
    const phases = Object.entries(one.phases).map(([name, milliseconds]) => `${name} ${milliseconds}`);
    return [
      `${series.toLocaleString('en')} series: ${tick} ms, floor ${floor} ms (${(tick / floor).toFixed(2)} times), ` +
        `${((1000 * (tick - floor)) / series).toFixed(1)} µs a series beyond it`,
      `  ${one.peakRssMegabytes} MB at most, state ${(one.stateBytes / 1024).toFixed(0)} KB; ms by phase: ${phases.join(', ')}`,
    ];
  });
  return `${lines.join('\n')}\n`;
}
