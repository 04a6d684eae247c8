import type { Evidence, Score } from '../../lib/detector/score.ts';
import type { FaultName } from '../../lib/evaluation/faults/registry.ts';
import type { InjectionOutcome } from '../../lib/evaluation/judgement.ts';
import type { RecordedScores } from '../../lib/evaluation/recorded-detector.ts';
import type { ModelInUse } from '../../lib/evaluation/replay.ts';
import type { JudgedSeries, SeriesEvaluation } from '../../lib/evaluation/series-evaluation.ts';

/** A detector of which only the recorded scores are replayed; it alerts on every anomalous stretch. */
export const plainDetector = { name: 'recorded', alerting: 'plain' } as const;

const evidence: Evidence = {
  channel: 'deviation',
  surprise: 2,
  direction: 1,
  observed: 1,
  usual: 0,
  deviation: 1,
  level: 0,
  spread: 1,
  hasTimeOfDay: false,
  points: 1,
  ageSeconds: 0,
};

/** A score of an upward deviation of one. */
export function scoreOf(score: number): Score {
  return { score, spikeScore: score, confidence: 1, band: undefined, evidence };
}

/** Scores of `rows` samples: -9, but for those given by row. */
export function scoresOf(rows: number, scores: Readonly<Record<number, number>> = {}): RecordedScores {
  return Array.from({ length: rows }, (_, row) => scoreOf(scores[row] ?? -9));
}

/** What became of an injection of one fault; not found unless the changes say so. */
export function outcomeOf(
  fault: FaultName,
  firstIndex: number,
  lastIndex: number,
  changes: Partial<Omit<InjectionOutcome, 'injection'>> & { readonly sizeIndex?: number } = {},
): InjectionOutcome {
  const { sizeIndex = 0, ...outcome } = changes;
  const points = lastIndex - firstIndex + 1;
  return {
    injection: { fault, sizeIndex, firstIndex, lastIndex, values: new Float64Array(points), effect: 5 },
    isFound: false,
    delaySeconds: undefined,
    isFoundByChance: false,
    points,
    anomalousPoints: 0,
    ...outcome,
  };
}

/** A model in use from one row to another (not included), with the same band at all times. */
export function flatModel(
  firstRow: number,
  endRow: number,
  expected = 0,
  halfWidth = 1,
  seasonalSkill = 0.5,
): ModelInUse {
  const column = (value: number) => new Float64Array(endRow - firstRow).fill(value);
  const [lower, upper] = [expected - halfWidth, expected + halfWidth];
  return {
    firstRow,
    endRow,
    seasonalSkill,
    forecast: { expected: column(expected), lower: column(lower), upper: column(upper), seasonal: column(0) },
    baselineAt: () => ({ expected, lower, upper, seasonal: 0 }),
  };
}

interface JudgedParts {
  readonly alertRows?: readonly number[];
  readonly outcomes?: readonly InjectionOutcome[];
  readonly scores?: RecordedScores;
}

/**
 * One series of `rows` samples at 0, judged from `firstRow` on: anomalous where an alert was raised, without labels, models
 * and injections unless they are given.
 */
export function judgedSeries(
  rows: number,
  { alertRows = [], outcomes = [], scores, ...given }: Partial<SeriesEvaluation> & JudgedParts,
): JudgedSeries {
  const stepSeconds = given.stepSeconds ?? 3600;
  const samples = given.samples ?? {
    timesSeconds: Float64Array.from({ length: rows }, (_, row) => row * stepSeconds),
    values: new Float64Array(rows),
  };
  const anomalous = new Uint8Array(rows);
  for (const row of alertRows) anomalous[row] = 1;
  const judgement = { alertRows, anomalous, outcomes };
  const evaluation: SeriesEvaluation = {
    labels: {},
    models: [],
    truth: undefined,
    firstRow: 0,
    noise: 1,
    incidents: [],
    history: { samples, stepSeconds, scores: scores ?? scoresOf(rows), injected: [], bands: [] },
    judgement,
    band: { samples: 0, inside: 0, pinball: 0, intervalScore: 0 },
    ...given,
    samples,
    stepSeconds,
  };
  return { evaluation, judgement };
}
