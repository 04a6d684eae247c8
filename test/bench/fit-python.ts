import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { forecastProphet } from '../../lib/prophet/forecast.ts';
import { forecastTimes } from '../../lib/prophet/forecast-times.ts';
import { logPosterior } from '../../lib/prophet/log-posterior.ts';
import type { ProphetModel } from '../../lib/prophet/model.ts';
import type { CorpusSeries } from '../corpus.ts';
import { captureProblem, type Problem, solveExactly } from './fit-contestants.ts';

/** Python Prophet against the exact solver on one series. */
export interface PythonComparison {
  readonly name: string;
  /** Whether its optimizer came within CONVERGED_NATS of the mode; only then can expected values be compared. */
  readonly pythonConverged: boolean;
  /** With its default stopping rules, or only with tight ones. */
  readonly stoppingRules: 'default' | 'tight';
  /** How far its log posterior stays below ours. */
  readonly logPosteriorShortfall: number;
  /** Over the history and the day after it, as a share of the largest magnitude of the series. */
  readonly largestDifference: number;
  readonly pythonFitMilliseconds: number;
}

/** A millionth of a typical log posterior: beyond it the expected values may differ by more than 0.1% of the scale. */
const CONVERGED_NATS = 0.01;
const DAY_SECONDS = 86_400;

interface PythonFit {
  readonly k: number;
  readonly m: number;
  readonly delta: readonly number[];
  readonly beta: { readonly daily: readonly number[]; readonly weekly: readonly number[] };
  readonly sigma: number;
  readonly yhat: readonly number[];
  readonly milliseconds: number;
}

/**
 * Fits each series by Python Prophet with the same options, and again with tight stopping rules where the default ones
 * ended too early.
 *
 * @param interpreter a Python that can import prophet (`python3 -m venv venv && venv/bin/pip install prophet`).
 * @param fitSeries our own fit with the options that the Python side has.
 */
export async function compareWithPython(
  interpreter: string,
  recorded: readonly CorpusSeries[],
  fitSeries: (series: CorpusSeries) => Promise<ProphetModel>,
): Promise<readonly PythonComparison[]> {
  const byDefault = await compareAll(interpreter, recorded, fitSeries, 'default');
  const unconverged = recorded.filter((_, index) => !byDefault[index]!.pythonConverged);
  const tight = await compareAll(interpreter, unconverged, fitSeries, 'tight');
  return byDefault.map((comparison) => tight.find(({ name }) => name === comparison.name) ?? comparison);
}

async function compareAll(
  interpreter: string,
  recorded: readonly CorpusSeries[],
  fitSeries: (series: CorpusSeries) => Promise<ProphetModel>,
  stoppingRules: PythonComparison['stoppingRules'],
): Promise<readonly PythonComparison[]> {
  const asked = recorded.map(({ samples }) => askedTimes(samples.timesSeconds));
  const requests = recorded.map(({ samples }, index) => ({
    ds: Array.from(samples.timesSeconds),
    y: Array.from(samples.values),
    ask: Array.from(asked[index]!),
    tight: stoppingRules === 'tight',
  }));
  const answers = await runPython(interpreter, requests);
  const comparisons: PythonComparison[] = [];
  for (const [index, series] of recorded.entries()) {
    const answer = answers[index]!;
    const problem = captureProblem(series.samples);
    const model = await fitSeries(series);
    const { expected } = forecastProphet(model, forecastTimes(asked[index]!));
    const magnitude = series.samples.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
    const shortfall = solveExactly(problem).logPosterior - pythonLogPosterior(problem, answer);
    comparisons.push({
      name: series.name,
      pythonConverged: shortfall <= CONVERGED_NATS,
      stoppingRules,
      logPosteriorShortfall: shortfall,
      largestDifference: answer.yhat.reduce(
        (most, value, row) => Math.max(most, Math.abs(value - expected[row]!) / magnitude),
        0,
      ),
      pythonFitMilliseconds: answer.milliseconds,
    });
  }
  return comparisons;
}

function askedTimes(timesSeconds: Float64Array): Float64Array {
  const last = timesSeconds.at(-1)!;
  const ahead = Array.from({ length: 288 }, (_, index) => last + ((index + 1) * DAY_SECONDS) / 288);
  return Float64Array.from([...timesSeconds.filter((_, row) => row % 10 === 0), ...ahead]);
}

function pythonLogPosterior({ stated, dailyColumns, weeklyColumns }: Problem, answer: PythonFit): number {
  const coefficients = new Float64Array(stated.featureCount);
  dailyColumns.forEach((column, index) => {
    coefficients[column] = answer.beta.daily[index]!;
  });
  weeklyColumns.forEach((column, index) => {
    coefficients[column] = answer.beta.weekly[index]!;
  });
  return logPosterior(stated, {
    slope: answer.k,
    offset: answer.m,
    slopeChanges: Float64Array.from(answer.delta),
    coefficients,
    sigma: answer.sigma,
  });
}

async function runPython(interpreter: string, requests: readonly object[]): Promise<readonly PythonFit[]> {
  const script = fileURLToPath(new URL('./python/prophet_fit.py', import.meta.url));
  const child = spawn(interpreter, [script], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.on('error', () => {});
  child.stdin.end(requests.map((request) => `${JSON.stringify(request)}\n`).join(''));
  const [output, complaint] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  const answers: (PythonFit | { readonly error: string })[] = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  if (answers.length !== requests.length) {
    throw new Error(
      `Python Prophet did not run with "${interpreter}": ${complaint.slice(-400)}\n` +
        'Make a virtual environment (python3 -m venv DIR && DIR/bin/pip install prophet) and pass --interpreter DIR/bin/python.',
    );
  }
  return answers.map((answer) => {
    if ('error' in answer) throw new Error(`Python Prophet: ${answer.error}`);
    return answer;
  });
}
