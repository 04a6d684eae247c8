import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { fitProphet } from '../../lib/prophet/fit.ts';
import { isRefusal } from '../../lib/prophet/refusal.ts';
import type { Series } from '../../lib/series/series.ts';
import { fitWithStan } from './fit-contestants.ts';
import { ManySeries } from './train/many-series.ts';
import type { MeasuredTraining } from './train/training-process.ts';

const SERIES = 1000;
/** Rehearsal and final fit. */
const FITS_PER_SERIES = 2;
/** So many series are also fitted by Stan, which takes a second or more for each. */
const STAN_SAMPLE = 6;
const DAY_SECONDS = 86_400;
const DAILY_ORDER = 10;
const STEP_SECONDS = 300;
const ownOptions = { scaling: 'absMax', daily: DAILY_ORDER, weekly: 3, yearly: false } as const;

/** Processor seconds. */
interface StanComparison {
  readonly sampledSeries: number;
  readonly stanFitSeconds: number;
  readonly ownFitSeconds: number;
  /** What the retraining would take with Stan, worked out from the sample. */
  readonly extrapolatedSeconds: number;
  readonly ratio: number;
}

/**
 * The benchmark of a training: `npm run bench -- train [--series N] [--json]`. Series of 14 days at 5 minutes, trained for two nights in a
 * row by one worker in a process of its own; what the queries take is not counted. The same with Stan is measured on a
 * few of the series and extrapolated.
 *
 * @param args the command line after the benchmark's name.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      series: { type: 'string', default: String(SERIES) },
    },
  });
  const count = Number(values.series);
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(import.meta.dirname, 'train/training-process.ts'),
    values.series,
  ]);
  const measured: MeasuredTraining = JSON.parse(stdout);
  const stan = await compareWithStan(measured.runs.at(-1)!.processorSeconds, count);
  const outcome = { series: count, ...measured, stan };
  process.stdout.write(values.json ? `${JSON.stringify(outcome, undefined, 1)}\n` : report(outcome));
}

async function compareWithStan(seconds: number, count: number): Promise<StanComparison> {
  const { series } = await new ManySeries(STAN_SAMPLE).queryRange({
    query: 'bench',
    startSeconds: Date.UTC(2026, 1, 16) / 1000,
    endSeconds: Date.UTC(2026, 1, 16) / 1000 + 14 * DAY_SECONDS - STEP_SECONDS,
    stepSeconds: STEP_SECONDS,
  });
  const fitOwn = async ({ samples }: Series) => {
    const outcome = await fitProphet(samples, ownOptions);
    if (isRefusal(outcome)) throw new Error(outcome.explanation);
  };
  // The first fits load and compile what the others find there.
  await fitOwn(series[0]!);
  await fitWithStan(series[0]!.samples, DAILY_ORDER);
  const own = await processorSecondsOf(series, fitOwn);
  const stan = await processorSecondsOf(series, ({ samples }) => fitWithStan(samples, DAILY_ORDER));
  const extrapolatedSeconds = seconds + count * FITS_PER_SERIES * (stan - own);
  return {
    sampledSeries: series.length,
    stanFitSeconds: stan,
    ownFitSeconds: own,
    extrapolatedSeconds,
    ratio: extrapolatedSeconds / seconds,
  };
}

/** Of one series, on average: the processor's time, so that neighbours on the machine count for nothing. */
async function processorSecondsOf(
  series: readonly Series[],
  work: (one: Series) => Promise<unknown>,
): Promise<number> {
  const before = process.cpuUsage();
  for (const one of series) await work(one);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6 / series.length;
}

function report({
  series,
  runs,
  peakRssMegabytes,
  stan,
}: MeasuredTraining & { readonly series: number; readonly stan: StanComparison }): string {
  const lines = runs.map(
    ({ name, seconds, processorSeconds, promoted }) =>
      `${name.padEnd(13)} ${series} series: ${processorSeconds.toFixed(1)} s of processor beyond the queries (${seconds.toFixed(1)} s by the clock), ` +
      `${((1000 * processorSeconds) / series).toFixed(1)} ms a series, ${promoted} promoted`,
  );
  lines.push(
    `${peakRssMegabytes} MB at most`,
    `with Stan: ${stan.stanFitSeconds.toFixed(2)} s a fit on ${stan.sampledSeries} of the series, ours alone ${stan.ownFitSeconds.toFixed(3)} s; ` +
      `extrapolated ${stan.extrapolatedSeconds.toFixed(0)} s for the retraining, ${stan.ratio.toFixed(0)} times as long`,
  );
  return `${lines.join('\n')}\n`;
}
