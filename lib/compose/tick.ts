import { setTimeout as pause } from 'node:timers/promises';
import { openAlertChannels, openSilenceChannels } from '../alerts/open-alert-channels.ts';
import { secretReader } from '../config/read-secret.ts';
import type { Configuration } from '../config/schema.ts';
import { ConnectionWatch } from '../connections/connection-watch.ts';
import { ModelStore } from '../models/model-store.ts';
import { collectAndDetect, type TickPorts } from '../pipeline/tick/collect-and-detect.ts';
import { InvocationDeadline } from '../pipeline/tick/invocation-deadline.ts';
import { Invocations } from '../pipeline/tick/invocations.ts';
import { retryOnConflict } from '../pipeline/tick/retry-on-conflict.ts';
import { ShardHealthStore } from '../pipeline/tick/shard-health-store.ts';
import { ShardStateStore } from '../pipeline/tick/shard-state-store.ts';
import { shardOf } from '../pipeline/tick/shards.ts';
import type { TickSummary } from '../pipeline/tick/tick.ts';
import { ChampionBaselines } from '../pipeline/watch/champion-baselines.ts';
import { WarmStates } from '../pipeline/watch/warm-states.ts';
import { watchedMetric } from '../pipeline/watch/watched-metric.ts';
import { ResultSpool } from '../results/result-spool.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { watchedObjectStore } from '../storage/watched-object-store.ts';
import { composeMetrics } from './metrics.ts';
import { composeObjects } from './objects.ts';
import { composeCopies, composeResults, spoolBounds } from './results.ts';
import { retryEnvironment } from './retries.ts';
import type { RuntimeContext } from './runtime-context.ts';
import { composeSource } from './source.ts';

/** Collect and detect, wired. */
export interface ComposedTick extends Pick<Invocations, 'invoke' | 'stay'>, AsyncDisposable {
  readonly ports: TickPorts;
  /**
   * @param timeSeconds time of the tick, Unix seconds.
   * @param waitsForCopies whether it ends only when the copies of its results are written or given to their spools; true
   *   when left out. Disposal waits for them in any case.
   */
  collectAndDetect(shard: number, timeSeconds: number, waitsForCopies?: boolean): Promise<TickSummary>;
}

/** Wires the configured tick. Adapters in `replaced` override the configured ones. */
export async function composeTick(
  configuration: Configuration,
  runtime: RuntimeContext,
  replaced: Partial<TickPorts> = {},
): Promise<ComposedTick> {
  const elapsedMilliseconds = replaced.elapsedMilliseconds ?? (() => performance.now());
  const deadline = new InvocationDeadline(runtime.remainingMilliseconds, elapsedMilliseconds);
  const { remainingMilliseconds } = deadline;
  const watch = replaced.health?.watch ?? new ConnectionWatch();
  // States and models outlive this tick in a warm container, so only the invocation limits their store.
  const objects = composeObjects(configuration, runtime, watch);
  const bounded = { ...runtime, remainingMilliseconds };
  const ports = await composePorts(configuration, bounded, { objects, watch }, replaced);
  watch.keepOnly([
    ['source', ports.source.name],
    ['results', ports.results.name],
    ['objects', objects.name],
    ...(ports.copies?.copies ?? []).map(({ store }) => ['copies', store.name] as const),
    ...ports.alerts.map(({ name }) => ['alerts', name] as const),
  ]);
  const metrics = configuration.metrics.filter(({ enabled }) => enabled).map(watchedMetric(configuration));
  const watched = new Set(metrics.map(({ name }) => name));
  const { schedule, limits, source } = configuration;
  const metricsOf = (shard: number) => metrics.filter(({ name }) => shardOf(name, schedule.shards) === shard);
  const tickOf =
    (waitsForCopies: boolean) =>
    (shard: number, timeSeconds: number, untilMilliseconds = ports.remainingMilliseconds) =>
      collectAndDetect(
        { ...ports, ...(untilMilliseconds && { remainingMilliseconds: untilMilliseconds }) },
        {
          shard,
          timeSeconds,
          metrics: metricsOf(shard),
          watched,
          waitsForCopies,
          maximumSeries: limits.seriesPerShard,
          maximumAlerts: limits.alertsPerTick,
          silentAfterSeconds: configuration.alerts.silentTicks * schedule.intervalSeconds,
          warmUpSeries: limits.warmUpSeriesPerTick,
          pointsPerQuery: limits.pointsPerQuery,
          queryConcurrency: source.kind === 'prometheus' ? source.concurrency : 1,
          queryMilliseconds: 1000 * queryTimeSeconds(configuration),
        },
      );
  const nowSeconds = () => Date.now() / 1000;
  const isStaying = schedule.latency === 'low';
  const invocations = new Invocations(schedule, {
    ...ports,
    tick: tickOf(!isStaying),
    metricsOf,
    deadline,
    nowSeconds,
    sleep,
  });
  return {
    ports,
    collectAndDetect: (shard, timeSeconds, waitsForCopies = true) =>
      retryOnConflict(() => tickOf(waitsForCopies)(shard, timeSeconds)),
    invoke: async (shard, eventSeconds) => {
      try {
        return await invocations.invoke(shard, eventSeconds);
      } finally {
        // A function is frozen between its invocations.
        await ports.copies?.settled();
      }
    },
    stay: (shard, signal, afterTick) => invocations.stay(shard, signal, afterTick),
    [Symbol.asyncDispose]: async () => {
      await ports.copies?.[Symbol.asyncDispose]();
      await ports.results[Symbol.asyncDispose]();
    },
  };
}

