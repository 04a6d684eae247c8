import {
  adoptBaseline,
  monitorSample,
  type Observation,
  type SeriesMonitor,
  type SeriesState,
  usualCircumstances,
} from '../detector/monitor-series.ts';
import { type Baseline, baselineAt, type Forecast } from '../series/band.ts';
import type { Samples } from '../series/samples.ts';

/** A model and the rows of a series for which it was in use. */
export interface ModelInUse {
  readonly firstRow: number;
  readonly endRow: number;
  readonly seasonalSkill: number;
  /** By row less `firstRow`. */
  readonly forecast: Forecast;
  /** The model's baseline at any other time. */
  baselineAt(timeSeconds: number): Baseline;
}

/** The part of a series to replay, with its hooks. */
export interface Replay {
  readonly firstRow: number;
  /** The first row that is not replayed. */
  readonly endRow: number;
  /** Values that replace those of the samples; by row less `firstRow`, the samples' own past its end. */
  readonly values?: Float64Array;
  /** Called before a row changes the state, so that the state can be copied. */
  before?(row: number): void;
  after(row: number, observation: Observation): void;
}

/**
 * Replays part of a series' history sample by sample through {@link monitorSample}, with the models that were
 * in use. Samples without a finite value get the verdict `no-data`, as in the tick.
 *
 * @param state before the first row; changed in place.
 * @param models in order, without overlap; other rows have no baseline.
 */
export function replay<State>(
  monitor: SeriesMonitor<State>,
  state: SeriesState<State>,
  { timesSeconds, values }: Samples,
  models: readonly ModelInUse[],
  { firstRow, endRow, values: observed, before, after }: Replay,
): void {
  let next = models.findIndex((model) => model.endRow > firstRow);
  if (next < 0) next = models.length;
  for (let row = firstRow; row < endRow; row += 1) {
    before?.(row);
    if (row >= (models[next]?.endRow ?? Infinity)) next += 1;
    const candidate = models[next];
    const model = candidate !== undefined && row >= candidate.firstRow ? candidate : undefined;
    if (model !== undefined && row === model.firstRow && next > 0)
      adoptBaseline(monitor, state, model.baselineAt);
    const value = observed?.[row - firstRow] ?? values[row]!;
    const observation = monitorSample(
      monitor,
      state,
      { timeSeconds: timesSeconds[row]!, value },
      model && baselineAt(model.forecast, row - model.firstRow),
      { ...usualCircumstances, seasonalSkill: model?.seasonalSkill ?? 0 },
    );
    after(row, observation);
  }
}
