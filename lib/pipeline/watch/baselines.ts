import type { Baseline, Forecast } from '../../series/band.ts';

/** What one series' model says of the times that a tick scores. */
export interface SeriesBaseline {
  /** Changes when the series has another model than before. */
  readonly modelVersion: string;
  /** At the times that were asked for. */
  readonly forecast: Forecast;
  /** What the model's seasonal part explains; at most 1. */
  readonly seasonalSkill: number;
  /** The model is not the one that should be in use, or too old. */
  readonly isStale: boolean;
  /** The model's word on any other time, Unix seconds. */
  baselineAt(timeSeconds: number): Baseline;
}

/** What the models of one metric say of some times. */
export interface MetricBaselines {
  /** @returns undefined when the series has no model. */
  of(key: string): SeriesBaseline | undefined;
}

/** What the champion models say of the times that a tick scores. */
export interface Baselines {
  /** Reads the models that are in use now, as far as they may have changed. To be called before {@link Baselines.at}. */
  refresh(metrics: readonly string[], timeSeconds: number): Promise<void>;
  /** @param timesSeconds Unix seconds, ascending; what all series need at them is computed once. */
  at(metric: string, timesSeconds: Float64Array): MetricBaselines;
  /** Up to when the oldest of the models in use is known to be right, Unix seconds; undefined without models. */
  validUntilSeconds?(): number | undefined;
}

/** No series has a model: detectors go by their own memory. */
export const noBaselines: Baselines = {
  refresh: async () => {},
  at: () => ({ of: () => undefined }),
};
