import { isoTime } from '../../alerts/alert-text.ts';
import type { Notice, NoticeChannel } from '../../alerts/notice-channel.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { digest } from '../watch/alert-identity.ts';
import type { MetricHealth } from './metric-health.ts';

/**
 * Notifies people of metrics that are silent, and of silent ones that are scored again. What a channel does not take is
 * sent again by the next tick, with the same id.
 *
 * @param timeSeconds the tick's time, Unix seconds.
 * @returns the metrics with what people know of them now.
 */
export async function notifyOfSilence(
  channels: readonly NoticeChannel[],
  metrics: readonly MetricHealth[],
  timeSeconds: number,
  logger: Logger,
): Promise<MetricHealth[]> {
  const changed = metrics.filter(isNewToPeople);
  if (changed.length === 0) return [...metrics];
  const notices = changed.map((health) => noticeOf(health, timeSeconds));
  const outcomes = await Promise.allSettled(channels.map((channel) => channel.announce(notices)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    const metricNames = changed.map(({ metric }) => metric);
    logger.error('Silent metrics could not be reported; the next tick tries again', {
      metrics: metricNames,
      error: failed.reason,
    });
    return [...metrics];
  }
  return metrics.map((health) =>
    changed.includes(health) ? { ...health, isNotified: health.state === 'silent' } : health,
  );
}

/** A metric that was silent has recovered once it is scored; one that waits may still become silent again. */
function isNewToPeople({ state, isNotified }: MetricHealth): boolean {
  return isNotified ? state === 'scored' : state === 'silent';
}

function noticeOf({ metric, state, lastScoredSeconds, reason }: MetricHealth, timeSeconds: number): Notice {
  const since = isoTime(lastScoredSeconds);
  const isSilent = state === 'silent';
  const kind = isSilent ? 'metricSilent' : 'metricRecovered';
  return {
    id: digest([kind, metric, String(lastScoredSeconds)]),
    kind,
    timeSeconds,
    metric,
    text: isSilent
      ? `The metric ${metric} has no scored sample since ${since}: nothing watches it. ${reason}.`
      : `The metric ${metric} is scored again, up to ${since}.`,
    facts: isSilent ? { since, reason } : { scoredUpTo: since },
  };
}
