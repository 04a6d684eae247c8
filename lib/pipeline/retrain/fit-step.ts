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

/** Of so many series it is told why they have no new model. */
const REPORTED_SERIES = 5;

/** What is the same for all metrics of a run, and how each is trained. */
export interface RetrainSettings {
  /** Every metric that can be trained. */
  readonly metrics: readonly TrainedMetric[];
  /** The source is a simulation by configuration: only then may models learn from simulated samples. */
  readonly allowSimulated: boolean;
  /** Versions of what fits, by package. */
  readonly libraries: Readonly<Record<string, string>>;
}

/**
 * The step of a retraining that fits one metric and stores the candidate. Done again, it answers as before and fits
 * nothing. What would fail the same way again, such as a query that the source refuses, is noted and not thrown.
 *
 * @returns whether there is a candidate to put in use.
 * @throws whatever may pass: then the step is to be repeated.
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
    progress = reached(fitted);
  } catch (error) {
    if (!isPermanent(error)) throw error;
    logger.error('A metric could not be trained', { metric: name, run: id, error });
    progress = failed(error.message);
  }
  await noteProgress(runs, id, name, progress);
  return progress.stage === 'fitted' ? 'candidate' : 'settled';
}

/** @throws SimulatedTrainingError when the samples are simulated and the configuration does not say so. */
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

function reached({ candidate, withoutCandidate, series, warnings }: FittedMetric): MetricProgress {
  const told = {
    figures: finite(trainingFigures(series, warnings)),
    reasons: reasonsOf(series),
    warnings: [...warnings],
  };
  if (candidate === undefined) return { stage: 'settled', ...withoutCandidate, ...told };
  const { version, replaces } = candidate;
  return {
    stage: 'fitted',
    candidate: { version, ...(replaces === undefined ? {} : { replaces }) },
    judgedSeries: series.filter(isCompared).length,
    ...told,
  };
}

/** A candidate that was not held against its champion, since that has learnt the same samples, is not judged. */
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
