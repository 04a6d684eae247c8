import type { Detector } from './detector.ts';
import { type SeriesState, startSeries } from './monitor-series.ts';
import { EPISODES, type RecurrenceMemory } from './recurrence.ts';
import { decodeSeries, encodeSeries } from './series-codec.ts';

/**
 * What a new series of a metric begins with, made of the series that are there: the detector's memory by what is usual for them, and the
 * habits (routines and episodes that recur) of the one with the median number of episodes.
 *
 * @param siblings of one metric, in an order that does not depend on when they came.
 * @returns a state without samples; undefined where the detector knows no siblings or they say too little.
 */
export function newcomerAmong<State>(
  detector: Detector<State>,
  stepSeconds: number,
  siblings: readonly SeriesState<State>[],
): SeriesState<State> | undefined {
  const memory = detector.newcomer?.(siblings.map((sibling) => sibling.detector));
  if (memory === undefined) return undefined;
  const typical = siblings.toSorted(
    (one, other) => episodesOf(one.policy.recurrence) - episodesOf(other.policy.recurrence),
  )[Math.floor(siblings.length / 2)];
  const alone = startSeries({ detector, stepSeconds });
  if (typical === undefined) return undefined;
  const { routine, recurrence } = typical.policy;
  return copyOf(detector, { ...alone, detector: memory, policy: { ...alone.policy, routine, recurrence } });
}

/** The state of a series of which nothing has been seen, beside siblings of which much has. */
export function startBeside<State>(
  detector: Detector<State>,
  newcomer: SeriesState<State>,
): SeriesState<State> {
  return copyOf(detector, newcomer);
}

function copyOf<State>(detector: Detector<State>, state: SeriesState<State>): SeriesState<State> {
  return decodeSeries(detector, structuredClone(encodeSeries(detector, [state])))[0]!;
}

function episodesOf({ starts }: RecurrenceMemory): number {
  let count = 0;
  for (let index = 0; index < EPISODES; index += 1) if (starts[index]! > 0) count += 1;
  return count;
}
