import type { Series } from '../../series/series.ts';

/** Fewer steps show no rhythm. */
const LEAST_STEPS = 12;
/** The last value must be repeated more often than any other, by so much. */
const MORE_REPETITIONS = 2;
/** Once more is enough where several series never repeat a value, in so many steps together. */
const LEAST_STEPS_WITHOUT_REPETITION = 60;
const LEAST_SERIES_WITHOUT_REPETITION = 2;
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
  const moving: { readonly last: number; readonly longest: number; readonly steps: number }[] = [];
  const newest = Math.max(...series.map(({ samples }) => samples.timesSeconds.at(-1) ?? -Infinity));
  for (const { samples } of series) {
    const { timesSeconds, values } = samples;
    // A series whose samples are late shows nothing of the newest steps.
    if (values.length < LEAST_STEPS || timesSeconds.at(-1) !== newest) continue;
    const last = runAtEnd(values);
    const longest = longestRun(values.subarray(0, values.length - last));
    // A series that hardly moves, or is sampled less often than it is asked for, shows nothing.
    if (longest * 4 <= values.length) moving.push({ last, longest, steps: values.length });
  }
  if (moving.length === 0) return undefined;
  const neverRepeat =
    moving.length >= LEAST_SERIES_WITHOUT_REPETITION &&
    moving.every(({ longest }) => longest === 1) &&
    moving.reduce((sum, { steps }) => sum + steps, 0) >= LEAST_STEPS_WITHOUT_REPETITION;
  const more = neverRepeat ? 1 : MORE_REPETITIONS;
  const still = moving.filter(({ last, longest }) => last >= longest + more);
  if (still.length < moving.length * LEAST_SHARE) return 0;
  const filled = Math.min(...still.map(({ last, longest }) => last - longest)) * stepSeconds;
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
