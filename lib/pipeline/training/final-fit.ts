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
 * The last day is learnt only if the model then still describes the day before it about as well: a night of outage bends
 * the rhythm and the trend, an ordinary day does not. A day's noise moves the error by a few hundredths.
 */
const MOST_BENT = 1.25;

/** The model that is put in use, and what there is to say of how it came to be. */
export interface FinalFit {
  /** Undefined when neither model may be used. */
  readonly fitted: FittedModel | undefined;
  readonly reasons: readonly string[];
}

/**
 * Fits once more, with what was held out. Nothing that it has not seen can be held against the outcome any more, so it is
 * used only if it neither bends what the model said of the time before, nor leads it away in the time ahead, nor is worse than
 * the champion on what it knows by now; else the model that was judged is used, if it does not lead away itself.
 */
export async function finishFit(
  samples: Samples,
  rehearsal: Rehearsal,
  { leash, objectionsTo }: CandidateJudgement,
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
    : (bending(fitted, rehearsal, heldOutSeconds, settings, shared) ??
      departure(fitted, leash, ahead) ??
      objectionsTo(fitted)[0]);
  if (objection === undefined && !isRefusal(fitted)) return { fitted, reasons: [] };
  const reasons = [`trained without the last ${formatDuration(heldOutSeconds)}: ${objection}`];
  const own = departure(rehearsed, leash, ahead);
  return own === undefined ? { fitted: rehearsed, reasons } : { fitted: undefined, reasons: [own] };
}

/** How the end changes what the model says of the time before it. */
function bending(
  fitted: FittedModel,
  { fitted: rehearsed, before, terms }: Rehearsal,
  heldOutSeconds: number,
  { stepSeconds }: ModelSettings,
  shared: SharedWork,
): string | undefined {
  const from = (before.timesSeconds.at(-1) ?? 0) + stepSeconds - heldOutSeconds;
  const reference = between(before, from, Number.POSITIVE_INFINITY);
  if (reference.values.length === 0) return undefined;
  const straight = scoresOf(rehearsed, reference, terms.level, shared).error;
  const bent = scoresOf(fitted, reference, terms.level, shared).error;
  if (bent <= straight * MOST_BENT + terms.negligible) return undefined;
  return `they would bend the model (error on the time before ${figure(bent)}, not ${figure(straight)})`;
}

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
  return `in the time ahead it would be ${figure(distance)} away from what was judged, and what was seen of it pays for ${figure(most)}`;
}

function stepsFrom(startSeconds: number, spanSeconds: number, stepSeconds: number): Float64Array {
  const count = Math.max(1, Math.round(spanSeconds / stepSeconds));
  return Float64Array.from({ length: count }, (_, row) => startSeconds + row * stepSeconds);
}
