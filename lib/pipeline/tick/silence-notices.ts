import { isoTime } from '../../alerts/alert-text.ts';
import type { Notice, NoticeChannel } from '../../alerts/notice-channel.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { digest } from '../watch/alert-identity.ts';
import type { MetricHealth } from './metric-health.ts';

/**
 * Notifies people of metrics that are silent, and of silent ones that are scored again. What a channel does not take is
 * sent again by the next tick, with the same id; a channel that is refreshed every tick anyway needs no such repetition.
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
  const lasting = channels.filter(({ refresh }) => refresh === undefined);
  const isAnnounced = await announce(lasting, changed, timeSeconds, logger);
  const after = isAnnounced
    ? metrics.map((health) =>
        changed.includes(health) ? { ...health, isNotified: health.state === 'silent' } : health,
      )
    : [...metrics];
  for (const channel of channels) {
    if (channel.refresh === undefined) continue;
    await announce([channel], changed.filter(isRecovered), timeSeconds, logger);
    await refresh(
      channel,
      metrics.filter(({ state }) => state === 'silent'),
      timeSeconds,
      logger,
    );
  }
  return after;
}

/** @returns whether every channel took every notice. */
async function announce(
  channels: readonly NoticeChannel[],
  changed: readonly MetricHealth[],
  timeSeconds: number,
  logger: Logger,
): Promise<boolean> {
  if (changed.length === 0) return true;
  const notices = changed.map((health) => noticeOf(health, timeSeconds));
  const outcomes = await Promise.allSettled(channels.map((channel) => channel.announce(notices)));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed === undefined) return true;
  logger.error('Silent metrics could not be reported; the next tick tries again', {
    metrics: changed.map(({ metric }) => metric),
    error: failed.reason,
  });
  return false;
}

async function refresh(
  channel: NoticeChannel,
  silent: readonly MetricHealth[],
  timeSeconds: number,
  logger: Logger,
): Promise<void> {
  try {
    await channel.refresh?.(silent.map((health) => noticeOf(health, timeSeconds)));
  } catch (error) {
    logger.error('Silent metrics could not be reported; the next tick tries again', {
      channel: channel.name,
      metrics: silent.map(({ metric }) => metric),
      error,
    });
  }
}

function isRecovered({ state }: MetricHealth): boolean {
  return state === 'scored';
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
