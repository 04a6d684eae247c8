import type { ConnectionHealth } from '../../connections/connection-health.ts';
import { ObjectConflictError } from '../../storage/errors.ts';
import type { OperationalMetrics } from '../../telemetry/operational-metrics.ts';
import type { Baselines } from '../watch/baselines.ts';
import type { ShardState } from '../watch/shard-state.ts';
import type { ShardHealthStore } from './shard-health-store.ts';
import type { Tick, TickProgress, TickSummary } from './tick.ts';
import { measurementsOf } from './tick-measurements.ts';

/** Who is told how a tick went. */
export interface OversightPorts {
  readonly baselines: Baselines;
  readonly health?: ShardHealthStore | undefined;
  readonly metrics?: OperationalMetrics | undefined;
}

/** Runs a tick, and tells how it went even when it fails: an outage is nothing that a tick survives. */
export async function withOversight(
  ports: OversightPorts,
  { shard, timeSeconds }: Pick<Tick, 'shard' | 'timeSeconds'>,
  progress: TickProgress,
  run: () => Promise<TickSummary>,
): Promise<TickSummary> {
  const { health, metrics } = ports;
  const tell = async (summary: TickSummary | undefined) => {
    const connections: readonly ConnectionHealth[] = (await health?.end(shard, timeSeconds)) ?? [];
    const seen = health?.watch.connections ?? [];
    const validUntilSeconds = ports.baselines.validUntilSeconds?.();
    const modelAgeSeconds = validUntilSeconds === undefined ? undefined : timeSeconds - validUntilSeconds;
    metrics?.record(measurementsOf({ progress, summary, modelAgeSeconds, connections, seen }), {
      properties: { shard: String(shard) },
    });
  };
  health?.begin(shard, timeSeconds);
  try {
    const summary = await run();
    await tell(summary);
    return summary;
  } catch (error) {
    // Another tick of the shard was faster, and told the same.
    if (error instanceof ObjectConflictError) health?.forget(shard);
    else await tell(undefined);
    throw error;
  }
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
