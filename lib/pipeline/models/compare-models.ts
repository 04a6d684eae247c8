import { forecasterOf } from '../../baseline/forecasters.ts';
import type { HoldoutScores } from '../../baseline/holdout-scores.ts';
import { type FittedModel, fittedIn, type ModelSet, type TrainedSeries } from '../../models/model-set.ts';
import { describeProphet } from '../../prophet/describe.ts';
import { type ForecastTimes, forecastTimes } from '../../prophet/forecast-times.ts';
import { isProphetModel } from '../../prophet/model.ts';

/** Models are compared on the day after the newer history, which they forecast, in steps of five minutes. */
const LOOK_SECONDS = 86_400;
const LOOK_STEP_SECONDS = 300;

/** A value in the older and in the newer version; undefined when absent. */
export interface Change<Value> {
  readonly before: Value | undefined;
  readonly after: Value | undefined;
}

/** The difference of one series between two versions. */
export interface SeriesChange {
  readonly key: string;
  /** `added` and `removed`: only one version has the series. `same`: both have the same model. */
  readonly change: 'added' | 'removed' | 'same' | 'refitted';
  readonly kind: Change<string>;
  readonly trainedUntilSeconds: Change<number>;
  readonly skill: Change<number>;
  /** Each candidate's scores on its held-out end. */
  readonly scores: Change<HoldoutScores>;
  /** Mean distance from the lower to the upper edge on the next day, in the unit of the value. */
  readonly bandWidth: Change<number>;
  /** Half the distance from trough to peak of each seasonality, by name; Prophet only. */
  readonly amplitudes: Readonly<Record<string, Change<number>>>;
  /** Root mean square distance of the two forecasts on the next day; undefined without two models. */
  readonly distance: number | undefined;
  /** The reasons for the newer version's model. */
  readonly reasons: readonly string[];
}

/** The differences between two versions of a metric's models. */
export interface ModelComparison {
  readonly metric: string;
  readonly version: Change<string>;
  readonly configurationHash: Change<string>;
  readonly window: Change<ModelSet['window']>;
  readonly libraries: Readonly<Record<string, Change<string>>>;
  /** Sorted by key. */
  readonly series: readonly SeriesChange[];
}

/** Compares two versions of a metric's models. */
export function compareModels(before: ModelSet, after: ModelSet): ModelComparison {
  const keys = new Set([...before.series, ...after.series].map(({ key }) => key));
  const of = (set: ModelSet, key: string) => set.series.find((one) => one.key === key);
  const from = Math.max(before.window.endSeconds, after.window.endSeconds);
  const times = forecastTimes(
    Float64Array.from(
      { length: LOOK_SECONDS / LOOK_STEP_SECONDS },
      (_, row) => from + row * LOOK_STEP_SECONDS,
    ),
  );
  return {
    metric: after.metric,
    version: { before: before.version, after: after.version },
    configurationHash: { before: before.configurationHash, after: after.configurationHash },
    window: { before: before.window, after: after.window },
    libraries: changesOf(before.libraries, after.libraries),
    series: [...keys]
      .sort()
      .map((key) => changeOf(key, [before, of(before, key)], [after, of(after, key)], times)),
  };
}

type Side = readonly [set: ModelSet, series: TrainedSeries | undefined];

function changeOf(
  key: string,
  [oldSet, before]: Side,
  [newSet, after]: Side,
  times: ForecastTimes,
): SeriesChange {
  const [older, newer] = [before?.fitted, after?.fitted];
  const both = <Value>(value: (fitted: FittedModel) => Value): Change<Value> => ({
    before: older && value(older),
    after: newer && value(newer),
  });
  const isSame =
    older === undefined || newer === undefined
      ? older === newer
      : fittedIn(oldSet, older) === fittedIn(newSet, newer);
  const present = isSame ? 'same' : 'refitted';
  const missing = before === undefined ? 'added' : 'removed';
  return {
    key,
    change: before === undefined || after === undefined ? missing : present,
    kind: both(({ kind }) => kind),
    trainedUntilSeconds: both(({ trainedUntilSeconds }) => trainedUntilSeconds),
    skill: both(({ skill }) => skill),
    scores: { before: before?.decision.candidate, after: after?.decision.candidate },
    bandWidth: both((fitted) => bandWidthOf(fitted, times)),
    amplitudes: changesOf(amplitudesOf(older), amplitudesOf(newer)),
    distance: older && newer && distanceOf(older, newer, times),
    reasons: after?.decision.reasons ?? [],
  };
}

function changesOf<Value>(
  before: Readonly<Record<string, Value>>,
  after: Readonly<Record<string, Value>>,
): Record<string, Change<Value>> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries([...names].map((name) => [name, { before: before[name], after: after[name] }]));
}

function amplitudesOf(fitted: FittedModel | undefined): Record<string, number> {
  if (!isProphetModel(fitted?.model)) return {};
  const { seasonalities } = describeProphet(fitted.model);
  return Object.fromEntries(seasonalities.map(({ name, amplitude }) => [name, amplitude]));
}

function bandWidthOf({ kind, model }: FittedModel, times: ForecastTimes): number {
  const { lower, upper } = forecasterOf(kind).forecast(model, times);
  return upper.reduce((sum, edge, row) => sum + edge - lower[row]!, 0) / upper.length;
}

function distanceOf(one: FittedModel, other: FittedModel, times: ForecastTimes): number {
  const [left, right] = [one, other].map(
    ({ kind, model }) => forecasterOf(kind).forecast(model, times).expected,
  );
  const squares = left!.reduce((sum, value, row) => sum + (value - right![row]!) ** 2, 0);
  return Math.sqrt(squares / left!.length);
}
