import { encode } from 'cbor-x';
import type { Detector } from '../../../lib/detector/detector.ts';
import { type SeriesMonitor, startSeries } from '../../../lib/detector/monitor-series.ts';
import type { Score } from '../../../lib/detector/score.ts';
import { encodeSeries } from '../../../lib/detector/series-codec.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { recording, replaying } from '../../../lib/evaluation/recorded-detector.ts';
import { type ModelInUse, replay } from '../../../lib/evaluation/replay.ts';
import type { Samples } from '../../../lib/series/samples.ts';
import { inferStepSeconds } from '../../../lib/series/step.ts';
import { cpuSeconds } from './cpu-time.ts';

/** What a detector made of one series. */
export interface SeriesRun {
  /** L of each row; NaN where nothing was scored. */
  readonly scores: Float64Array;
  /** For each threshold asked for, the rows of its alert events (onset, escalation, new spike), ascending. */
  readonly alertRows: readonly (readonly number[])[];
  /** Processor time spent in detection, with the alert policy at the first threshold. */
  readonly detectionSeconds: number;
  /** The detector's and the policy's state at the end, in CBOR. */
  readonly stateBytes: number;
}

/**
 * Runs one series through the product's way of a sample, in order, and says what was alerted at each threshold. The
 * scores do not depend on the threshold, so the series is scored once; for the other thresholds the same scores pass
 * through the same pipeline again.
 *
 * @param models in order; rows in none are scored without a baseline.
 * @param thresholds at least one; -log10(false alerts per week).
 */
export function runSeries<State>(
  detector: Detector<State>,
  rows: Samples,
  stepSeconds: number,
  models: readonly ModelInUse[],
  thresholds: readonly number[],
): SeriesRun {
  const recorded: (Score | undefined)[] = [];
  const scores = new Float64Array(rows.values.length).fill(Number.NaN);
  const startedSeconds = cpuSeconds();
  const first = watch(
    monitorAt(recording(detector, recorded), stepSeconds, thresholds[0]!),
    rows,
    models,
    scores,
  );
  const detectionSeconds = cpuSeconds() - startedSeconds;
  const others = thresholds
    .slice(1)
    .map(
      (threshold) =>
        watch(monitorAt(replaying(detector, recorded), stepSeconds, threshold), rows, models).alertRows,
    );
  const stateBytes = encode(encodeSeries(detector, [first.state])).byteLength;
  return { scores, alertRows: [first.alertRows, ...others], detectionSeconds, stateBytes };
}

/** The nominal step of a series: the median distance of two rows; a minute when there are no two. */
export function stepOf(timesSeconds: Float64Array): number {
  const stepSeconds = inferStepSeconds(timesSeconds);
  return stepSeconds > 0 ? stepSeconds : 60;
}

function monitorAt<State>(
  detector: Detector<State>,
  stepSeconds: number,
  threshold: number,
): SeriesMonitor<State> {
  const settings = { ...defaultDetectionSettings, falseAlertsPerWeek: 10 ** -threshold };
  return { detector, settings, stepSeconds };
}

function watch<State>(
  monitor: SeriesMonitor<State>,
  rows: Samples,
  models: readonly ModelInUse[],
  scores?: Float64Array,
) {
  const state = startSeries(monitor);
  const alertRows: number[] = [];
  replay(monitor, state, rows, models, {
    firstRow: 0,
    endRow: rows.values.length,
    after: (row, { verdict, events }) => {
      if (scores !== undefined && verdict.score !== undefined) scores[row] = verdict.score;
      if (events.some((event) => event.kind !== 'resolved')) alertRows.push(row);
    },
  });
  return { state, alertRows };
}
