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
 * Trains one series: a rehearsal is fitted to the history without its end, held against that end, against seasonal naive
 * and against the champion; what stands the test is fitted again with the end.
 *
 * @param series resampled to the settings' step; its history may be as much longer than that of the model as is held out.
 * @returns the series with the model that it shall have; the champion's where the new one is no improvement.
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

/** The stretches that look like incidents, but for those of which a person said that they are none. */
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

/** A resampled sample stands for the time of its bucket: one that an incident began in is a part of it. */
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
  { settings, monitor }: TrainedMetric,
  shared: SharedWork,
): Promise<Decided> {
  const { minimumHistorySeconds, stepSeconds } = settings;
  const spanSeconds = spanOf(samples);
  if (spanSeconds + stepSeconds < minimumHistorySeconds) {
    const reason = `there are ${formatDuration(Math.floor(spanSeconds / 60) * 60)} of history, ${formatDuration(minimumHistorySeconds)} are needed${champion === undefined ? ': the series keeps the baseline of its detector' : ''}`;
    return withoutNew('too-little-history', [reason], champion);
  }
  const rehearsal = await rehearse(samples, settings, shared);
  if ('refusals' in rehearsal) return withoutNew('refused', rehearsal.refusals, champion);
  const { reasons, seasonalNaive } = rehearsal;
  const judgement = judgeCandidate(rehearsal, champion, { ...monitor, stepSeconds }, shared);
  const { candidate, objections, praise } = judgement;
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
    decision: { outcome: 'promoted', reasons: [...reasons, praise, ...final.reasons], ...scores },
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
