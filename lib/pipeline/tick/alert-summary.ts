import type { Alert } from '../../alerts/alert-channel.ts';
import { endsIncident } from '../../detector/verdict.ts';
import { digest } from '../watch/alert-identity.ts';
import type { ShardState } from '../watch/shard-state.ts';
import { openIncidents } from './open-incidents.ts';

/** More metrics than this are not named one by one. */
const MAXIMUM_METRICS = 50;

/** What people knew before a tick found its news. */
export interface KnownBefore {
  /** How many alerts waited in the outbox. */
  readonly waiting: number;
  /** Incidents that were open and told by themselves. */
  readonly incidents: ReadonlySet<string>;
}

/** To be asked before a tick takes in its own news. */
export function knownBefore(state: ShardState): KnownBefore {
  const incidents = new Set(openIncidents(state).map(({ incidentId }) => incidentId));
  return { waiting: state.outbox.length, incidents };
}

/**
 * Puts one summary in the place of the news of a tick in which too many incidents begin: a person reads one message, and
 * none of a thousand. From then on the summary stands for these incidents: it is over when all of them are, and none of
 * them is told by itself any more. News of incidents that were told before stays as it is, so that whoever was told of
 * one is told of its end. An incident that opens again after its end begins once more.
 *
 * @param limit incidents that one tick may tell one by one.
 */
export function summarizeAlerts(state: ShardState, before: KnownBefore, limit: number): void {
  const news = state.outbox.slice(before.waiting).map(({ alert }) => alert);
  const beginnings = news.filter(
    ({ event, incidentId }) => !before.incidents.has(incidentId) && !endsIncident(event.kind),
  );
  const begun = new Set(beginnings.map(({ incidentId }) => incidentId));
  if (begun.size <= limit) return;
  const summed = news.filter(({ incidentId }) => begun.has(incidentId));
  const summary = summaryOf(summed, beginnings, limit);
  const isSummed = new Set(summed);
  state.outbox = state.outbox.filter(({ alert }) => !isSummed.has(alert));
  state.outbox.push({ alert: summary, deliveredTo: [] });
  for (const { openIncidents } of state.metrics.values())
    for (const [id, alert] of openIncidents)
      if (begun.has(id)) openIncidents.set(id, { ...alert, summarizedIn: summary.incidentId });
  state.metrics.get(summary.metric)?.openIncidents.set(summary.incidentId, summary);
}

/**
 * Incidents whose summary is in the state of another shard, since their metrics went apart, are told by themselves from now on: their summary
 * can't know any more when they are over.
 *
 * @returns whether there were any.
 */
export function leaveSummaries(state: ShardState): boolean {
  const memories = [...state.metrics.values()].map(({ openIncidents: open }) => open);
  const summaries = new Set(
    memories.flatMap((open) => [...open.values()].flatMap((one) => (one.summary ? [one.incidentId] : []))),
  );
  let hasLeft = false;
  for (const open of memories) {
    for (const [id, { summarizedIn, ...alert }] of open) {
      if (summarizedIn === undefined || summaries.has(summarizedIn)) continue;
      open.set(id, alert);
      hasLeft = true;
    }
  }
  return hasLeft;
}

/** The ends of the summaries all of whose incidents are over; they are forgotten in the state. */
export function endSummaries(state: ShardState, timeSeconds: number): Alert[] {
  const memories = [...state.metrics.values()];
  const standFor = new Set(
    memories.flatMap(({ openIncidents }) =>
      [...openIncidents.values()].map(({ summarizedIn }) => summarizedIn),
    ),
  );
  return memories.flatMap(({ openIncidents }) => {
    const over = [...openIncidents.values()].filter(
      ({ summary, incidentId }) => summary !== undefined && !standFor.has(incidentId),
    );
    for (const { incidentId } of over) openIncidents.delete(incidentId);
    return over.map((alert) => ({
      ...alert,
      id: digest([alert.incidentId, 'resolved']),
      event: {
        ...alert.event,
        kind: 'resolved' as const,
        verdict: { ...alert.event.verdict, timeSeconds },
        explanation: `All ${alert.summary?.incidents} incidents that were told together are over.`,
      },
    }));
  });
}

/**
 * @param summed all news of the incidents.
 * @param beginnings those with which they began; never empty.
 */
function summaryOf(summed: readonly Alert[], beginnings: readonly Alert[], limit: number): Alert {
  const worst = beginnings.toSorted(byScore)[0]!;
  const incidents = new Set(beginnings.map((alert) => alert.incidentId)).size;
  // By their news, since the same incidents may open again.
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
        `${incidents} incidents began at once, more than limits.alertsPerTick (${limit}), so they are told together; ` +
        `each one stands in the results. The rarest, of ${worst.metric}: ${worst.event.explanation}`,
    },
  };
}

/** The highest first; of equal ones always the same. */
function byScore(one: Alert, other: Alert): number {
  const difference = (other.event.verdict.score ?? 0) - (one.event.verdict.score ?? 0);
  return difference || (one.id < other.id ? -1 : 1);
}
