import type { BaselineKind } from '../../baseline/forecasters.ts';
import { forecasterOf } from '../../baseline/forecasters.ts';
import type { HoldoutScores } from '../../baseline/holdout-scores.ts';
import { isWorseThanNaive, type PromotionTerms } from '../../evaluation/promotion-gate.ts';
import { scoreHoldout } from '../../evaluation/score-holdout.ts';
import type { FittedModel } from '../../models/model-set.ts';
import type { ForecastTimes } from '../../prophet/forecast-times.ts';
import { isRefusal } from '../../prophet/refusal.ts';
import type { Forecast } from '../../series/band.ts';
import type { Samples } from '../../series/samples.ts';
import { baselineOptions } from './baseline-options.ts';
import { fitBaseline } from './fit-baseline.ts';
import type { SharedWork } from './shared-work.ts';
import type { ModelSettings } from './trained-metric.ts';

/** Maximum share of a short history to hold out. */
const MOST_HELD_OUT = 0.25;
/** Rounding error of a zero error, relative to the magnitude of the values. */
const ROUNDING = 1e-9;

/** A model fitted without the end of the history, with its scores on that end. */
export interface Rehearsal {
  readonly kind: BaselineKind;
  readonly fitted: FittedModel;
  readonly candidate: HoldoutScores;
  readonly seasonalNaive: HoldoutScores | undefined;
  readonly before: Samples;
  readonly heldOut: Samples;
  readonly terms: PromotionTerms;
  readonly reasons: readonly string[];
}

/** No model could be fitted. */
export interface NoRehearsal {
  readonly refusals: readonly string[];
}

/**
 * Fits a series without its end and scores the model on that end: the configured kind, or seasonal naive if that
 * forecasts better.
 *
 * @param samples cleaned and resampled.
 */
export async function rehearse(
  samples: Samples,
  settings: ModelSettings,
  shared: SharedWork,
): Promise<Rehearsal | NoRehearsal> {
  const { before, heldOut } = splitHistory(samples, settings);
  const span = Math.min(spanOf(samples), settings.historySeconds);
  const options = baselineOptions(settings, span, shared.designs);
  const level = settings.intervalWidth;
  const { coverageMargin, errorMargin, falseAlertsMargin } = settings.promotion;
  const margins = { coverageMargin, errorMargin, falseAlertsMargin };
  const terms = { ...margins, level, negligible: ROUNDING * magnitudeOf(heldOut) };
  const naive = await fitBaseline('seasonal-naive', before, options, settings);
  const seasonalNaive = isRefusal(naive) ? undefined : scoresOf(naive, heldOut, level, shared);
  const common = { seasonalNaive, before, heldOut, terms };
  const useNaive = (reasons: readonly string[]) =>
    isRefusal(naive) || seasonalNaive === undefined
      ? { refusals: [...reasons, isRefusal(naive) ? naive.explanation : 'nothing was held out'] }
      : { ...common, kind: naive.kind, fitted: naive, candidate: seasonalNaive, reasons };
  if (settings.kind === 'seasonal-naive') return useNaive([]);
  const fitted = await fitBaseline(settings.kind, before, options, settings);
  if (isRefusal(fitted)) return useNaive([fitted.explanation]);
  const candidate = scoresOf(fitted, heldOut, level, shared);
  if (seasonalNaive !== undefined && isWorseThanNaive(candidate, seasonalNaive, terms)) {
    return useNaive([
      `seasonal naive is used instead of ${settings.kind}: its error is ${figure(seasonalNaive.error)} instead of ${figure(candidate.error)}`,
    ]);
  }
  return { ...common, kind: settings.kind, fitted, candidate, reasons: [] };
}

/** The held-out end, and before it as much history as the final model will have. */
function splitHistory(samples: Samples, { promotion, historySeconds, stepSeconds }: ModelSettings) {
  const last = samples.timesSeconds.at(-1) ?? 0;
  const heldOutSeconds = Math.min(promotion.holdoutSeconds, MOST_HELD_OUT * spanOf(samples));
  const borderSeconds = last + stepSeconds - heldOutSeconds;
  return {
    before: between(samples, borderSeconds - historySeconds, borderSeconds),
    heldOut: between(samples, borderSeconds, Number.POSITIVE_INFINITY),
  };
}

/** A model's scores on samples; at least one. */
export function scoresOf(
  fitted: FittedModel,
  samples: Samples,
  level: number,
  { times }: SharedWork,
): HoldoutScores {
  return scoreHoldout(forecastAt(fitted, times.of(samples.timesSeconds)), samples.values, level);
}

/** A model's forecast at the given times. */
export function forecastAt({ kind, model }: FittedModel, times: ForecastTimes): Forecast {
  return forecasterOf(kind).forecast(model, times);
}

/** Seconds from the first sample to the last. */
export function spanOf({ timesSeconds }: Samples): number {
  return (timesSeconds.at(-1) ?? 0) - (timesSeconds[0] ?? 0);
}

/** The samples with start <= time < end. */
export function between(
  { timesSeconds, values }: Samples,
  startSeconds: number,
  endSeconds: number,
): Samples {
  const isInside = (_: number, row: number) =>
    timesSeconds[row]! >= startSeconds && timesSeconds[row]! < endSeconds;
  return { timesSeconds: timesSeconds.filter(isInside), values: values.filter(isInside) };
}

function magnitudeOf({ values }: Samples): number {
  return values.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, values.length);
}

/** Formats a number with three significant digits. */
export function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
