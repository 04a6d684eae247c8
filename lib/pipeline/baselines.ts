import type { Forecast } from '../series/band.ts';

/** What the champion models say of the times that a tick scores. */
export interface Baselines {
  /**
   * The baseline of one series, or undefined when it has no model.
   *
   * @param timesSeconds Unix seconds, ascending.
   */
  forecast(metric: string, key: string, timesSeconds: Float64Array): Forecast | undefined;
}

/** No series has a model: detectors go by their own memory. */
export const noBaselines: Baselines = { forecast: () => undefined };
