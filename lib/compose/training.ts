import { randomUUID } from 'node:crypto';
import packageJson from '../../package.json' with { type: 'json' };
import type { Configuration } from '../config/schema.ts';
import { FeedbackStore } from '../models/feedback-store.ts';
import { ModelStore } from '../models/model-store.ts';
import type { RetrainSettings } from '../pipeline/retrain/fit-step.ts';
import type { RetrainPorts } from '../pipeline/retrain/retrain-ports.ts';
import { type RetrainOutcome, runRetrain } from '../pipeline/retrain/run-retrain.ts';
import { RunStore } from '../pipeline/runs/run-store.ts';
import { historyCache } from '../pipeline/training/raw-history.ts';
import { trainedMetric } from '../pipeline/training/trained-metric.ts';
import { WarmStates } from '../pipeline/watch/warm-states.ts';
import { MemoryObjectStore } from '../storage/memory-object-store.ts';
import { composeMetrics } from './metrics.ts';
import { composeObjects } from './objects.ts';
import { composeResultStore } from './results.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { composeHistory } from './source.ts';

/** Stored with every model: the versions of the software that fitted it. */
const libraries = {
  tidemark: packageJson.version,
  '@bsull/augurs': packageJson.dependencies['@bsull/augurs'],
};

/** The outcomes of a training, metric by metric in the order of the request. */
export interface TrainingSummary {
  readonly timeSeconds: number;
  readonly metrics: readonly RetrainOutcome[];
}

/** A retraining in this process, wired. A file of its own, so that the tick's bundle contains no optimizer. */
export interface ComposedTraining extends AsyncDisposable {
  readonly ports: RetrainPorts;
  /**
   * Trains up to a moment.
   *
   * @param timeSeconds the end of the history, Unix seconds.
   * @param metrics names; undefined for all that are enabled.
   */
  train(
    timeSeconds: number,
    metrics?: readonly string[],
    onSeries?: RetrainPorts['onSeries'],
  ): Promise<TrainingSummary>;
}

/**
 * Wires a retraining whose steps run in sequence in this process, with the run in memory. Adapters in `replaced`
 * override the configured ones.
 */
export async function composeTraining(
  configuration: Configuration,
  runtime: RuntimeContext,
  replaced: Partial<RetrainPorts> = {},
): Promise<ComposedTraining> {
  const runs = new RunStore(new MemoryObjectStore());
  const ports = await retrainPorts(configuration, runtime, { runs, notices: [], ...replaced });
  const settings = retrainSettings(configuration);
  const { concurrency } = configuration.functions.retrain;
  return {
    ports,
    train: async (timeSeconds, names, onSeries) => {
      const run = { id: randomUUID(), timeSeconds, metrics: names, concurrency };
      return { timeSeconds, metrics: await runRetrain({ ...ports, onSeries }, settings, run) };
    },
    [Symbol.asyncDispose]: () => ports.results[Symbol.asyncDispose](),
  };
}

/** The ports of a retraining: those in `replaced`, otherwise the configured ones. */
export async function retrainPorts(
  configuration: Configuration,
  runtime: RuntimeContext,
  replaced: Partial<RetrainPorts> & Pick<RetrainPorts, 'runs' | 'notices'>,
): Promise<RetrainPorts> {
  const { logger } = runtime;
  const objects = composeObjects(configuration, runtime);
  return {
    source: replaced.source ?? (await composeHistory(configuration, runtime)),
    models: replaced.models ?? new ModelStore(objects),
    results: replaced.results ?? (await composeResultStore(configuration, runtime)),
    logger: replaced.logger ?? logger,
    cachedHistory:
      replaced.source === undefined ? historyCache(configuration, objects, logger) : replaced.cachedHistory,
    feedback: replaced.feedback ?? new FeedbackStore(objects),
    warmStates: replaced.warmStates ?? new WarmStates(objects, logger),
    yieldTurn: replaced.yieldTurn ?? (() => new Promise((resolve) => setImmediate(resolve))),
    runs: replaced.runs,
    notices: replaced.notices,
    metrics: replaced.metrics ?? composeMetrics(configuration, runtime),
    nowSeconds: replaced.nowSeconds ?? (() => Math.floor(Date.now() / 1000)),
  };
}

/** Every enabled metric with its training settings. */
export function retrainSettings(configuration: Configuration): RetrainSettings {
  return {
    metrics: configuration.metrics.filter(({ enabled }) => enabled).map(trainedMetric(configuration)),
    allowSimulated: configuration.source.kind === 'simulation',
    libraries,
  };
}
