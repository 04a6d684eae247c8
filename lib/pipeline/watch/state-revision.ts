import type { MetricMemory, SeriesMemory, ShardState } from './shard-state.ts';

/**
 * Names the content of a state, so that a tick saves what has changed and nothing else. Two states of one shard have the
 * same revision exactly if they are stored as the same bytes, but for the count of saves.
 *
 * It is made of what moves with every change, since encoding thousands of series to compare them costs as much as
 * saving them: scoring moves a metric's watermark, a replay of history moves its series' positions; incidents and
 * notifications are named one by one.
 */
export function revisionOf({ metrics, outbox, spool }: ShardState): string {
  return JSON.stringify([
    [...metrics].map(([name, memory]) => [name, ...revisionOfMetric(memory)]),
    outbox.map(({ alert, deliveredTo }) => [alert.id, deliveredTo]),
    spool.map(({ key }) => key),
  ]);
}

function revisionOfMetric(memory: MetricMemory): unknown[] {
  const { detector, stepSeconds, watermarkSeconds, movingFrom, series, openIncidents } = memory;
  const incidents = [...openIncidents].map(([id, alert]) => [id, alert.id, alert.summarizedIn]);
  return [detector, stepSeconds, watermarkSeconds, movingFrom, series.size, replayedOf(series), incidents];
}

/** How many series are being warmed, and how far they have come together: each of them only moves forward. */
function replayedOf(series: ReadonlyMap<string, SeriesMemory>): readonly [count: number, sumSeconds: number] {
  let count = 0;
  let sumSeconds = 0;
  for (const { warmUp } of series.values()) {
    if (warmUp === undefined) continue;
    count += 1;
    sumSeconds += warmUp.replayedSeconds;
  }
  return [count, sumSeconds];
}
