import type { NoticeChannel } from '../../alerts/notice-channel.ts';
import type { ConnectionHealth } from '../../connections/connection-health.ts';
import type { SeriesSource } from '../../sources/series-source.ts';
import { ObjectConflictError } from '../../storage/errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { OperationalMetrics } from '../../telemetry/operational-metrics.ts';
import type { Baselines } from '../watch/baselines.ts';
import type { ShardState } from '../watch/shard-state.ts';
import { notesAfter } from './health-note.ts';
import { type MetricSeen, metricsAfter } from './metric-health.ts';
import { silentAfterSeconds } from './metrics-seen.ts';
import { queryMemoryOf } from './query-memory.ts';
import type { ShardHealthStore } from './shard-health-store.ts';
import { notifyOfSilence } from './silence-notices.ts';
import type { Tick, TickProgress, TickSummary } from './tick.ts';
import { measurementsOf } from './tick-measurements.ts';
import { tickOutcome } from './tick-records.ts';

/** Where it is reported how a tick went. */
export interface OversightPorts {
  readonly baselines: Baselines;
  readonly logger: Logger;
  readonly health?: ShardHealthStore | undefined;
  readonly source: SeriesSource;
  readonly metrics?: OperationalMetrics | undefined;
  readonly notices?: readonly NoticeChannel[] | undefined;
}

/** A tick that came to its end. */
export interface TickEnd {
  readonly summary: TickSummary;
  readonly seen: readonly MetricSeen[];
}

type WatchedTick = Pick<Tick, 'shard' | 'timeSeconds' | 'metrics' | 'silentAfterSeconds'>;

/** Runs a tick and reports how it went, also when it fails. */
export async function withOversight(
  ports: OversightPorts,
  tick: WatchedTick,
  progress: TickProgress,
  run: () => Promise<TickEnd>,
): Promise<TickSummary> {
  const { health } = ports;
  health?.begin(tick.shard, tick.timeSeconds);
  try {
    const { summary, seen } = await run();
    await report(ports, tick, progress, seen, summary);
    return summary;
  } catch (error) {
    // Another tick of the shard was faster, and reported the same.
    if (error instanceof ObjectConflictError) health?.forget(tick.shard);
    else await report(ports, tick, progress, seenByFailed(tick, error), undefined);
    throw error;
  }
}

/** A new process takes over what earlier ones have learnt of the source. */
export async function recallSource(
  { health, source }: Pick<OversightPorts, 'health' | 'source'>,
  { shard, timeSeconds }: Pick<Tick, 'shard' | 'timeSeconds'>,
): Promise<void> {
  const { learnt } = (await health?.before(shard, timeSeconds)) ?? {};
  if (learnt !== undefined) queryMemoryOf(source).recall(shard, learnt, timeSeconds);
}

async function report(
  ports: OversightPorts,
  { shard, timeSeconds, metrics: watched }: WatchedTick,
  progress: TickProgress,
  seen: readonly MetricSeen[],
  summary: TickSummary | undefined,
): Promise<void> {
  const { health, notices = [], logger, source } = ports;
  const before = (await health?.before(shard, timeSeconds)) ?? { metrics: [], notes: [], timeSeconds };
  // An event that comes late says nothing of how the metrics are now.
  const nowSeconds = Math.max(timeSeconds, before.timeSeconds);
  const after = metricsAfter(before.metrics, seen, nowSeconds);
  const metrics = await notifyOfSilence(notices, after, nowSeconds, logger);
  const notes = notesAfter(before.notes, summary, timeSeconds);
  const names = watched.map(({ name }) => name);
  const learnt = queryMemoryOf(source).learnt(names, timeSeconds);
  const connections: readonly ConnectionHealth[] =
    (await health?.end(shard, timeSeconds, {
      metrics,
      notes,
      learnt,
      outcome: summary === undefined ? undefined : tickOutcome(summary),
    })) ?? [];
  const validUntilSeconds = ports.baselines.validUntilSeconds?.();
  const modelAgeSeconds = validUntilSeconds === undefined ? undefined : timeSeconds - validUntilSeconds;
  const measurements = measurementsOf({
    progress,
    summary,
    modelAgeSeconds,
    connections,
    metrics,
    seen: health?.watch.connections ?? [],
  });
  ports.metrics?.record(measurements, { properties: { shard: String(shard) } });
}

/** A tick that failed scored nothing. */
function seenByFailed(tick: WatchedTick, error: unknown): MetricSeen[] {
  const reason = `The ticks fail: ${error instanceof Error ? error.message : error}`;
  return tick.metrics.map((metric) => ({
    metric: metric.name,
    lastScoredSeconds: 0,
    reason,
    silentAfterSeconds: silentAfterSeconds(tick, metric),
  }));
}

/** How far the metric that is furthest behind is behind the tick; undefined while none has been scored. */
export function lagOf(
  { metrics }: ShardState,
  tick: Pick<Tick, 'timeSeconds' | 'metrics'>,
): number | undefined {
  const lags = tick.metrics.flatMap(({ name }) => {
    const { watermarkSeconds = 0 } = metrics.get(name) ?? {};
    return watermarkSeconds === 0 ? [] : [tick.timeSeconds - watermarkSeconds];
  });
  return lags.length === 0 ? undefined : Math.max(...lags);
}
