import type { Alert } from '../alerts/alert-channel.ts';
import { seriesKey } from '../series/labels.ts';
import { alertOf } from './alert-identity.ts';
import type { MetricMemory, ShardState } from './shard-state.ts';

/** Takes the news of a metric's incidents into its memory of which are open. */
export function rememberNews(memory: MetricMemory, news: readonly Alert[]): void {
  for (const alert of news) {
    const key = seriesKey(alert.labels);
    if (alert.event.kind === 'resolved') memory.openIncidents.delete(key);
    else memory.openIncidents.set(key, alert);
  }
}

/**
 * Ends the incidents that nothing will ever end: their series has expired or begun anew, or their metric is no longer
 * watched. So whoever was told of an incident is told of its end.
 *
 * @param watched the names of the metrics that are watched.
 * @returns the news of those ends.
 */
export function endAbandoned(state: ShardState, watched: ReadonlySet<string>): Alert[] {
  const ends: Alert[] = [];
  for (const [metric, memory] of state.metrics) {
    for (const [key, alert] of memory.openIncidents) {
      const isWatched = watched.has(metric) && memory.series.get(key)?.state.policy.isOpen === true;
      if (isWatched) continue;
      memory.openIncidents.delete(key);
      ends.push(
        alertOf(metric, key, alert.labels, alert.isSimulated, {
          ...alert.event,
          kind: 'resolved',
          explanation: 'No longer watched: the series or its metric is gone, or is being learnt anew.',
        }),
      );
    }
  }
  return ends;
}

/** The newest news of each incident that is open. */
export function openIncidents(state: ShardState): Alert[] {
  return [...state.metrics.values()].flatMap((memory) => [...memory.openIncidents.values()]);
}
