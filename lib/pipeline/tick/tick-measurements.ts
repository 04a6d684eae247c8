import type { ConnectionHealth } from '../../connections/connection-health.ts';
import type { ConnectionRole, Observation, WatchedConnection } from '../../connections/connection-watch.ts';
import type { OperationalMeasurements } from '../../telemetry/operational-metrics.ts';
import type { MetricHealth } from './metric-health.ts';
import type { TickProgress, TickSummary } from './tick.ts';

const LEAST_MILLISECONDS = 1;

/** What is known of a tick when it has come to its end, or failed. */
export interface TickOutcome {
  readonly progress: TickProgress;
  /** Undefined for a tick that failed. */
  readonly summary: TickSummary | undefined;
  /** Of the oldest model in use; undefined without models. */
  readonly modelAgeSeconds: number | undefined;
  readonly connections: readonly ConnectionHealth[];
  readonly metrics: readonly Pick<MetricHealth, 'state'>[];
  /** How the tick's calls went. */
  readonly seen: readonly Pick<WatchedConnection, 'role' | 'seen'>[];
}

/** What is worth watching of a tick, also of one that failed. */
export function measurementsOf(outcome: TickOutcome): OperationalMeasurements {
  const { progress, summary, modelAgeSeconds, connections, metrics, seen } = outcome;
  const phases = progress.phases.milliseconds;
  const sum = (role: ConnectionRole, count: keyof Omit<Observation, 'reason'>) =>
    seen.reduce((total, one) => (one.role === role ? total + one.seen[count] : total), 0);
  const down = (...roles: readonly ConnectionRole[]) =>
    connections.filter(({ role, state }) => state === 'down' && roles.includes(role)).length;
  return {
    WatermarkLag: progress.lagSeconds,
    SeriesScored: summary?.seriesScored,
    ModelAge: modelAgeSeconds,
    LoadDuration: ifLong(phases.load),
    QueryDuration: ifLong(phases.query),
    ScoreDuration: ifLong(phases.score),
    WarmUpDuration: ifLong(phases['warm-up']),
    WriteDuration: ifLong(phases.write),
    SaveDuration: ifLong(phases.save),
    PublishDuration: ifLong(phases.publish),
    DrainDuration: ifLong(phases.drain),
    ClearDuration: ifLong(phases.clear),
    AlertsDelivered: ifAny(sum('alerts', 'delivered')),
    AlertDeliveryFailures: ifAny(sum('alerts', 'undelivered')),
    SourceDown: ifAny(down('source')),
    StoreDown: ifAny(down('results', 'objects')),
    AlertChannelDown: ifAny(down('alerts')),
    CopyDown: ifAny(down('copies')),
    ConnectionDegraded: ifAny(connections.filter(({ state }) => state === 'degraded').length),
    PointsLate: ifAny(summary?.pointsLate),
    PointsRejected: ifAny(summary?.verdictsRejected),
    ResultsSpooled: ifAny(summary?.recordsSpooled),
    ResultsGivenUp: ifAny(summary?.recordsGivenUp),
    CopiesRejected: ifAny(summary?.copies?.rejected),
    CopiesSpooled: ifAny(summary?.copies?.spooled),
    CopiesGivenUp: ifAny(summary?.copies?.givenUp),
    PartialQueries: ifAny(sum('source', 'partial')),
    MetricFaults: ifAny(summary?.faults.length),
    MetricsSilent: ifAny(metrics.filter(({ state }) => state === 'silent').length),
    StatesSetAside: ifAny(summary?.stateSetAside === undefined ? 0 : 1),
    CatchUpSkipped: ifAny(summary?.skippedSeconds),
  };
}

/** A phase that had next to nothing to do is not sent either: a metric costs as much whatever it says. */
function ifLong(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined || milliseconds < LEAST_MILLISECONDS ? undefined : milliseconds;
}

/** A count that is sent only when there is something to count. */
function ifAny(count: number | undefined): number | undefined {
  return count === 0 ? undefined : count;
}
