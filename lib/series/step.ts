import { quantile } from './quantile.ts';

/**
 * The most common step: the median distance of neighbours, in seconds; NaN with fewer than two samples. Gaps
 * and bursts change it only when they are most of the distances.
 *
 * @param timesSeconds ascending.
 */
export function inferStepSeconds(timesSeconds: Float64Array): number {
  return quantile(distancesOf(timesSeconds), 0.5);
}

/** The distances of neighbouring times; one fewer than the times. */
function distancesOf(timesSeconds: Float64Array): Float64Array {
  const distances = new Float64Array(Math.max(0, timesSeconds.length - 1));
  for (let index = 0; index < distances.length; index += 1) {
    distances[index] = timesSeconds[index + 1]! - timesSeconds[index]!;
  }
  return distances;
}
