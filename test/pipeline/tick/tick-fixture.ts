import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Alert, AlertChannel } from '../../../lib/alerts/alert-channel.ts';
import { AlertDeliveryError, NoticeDeliveryError } from '../../../lib/alerts/errors.ts';
import type { Notice, NoticeChannel } from '../../../lib/alerts/notice-channel.ts';
import { watchedAlertChannel } from '../../../lib/alerts/watched-alert-channel.ts';
import type { ConnectionHealth } from '../../../lib/connections/connection-health.ts';
import { ConnectionWatch } from '../../../lib/connections/connection-watch.ts';
import type { Detector } from '../../../lib/detector/detector.ts';
import { ewmaChart } from '../../../lib/detector/ewma-chart.ts';
import { defaultDetectionSettings } from '../../../lib/detector/settings.ts';
import { collectAndDetect, type TickPorts } from '../../../lib/pipeline/tick/collect-and-detect.ts';
import { type FollowingCopy, ResultCopies } from '../../../lib/pipeline/tick/result-copies.ts';
import { decodeShardHealth } from '../../../lib/pipeline/tick/shard-health-file.ts';
import { ShardHealthStore } from '../../../lib/pipeline/tick/shard-health-store.ts';
import { ShardStateStore } from '../../../lib/pipeline/tick/shard-state-store.ts';
import type { Tick, TickPhase, TickSummary } from '../../../lib/pipeline/tick/tick.ts';
import { noBaselines } from '../../../lib/pipeline/watch/baselines.ts';
import type { ShardState } from '../../../lib/pipeline/watch/shard-state.ts';
import { decodeShardState, encodeShardState } from '../../../lib/pipeline/watch/shard-state-codec.ts';
import type { WatchedMetric } from '../../../lib/pipeline/watch/watched-metric.ts';
import { ResultsUnavailableError } from '../../../lib/results/errors.ts';
import { NdjsonResultStore } from '../../../lib/results/ndjson-result-store.ts';
import { ResultSpool } from '../../../lib/results/result-spool.ts';
import type { ResultRecord, ResultStore } from '../../../lib/results/result-store.ts';
import type { SpoolBounds } from '../../../lib/results/spool-bounds.ts';
import { watchedResultStore } from '../../../lib/results/watched-result-store.ts';
import type { RangeQuery, RangeResult, SeriesSource } from '../../../lib/sources/series-source.ts';
import { cpuScenario } from '../../../lib/sources/simulation/cpu-scenario.ts';
import type { SimulatedIncident, SimulatedSeries } from '../../../lib/sources/simulation/simulated-series.ts';
import { SimulationSource } from '../../../lib/sources/simulation/simulation-source.ts';
import { watchedSource } from '../../../lib/sources/watched-source.ts';
import { FilesystemObjectStore } from '../../../lib/storage/filesystem-object-store.ts';
import type { ObjectStore } from '../../../lib/storage/object-store.ts';
import { watchedObjectStore } from '../../../lib/storage/watched-object-store.ts';
import { type Logger, silentLogger } from '../../../lib/telemetry/logger.ts';
import type { OperationalMeasurements } from '../../../lib/telemetry/operational-metrics.ts';

const STEP_SECONDS = 60;
/** A Tuesday in November 2023, on the minute. */
export const FIRST_TICK = 1_700_000_040;
export const SHARD = 3;
export const STATE_KEY = 'state/shard-3.cbor';
export const HEALTH_KEY = 'health/shard-3.json';

export const minute = (count: number) => FIRST_TICK + count * STEP_SECONDS;

/** A spike that no detector misses, on the first host, at a minute after the first tick. */
export const spikeAt = (count: number): SimulatedIncident => ({
  kind: 'spike',
  startSeconds: minute(count),
  durationSeconds: 3 * STEP_SECONDS,
  size: 25,
});

export function metricNamed(
  name: string,
  detector: Detector<unknown> = ewmaChart,
  more: Partial<WatchedMetric> = {},
): WatchedMetric {
  return {
    name,
    query: name,
    // Three hours are little to learn from: only what nobody could miss is sent.
    monitor: {
      detector,
      settings: { ...defaultDetectionSettings, falseAlertsPerWeek: 1e-6 },
      stepSeconds: STEP_SECONDS,
    },
    delaySeconds: 0,
    maximumCatchUpSeconds: 3 * 3600,
    maximumSeries: 10,
    ...more,
  };
}

