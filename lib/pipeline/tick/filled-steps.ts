import type { Series } from '../../series/series.ts';

/** Fewer steps show no rhythm. */
const LEAST_STEPS = 12;
/** The last value must be repeated more often than any other, by so much. */
const MORE_REPETITIONS = 2;
/** So large a share of the series that move must end in a repeated value. */
const LEAST_SHARE = 0.9;
/** No server fills more than this. */
const MOST_FILLED_SECONDS = 120;

/**
 * By how much a source fills steps that it does not have yet with the value before them, as VictoriaMetrics does for its
 * `-search.latencyOffset`: nearly every series that moves all the time stands still at its newest steps. What is scored
 * there are not samples, and when the samples come it is too late.
 *
 * @param series with samples up to the present.
 * @returns seconds; 0 when it does not, or too little is there to see it; undefined when no series can show it.
 */
export function filledSeconds(series: readonly Series[], stepSeconds: number): number | undefined {
  let moving = 0;
  let still = 0;
  let shortest = Infinity;
  for (const { samples } of series) {
    const { values } = samples;
    if (values.length < LEAST_STEPS) continue;
    const last = runAtEnd(values);
    const longest = longestRun(values.subarray(0, values.length - last));
    // A series that hardly moves, or is sampled less often than it is asked for, shows nothing.
    if (longest * 4 > values.length) continue;
    moving += 1;
    if (last < longest + MORE_REPETITIONS) continue;
    still += 1;
    shortest = Math.min(shortest, last - longest);
  }
  if (moving === 0) return undefined;
  if (still < moving * LEAST_SHARE) return 0;
  const filled = shortest * stepSeconds;
  return filled > MOST_FILLED_SECONDS ? 0 : filled;
}

function runAtEnd(values: Float64Array): number {
  const last = values.at(-1);
  let run = 0;
  while (run < values.length && values[values.length - 1 - run] === last) run += 1;
  return Math.max(1, run);
}

function longestRun(values: Float64Array): number {
  let longest = 1;
  let run = 1;
  for (let index = 1; index < values.length; index += 1) {
    run = values[index] === values[index - 1] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
