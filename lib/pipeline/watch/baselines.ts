import type { Baseline, Forecast } from '../../series/band.ts';

/** One series' model at the times that a tick scores. */
export interface SeriesBaseline {
  /** Changes when the series gets another model. */
  readonly modelVersion: string;
  /** At the requested times. */
  readonly forecast: Forecast;
  /** The share of the deviation that the model's seasonality explains; at most 1. */
  readonly seasonalSkill: number;
  /** True when the model is too old, or a fallback for the champion. */
  readonly isStale: boolean;
  /** The baseline at any other time, Unix seconds. */
  baselineAt(timeSeconds: number): Baseline;
}

/** The models of one metric at given times. */
export interface MetricBaselines {
  /** @returns undefined when the series has no model. */
  of(key: string): SeriesBaseline | undefined;
}

/** The champion models at the times that a tick scores. */
export interface Baselines {
  /** Reads the models in use that may have changed. Call it before {@link Baselines.at}. */
  refresh(metrics: readonly string[], timeSeconds: number): Promise<void>;
  /** @param timesSeconds Unix seconds, ascending; work shared by all series is done once. */
  at(metric: string, timesSeconds: Float64Array): MetricBaselines;
  /** When the oldest model in use was last trained or confirmed, Unix seconds; undefined without models. */
  validUntilSeconds?(): number | undefined;
}

/** No series has a model: detectors use their own baseline. */
export const noBaselines: Baselines = {
  refresh: async () => {},
  at: () => ({ of: () => undefined }),
};
