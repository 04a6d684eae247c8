import type { Alert } from '../../alerts/alert-channel.ts';
import { endsIncident } from '../../detector/verdict.ts';
import { digest } from '../watch/alert-identity.ts';
import type { ShardState } from '../watch/shard-state.ts';

/** More metrics than this are not named one by one. */
const MAXIMUM_METRICS = 50;

/**
 * Puts one summary in the place of the alerts of a tick in which too many incidents begin: a person reads one message
 * instead of a thousand. From then on the summary stands for these incidents: it ends when all of them have ended, and
 * none of them is notified by itself any more. Alerts of incidents that people know stay as they are, so that whoever was
 * notified of one is notified of its end. An incident that opens again after its end begins once more.
 *
 * @param state remembers which incidents the summary stands for.
 * @param alerts what the tick decided to notify.
 * @param known ids of the incidents that were open before the tick, and notified by themselves.
 * @param limit how many incidents one tick may notify one by one.
 * @returns what is to be notified instead: the same alerts where they are few enough.
 */
export function summarizeAlerts(
  state: ShardState,
  alerts: readonly Alert[],
  known: ReadonlySet<string>,
  limit: number,
): readonly Alert[] {
  const beginnings = alerts.filter(
    ({ event, incidentId }) => !known.has(incidentId) && !endsIncident(event.kind),
  );
  const begun = new Set(beginnings.map(({ incidentId }) => incidentId));
  if (begun.size <= limit) return alerts;
  const [summed, others] = [true, false].map((isSummed) =>
    alerts.filter(({ incidentId }) => begun.has(incidentId) === isSummed),
  ) as [Alert[], Alert[]];
  const summary = summaryOf(summed, beginnings, limit);
  for (const { openIncidents } of state.metrics.values())
    for (const [id, alert] of openIncidents)
      if (begun.has(id)) openIncidents.set(id, { ...alert, summarizedIn: summary.incidentId });
  state.metrics.get(summary.metric)?.openIncidents.set(summary.incidentId, summary);
  return [...others, summary];
}

/**
 * Incidents whose summary is in the state of another shard, since their metrics went apart, are notified by themselves
 * from now on: their summary can no longer know when they have ended.
 */
export function leaveSummaries(state: ShardState): void {
  const memories = [...state.metrics.values()].map(({ openIncidents: open }) => open);
  const summaries = new Set(
    memories.flatMap((open) => [...open.values()].flatMap((one) => (one.summary ? [one.incidentId] : []))),
  );
  for (const open of memories) {
    for (const [id, { summarizedIn, ...alert }] of open)
      if (summarizedIn !== undefined && !summaries.has(summarizedIn)) open.set(id, alert);
  }
}

/** The ends of the summaries all of whose incidents have ended. */
export function endsOfSummaries(state: ShardState, timeSeconds: number): Alert[] {
  const open = [...state.metrics.values()].flatMap(({ openIncidents }) => [...openIncidents.values()]);
  const standFor = new Set(open.map(({ summarizedIn }) => summarizedIn));
  return open
    .filter(({ summary, incidentId }) => summary !== undefined && !standFor.has(incidentId))
    .map((alert) => ({
      ...alert,
      id: digest([alert.incidentId, 'resolved']),
      event: {
        ...alert.event,
        kind: 'resolved' as const,
        verdict: { ...alert.event.verdict, timeSeconds },
        explanation: `All ${alert.summary?.incidents} incidents that were summarized together are over.`,
      },
    }));
}

/**
 * @param summed all notifications of the incidents.
 * @param beginnings those with which they began; never empty.
 */
function summaryOf(summed: readonly Alert[], beginnings: readonly Alert[], limit: number): Alert {
  const worst = beginnings.toSorted(byScore)[0]!;
  const incidents = new Set(beginnings.map((alert) => alert.incidentId)).size;
  // By their notifications, since the same incidents may open again.
  const incidentId = digest(['summary', ...beginnings.map(({ id }) => id).toSorted()]);
  const counts = Map.groupBy(
    new Map(summed.map((alert) => [alert.incidentId, alert.metric])).values(),
    (name) => name,
  );
  const metrics = [...counts]
    .map(([name, ofMetric]) => [name, ofMetric.length] as const)
    .toSorted(([one, count], [other, otherCount]) => otherCount - count || (one < other ? -1 : 1))
    .slice(0, MAXIMUM_METRICS);
  return {
    id: digest([incidentId, 'onset']),
    incidentId,
    metric: worst.metric,
    labels: {},
    isSimulated: false,
    summary: { incidents, metrics: Object.fromEntries(metrics) },
    event: {
      kind: 'onset',
      onsetSeconds: Math.min(...summed.map(({ event }) => event.onsetSeconds)),
      verdict: worst.event.verdict,
      explanation:
        `${incidents} incidents began at once, more than limits.alertsPerTick (${limit}), so they are summarized in one notification; ` +
        `each one stands in the results. The rarest, of ${worst.metric}: ${worst.event.explanation}`,
    },
  };
}

/** The highest first; of equal ones always the same. */
function byScore(one: Alert, other: Alert): number {
  const difference = (other.event.verdict.score ?? 0) - (one.event.verdict.score ?? 0);
  return difference || (one.id < other.id ? -1 : 1);
}
