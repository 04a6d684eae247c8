import { parseArgs } from 'node:util';
import { fitProphet } from '../../lib/prophet/fit.ts';
import type { ProphetModel } from '../../lib/prophet/model.ts';
import { isRefusal } from '../../lib/prophet/refusal.ts';
import type { Samples } from '../../lib/series/samples.ts';
import { type CorpusSeries, corpusAbsent, corpusFolder, nabSeries } from '../corpus.ts';
import { captureProblem, fitWithStan, solveExactly } from './fit-contestants.ts';
import { compareWithPython, type PythonComparison } from './fit-python.ts';

/** Both sides run with Prophet's own scaling and forced daily and weekly seasonality, so that they solve one problem. */
const options = { scaling: 'absMax', daily: 4, weekly: 3, yearly: false } as const;
const REPEATS = 5;
const DAY_SECONDS = 86_400;

interface FitRow {
  readonly name: string;
  readonly samples: number;
  readonly solveMilliseconds: number;
  readonly fitMilliseconds: number;
  readonly stanSolveMilliseconds: number;
  readonly stanFitMilliseconds: number;
  readonly logPosterior: number;
  readonly stanLogPosterior: number;
  readonly kktResidual: number;
}

/**
 * `npm run bench -- fit [--corpus DIR] [--json] [--python] [--interpreter PYTHON]`: the exact solver against Stan in WebAssembly, and
 * with --python against Python Prophet (PYTHON has to be able to import prophet; default TIDEMARK_PYTHON or python3).
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values: flags } = parseArgs({
    args: [...args],
    options: {
      corpus: { type: 'string' },
      json: { type: 'boolean', default: false },
      python: { type: 'boolean', default: false },
      interpreter: { type: 'string', default: process.env.TIDEMARK_PYTHON ?? 'python3' },
    },
  });
  const folder = flags.corpus ?? corpusFolder();
  if (folder === undefined) throw new Error(corpusAbsent);
  const recorded = nabSeries(folder).filter(({ samples: { timesSeconds } }) => {
    return timesSeconds.at(-1)! - timesSeconds[0]! >= 2 * DAY_SECONDS;
  });
  // The first fits pay for compiling; nobody who retrains thousands of series waits for them.
  for (const series of recorded.slice(0, 8)) await fitSeries(series);
  const rows: FitRow[] = [];
  for (const series of recorded) {
    rows.push(await measure(series));
    if (!flags.json) process.stdout.write(`${describeRow(rows.at(-1)!)}\n`);
  }
  const summary = {
    medianSolveSpeedup: median(rows.map((row) => row.stanSolveMilliseconds / row.solveMilliseconds)),
    medianFitSpeedup: median(rows.map((row) => row.stanFitMilliseconds / row.fitMilliseconds)),
    medianFitMilliseconds: median(rows.map((row) => row.fitMilliseconds)),
    worseThanStan: rows.filter(isWorseThanStan).length,
  };
  const python = flags.python ? await compareWithPython(flags.interpreter, recorded, fitSeries) : undefined;
  if (flags.json) {
    const answer = { series: rows, ...summary, ...(python === undefined ? {} : { python }) };
    process.stdout.write(`${JSON.stringify(answer, undefined, 1)}\n`);
    return;
  }
  process.stdout.write(
    `\nmedian: fit ${summary.medianFitMilliseconds.toFixed(1)} ms, ${summary.medianFitSpeedup.toFixed(1)} times faster than ` +
      `with Stan; solve ${summary.medianSolveSpeedup.toFixed(1)} times faster; worse than Stan on ${summary.worseThanStan}\n`,
  );
  for (const comparison of python ?? []) process.stdout.write(`${describePython(comparison)}\n`);
}

function isWorseThanStan({ logPosterior, stanLogPosterior }: FitRow): boolean {
  return logPosterior < stanLogPosterior - 1e-6 * Math.abs(stanLogPosterior);
}

async function fitSeries({ name, samples }: CorpusSeries): Promise<ProphetModel> {
  const outcome = await fitProphet(samples, options);
  if (isRefusal(outcome)) throw new Error(`${name}: ${outcome.explanation}`);
  return outcome;
}

async function measure(series: CorpusSeries): Promise<FitRow> {
  const { name, samples } = series;
  const problem = captureProblem(samples);
  const fits: number[] = [];
  const solves: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const started = performance.now();
    await fitSeries(series);
    fits.push(performance.now() - started);
    solves.push(solveExactly(problem).milliseconds);
  }
  const exact = solveExactly(problem);
  const stan = await bestOfStan(samples);
  return {
    name,
    samples: samples.values.length,
    solveMilliseconds: median(solves),
    fitMilliseconds: median(fits),
    stanSolveMilliseconds: stan.solveMilliseconds,
    stanFitMilliseconds: stan.fitMilliseconds,
    logPosterior: exact.logPosterior,
    stanLogPosterior: stan.logPosterior,
    kktResidual: exact.kktResidual,
  };
}

/** Stan gets the better of two runs: the first may be disturbed. */
async function bestOfStan(samples: Samples): Promise<Awaited<ReturnType<typeof fitWithStan>>> {
  const runs = [await fitWithStan(samples), await fitWithStan(samples)] as const;
  return {
    solveMilliseconds: Math.min(...runs.map(({ solveMilliseconds }) => solveMilliseconds)),
    fitMilliseconds: Math.min(...runs.map(({ fitMilliseconds }) => fitMilliseconds)),
    logPosterior: Math.max(...runs.map(({ logPosterior }) => logPosterior)),
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function describeRow(row: FitRow): string {
  const gain = row.logPosterior - row.stanLogPosterior;
  return [
    row.name.padEnd(58),
    `fit ${row.fitMilliseconds.toFixed(1).padStart(6)} ms (Stan ${row.stanFitMilliseconds.toFixed(0).padStart(5)})`,
    `solve ${row.solveMilliseconds.toFixed(1).padStart(5)} ms (Stan ${row.stanSolveMilliseconds.toFixed(0).padStart(5)})`,
    `log posterior +${gain.toFixed(3)}`,
    `KKT ${row.kktResidual.toExponential(1)}`,
  ].join('  ');
}

function describePython(row: PythonComparison): string {
  return [
    `Python Prophet ${row.name.padEnd(58)}`,
    (row.pythonConverged ? `converged (${row.stoppingRules} rules)` : 'NOT CONVERGED').padEnd(25),
    `its log posterior falls short by ${row.logPosteriorShortfall.toFixed(3)}`,
    `expected values differ by at most ${(100 * row.largestDifference).toFixed(4)}% of the scale`,
    `fit ${row.pythonFitMilliseconds.toFixed(0)} ms`,
  ].join('  ');
}
