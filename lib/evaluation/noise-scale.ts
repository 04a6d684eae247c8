import { quantile } from '../series/quantile.ts';
import type { Samples } from '../series/samples.ts';

const DAY_SECONDS = 86_400;
/**
 * Scales the median absolute deviation of normal noise to its standard deviation: 1 / quantile(normal, 0.75).
 */
const NORMAL_CONSISTENCY = 1.4826;
/** The noise of a constant series, as a fraction of its level. */
const SHARE_OF_LEVEL = 0.01;

/**
 * The series' own noise, in the unit of the value; the sizes of faults are multiples of it. It is the median
 * absolute deviation (times 1.4826) of the samples less their expected value, about each UTC day's own
 * median, so that slow drift does not count as noise and up to half of the samples may be anomalous. The
 * expected value is the model's; without a model, the value a day before (the difference divided by the
 * square root of 2), or, in histories shorter than two days, the previous value.
 *
 * A series with mostly repeated values uses the standard deviation instead, and a constant one 1% of its
 * level (1 at level 0): always > 0.
 *
 * @param samples finite and ascending.
 * @param expected one per sample, NaN without a model. Source: Hampel 1974, The Influence Curve and its Role
 * in Robust Estimation.
 */
export function noiseScaleOf(samples: Samples, stepSeconds: number, expected: Float64Array): number {
  const { timesSeconds, values } = samples;
  const residuals = residualsOf(samples, stepSeconds, expected);
  const days = Map.groupBy(residuals.keys(), (row) => Math.floor(timesSeconds[row]! / DAY_SECONDS));
  const deviations: number[] = [];
  for (const rows of days.values()) {
    const finite = Float64Array.from(rows, (row) => residuals[row]!).filter(Number.isFinite);
    if (finite.length === 0) continue;
    const middle = quantile(finite, 0.5);
    for (const residual of finite) deviations.push(residual - middle);
  }
  const absolute = Float64Array.from(deviations, Math.abs);
  const robust = NORMAL_CONSISTENCY * quantile(absolute, 0.5);
  if (robust > 0) return robust;
  const meanSquare = absolute.reduce((sum, deviation) => sum + deviation ** 2, 0) / absolute.length;
  if (meanSquare > 0) return Math.sqrt(meanSquare);
  return SHARE_OF_LEVEL * Math.abs(quantile(values, 0.5)) || 1;
}

function residualsOf(
  { timesSeconds, values }: Samples,
  stepSeconds: number,
  expected: Float64Array,
): Float64Array {
  if (expected.some(Number.isFinite)) return values.map((value, row) => value - expected[row]!);
  const spanSeconds = (timesSeconds.at(-1) ?? 0) - (timesSeconds[0] ?? 0);
  const lag = spanSeconds >= 2 * DAY_SECONDS ? Math.max(1, Math.round(DAY_SECONDS / stepSeconds)) : 1;
  return values.map((value, row) => (row < lag ? Number.NaN : (value - values[row - lag]!) / Math.SQRT2));
}