/** Three steady hosts with trouble on the first one. */
export const hosts = (incidents: readonly SimulatedIncident[] = []): SimulatedSeries[] =>
  cpuScenario(11, 3, (host) => (host === 0 ? incidents : [])).map((host) => ({ ...host, dailyAmplitude: 0 }));

/** Everything around a tick, in a folder of its own, with faults that a test can switch on. */
export class TickFixture implements AsyncDisposable {
  readonly #directory: string;
  readonly objects: FilesystemObjectStore;
  metrics: readonly WatchedMetric[] = [metricNamed('cpu')];
  seriesOf: (query: string) => readonly SimulatedSeries[] = () => hosts();
  /** Simulated values stand for real ones unless a test is about the mark. */
  isSimulated = false;
  /** Called before each query. */
  beforeQuery: (query: RangeQuery) => Promise<void> = async () => {};
  /** Called before each write of results. */
  beforeWrite: () => Promise<void> = async () => {};
  /** Whether the store of results refuses a record that is older than one it has. */
  needsOrder = false;
  /** The copies of the results; none as long as this is empty. */
  copies: readonly Omit<FollowingCopy, 'connection'>[] = [];
  #resultCopies: ResultCopies | undefined;
  readonly queries: RangeQuery[] = [];
  readonly #taken: Alert[] = [];
  /** What the channel was reminded of, tick by tick. */
  readonly reminded: (readonly Alert[])[] = [];
  readonly errors: string[] = [];
  /** What people were notified of about the metrics themselves. */
  readonly notices: Notice[] = [];
  readonly furtherNoticeChannels: NoticeChannel[] = [];
  /** A channel takes nothing while this is set. */
  isChannelDown = false;
  warnings: readonly string[] = [];
  /** Changes each answer of the source. */
  answerWith: (result: RangeResult, query: RangeQuery) => RangeResult = (result) => result;
  afterPhase: (phase: TickPhase) => void = () => {};
  spoolBounds: SpoolBounds = { maximumBytes: 1e9, maximumAgeSeconds: 86_400 };
  /** What the ticks measured of themselves. */
  readonly measured: OperationalMeasurements[] = [];
  /** Where the health of the connections is kept; a test may put something in between. */
  healthObjects: ObjectStore;
  #health: ShardHealthStore;
  /** What states are kept in; a test may put something in between. */
  stateObjects: ObjectStore;
  #states: ShardStateStore;

  /** The folder of the objects. */
  readonly objectsDirectory: string;

  private constructor(directory: string) {
    this.#directory = directory;
    this.objectsDirectory = join(directory, 'objects');
    this.objects = new FilesystemObjectStore(this.objectsDirectory);
    this.stateObjects = this.objects;
    this.healthObjects = this.objects;
    this.#health = this.#newHealth();
    this.#states = this.#newStates();
  }

  static async make(): Promise<TickFixture> {
    return new TickFixture(await mkdtemp(join(tmpdir(), 'tidemark-tick-')));
  }

  /** The alerts that the channel took, oldest first. */
  get sent(): readonly Alert[] {
    return this.#taken;
  }

  /** What a new container has: nothing in memory. */
  restart(): void {
    this.#health = this.#newHealth();
    this.#states = this.#newStates();
    this.#resultCopies = undefined;
  }

