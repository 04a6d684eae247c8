import { type SeriesMonitor, startSeries } from '../detector/monitor-series.ts';
import { decodeSeries, encodeSeries } from '../detector/series-codec.ts';
import { forecastFrom } from '../series/band.ts';
import type { Samples } from '../series/samples.ts';
import { type ModelInUse, replay } from './replay.ts';

const WEEK_SECONDS = 604_800;

/** A model over all of a history, by row. */
export type Contender = Pick<ModelInUse, 'seasonalSkill' | 'forecast' | 'baselineAt'>;

/**
 * Replays a history up to its held-out end with one model, so that the end can be seen from there with any number of models,
 * each on a copy of the detector's state.
 *
 * @param monitor with the step of the samples.
 * @param samples finite and ascending: what is held out, and before it what warms the detector.
 * @param borderRow the first row that is held out; at least one must be.
 * @param incumbent the model before the border: it goes on behind it; to any other the detector changes there, as after a
 * promotion.
 * @returns what the detector tells on the end with a model, in alerts a week: all news but ends count.
 */
export function replayToHoldout<State>(
  monitor: SeriesMonitor<State>,
  samples: Samples,
  borderRow: number,
  incumbent: Contender,
): (contender: Contender) => number {
  const endRow = samples.values.length;
  const state = startSeries(monitor);
  const before: ModelInUse = { ...incumbent, firstRow: 0, endRow: borderRow };
  replay(monitor, state, samples, [before], { firstRow: 0, endRow: borderRow, after: () => {} });
  const warm = encodeSeries(monitor.detector, [state]);
  const weeks = ((endRow - borderRow) * monitor.stepSeconds) / WEEK_SECONDS;
  return (contender) => {
    const models =
      contender === incumbent
        ? [{ ...incumbent, firstRow: 0, endRow }]
        : [
            before,
            {
              ...contender,
              forecast: forecastFrom(contender.forecast, borderRow),
              firstRow: borderRow,
              endRow,
            },
          ];
    let told = 0;
    // Decoded states live in the columns that they were decoded from: each copy needs its own.
    const [copy] = decodeSeries(monitor.detector, structuredClone(warm));
    replay(monitor, copy!, samples, models, {
      firstRow: borderRow,
      endRow,
      after: (_, { events }) => {
        for (const { kind } of events) if (kind !== 'resolved') told += 1;
      },
    });
    return told / weeks;
  };
}
