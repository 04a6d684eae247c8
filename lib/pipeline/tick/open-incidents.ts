import type { Alert } from '../../alerts/alert-channel.ts';
import { endsIncident } from '../../detector/verdict.ts';
import { seriesKey } from '../../series/labels.ts';
import { alertOf } from '../watch/alert-identity.ts';
import type { SeriesMemory, ShardState } from '../watch/shard-state.ts';

/**
 * Follows incidents through their alerts: which are open, and what each one's newest alert says.
 *
 * @param state remembers the incidents that are open, and forgets those that have ended.
 * @returns the alerts to notify: not those of incidents that a summary stands for.
 */
export function trackIncidents(state: ShardState, alerts: readonly Alert[]): Alert[] {
  return alerts.filter((alert) => {
    const open = state.metrics.get(alert.metric)?.openIncidents;
    const summarizedIn = open?.get(alert.incidentId)?.summarizedIn;
    if (endsIncident(alert.event.kind)) open?.delete(alert.incidentId);
    else open?.set(alert.incidentId, summarizedIn === undefined ? alert : { ...alert, summarizedIn });
    return summarizedIn === undefined;
  });
}

/**
 * The ends of incidents that no sample can end any more: their series has expired or was reset, or their metric is no
 * longer watched. So whoever was notified of an incident is notified of its end.
 *
 * @param watched the names of the metrics that are watched.
 */
export function endsOfAbandoned(state: ShardState, watched: ReadonlySet<string>): Alert[] {
  return [...state.metrics].flatMap(([metric, memory]) =>
    [...memory.openIncidents.values()].flatMap((alert) => {
      const key = seriesKey(alert.labels);
      const reason = watched.has(metric)
        ? reasonToAbandon(alert, memory.series.get(key))
        : 'the metric is no longer monitored';
      if (alert.summary !== undefined || reason === undefined) return [];
      const end = alertOf(metric, key, alert.labels, alert.isSimulated, {
        ...alert.event,
        kind: alert.event.kind === 'series-missing' ? 'series-returned' : 'resolved',
        explanation: `Closed automatically: ${reason}.`,
      });
      return [end];
    }),
  );
}

/** Why an incident can't be followed any more; undefined for one that goes on. */
function reasonToAbandon({ event }: Alert, series: SeriesMemory | undefined): string | undefined {
  if (series === undefined) return 'the series is gone, and is no longer monitored';
  const isGoingOn =
    event.kind === 'series-missing'
      ? series.lastSeenSeconds < event.onsetSeconds
      : series.state.policy.isOpen;
  return isGoingOn ? undefined : 'the detector of the series was reset';
}

/** The newest alert of each incident that is open; a summary stands for those that it counts. */
export function openIncidents(state: ShardState): Alert[] {
  return [...state.metrics.values()].flatMap((memory) =>
    [...memory.openIncidents.values()].filter(({ summarizedIn }) => summarizedIn === undefined),
  );
}
