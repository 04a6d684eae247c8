import type { Samples } from '../series/samples.ts';
import { intervalScore } from './interval-score.ts';
import { pinballLoss } from './pinball-loss.ts';
import type { ModelInUse } from './replay.ts';

/** Sums over samples with a forecast; divide by `samples` for means. */
export interface BandQuality {
  readonly samples: number;
  /** Samples within the band, edges included. */
  readonly inside: number;
  /** Pinball loss, the mean of that of lower edge, expected value and upper edge, in the unit of the value. */
  readonly pinball: number;
  /** In the unit of the value. */
  readonly intervalScore: number;
}

/**
 * How well the models' bands fit the samples after their training, over the rows from `firstRow` to `endRow`
 * (not included). The edges count as the quantiles (1 - level) / 2 and (1 + level) / 2, the expected value as
 * the median.
 *
 * @param level the fraction of samples that the band should hold; (0, 1).
 */
export function bandQuality(
  { values }: Samples,
  models: readonly ModelInUse[],
  level: number,
  firstRow: number,
  endRow: number,
): BandQuality {
  let samples = 0;
  let inside = 0;
  let pinball = 0;
  let interval = 0;
  for (const model of models) {
    const { expected, lower, upper } = model.forecast;
    for (let row = Math.max(firstRow, model.firstRow); row < Math.min(endRow, model.endRow); row += 1) {
      const at = row - model.firstRow;
      const value = values[row]!;
      samples += 1;
      if (value >= lower[at]! && value <= upper[at]!) inside += 1;
      pinball +=
        (pinballLoss(lower[at]!, value, (1 - level) / 2) +
          pinballLoss(expected[at]!, value, 0.5) +
          pinballLoss(upper[at]!, value, (1 + level) / 2)) /
        3;
      interval += intervalScore(lower[at]!, upper[at]!, value, level);
    }
  }
  return { samples, inside, pinball, intervalScore: interval };
}
