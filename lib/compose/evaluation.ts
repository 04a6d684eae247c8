import { baselineModels } from '../baseline/registry.ts';
import type { Configuration, MetricConfiguration } from '../config/schema.ts';
import { detectors } from '../detector/registry.ts';
import { ModelStore } from '../models/model-store.ts';
import { championModels, nightlyModels, type SeriesModels } from '../pipeline/evaluation/series-models.ts';
import type { WatchedHistory } from '../pipeline/evaluation/watched-history.ts';
import { baselineOptions } from '../pipeline/training/baseline-options.ts';
import { ChampionBaselines } from '../pipeline/watch/champion-baselines.ts';
import { composeObjects } from './objects.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { composeHistory } from './source.ts';

/** How a configured metric is watched and fitted. */
export function watchingOf(
  metric: MetricConfiguration,
): Omit<WatchedHistory, 'series' | 'isSimulated' | 'warnings'> {
  const { model, detection, stepSeconds } = metric;
  return {
    metric: metric.name,
    monitor: { detector: detectors[detection.detector], settings: detection, stepSeconds },
    models: nightlyModels(
      baselineModels[model.kind],
      {
        historySeconds: model.historySeconds,
        stepSeconds: Math.max(model.stepSeconds, stepSeconds),
        aggregation: model.aggregation,
        optionsFor: (spanSeconds) => baselineOptions(model, spanSeconds),
        capacity: model.growth === 'logistic' ? model.capacity?.cap : undefined,
      },
      model.intervalWidth,
    ),
  };
}

/**
 * When the history of the configured source ends, Unix seconds: a recording with its last sample.
 *
 * @param nowSeconds what it is of a source that goes on.
 */
export async function historyEnd(
  configuration: Configuration,
  runtime: RuntimeContext,
  nowSeconds: number,
): Promise<number> {
  const source = await composeHistory(configuration, runtime);
  return (await source.recordedUntilSeconds?.()) ?? nowSeconds;
}

/** The histories of metrics from the configured source; each step of the window, both ends included. */
export async function openHistories(
  configuration: Configuration,
  runtime: RuntimeContext,
  metrics: readonly MetricConfiguration[],
  { startSeconds, endSeconds }: { readonly startSeconds: number; readonly endSeconds: number },
): Promise<WatchedHistory[]> {
  const source = await composeHistory(configuration, runtime);
  const histories: WatchedHistory[] = [];
  for (const metric of metrics) {
    const { stepSeconds, name, labels } = metric;
    const {
      series,
      warnings,
      isSimulated = source.isSimulated,
    } = await source.queryRange({
      // Only Prometheus reads PromQL; what a person hands in bears the metric's name.
      query: configuration.source.kind === 'prometheus' ? metric.query : name,
      labels,
      startSeconds: Math.ceil(startSeconds / stepSeconds) * stepSeconds,
      endSeconds: Math.floor(endSeconds / stepSeconds) * stepSeconds,
      stepSeconds,
    });
    histories.push({ ...watchingOf(metric), series, warnings, isSimulated });
  }
  return histories;
}

/** The models in use now, for a metric of the configuration. */
export function championsOf(
  configuration: Configuration,
  runtime: RuntimeContext,
  metric: MetricConfiguration,
  timeSeconds: number,
): SeriesModels {
  const store = new ModelStore(composeObjects(configuration, runtime));
  const baselines = new ChampionBaselines(store, runtime.logger);
  return championModels(baselines, metric.name, timeSeconds, metric.model.intervalWidth);
}
