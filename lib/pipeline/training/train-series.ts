import type { BaselineKind } from '../../baseline/forecasters.ts';
import type { HoldoutScores } from '../../baseline/holdout-scores.ts';
import { formatDuration } from '../../config/duration.ts';
import {
  objectionsToFirst,
  objectionsToReplacing,
  type PromotionTerms,
} from '../../evaluation/promotion-gate.ts';
import type { FittedModel, ModelDecision, TrainedSeries } from '../../models/model-set.ts';
import { isRefusal } from '../../prophet/refusal.ts';
import { excludeWindows } from '../../series/exclusion.ts';
import { seriesKey } from '../../series/labels.ts';
import { judgeQuality } from '../../series/quality.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import { baselineOptions } from './baseline-options.ts';
import { findExcursions } from './excursions.ts';
import { fitBaseline } from './fit-baseline.ts';
import { between, figure, forecastAt, type Rehearsal, rehearse, scoresOf, spanOf } from './rehearsal.ts';
import type { ModelSettings } from './training-metric.ts';

/** The model that a series has now. */
export interface SeriesChampion {
  /** With the version that it comes from. */
  readonly fitted: FittedModel & { readonly carriedFrom: string };
  /** It was fitted with other settings than today's. */
  readonly isOfOtherSettings: boolean;
}

/** A champion that has learnt more than this share of the held-out samples can't be judged on them. */
const MOST_SEEN = 0.5;
/**
 * The last day is learnt only if the model then still describes the day before it about as well: a night of outage bends
 * the rhythm and the trend, an ordinary day does not. A day's noise moves the error by a few hundredths.
 */
const MOST_BENT = 1.25;

/**
 * Trains one series: a rehearsal is fitted to the history without its end, held against that end, against seasonal naive
 * and against the champion; what stands the test is fitted again with the end.
 *
 * @param series resampled to the settings' step; its history may be as much longer than that of the model as is held out.
 * @returns the series with the model that it shall have; the champion's where the new one is no improvement.
 */
export async function trainSeries(
  series: Series,
  champion: SeriesChampion | undefined,
  settings: ModelSettings,
): Promise<TrainedSeries> {
  const { labels, samples } = series;
  const quality = judgeQuality(samples, settings.stepSeconds);
  const excursions =
    champion === undefined ? [] : findExcursions(samples, forecastAt(champion.fitted, samples));
  const sound = excludeWindows(samples, excursions);
  const { decision, fitted } = await decideOrExplain(sound, champion, settings);
  const notes = excursions.map(({ startSeconds, endSeconds }) => {
    const from = new Date(startSeconds * 1000).toISOString().slice(0, 16);
    return `left out as an incident: ${formatDuration(endSeconds - startSeconds)} from ${from}Z`;
  });
  if (quality.looksLikeCounter)
    notes.push('it only rises, like a counter: rate() in the query would give a rhythm to learn');
  return {
    key: seriesKey(labels),
    labels,
    quality,
    decision: { ...decision, reasons: [...decision.reasons, ...notes] },
    fitted,
  };
}

interface Decided {
  readonly decision: ModelDecision;
  readonly fitted: FittedModel | undefined;
}

/** Nothing that one series does may stop the others. */
async function decideOrExplain(...input: Parameters<typeof decide>): Promise<Decided> {
  try {
    return await decide(...input);
  } catch (error) {
    return withoutNew('refused', [error instanceof Error ? error.message : String(error)], input[1]);
  }
}

async function decide(
  samples: Samples,
  champion: SeriesChampion | undefined,
  settings: ModelSettings,
): Promise<Decided> {
  const spanSeconds = spanOf(samples);
  const { minimumHistorySeconds } = settings;
  if (spanSeconds + settings.stepSeconds < minimumHistorySeconds) {
    const reason = `there are ${formatDuration(Math.floor(spanSeconds / 60) * 60)} of history, ${formatDuration(minimumHistorySeconds)} are needed`;
    return withoutNew('too-little-history', [reason], champion);
  }
  const rehearsal = await rehearse(samples, settings);
  if ('refusals' in rehearsal) return withoutNew('refused', rehearsal.refusals, champion);
  const { candidate, kind, fitted, reasons } = rehearsal;
  const scores = { candidate, seasonalNaive: rehearsal.seasonalNaive };
  const judged = champion && judgeChampion(champion, rehearsal);
  const objections =
    judged === undefined
      ? objectionsToFirst(candidate, settings.intervalWidth)
      : objectionsTo(candidate, judged, rehearsal.terms);
  const championScores = judged?.scores;
  if (objections.length > 0) {
    const refused = withoutNew('refused', [...reasons, ...objections], champion);
    return { ...refused, decision: { ...refused.decision, ...scores, champion: championScores } };
  }
  const final = await finish(samples, kind, fitted, rehearsal, settings);
  const praise = praiseOf(candidate, judged, champion);
  return {
    decision: {
      outcome: 'promoted',
      reasons: [...reasons, praise, ...final.reasons],
      ...scores,
      champion: championScores,
    },
    fitted: final.fitted,
  };
}

