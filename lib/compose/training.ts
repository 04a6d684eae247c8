import packageJson from '../../package.json' with { type: 'json' };
import type { Configuration, MetricConfiguration } from '../config/schema.ts';
import { detectors } from '../detector/registry.ts';
import { FeedbackStore } from '../models/feedback-store.ts';
import { HistoryStore } from '../models/history-store.ts';
import { ModelStore } from '../models/model-store.ts';
import type { RetrainSettings } from '../pipeline/retrain/fit-step.ts';
import type { CachedHistory } from '../pipeline/training/raw-history.ts';
import {
  type TrainingPorts,
  type TrainingProgress,
  type TrainingSummary,
  train,
} from '../pipeline/training/train.ts';
import type { TrainingMetric } from '../pipeline/training/training-metric.ts';
import { maintenanceWindows } from '../pipeline/watch/maintenance.ts';
import { WarmStates } from '../pipeline/watch/warm-states.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { monitoredMetric } from './monitored-metric.ts';
import { composeObjects } from './objects.ts';
import { composeResultStore } from './results.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { composeHistory } from './source.ts';

/** What is stored with every model, so that one can tell later what fitted it. */
const libraries = {
  tidemark: packageJson.version,
  '@bsull/augurs': packageJson.dependencies['@bsull/augurs'],
};

/** Training, wired. It has a file of its own, so that a tick carries no optimizer. */
export interface ComposedTraining extends AsyncDisposable {
  readonly ports: TrainingPorts;
  /**
   * @param timeSeconds the end of the history, Unix seconds.
   * @param metrics names; undefined for all that are enabled.
   */
  train(
    timeSeconds: number,
    metrics?: readonly string[],
    onProgress?: (progress: TrainingProgress) => void,
  ): Promise<TrainingSummary>;
}

/** Wires a training as the configuration says; `replaced` puts other adapters in the place of the configured ones. */
export async function composeTraining(
  configuration: Configuration,
  runtime: RuntimeContext,
  replaced: Partial<TrainingPorts> = {},
): Promise<ComposedTraining> {
  const { logger } = runtime;
  const objects = composeObjects(configuration, runtime);
  const ports: TrainingPorts = {
    source: replaced.source ?? (await composeHistory(configuration, runtime)),
    models: replaced.models ?? new ModelStore(objects),
    results: replaced.results ?? (await composeResultStore(configuration, runtime)),
    logger: replaced.logger ?? logger,
    kept: replaced.source === undefined ? cachedHistory(configuration, objects, logger) : replaced.kept,
    feedback: replaced.feedback ?? new FeedbackStore(objects),
    warmStates: replaced.warmStates ?? new WarmStates(objects, logger),
    yieldTurn: replaced.yieldTurn ?? (() => new Promise((resolve) => setImmediate(resolve))),
  };
  const settings = trainingSettings(configuration);
  const known = settings.metrics;
  return {
    ports,
    train: async (timeSeconds, names, onProgress) => {
      const metrics = names === undefined ? known : names.map((name) => metricNamed(known, name));
      const { concurrency } = configuration.functions.retrain;
      const run = { ...settings, timeSeconds, metrics, concurrency };
      return train(ports, run, onProgress);
    },
    [Symbol.asyncDispose]: async () => {
      await ports.results[Symbol.asyncDispose]();
    },
  };
}

/** Every metric that is enabled, and how it is trained. */
export function trainingSettings(configuration: Configuration): RetrainSettings {
  return {
    metrics: configuration.metrics.filter(({ enabled }) => enabled).map(trainingMetric(configuration)),
    allowSimulated: configuration.source.kind === 'simulation',
    libraries,
  };
}

function metricNamed(metrics: readonly TrainingMetric[], name: string): TrainingMetric {
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  const names = metrics.map((metric) => metric.name).join(', ');
  throw new RangeError(`The configuration has no metric "${name}" that is enabled; it has ${names}`);
}

/** Of a Prometheus the days are kept that were asked for; what a file or a person hands in is at hand anyway. */
function cachedHistory(
  { source, schedule }: Configuration,
  objects: ObjectStore,
  logger: Logger,
): CachedHistory | undefined {
  if (source.kind !== 'prometheus') return undefined;
  const { url, headers, staleAfterSeconds } = source;
  return {
    store: new HistoryStore(objects),
    source: JSON.stringify([url, headers, staleAfterSeconds]),
    settleSeconds: schedule.evaluationDelaySeconds,
    logger,
  };
}

function trainingMetric(configuration: Configuration): (metric: MetricConfiguration) => TrainingMetric {
  const maintenance = maintenanceWindows(configuration.maintenance);
  const watchedAs = monitoredMetric(configuration);
  return (metric) => {
    const { name, query, labels, stepSeconds, seriesLimit, model, detection } = metric;
    return {
      name,
      query,
      labels,
      stepSeconds,
      maximumSeries: seriesLimit,
      settings: model,
      monitor: { detector: detectors[detection.detector], settings: detection, stepSeconds },
      maintenance,
      watched: watchedAs(metric),
    };
  };
}