/** Slow queries may take an interval, and each of them twice its time limit where that is longer. */
function queryTimeSeconds({ schedule, source }: Configuration): number {
  if (source.kind !== 'prometheus') return Infinity;
  return Math.max(schedule.intervalSeconds, 2 * source.timeoutSeconds);
}

async function composePorts(
  configuration: Configuration,
  runtime: RuntimeContext,
  { objects, watch }: { readonly objects: ObjectStore; readonly watch: ConnectionWatch },
  replaced: Partial<TickPorts>,
): Promise<TickPorts> {
  const { logger, environment, remainingMilliseconds } = runtime;
  const secrets = secretReader(environment);
  const source = replaced.source ?? (await composeSource(configuration, runtime, secrets, watch));
  // Half of the time belongs to what follows: the state has to be saved and alerts sent also when the store of results hangs.
  const writing = { ...runtime, remainingMilliseconds: () => remainingMilliseconds() / 2 };
  const results = replaced.results ?? (await composeResults(configuration, writing, secrets, watch));
  const watched = watchedObjectStore(objects, watch.of('objects', objects.name));
  const channels = {
    logger,
    environment,
    retries: retryEnvironment(remainingMilliseconds, undefined, logger),
    secrets,
    transport: runtime.servers?.http,
  };
  return {
    source,
    results,
    spool: replaced.spool ?? new ResultSpool(watched, spoolBounds(configuration.results)),
    copies: replaced.copies ?? composeCopies(configuration, runtime, watched, watch),
    states: replaced.states ?? new ShardStateStore(watched),
    baselines: replaced.baselines ?? new ChampionBaselines(new ModelStore(watched), logger),
    warmStates: replaced.warmStates ?? new WarmStates(watched, logger),
    alerts: replaced.alerts ?? (await openAlertChannels(configuration, { ...channels, watch })),
    notices: replaced.notices ?? (await openSilenceChannels(configuration, channels)),
    logger,
    health: replaced.health ?? new ShardHealthStore(objects, watch, logger),
    metrics: replaced.metrics ?? composeMetrics(configuration, runtime),
    elapsedMilliseconds: replaced.elapsedMilliseconds ?? (() => performance.now()),
    remainingMilliseconds: replaced.remainingMilliseconds ?? remainingMilliseconds,
    ...(replaced.afterPhase === undefined ? {} : { afterPhase: replaced.afterPhase }),
  };
}

/** Returns early, without an error, when the signal is aborted. */
async function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
