import { isFallback, type SeriesSource } from '../../sources/series-source.ts';
import type { SeriesMemory, ShardState } from '../watch/shard-state.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';
import { USUAL_LATENESS_SECONDS } from './arrived-window.ts';
import type { Answer } from './metric-answer.ts';
import type { MetricSeen } from './metric-health.ts';
import type { Tick } from './tick.ts';

const DEFAULT_SILENT_AFTER_SECONDS = 600;

/**
 * What a tick saw of each of its metrics.
 *
 * @param state after the tick.
 * @param answers of the source, for the metrics of which something was due.
 */
export function metricsSeen(
  tick: Pick<Tick, 'metrics' | 'silentAfterSeconds'>,
  state: ShardState,
  answers: readonly Answer[],
  source: SeriesSource,
): MetricSeen[] {
  const byMetric = new Map(answers.map((answer) => [answer.metric.name, answer]));
  return tick.metrics.map((metric) => {
    const { name } = metric;
    const series = state.metrics.get(name)?.series ?? new Map<string, SeriesMemory>();
    let lastScoredSeconds = 0;
    let warming = 0;
    for (const { lastSeenSeconds, warmUp } of series.values()) {
      if (lastSeenSeconds > lastScoredSeconds) lastScoredSeconds = lastSeenSeconds;
      if (warmUp !== undefined) warming += 1;
    }
    const isWarming = warming > 0 && warming === series.size;
    return {
      metric: name,
      lastScoredSeconds,
      reason: isWarming
        ? 'The history of its series could not be read to the end yet'
        : reasonOf(byMetric.get(name), series.size, source),
      silentAfterSeconds: silentAfterSeconds(tick, metric),
    };
  });
}

/** How old the newest scored sample of a metric may be before the metric is silent. */
export function silentAfterSeconds(
  tick: Pick<Tick, 'silentAfterSeconds'>,
  { delaySeconds, maximumLatenessSeconds = 0, monitor: { stepSeconds } }: WatchedMetric,
): number {
  // Whoever lets samples come later than usual does not call their metric silent meanwhile.
  const latenessSeconds = maximumLatenessSeconds > USUAL_LATENESS_SECONDS ? maximumLatenessSeconds : 0;
  const silentSeconds = tick.silentAfterSeconds ?? DEFAULT_SILENT_AFTER_SECONDS;
  return delaySeconds + Math.max(silentSeconds, latenessSeconds + 2 * stepSeconds);
}

function reasonOf(answer: Answer | undefined, knownSeries: number, source: SeriesSource): string | undefined {
  if (answer === undefined) return undefined;
  if ('fault' in answer) return answer.fault;
  if (isFallback(answer.result, source)) return 'The source is down; a simulation takes its place';
  if (answer.result.series.length > 0) return undefined;
  return knownSeries === 0
    ? 'The query returns no series'
    : `The query returns no series; ${knownSeries} are known`;
}
