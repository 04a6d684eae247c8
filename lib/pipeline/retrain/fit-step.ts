import type { TrainedSeries } from '../../models/model-set.ts';
import { SourceQueryError } from '../../sources/errors.ts';
import { UnknownMetricError } from '../errors.ts';
import { SimulatedTrainingError, TooManySeriesError } from '../training/errors.ts';
import { type FittedMetric, fitMetric } from '../training/fit-metric.ts';
import type { TrainingRun } from '../training/train.ts';
import { trainingFigures } from '../training/training-record.ts';
import { planOf, type RetrainPorts } from './retrain-ports.ts';
import type { MetricProgress } from './retrain-run.ts';

/** Of so many series it is told why they have no new model. */
const REPORTED_SERIES = 5;

/** What is the same for all metrics of a run, and how each is trained. */
export type RetrainSettings = Pick<TrainingRun, 'metrics' | 'libraries' | 'allowSimulated'>;

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
  const { store, logger } = ports;
  const plan = await planOf(store, id);
  const before = await store.metric(id, name);
  if (before?.stage === 'fitted') return 'candidate';
  if (before?.stage === 'settled') return 'settled';
  await store.note(id, name, { stage: 'fitting' });
  let progress: MetricProgress;
  try {
    progress = progressOf(await fitNamed(ports, settings, name, plan.timeSeconds));
  } catch (error) {
    if (!isPermanent(error)) throw error;
    logger.error('A metric could not be trained', { metric: name, run: id, error });
    progress = failed(error.message);
  }
  await store.note(id, name, progress);
  return progress.stage === 'fitted' ? 'candidate' : 'settled';
}

/** A metric whose training changed nothing. */
export function failed(reason: string): MetricProgress {
  return { stage: 'settled', status: 'failed', reason, figures: {}, reasons: [], warnings: [] };
}

function fitNamed(
  ports: RetrainPorts,
  { metrics, libraries, allowSimulated }: RetrainSettings,
  name: string,
  timeSeconds: number,
): Promise<FittedMetric> {
  const metric = metrics.find((one) => one.name === name);
  if (metric === undefined) {
    const known = metrics.map((one) => one.name);
    throw new UnknownMetricError(name, known);
  }
  const { source } = ports;
  if (source.isSimulated && !allowSimulated) throw new SimulatedTrainingError(source.name);
  return fitMetric(metric, { ...ports, timeSeconds, libraries, onSeries: () => {} });
}

function progressOf({ candidate, withoutCandidate, series, warnings }: FittedMetric): MetricProgress {
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
    judgedSeries: series.filter(({ decision }) => decision.candidate !== undefined).length,
    ...told,
  };
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
