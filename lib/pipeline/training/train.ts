import { forEachConcurrently } from '../../connections/concurrency.ts';
import type { ModelStore } from '../../models/model-store.ts';
import type { ResultStore } from '../../results/result-store.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { WarmStates } from '../watch/warm-states.ts';
import { SimulatedTrainingError } from './errors.ts';
import type { FeedbackReader } from './left-out.ts';
import type { CachedHistory } from './raw-history.ts';
import { type MetricTraining, trainMetric } from './train-metric.ts';
import type { TrainingMetric } from './training-metric.ts';
import { trainingRecord } from './training-record.ts';

/** What a training works with. */
export interface TrainingPorts {
  readonly source: SeriesSource;
  readonly models: ModelStore;
  readonly results: ResultStore;
  /** Days of history that were asked for before; undefined to ask for all. */
  readonly kept?: CachedHistory | undefined;
  /** What people said of alerts; nothing when left out. */
  readonly feedback?: FeedbackReader | undefined;
  /** Where states of new series are left for the tick; undefined to replay nothing. */
  readonly warmStates?: WarmStates | undefined;
  readonly logger: Logger;
  /** Resolves when other work has had its turn. */
  readonly yieldTurn: () => Promise<void>;
}

/** One training run. */
export interface TrainingRun {
  /** The end of the history, Unix seconds: never the wall clock, so that a run may be repeated. */
  readonly timeSeconds: number;
  readonly metrics: readonly TrainingMetric[];
  /** Metrics under way at once. */
  readonly concurrency: number;
  /** The source is the simulation by configuration: only then may models learn from invented samples. */
  readonly allowSimulated: boolean;
  /** Versions of what fits, by package. */
  readonly libraries: Readonly<Record<string, string>>;
}

/** How far a run has come. */
export interface TrainingProgress {
  readonly metric: string;
  readonly seriesDone: number;
  readonly seriesTotal: number;
}

/** What a run led to, metric by metric in the order asked for. */
export interface TrainingSummary {
  readonly timeSeconds: number;
  readonly metrics: readonly MetricTraining[];
}

/**
 * Trains the models of metrics and puts in use what stands the test. A metric that fails is told and keeps what it has; the
 * others go on, as do the other series of a metric when one can't be fitted.
 *
 * @throws SimulatedTrainingError when the samples are invented and that was not meant.
 */
export async function train(
  ports: TrainingPorts,
  run: TrainingRun,
  onProgress: (progress: TrainingProgress) => void = () => {},
): Promise<TrainingSummary> {
  const { source, results, logger } = ports;
  if (source.isSimulated && !run.allowSimulated) throw new SimulatedTrainingError(source.name);
  const { timeSeconds, libraries } = run;
  const outcomes: MetricTraining[] = [];
  await forEachConcurrently(run.metrics, run.concurrency, async (metric, index) => {
    try {
      outcomes[index] = await trainMetric(metric, {
        ...ports,
        timeSeconds,
        libraries,
        onSeries: (seriesDone, seriesTotal) => onProgress({ metric: metric.name, seriesDone, seriesTotal }),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      logger.error('A metric could not be trained', { metric: metric.name, error });
      outcomes[index] = { metric: metric.name, status: 'failed', reason, warnings: [], series: [] };
    }
  });
  const records = outcomes.map((outcome) => trainingRecord(outcome, timeSeconds, source.isSimulated));
  try {
    await results.write(records);
  } catch (error) {
    // The models are in use whether or not somebody can look at how they came to be.
    logger.error('The training could not be recorded', { store: results.name, error });
  }
  return { timeSeconds, metrics: outcomes };
}