/** The series keeps its champion when it has one. */
function withoutNew(
  outcome: 'refused' | 'too-little-history',
  reasons: readonly string[],
  champion: SeriesChampion | undefined,
): Decided {
  if (champion === undefined) return { decision: { outcome, reasons }, fitted: undefined };
  return { decision: { outcome: 'kept', reasons }, fitted: champion.fitted };
}

/** The champion on the held-out samples; undefined when it is not to be asked. */
interface JudgedChampion {
  readonly scores: HoldoutScores | undefined;
  /** Share of the held-out samples that it has learnt. */
  readonly seenShare: number;
}

function judgeChampion(
  { fitted, isOfOtherSettings }: SeriesChampion,
  { heldOut, terms }: Rehearsal,
): JudgedChampion | undefined {
  const seen = heldOut.timesSeconds.filter((time) => time <= fitted.trainedUntilSeconds).length;
  const seenShare = seen / heldOut.timesSeconds.length;
  if (seenShare <= MOST_SEEN) return { scores: scoresOf(fitted, heldOut, terms.level), seenShare };
  // What it has learnt it knows best: with other settings nothing can be compared, and the candidate is a first model.
  return isOfOtherSettings ? undefined : { scores: undefined, seenShare };
}

function objectionsTo(
  candidate: HoldoutScores,
  { scores, seenShare }: JudgedChampion,
  terms: PromotionTerms,
): string[] {
  if (scores !== undefined) return objectionsToReplacing(candidate, scores, terms);
  return [`the champion has learnt ${(100 * seenShare).toFixed(0)}% of the held-out samples already`];
}

function praiseOf(
  candidate: HoldoutScores,
  judged: JudgedChampion | undefined,
  champion: SeriesChampion | undefined,
): string {
  const own = `error ${figure(candidate.error)}, ${(100 * candidate.coverage).toFixed(1)}% inside the band`;
  if (judged?.scores !== undefined)
    return `no worse than the champion: ${own}, error ${figure(judged.scores.error)} before`;
  if (champion !== undefined) return `the settings have changed: ${own}`;
  return `the first model of this series: ${own}`;
}

/** Fits once more, with what was held out, unless that bends the model. */
async function finish(
  samples: Samples,
  kind: BaselineKind,
  rehearsed: FittedModel,
  { before, heldOut, terms }: Rehearsal,
  settings: ModelSettings,
): Promise<{ readonly fitted: FittedModel; readonly reasons: readonly string[] }> {
  const last = samples.timesSeconds.at(-1) ?? 0;
  const recent = between(samples, last - settings.historySeconds, Number.POSITIVE_INFINITY);
  const options = baselineOptions(settings, spanOf(recent));
  const fitted = await fitBaseline(kind, recent, options, settings);
  if (isRefusal(fitted)) return { fitted: rehearsed, reasons: [fitted.explanation] };
  const heldOutSeconds = spanOf(heldOut) + settings.stepSeconds;
  const lastBefore = before.timesSeconds.at(-1) ?? 0;
  const reference = between(
    before,
    lastBefore + settings.stepSeconds - heldOutSeconds,
    Number.POSITIVE_INFINITY,
  );
  if (reference.values.length === 0) return { fitted, reasons: [] };
  const straight = scoresOf(rehearsed, reference, terms.level).error;
  const bent = scoresOf(fitted, reference, terms.level).error;
  if (bent <= straight * MOST_BENT + terms.negligible) return { fitted, reasons: [] };
  return {
    fitted: rehearsed,
    reasons: [
      `the last ${formatDuration(heldOutSeconds)} would bend the model (error on the time before ${figure(bent)}, not ${figure(straight)}): it is trained without them`,
    ],
  };
}
