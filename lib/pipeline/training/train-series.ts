import { formatDuration } from '../../config/duration.ts';
import type { FittedModel, ModelDecision, TrainedSeries } from '../../models/model-set.ts';
import { excludeWindows, type TimeWindow } from '../../series/exclusion.ts';
import { seriesKey } from '../../series/labels.ts';
import { judgeQuality } from '../../series/quality.ts';
import type { Samples } from '../../series/samples.ts';
import type { Series } from '../../series/series.ts';
import { findExcursions } from './excursions.ts';
import { finishFit } from './final-fit.ts';
import { judgeCandidate, type SeriesChampion } from './judge-candidate.ts';
import type { JudgedIncidents } from './left-out.ts';
import { forecastAt, rehearse, spanOf } from './rehearsal.ts';
import type { SharedWork } from './shared-work.ts';
import type { TrainedMetric } from './trained-metric.ts';

/**
 * Trains one series: fits a rehearsal without the end of the history and compares it on that end with seasonal naive and
 * with the champion; a model that passes is fitted again with the end.
 *
 * @param series resampled to the model's step; its history includes the held-out end.
 * @returns the series with its next model: the new one, or the champion when the new one is rejected.
 */
export async function trainSeries(
  series: Series,
  champion: SeriesChampion | undefined,
  metric: TrainedMetric,
  judged: JudgedIncidents,
  shared: SharedWork,
): Promise<TrainedSeries> {
  const { labels, samples } = series;
  const { stepSeconds } = metric.settings;
  const quality = judgeQuality(samples, stepSeconds);
  const confirmed = judged.confirmed.map((window) => wholeBuckets(window, stepSeconds));
  const unjudged = excludeWindows(samples, confirmed);
  const excursions = excursionsOf(unjudged, champion, judged, shared);
  const sound = excludeWindows(unjudged, excursions);
  const { decision, fitted } = await decideOrExplain(sound, champion, metric, shared);
  const notes = [
    ...confirmed
      .filter(touches(samples))
      .map((window) => `left out as a confirmed incident: ${spanText(window)}`),
    ...excursions.map((window) => `left out as an incident: ${spanText(window)}`),
  ];
  if (quality.looksLikeCounter) notes.push('the series only rises, like a counter: use rate() in the query');
  return {
    key: seriesKey(labels),
    labels,
    quality,
    decision: { ...decision, reasons: [...decision.reasons, ...notes] },
    fitted,
  };
}

/** The periods that look like incidents, without those that people judged as false alarms. */
function excursionsOf(
  samples: Samples,
  champion: SeriesChampion | undefined,
  { falseAlarms }: JudgedIncidents,
  { times }: SharedWork,
): TimeWindow[] {
  if (champion === undefined) return [];
  const excursions = findExcursions(samples, forecastAt(champion.fitted, times.of(samples.timesSeconds)));
  return excursions.filter(
    ({ startSeconds, endSeconds }) =>
      !falseAlarms.some((alarm) => alarm.startSeconds < endSeconds && alarm.endSeconds > startSeconds),
  );
}

/** Extends the window to the start of its first bucket, which is part of the incident. */
function wholeBuckets({ startSeconds, endSeconds }: TimeWindow, stepSeconds: number): TimeWindow {
  return { startSeconds: Math.floor(startSeconds / stepSeconds) * stepSeconds, endSeconds };
}

function touches({ timesSeconds }: Samples): (window: TimeWindow) => boolean {
  return ({ startSeconds, endSeconds }) =>
    timesSeconds.some((time) => time >= startSeconds && time < endSeconds);
}

function spanText({ startSeconds, endSeconds }: TimeWindow): string {
  const from = new Date(startSeconds * 1000).toISOString().slice(0, 16);
  return `${formatDuration(Math.round((endSeconds - startSeconds) / 60) * 60)} from ${from}Z`;
}

interface Decided {
  readonly decision: ModelDecision;
  readonly fitted: FittedModel | undefined;
}

/** A failure of one series must not stop the others. */
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
  { settings, monitor }: TrainedMetric,
  shared: SharedWork,
): Promise<Decided> {
  const { minimumHistorySeconds, stepSeconds } = settings;
  const spanSeconds = spanOf(samples);
  if (spanSeconds + stepSeconds < minimumHistorySeconds) {
    const reason = `${formatDuration(Math.floor(spanSeconds / 60) * 60)} of history, at least ${formatDuration(minimumHistorySeconds)} required${champion === undefined ? ': the detector uses its own baseline' : ''}`;
    return withoutNew('too-little-history', [reason], champion);
  }
  const rehearsal = await rehearse(samples, settings, shared);
  if ('refusals' in rehearsal) return withoutNew('refused', rehearsal.refusals, champion);
  const { reasons, seasonalNaive } = rehearsal;
  const judgement = judgeCandidate(rehearsal, champion, { ...monitor, stepSeconds }, shared);
  const { candidate, objections, approval } = judgement;
  const scores = { candidate, champion: judgement.champion, seasonalNaive };
  if (objections.length > 0) {
    const { decision, fitted } = withoutNew('refused', [...reasons, ...objections], champion);
    return { decision: { ...decision, ...scores }, fitted };
  }
  const final = await finishFit(samples, rehearsal, judgement, settings, shared);
  if (final.fitted === undefined) {
    const { decision, fitted } = withoutNew('refused', [...reasons, ...final.reasons], champion);
    return { decision: { ...decision, ...scores }, fitted };
  }
  return {
    decision: { outcome: 'promoted', reasons: [...reasons, approval, ...final.reasons], ...scores },
    fitted: final.fitted,
  };
}

/** The decision without a new model: the series keeps its champion if it has one. */
function withoutNew(
  outcome: 'refused' | 'too-little-history',
  reasons: readonly string[],
  champion: SeriesChampion | undefined,
): Decided {
  if (champion === undefined) return { decision: { outcome, reasons }, fitted: undefined };
  return { decision: { outcome: 'kept', reasons }, fitted: champion.fitted };
}
