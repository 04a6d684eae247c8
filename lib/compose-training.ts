import packageJson from '../package.json' with { type: 'json' };
import { composeHistory, composeObjects, composeResultStore, type Surroundings } from './compose.ts';
import type { Configuration, MetricConfiguration } from './config/schema.ts';
import { detectors } from './detector/registry.ts';
import { ModelStore } from './models/model-store.ts';
import type { RetrainSettings } from './pipeline/retrain/fit-step.ts';
import {
  type TrainingPorts,
  type TrainingProgress,
  type TrainingSummary,
  train,
} from './pipeline/training/train.ts';
import type { TrainingMetric } from './pipeline/training/training-metric.ts';

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
  surroundings: Surroundings,
  replaced: Partial<TrainingPorts> = {},
): Promise<ComposedTraining> {
  const ports: TrainingPorts = {
    source: replaced.source ?? (await composeHistory(configuration, surroundings)),
    models: replaced.models ?? new ModelStore(composeObjects(configuration, surroundings)),
    results: replaced.results ?? (await composeResultStore(configuration, surroundings)),
    logger: replaced.logger ?? surroundings.logger,
    breathe: replaced.breathe ?? (() => new Promise((resolve) => setImmediate(resolve))),
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
    metrics: configuration.metrics.filter(({ enabled }) => enabled).map(trainingMetric),
    isSimulationMeant: configuration.source.kind === 'simulation',
    libraries,
  };
}

function metricNamed(metrics: readonly TrainingMetric[], name: string): TrainingMetric {
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  const names = metrics.map((metric) => metric.name).join(', ');
  throw new RangeError(`The configuration has no metric "${name}" that is enabled; it has ${names}`);
}

function trainingMetric(metric: MetricConfiguration): TrainingMetric {
  const { name, query, labels, stepSeconds, seriesLimit, model, detection } = metric;
  const monitor = { detector: detectors[detection.detector], settings: detection, stepSeconds };
  return { name, query, labels, stepSeconds, maximumSeries: seriesLimit, settings: model, monitor };
}
