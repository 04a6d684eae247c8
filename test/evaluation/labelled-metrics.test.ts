import { describe, expect, it } from 'vitest';
import { labelledMetrics } from '../../lib/evaluation/labelled-metrics.ts';
import type { JudgedSeries, SeriesEvaluation } from '../../lib/evaluation/series-evaluation.ts';
import { scoresOf } from './judged-series.ts';

const ROWS = 400;
const STEP_SECONDS = 60;

/** A series of which the first 20 rows are warm-up, with alerts at these rows and these labelled incidents. */
function judged(
  alertRows: readonly number[],
  incidents: readonly { readonly firstIndex: number; readonly lastIndex: number }[],
  isLabelled = true,
): JudgedSeries {
  const truth = new Uint8Array(ROWS);
  for (const { firstIndex, lastIndex } of incidents) truth.fill(1, firstIndex, lastIndex + 1);
  const anomalous = new Uint8Array(ROWS);
  for (const row of alertRows) anomalous[row] = 1;
  const timesSeconds = Float64Array.from({ length: ROWS }, (_, row) => row * STEP_SECONDS);
  const samples = { timesSeconds, values: new Float64Array(ROWS) };
  const judgement = { alertRows, anomalous, outcomes: [] };
  const scores = Array.from({ length: ROWS }, () => undefined);
  const evaluation: SeriesEvaluation = {
    labels: {},
    samples,
    models: [],
    truth: isLabelled ? truth : undefined,
    stepSeconds: STEP_SECONDS,
    firstRow: 20,
    noise: 1,
    incidents,
    history: { samples, stepSeconds: STEP_SECONDS, scores, injected: [], bands: [] },
    judgement,
    band: { samples: 0, inside: 0, pinball: 0, intervalScore: 0 },
  };
  return { evaluation, judgement };
}

describe('labelledMetrics', () => {
  it('are those computed by hand', () => {
    // Found after 2 steps; missed; found at once. The alert at 300 is false, the one at 10 is in the warm-up.
    const incidents = [
      { firstIndex: 100, lastIndex: 109 },
      { firstIndex: 150, lastIndex: 159 },
      { firstIndex: 200, lastIndex: 209 },
    ];
    const metrics = labelledMetrics([judged([10, 102, 200, 300], incidents)], 1);
    expect(metrics).toMatchObject({
      incidents: 3,
      recall: { value: 2 / 3 },
      precision: { value: 2 / 3 },
      delaySeconds: { value: 60 },
      // Rows 102 and 200 of 30 labelled ones, and 300 besides.
      points: { precision: 2 / 3, recall: 2 / 30 },
    });
  });

  it('leave out series that nobody labelled, and are none without labels', () => {
    const incidents = [{ firstIndex: 100, lastIndex: 109 }];
    const alone = labelledMetrics([judged([100], incidents)], 1);
    expect(labelledMetrics([judged([100], incidents), judged([50, 60], [], false)], 1)).toEqual(alone);
    expect(labelledMetrics([judged([50], [], false)], 1)).toBeUndefined();
  });

  it('count an incident and an alert at the first judged sample, and none before it', () => {
    const incidents = [
      { firstIndex: 15, lastIndex: 18 },
      { firstIndex: 20, lastIndex: 22 },
    ];
    const metrics = labelledMetrics([judged([16, 20], incidents)], 1)!;
    expect([metrics.incidents, metrics.recall.value, metrics.precision.units]).toEqual([1, 1, 1]);
  });

  it('take the scores of the judged samples for the best F1', () => {
    const incidents = [{ firstIndex: 100, lastIndex: 109 }];
    const { evaluation, judgement } = judged([], incidents);
    // A high score in the warm-up does not count; that of the incident does, and one as high elsewhere.
    const scores = scoresOf(ROWS, { 5: 9, 100: 2, 200: 2, 300: 1 }).map((score, row) =>
      row === 250 ? undefined : score,
    );
    const history = { ...evaluation.history, scores };
    const { delayF1 } = labelledMetrics([{ evaluation: { ...evaluation, history }, judgement }], 1)!;
    expect(delayF1).toEqual({ f1: 20 / 21, precision: 10 / 11, recall: 1, threshold: 2 });
  });
});
