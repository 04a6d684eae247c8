import { seriesKey } from '../../series/labels.ts';
import type { Series } from '../../series/series.ts';
import type { QueryWindow } from '../watch/query-window.ts';
import type { MetricMemory } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';

/**
 * The steps that are asked for once more, to count what arrived after they were scored: those of the last block of
 * `lateCheckSeconds` of which a tick leaves the end behind. Each step is looked at once. Late samples are counted and never scored,
 * since what was learnt after them can't be unlearnt.
 *
 * @param window what the tick is about to score.
 * @returns undefined while the present block goes on.
 */
export function lateCheckWindow(
  { lateCheckSeconds, monitor: { stepSeconds } }: WatchedMetric,
  memory: MetricMemory,
  window: QueryWindow,
): { readonly startSeconds: number; readonly endSeconds: number } | undefined {
  const { watermarkSeconds } = memory;
  if (lateCheckSeconds === undefined || memory.series.size === 0) return undefined;
  const block = Math.floor(watermarkSeconds / lateCheckSeconds);
  if (Math.floor(window.endSeconds / lateCheckSeconds) === block) return undefined;
  const startSeconds = Math.ceil((block * lateCheckSeconds) / stepSeconds) * stepSeconds;
  return startSeconds > watermarkSeconds ? undefined : { startSeconds, endSeconds: watermarkSeconds };
}

/** How many samples a block has now beyond those that were scored. */
export function countLateSamples(memory: MetricMemory, answer: readonly Series[]): number {
  let late = 0;
  for (const { labels, samples } of answer) {
    const series = memory.series.get(seriesKey(labels));
    if (series === undefined || series.warmUp !== undefined) continue;
    const there = samples.values.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
    late += Math.max(0, there - series.samplesInBlock);
  }
  return late;
}