  /** What becomes of the results beside the ticks. */
  get resultCopies(): ResultCopies | undefined {
    if (this.copies.length === 0) return undefined;
    const { watch } = this.#health;
    this.#resultCopies ??= new ResultCopies(
      this.copies.map((copy) => ({ ...copy, connection: watch.of('copies', copy.store.name) })),
      {
        shards: SHARD + 1,
        logger: silentLogger,
        elapsedMilliseconds: () => 0,
        remainingMilliseconds: () => Infinity,
      },
    );
    return this.#resultCopies;
  }

  /** The stored health of the shard's connections, by what they are for. */
  async health(): Promise<Record<string, ConnectionHealth>> {
    const stored = await this.objects.get(HEALTH_KEY);
    if (stored === undefined) return {};
    const { connections } = decodeShardHealth(stored.bytes);
    return Object.fromEntries(connections.map((connection) => [connection.role, connection]));
  }

  /** Another container that ticks the same shard, with a memory of its own; it lives in this one's folder. */
  besides(): TickFixture {
    const other = new TickFixture(this.#directory);
    other.metrics = this.metrics;
    return other;
  }

  /** What a status is made of. */
  statusPorts(): TickPorts {
    return this.#ports();
  }

  tick(timeSeconds: number, more: Partial<Tick> = {}): Promise<TickSummary> {
    return collectAndDetect(this.#ports(), {
      shard: SHARD,
      timeSeconds,
      metrics: this.metrics,
      queryConcurrency: 2,
      ...more,
    });
  }

  /** The written lines of a measurement, in order. */
  async lines(measurement: ResultRecord['measurement']): Promise<string[]> {
    const text = await readFile(this.#resultsFile(), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line.startsWith(`{"measurement":"${measurement}"`));
  }

  async state(key = STATE_KEY): Promise<ShardState> {
    return decodeShardState((await this.objects.get(key))!.bytes);
  }

  /** The digest of the state's bytes but for the count of saves, which reports how often it was written. */
  async stateDigest(): Promise<string> {
    const bytes = encodeShardState({ ...(await this.state()), sequence: 0 });
    return createHash('sha256').update(bytes).digest('hex');
  }

  failWrites(count: number): void {
    let left = count;
    this.beforeWrite = async () => {
      left -= 1;
      if (left >= 0) throw new ResultsUnavailableError('InfluxDB is down');
    };
  }

  /** The next ticks die while they write. */
  killWrites(count: number): void {
    let left = count;
    this.beforeWrite = async () => {
      left -= 1;
      if (left >= 0) throw new Error('killed');
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#directory, { recursive: true });
  }

  #resultsFile(): string {
    return join(this.#directory, 'verdicts.ndjson');
  }

  #ports(): TickPorts {
    const note = (message: string) => this.errors.push(message);
    const logger: Logger = { debug() {}, info() {}, warn() {}, error: note };
    const { watch } = this.#health;
    return {
      source: watchedSource(this.#source(), watch.of('source', 'simulation')),
      results: watchedResultStore(this.#results(), watch.of('results', 'ndjson')),
      spool: new ResultSpool(this.stateObjects, this.spoolBounds),
      copies: this.resultCopies,
      states: this.#states,
      baselines: noBaselines,
      alerts: [watchedAlertChannel(this.#channel(), watch.of('alerts', 'collecting'))],
      notices: [
        {
          name: 'collecting',
          announce: async (notices) => {
            if (this.isChannelDown) throw new NoticeDeliveryError('nobody listens');
            this.notices.push(...notices);
          },
        },
        ...this.furtherNoticeChannels,
      ],
      logger,
      health: this.#health,
      metrics: { record: (measurements) => this.measured.push(measurements) },
      elapsedMilliseconds: () => 0,
      afterPhase: (phase) => this.afterPhase(phase),
    };
  }

  #newHealth(): ShardHealthStore {
    const logger = { ...silentLogger, warn: (message: string) => this.errors.push(message) };
    return new ShardHealthStore(this.healthObjects, new ConnectionWatch(), logger);
  }

  #newStates(): ShardStateStore {
    const connection = this.#health.watch.of('objects', 'filesystem');
    return new ShardStateStore(watchedObjectStore(this.stateObjects, connection));
  }

  #source(): SeriesSource {
    const simulation = new SimulationSource((query) => this.seriesOf(query));
    return {
      name: 'simulation',
      isSimulated: this.isSimulated,
      queryRange: async (query): Promise<RangeResult> => {
        this.queries.push(query);
        await this.beforeQuery(query);
        const result = { ...(await simulation.queryRange(query)), warnings: this.warnings };
        return this.answerWith(result, query);
      },
      check: () => simulation.check(),
    };
  }

  #results(): ResultStore {
    const store = new NdjsonResultStore(this.#resultsFile());
    return {
      name: store.name,
      needsOrder: this.needsOrder,
      write: async (records) => {
        await this.beforeWrite();
        await store.write(records);
      },
      check: () => store.check(),
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  }

  #channel(): AlertChannel {
    return {
      name: 'collecting',
      publish: async (alerts) => {
        if (this.isChannelDown) throw new AlertDeliveryError('nobody listens', alerts);
        this.#taken.push(...alerts);
      },
      refresh: async (open) => {
        this.reminded.push(open);
      },
      check: async () => ({ service: 'collecting', isUp: true, detail: '' }),
    };
  }
}
