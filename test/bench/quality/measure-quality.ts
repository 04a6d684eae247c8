import { thresholdOf } from '../../../lib/detector/settings.ts';
import { type Calibration, calibrationOf } from '../../../lib/evaluation/calibration.ts';
import { bestDelayF1 } from '../../../lib/evaluation/delay-f1.ts';
import { scoreEvents, summarizeEvents } from '../../../lib/evaluation/event-scores.ts';
import { incidentsOf } from '../../../lib/evaluation/incidents.ts';
import { nabProfiles, nabScore } from '../../../lib/evaluation/nab-score.ts';
import { type Corpus, type CorpusSet, firstScoredRow, type NabFile, windowsOf } from './corpus.ts';
import type {
  BudgetFigures,
  NabFigures,
  NabReport,
  QualityCosts,
  QualityRun,
  SetReport,
} from './quality-report.ts';
import { type PoolOptions, runJobs, type SeriesOutcome } from './series-pool.ts';

/** False alerts per series and week that the sets are measured at. */
const BUDGETS = [1, 0.2] as const;
const SET_THRESHOLDS = BUDGETS.map(thresholdOf);
/** The benchmark is measured at a budget of one a week first, then over a grid of a hundredth to ten a week. */
const NAB_THRESHOLDS = [0, ...Array.from({ length: 31 }, (_, index) => (index - 10) / 10)];
const SECONDS_PER_WEEK = 604_800;

/** Runs a detector over a corpus in the product's pipeline, and scores it by the protocol in docs. */
export async function measureQuality(corpus: Corpus, options: PoolOptions): Promise<QualityRun> {
  const startedMilliseconds = performance.now();
  const jobs = [
    ...corpus.nab.map((file) => ({ file, thresholds: NAB_THRESHOLDS })),
    ...corpus.sets.flatMap((set) => set.files.map((file) => ({ file, thresholds: SET_THRESHOLDS }))),
  ];
  const outcomes = await runJobs(jobs, options);
  const nab = corpus.nab.length > 0 ? nabReport(corpus.nab, outcomes.slice(0, corpus.nab.length)) : null;
  const sets: Record<string, SetReport> = {};
  const calibration: Record<string, Calibration[]> = {};
  let next = corpus.nab.length;
  for (const set of corpus.sets) {
    const report = setReport(set, outcomes.slice(next, next + set.files.length));
    sets[set.name] = report;
    calibration[set.name] = BUDGETS.map((budget) =>
      calibrationOf(report.budgets[budget]!.falseAlertsPerSeriesWeek, 1, budget),
    );
    next += set.files.length;
  }
  const seconds = (performance.now() - startedMilliseconds) / 1000;
  const report = { detector: options.detectorName, nab, sets, seconds };
  return { report, calibration, costs: costsOf(outcomes) };
}

function nabReport(files: readonly NabFile[], outcomes: readonly SeriesOutcome[]): NabReport {
  const figuresAt = (index: number) => nabFigures(files, outcomes, index);
  const ranked = NAB_THRESHOLDS.map((threshold, index) => ({ ...figuresAt(index), threshold }))
    // Of equally good thresholds the highest: it asks for fewer alerts.
    .sort((a, b) => b.standard - a.standard || b.threshold - a.threshold);
  const categories = Object.fromEntries(
    Object.entries(Object.groupBy(files.keys(), (index) => files[index]!.category)).map(([name, members]) => {
      const chosen = members ?? [];
      const figures = nabFigures(
        chosen.map((index) => files[index]!),
        chosen.map((index) => outcomes[index]!),
        0,
      );
      return [name, figures.standard];
    }),
  );
  return { nominal: figuresAt(0), best: ranked[0]!, categories };
}

/** Alert events are the detections: a row with one scores 1, every other row 0. */
function nabFigures(
  files: readonly NabFile[],
  outcomes: readonly SeriesOutcome[],
  thresholdIndex: number,
): NabFigures {
  const corpus = files.map((file, index) => {
    const outcome = outcomes[index]!;
    const scores = new Float64Array(outcome.scores.length);
    for (const row of outcome.alertRows[thresholdIndex]!) scores[row] = 1;
    return { scores, windows: windowsOf(file, outcome.rows) };
  });
  const { score, hits, windows, falseAlerts } = nabScore(corpus, 1, nabProfiles.standard);
  return {
    standard: score,
    lowFalsePositive: nabScore(corpus, 1, nabProfiles.lowFalsePositive).score,
    lowFalseNegative: nabScore(corpus, 1, nabProfiles.lowFalseNegative).score,
    hits,
    windows,
    falseAlerts,
  };
}

function setReport(set: CorpusSet, outcomes: readonly SeriesOutcome[]): SetReport {
  const series = outcomes.map((outcome) => {
    const { timesSeconds, labels } = outcome.rows;
    const firstRow = firstScoredRow(set.warmUp, timesSeconds);
    const scoredSeconds = timesSeconds.at(-1)! - (timesSeconds[firstRow] ?? timesSeconds.at(-1)!);
    const incidents = incidentsOf(labels, timesSeconds, outcome.stepSeconds);
    return { outcome, firstRow, scoredSeconds, incidents };
  });
  const seriesWeeks = series.reduce((sum, { scoredSeconds }) => sum + scoredSeconds, 0) / SECONDS_PER_WEEK;
  const budgets: Record<string, BudgetFigures> = {};
  for (const [index, budget] of BUDGETS.entries()) {
    const scored = series.map(({ outcome, incidents, firstRow }) =>
      scoreEvents(outcome.alertRows[index]!, incidents, firstRow),
    );
    const { falseAlertsPerSeriesWeek, recall, medianDelayPoints } = summarizeEvents(scored, seriesWeeks);
    budgets[budget] = { falseAlertsPerSeriesWeek, recall, medianDelayPoints };
  }
  const incidents = series.reduce(
    (sum, one) => sum + one.incidents.filter((incident) => incident.firstIndex >= one.firstRow).length,
    0,
  );
  const pointScores = series.map(({ outcome, firstRow }) => ({
    scores: outcome.scores.subarray(firstRow),
    labels: outcome.rows.labels.subarray(firstRow),
  }));
  return { series: series.length, seriesWeeks, incidents, delayF1: bestDelayF1(pointScores).f1, budgets };
}

function costsOf(outcomes: readonly SeriesOutcome[]): QualityCosts {
  const sum = (field: 'fits' | 'fitSeconds' | 'detectionSeconds') =>
    outcomes.reduce((total, outcome) => total + outcome[field], 0);
  const bytes = outcomes.map((outcome) => outcome.stateBytes).sort((a, b) => a - b);
  return {
    points: outcomes.reduce((total, outcome) => total + outcome.scores.length, 0),
    fits: sum('fits'),
    fitSeconds: sum('fitSeconds'),
    detectionSeconds: sum('detectionSeconds'),
    medianStateBytes: bytes[Math.floor(bytes.length / 2)] ?? 0,
    maximumStateBytes: bytes.at(-1) ?? 0,
  };
}
