import { type SeriesMonitor, startSeries } from '../detector/monitor-series.ts';
import { decodeSeries, encodeSeries } from '../detector/series-codec.ts';
import { forecastFrom } from '../series/band.ts';
import type { Samples } from '../series/samples.ts';
import { type ModelInUse, replay } from './replay.ts';

const WEEK_SECONDS = 604_800;

/** A model over a whole history, by row. */
export type ModelOverHistory = Pick<ModelInUse, 'seasonalSkill' | 'forecast' | 'baselineAt'>;

/**
 * Replays a history up to its held-out end with one model. The end can then be replayed with any number of
 * models, each on a copy of the detector's state.
 *
 * @param monitor with the step of the samples.
 * @param samples finite and ascending: the held-out end, and before it a warm-up for the detector.
 * @param borderRow the first held-out row; at least one must be held out.
 * @param incumbent the model before the border. The detector keeps its state when this model continues;
 * another one is treated as a promotion.
 * @returns a function from a model to its notifications per week on the held-out end; ends do not count.
 */
export function replayToHoldout<State>(
  monitor: SeriesMonitor<State>,
  samples: Samples,
  borderRow: number,
  incumbent: ModelOverHistory,
): (contender: ModelOverHistory) => number {
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
    let notifications = 0;
    // Decoded states share the columns that they were decoded from: each copy needs its own.
    const [copy] = decodeSeries(monitor.detector, structuredClone(warm));
    replay(monitor, copy!, samples, models, {
      firstRow: borderRow,
      endRow,
      after: (_, { events }) => {
        for (const { kind } of events) if (kind !== 'resolved') notifications += 1;
      },
    });
    return notifications / weeks;
  };
}
