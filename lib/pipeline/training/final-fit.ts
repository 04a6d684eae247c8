import { formatDuration } from '../../config/duration.ts';
import type { FittedModel } from '../../models/model-set.ts';
import type { ForecastTimes } from '../../prophet/forecast-times.ts';
import { isRefusal } from '../../prophet/refusal.ts';
import type { Samples } from '../../series/samples.ts';
import { baselineOptions } from './baseline-options.ts';
import { fitBaseline } from './fit-baseline.ts';
import type { CandidateJudgement, DepartureLimit } from './judge-candidate.ts';
import { between, figure, forecastAt, type Rehearsal, scoresOf, spanOf } from './rehearsal.ts';
import type { SharedWork } from './shared-work.ts';
import type { ModelSettings } from './trained-metric.ts';

/**
 * The last day is learnt only if the error on the day before grows by at most this factor: a night of outage distorts
 * seasonality and trend, an ordinary day does not. A day's noise changes the error by a few hundredths.
 */
const MAXIMUM_ERROR_RATIO = 1.25;

/** The model to promote, and the reasons for it. */
export interface FinalFit {
  /** Undefined when neither model may be used. */
  readonly fitted: FittedModel | undefined;
  readonly reasons: readonly string[];
}

/**
 * Fits again, including the held-out end. No unseen samples are left to test the result, so it is used only if it does
 * not distort the fit of the time before, does not diverge from the champion on the next day's forecast, and is not worse
 * than the champion on the held-out end. Otherwise the judged model is used, unless its own forecast diverges.
 */
export async function finishFit(
  samples: Samples,
  rehearsal: Rehearsal,
  { departureLimit, objectionsTo }: CandidateJudgement,
  settings: ModelSettings,
  shared: SharedWork,
): Promise<FinalFit> {
  const { kind, fitted: rehearsed, heldOut } = rehearsal;
  const last = samples.timesSeconds.at(-1) ?? 0;
  const recent = between(samples, last - settings.historySeconds, Number.POSITIVE_INFINITY);
  const heldOutSeconds = spanOf(heldOut) + settings.stepSeconds;
  const ahead = shared.times.of(stepsFrom(last + settings.stepSeconds, heldOutSeconds, settings.stepSeconds));
  const options = baselineOptions(settings, spanOf(recent), shared.designs);
  const fitted = await fitBaseline(kind, recent, options, settings);
  const objection = isRefusal(fitted)
    ? fitted.explanation
    : (distortion(fitted, rehearsal, heldOutSeconds, settings, shared) ??
      departure(fitted, departureLimit, ahead) ??
      objectionsTo(fitted)[0]);
  if (objection === undefined && !isRefusal(fitted)) return { fitted, reasons: [] };
  const reasons = [`trained without the last ${formatDuration(heldOutSeconds)}: ${objection}`];
  const own = departure(rehearsed, departureLimit, ahead);
  return own === undefined ? { fitted: rehearsed, reasons } : { fitted: undefined, reasons: [own] };
}

/** Explains how learning the end would distort the fit of the time before it; undefined when it does not. */
function distortion(
  fitted: FittedModel,
  { fitted: rehearsed, before, terms }: Rehearsal,
  heldOutSeconds: number,
  { stepSeconds }: ModelSettings,
  shared: SharedWork,
): string | undefined {
  const from = (before.timesSeconds.at(-1) ?? 0) + stepSeconds - heldOutSeconds;
  const reference = between(before, from, Number.POSITIVE_INFINITY);
  if (reference.values.length === 0) return undefined;
  const errorWithout = scoresOf(rehearsed, reference, terms.level, shared).error;
  const errorWith = scoresOf(fitted, reference, terms.level, shared).error;
  if (errorWith <= errorWithout * MAXIMUM_ERROR_RATIO + terms.negligible) return undefined;
  return `they would distort the model (error on the time before: ${figure(errorWith)} instead of ${figure(errorWithout)})`;
}

/** Explains how far the next day's forecast diverges; undefined within the limit. */
function departure(
  fitted: FittedModel,
  { from, most }: DepartureLimit,
  ahead: ForecastTimes,
): string | undefined {
  const one = forecastAt(fitted, ahead).expected;
  const other = forecastAt(from, ahead).expected;
  const squares = one.reduce((sum, value, row) => sum + (value - other[row]!) ** 2, 0);
  const distance = Math.sqrt(squares / one.length);
  if (distance <= most) return undefined;
  return `its forecast for the next day differs from the reference model's by ${figure(distance)} (RMS); its improvement allows at most ${figure(most)}`;
}

function stepsFrom(startSeconds: number, spanSeconds: number, stepSeconds: number): Float64Array {
  const count = Math.max(1, Math.round(spanSeconds / stepSeconds));
  return Float64Array.from({ length: count }, (_, row) => startSeconds + row * stepSeconds);
}
