import type { Alert } from '../../alerts/alert-channel.ts';
import { endsIncident } from '../../detector/verdict.ts';
import { seriesKey } from '../../series/labels.ts';
import { alertOf } from '../watch/alert-identity.ts';
import type { MetricMemory, SeriesMemory, ShardState } from '../watch/shard-state.ts';

/**
 * Takes the news of a metric's incidents into its memory of which are open.
 *
 * @returns the news that is to be told: not that of incidents which a summary stands for.
 */
export function trackIncidents({ openIncidents: open }: MetricMemory, news: readonly Alert[]): Alert[] {
  return news.filter((alert) => {
    const summarizedIn = open.get(alert.incidentId)?.summarizedIn;
    if (endsIncident(alert.event.kind)) open.delete(alert.incidentId);
    else open.set(alert.incidentId, summarizedIn === undefined ? alert : { ...alert, summarizedIn });
    return summarizedIn === undefined;
  });
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
    for (const [incident, alert] of memory.openIncidents) {
      if (alert.summary !== undefined) continue;
      const key = seriesKey(alert.labels);
      if (watched.has(metric) && isGoingOn(alert, memory.series.get(key))) continue;
      memory.openIncidents.delete(incident);
      const end = alertOf(metric, key, alert.labels, alert.isSimulated, {
        ...alert.event,
        kind: alert.event.kind === 'series-missing' ? 'series-returned' : 'resolved',
        explanation: 'No longer watched: the series or its metric is gone, or is being learnt anew.',
      });
      ends.push(alert.summarizedIn === undefined ? end : { ...end, summarizedIn: alert.summarizedIn });
    }
  }
  return ends;
}

function isGoingOn({ event }: Alert, series: SeriesMemory | undefined): boolean {
  if (series === undefined) return false;
  return event.kind === 'series-missing'
    ? series.lastSeenSeconds < event.onsetSeconds
    : series.state.policy.isOpen;
}

/** The newest news of each incident that is open; a summary stands for those that were told in it. */
export function openIncidents(state: ShardState): Alert[] {
  return [...state.metrics.values()].flatMap((memory) =>
    [...memory.openIncidents.values()].filter(({ summarizedIn }) => summarizedIn === undefined),
  );
}
