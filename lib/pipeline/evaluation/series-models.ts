import type { BaselineModel } from '../../baseline/baseline-model.ts';
import type { ModelInUse } from '../../evaluation/replay.ts';
import type { Samples } from '../../series/samples.ts';
import type { Baselines } from '../watch/baselines.ts';
import { fitNightly, modelsInUse, type NightlyTraining } from './nightly-models.ts';

/** The models of a replay of history. */
export interface SeriesModels {
  /** The share of samples that their bands are to contain; (0, 1). */
  readonly bandLevel: number;
  /**
   * @param key of the series.
   * @param samples finite and ascending.
   * @returns in order, without overlap; empty without models.
   */
  of(key: string, samples: Samples): Promise<readonly ModelInUse[]>;
}

/** Models refitted each night of the history, like the retraining: each is tested on data that it has not seen. */
export function nightlyModels(
  kind: BaselineModel<unknown>,
  training: NightlyTraining,
  bandLevel: number,
): SeriesModels {
  return {
    bandLevel,
    of: async (_, samples) =>
      modelsInUse(samples.timesSeconds, await fitNightly(samples, kind, training), kind),
  };
}

/**
 * The models in use now, over the whole history: those that the next days are monitored with. On the history that they
 * have learnt, they look better than they are.
 *
 * @param timeSeconds now.
 */
export function championModels(
  baselines: Baselines,
  metric: string,
  timeSeconds: number,
  bandLevel: number,
): SeriesModels {
  return {
    bandLevel,
    async of(key, { timesSeconds }) {
      await baselines.refresh([metric], timeSeconds);
      const model = baselines.at(metric, timesSeconds).of(key);
      if (model === undefined) return [];
      const { forecast, seasonalSkill, baselineAt } = model;
      return [{ firstRow: 0, endRow: timesSeconds.length, forecast, seasonalSkill, baselineAt }];
    },
  };
}
