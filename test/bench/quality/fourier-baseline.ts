import type { Forecast } from '../../../lib/series/band.ts';
import type { Samples } from '../../../lib/series/samples.ts';
import type { BenchBaseline } from './nightly-baseline.ts';

const DAY_SECONDS = 86_400;
const WEEK_SECONDS = 7 * DAY_SECONDS;
const RIDGE = 1e-3;

interface Fitted {
  readonly beta: readonly number[];
  readonly daily: number;
  readonly weekly: number;
  readonly hinges: readonly number[];
  readonly startSeconds: number;
  readonly spanSeconds: number;
  readonly deviation: number;
  readonly skill: number;
}

/** Ridge least squares on Fourier terms and a hinged trend: stands in until Prophet's own fit is merged. */
export const fourierBaseline: BenchBaseline = {
  identity: 'fourier-stand-in-2',

  async fit(history: Samples): Promise<Fitted | undefined> {
    const { timesSeconds, values } = history;
    const startSeconds = timesSeconds[0];
    if (startSeconds === undefined || timesSeconds.length < 30) return undefined;
    const spanSeconds = timesSeconds.at(-1)! - startSeconds;
    const shape = {
      daily: spanSeconds >= 1.8 * DAY_SECONDS ? 10 : 0,
      weekly: spanSeconds >= 13.3 * DAY_SECONDS ? 3 : 0,
      hinges: Array.from({ length: 10 }, (_, index) => (0.8 * (index + 1)) / 11),
      startSeconds,
      spanSeconds,
    };
    const beta = solveRidge(
      Array.from(timesSeconds, (time) => designRow(shape, time)),
      values,
    );
    let plain = 0;
    let residual = 0;
    for (const [index, time] of timesSeconds.entries()) {
      const { trend, seasonal } = parts({ ...shape, beta, deviation: 0, skill: 0 }, time);
      plain += Math.abs(values[index]! - trend);
      residual += Math.abs(values[index]! - trend - seasonal);
    }
    const skill = plain > 0 ? 1 - residual / plain : 0;
    return { ...shape, beta, skill, deviation: residual / timesSeconds.length };
  },

  skill: (fitted) => (fitted as Fitted).skill,

  forecast(fitted, timesSeconds): Forecast {
    const model = fitted as Fitted;
    const length = timesSeconds.length;
    const forecast = {
      expected: new Float64Array(length),
      lower: new Float64Array(length),
      upper: new Float64Array(length),
      seasonal: new Float64Array(length),
    };
    for (const [index, time] of timesSeconds.entries()) {
      const { trend, seasonal } = parts(model, time);
      forecast.seasonal[index] = seasonal;
      forecast.expected[index] = trend + seasonal;
      forecast.lower[index] = trend + seasonal - 3 * model.deviation;
      forecast.upper[index] = trend + seasonal + 3 * model.deviation;
    }
    return forecast;
  },
};

type Shape = Omit<Fitted, 'beta' | 'deviation' | 'skill'>;

function designRow({ daily, weekly, hinges, startSeconds, spanSeconds }: Shape, time: number): number[] {
  const t = Math.min(1, (time - startSeconds) / spanSeconds);
  const row = [1, t, ...hinges.map((hinge) => Math.max(0, t - hinge))];
  for (const [period, order] of [
    [DAY_SECONDS, daily],
    [WEEK_SECONDS, weekly],
  ] as const)
    for (let harmonic = 1; harmonic <= order; harmonic += 1) {
      const phase = (2 * Math.PI * harmonic * (time % period)) / period;
      row.push(Math.sin(phase), Math.cos(phase));
    }
  return row;
}

function parts(model: Fitted, time: number): { trend: number; seasonal: number } {
  const row = designRow(model, time);
  const terms = 2 + model.hinges.length;
  let trend = 0;
  let seasonal = 0;
  for (const [column, value] of row.entries())
    if (column < terms) trend += value * model.beta[column]!;
    else seasonal += value * model.beta[column]!;
  return { trend, seasonal };
}

function solveRidge(rows: readonly number[][], values: Float64Array): number[] {
  const size = rows[0]!.length;
  const matrix = Array.from({ length: size }, (_, index) => {
    const line = new Float64Array(size + 1);
    line[index] = RIDGE * rows.length * (index === 0 ? 0 : 1);
    return line;
  });
  for (const [index, row] of rows.entries())
    for (let first = 0; first < size; first += 1) {
      const line = matrix[first]!;
      for (let second = 0; second < size; second += 1) line[second]! += row[first]! * row[second]!;
      line[size]! += row[first]! * values[index]!;
    }
  for (let pivot = 0; pivot < size; pivot += 1)
    for (let other = pivot + 1; other < size; other += 1) {
      const factor = matrix[other]![pivot]! / matrix[pivot]![pivot]!;
      for (let column = pivot; column <= size; column += 1)
        matrix[other]![column]! -= factor * matrix[pivot]![column]!;
    }
  const beta = new Array<number>(size).fill(0);
  for (let pivot = size - 1; pivot >= 0; pivot -= 1) {
    let rest = matrix[pivot]![size]!;
    for (let column = pivot + 1; column < size; column += 1) rest -= matrix[pivot]![column]! * beta[column]!;
    beta[pivot] = rest / matrix[pivot]![pivot]!;
  }
  return beta;
}
