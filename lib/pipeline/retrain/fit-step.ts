import type { TrainedSeries } from '../../models/model-set.ts';
import { SourceQueryError } from '../../sources/errors.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import { UnknownMetricError } from '../errors.ts';
import { SimulatedTrainingError, TooManySeriesError } from '../training/errors.ts';
import { type FittedMetric, fitMetric } from '../training/fit-metric.ts';
import type { TrainedMetric } from '../training/trained-metric.ts';
import { trainingFigures } from '../training/training-figures.ts';
import { type MetricProgress, noteProgress, planOf, progressDocument } from './retrain-documents.ts';
import type { RetrainPorts } from './retrain-ports.ts';

/** The report gives the reasons of at most this many series without a new model. */
const REPORTED_SERIES = 5;

/** The settings of a run and of each of its metrics. */
export interface RetrainSettings {
  /** All metrics that can be trained. */
  readonly metrics: readonly TrainedMetric[];
  /** True when the configured source is a simulation: only then may models learn from simulated samples. */
  readonly allowSimulated: boolean;
  /** Versions of the fitting software, by package. */
  readonly libraries: Readonly<Record<string, string>>;
}

/**
 * The step of a retraining that fits one metric and stores the candidate. Repeated, it gives the same answer without
 * fitting. A permanent error, such as a query that the source rejects, is recorded and not thrown.
 *
 * @returns whether there is a candidate to promote.
 * @throws errors that may pass: repeat the step.
 */
export async function fitStep(
  ports: RetrainPorts,
  settings: RetrainSettings,
  id: string,
  name: string,
): Promise<'candidate' | 'settled'> {
  const { runs, logger } = ports;
  const plan = await planOf(runs, id);
  const before = await runs.read(progressDocument(name), id);
  if (before?.stage === 'fitted') return 'candidate';
  if (before?.stage === 'settled') return 'settled';
  await noteProgress(runs, id, name, { stage: 'fitting' });
  let progress: MetricProgress;
  try {
    const fitted = await fitNamed(ports, settings, name, plan.timeSeconds);
    ports.onFitted?.(fitted);
    progress = progressAfter(fitted);
  } catch (error) {
    if (!isPermanent(error)) throw error;
    logger.error('Could not train a metric', { metric: name, run: id, error });
    progress = failed(error.message);
  }
  await noteProgress(runs, id, name, progress);
  return progress.stage === 'fitted' ? 'candidate' : 'settled';
}

/** @throws SimulatedTrainingError when the samples are simulated but the configured source is not a simulation. */
export function refuseSimulation(
  { isSimulated, name }: SeriesSource,
  { allowSimulated }: Pick<RetrainSettings, 'allowSimulated'>,
): void {
  if (isSimulated && !allowSimulated) throw new SimulatedTrainingError(name);
}

/** A metric whose training changed nothing. */
export function failed(reason: string): MetricProgress {
  return { stage: 'settled', status: 'failed', reason, figures: {}, reasons: [], warnings: [] };
}

function fitNamed(
  ports: RetrainPorts,
  settings: RetrainSettings,
  name: string,
  timeSeconds: number,
): Promise<FittedMetric> {
  const { metrics, libraries } = settings;
  const metric = metrics.find((one) => one.name === name);
  if (metric === undefined) {
    const known = metrics.map((one) => one.name);
    throw new UnknownMetricError(name, known);
  }
  refuseSimulation(ports.source, settings);
  return fitMetric(ports, metric, { timeSeconds, libraries });
}

function progressAfter({ candidate, withoutCandidate, series, warnings }: FittedMetric): MetricProgress {
  const report = {
    figures: finite(trainingFigures(series, warnings)),
    reasons: reasonsOf(series),
    warnings: [...warnings],
  };
  if (candidate === undefined) return { stage: 'settled', ...withoutCandidate, ...report };
  const { version, replaces } = candidate;
  return {
    stage: 'fitted',
    candidate: { version, ...(replaces === undefined ? {} : { replaces }) },
    judgedSeries: series.filter(isCompared).length,
    ...report,
  };
}

/** A candidate whose champion has learnt the same samples is not compared. */
function isCompared({ decision }: TrainedSeries): boolean {
  const { outcome, candidate, champion } = decision;
  return candidate !== undefined && (champion !== undefined || outcome !== 'kept');
}

/** JSON has no NaN. */
function finite(figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => Number.isFinite(value)));
}

function reasonsOf(series: readonly TrainedSeries[]): string[] {
  return series
    .filter(({ decision }) => decision.outcome !== 'promoted')
    .slice(0, REPORTED_SERIES)
    .map(({ key, decision }) => `${key}: ${decision.reasons.join(', ')}`);
}

function isPermanent(error: unknown): error is Error {
  return (
    error instanceof SourceQueryError ||
    error instanceof TooManySeriesError ||
    error instanceof SimulatedTrainingError ||
    error instanceof UnknownMetricError
  );
}
