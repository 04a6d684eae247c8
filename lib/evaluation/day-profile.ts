import { quantile } from '../series/quantile.ts';
import type { Samples } from '../series/samples.ts';

const DAY_SECONDS = 86_400;
/**
 * Half-hours: fine enough for the shape of a day, coarse enough that each phase has samples at steps up to
 * that.
 */
const PHASES = 48;

/** The typical day of a series: the median of each half-hour of the UTC day. */
export interface DayProfile {
  /** The height of the typical day above its median at a time, in the unit of the value; >= 0. */
  peakHeightAt(timeSeconds: number): number;
  /** The height of its highest half-hour. */
  readonly peakHeight: number;
  /** The start of the highest stretch of `durationSeconds` in the UTC day, in seconds after midnight. */
  peakStartSeconds(durationSeconds: number): number;
}

/** @param samples finite; with less than a day the profile covers only those hours. */
export function dayProfileOf({ timesSeconds, values }: Samples): DayProfile {
  const rowsOf = Map.groupBy(timesSeconds.keys(), (row) => phaseOf(timesSeconds[row]!));
  const medians = Float64Array.from({ length: PHASES }, (_, phase) => {
    const rows = rowsOf.get(phase) ?? [];
    return quantile(
      Float64Array.from(rows, (row) => values[row]!),
      0.5,
    );
  });
  const middle = quantile(medians.filter(Number.isFinite), 0.5);
  const heights = medians.map((median) => Math.max(0, median - middle) || 0);
  return {
    peakHeightAt: (timeSeconds) => heights[phaseOf(timeSeconds)]!,
    peakHeight: Math.max(...heights),
    peakStartSeconds(durationSeconds) {
      const width = Math.max(1, Math.min(PHASES, Math.round((durationSeconds * PHASES) / DAY_SECONDS)));
      const sumFrom = (first: number): number => {
        let sum = 0;
        for (let phase = first; phase < first + width; phase += 1) sum += heights[phase % PHASES]!;
        return sum;
      };
      let best = 0;
      for (let phase = 1; phase < PHASES; phase += 1) if (sumFrom(phase) > sumFrom(best)) best = phase;
      return (best * DAY_SECONDS) / PHASES;
    },
  };
}

function phaseOf(timeSeconds: number): number {
  const intoDay = ((timeSeconds % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
  return Math.floor((intoDay * PHASES) / DAY_SECONDS);
}
