import { type SeriesMonitor, type SeriesState, startSeries } from '../detector/monitor-series.ts';
import type { Score } from '../detector/score.ts';
import { decodeSeries, encodeSeries } from '../detector/series-codec.ts';
import type { Band } from '../series/band.ts';
import type { Samples } from '../series/samples.ts';
import { FOUND_AFTER_POINTS } from './event-scores.ts';
import type { Injection } from './injection-plan.ts';
import { type RecordedScores, recording } from './recorded-detector.ts';
import { type ModelInUse, replay } from './replay.ts';

/** One injection with its scores. */
export interface ScoredInjection {
  readonly injection: Injection;
  /** Scores of the rows from its first to 10 after its last. */
  readonly scores: RecordedScores;
}

/** A history scored once, to which the alert policy can then be applied with any settings. */
export interface ScoredHistory {
  readonly samples: Samples;
  readonly stepSeconds: number;
  /** The scores of the undisturbed history. */
  readonly scores: RecordedScores;
  readonly injected: readonly ScoredInjection[];
  /** The alert band of each row at the current settings; undefined without a score. */
  readonly bands: readonly (Band | undefined)[];
}

/**
 * Scores a history as the tick does, and each injection on a copy of the state at its start, so that hundreds
 * cost little more than their own samples.
 *
 * @param injections in order of their first row.
 */
export function scoreHistory<State>(
  monitor: SeriesMonitor<State>,
  samples: Samples,
  models: readonly ModelInUse[],
  injections: readonly Injection[],
): ScoredHistory {
  const scores: (Score | undefined)[] = [];
  const bands: (Band | undefined)[] = [];
  const injected: ScoredInjection[] = [];
  const state = startSeries(monitor);
  let next = 0;
  replay({ ...monitor, detector: recording(monitor.detector, scores) }, state, samples, models, {
    firstRow: 0,
    endRow: samples.values.length,
    before: (row) => {
      for (; injections[next]?.firstIndex === row; next += 1)
        injected.push(scoreInjection(monitor, state, samples, models, injections[next]!));
    },
    after: (_, { verdict }) => bands.push(verdict.band),
  });
  return { samples, stepSeconds: monitor.stepSeconds, scores, injected, bands };
}

function scoreInjection<State>(
  monitor: SeriesMonitor<State>,
  state: SeriesState<State>,
  samples: Samples,
  models: readonly ModelInUse[],
  injection: Injection,
): ScoredInjection {
  const scores: (Score | undefined)[] = [];
  const fork = decodeSeries(monitor.detector, encodeSeries(monitor.detector, [state]))[0]!;
  replay({ ...monitor, detector: recording(monitor.detector, scores) }, fork, samples, models, {
    firstRow: injection.firstIndex,
    endRow: endRowOf(injection, samples),
    values: injection.values,
    after: () => {},
  });
  return { injection, scores };
}

/** The first row after an injection at which an alert no longer finds it. */
export function endRowOf({ lastIndex }: Injection, { values }: Samples): number {
  return Math.min(values.length, lastIndex + FOUND_AFTER_POINTS + 1);
}
