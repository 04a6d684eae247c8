import { parseArgs } from 'node:util';
import type { TickRun } from './tick/measure-tick.ts';
import { tickIn } from './tick/tick-in-function.ts';
import { defaultStage } from './tick/tick-stage.ts';

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
  for (const series of SERIES) runs.push(await tickIn(defaultStage(series), MEMORY_MEGABYTES));
  process.stdout.write(values.json ? `${JSON.stringify({ runs })}\n` : report(runs));
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
