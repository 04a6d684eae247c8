import type { PhaseTimer } from '../../telemetry/phase-timer.ts';
import type { WatchedMetric } from '../watch/watched-metric.ts';

/** A metric that this tick could not score; its watermark stays, so that a later tick catches up. */
export interface MetricFault {
  readonly metric: string;
  readonly reason: string;
}

/** What a tick does, in this order. */
export type TickPhase =
  | 'load'
  | 'query'
  | 'score'
  | 'warm-up'
  | 'write'
  | 'save'
  | 'publish'
  | 'drain'
  | 'clear'
  | 'copy';

/** One run: which metrics, and for which moment. */
export interface Tick {
  readonly shard: number;
  /** The time that the rule fired for, never the wall clock; Unix seconds. */
  readonly timeSeconds: number;
  /** Those that this shard scores. */
  readonly metrics: readonly WatchedMetric[];
  /** Names of the metrics that any shard scores; those of this shard when left out. */
  readonly watched?: ReadonlySet<string>;
  /** How many queries run at once. */
  readonly queryConcurrency: number;
  /** Milliseconds that all queries may take where the invocation has no end; no bound when left out. */
  readonly queryMilliseconds?: number;
  /** More series than this in the shard are an error; no bound when left out. */
  readonly maximumSeries?: number;
  /** More incidents than this that begin in one tick are sent as one summary; no bound when left out. */
  readonly maximumAlerts?: number;
  /** A metric without a scored sample for longer than this is silent; ten minutes when left out. */
  readonly silentAfterSeconds?: number;
  /** New series whose whole history one tick replays; 200 when left out. */
  readonly warmUpSeries?: number;
  /** Whether the tick waits for the copies of its results, as where its process is frozen afterwards; true when left out. */
  readonly waitsForCopies?: boolean;
  /** Points a series in one query of history; what Prometheus takes when left out. */
  readonly pointsPerQuery?: number;
}

/** Records of the copies since the last report, by what became of them. */
export interface CopyCounts {
  /** Refused for what they are. */
  readonly rejected: number;
  /** Put into a spool. */
  readonly spooled: number;
  /** Lost, since the spool was full or could not be written. */
  readonly givenUp: number;
}

/** How the tick went. */
export interface TickSummary {
  readonly shard: number;
  readonly timeSeconds: number;
  readonly seriesScored: number;
  /** New series whose history is still being replayed. */
  readonly seriesWarming: number;
  readonly verdictsWritten: number;
  readonly verdictsRejected: number;
  /** Verdicts and other records that wait for the store of results since this tick. */
  readonly recordsSpooled: number;
  /** Records of earlier ticks that were given up since the spool is full. */
  readonly recordsGivenUp: number;
  /** What became of the copies of results since the tick before; undefined where results have no copies. */
  readonly copies?: CopyCounts | undefined;
  /** Ticks whose records wait now. */
  readonly ticksSpooled: number;
  /** Samples that were found after their steps had been scored without them. */
  readonly pointsLate: number;
  readonly alertsDecided: number;
  readonly alertsWaiting: number;
  readonly skippedSeconds: number;
  readonly warnings: readonly string[];
  readonly faults: readonly MetricFault[];
  /** Metrics that came from another shard, as after a change of the number of shards. */
  readonly metricsTakenOver: readonly string[];
  /** Where a stored state that could not be read was copied to. */
  readonly stateSetAside: string | undefined;
  /** Of the object that was saved; 0 when nothing had changed. */
  readonly stateBytes: number;
  readonly phaseMilliseconds: Readonly<Partial<Record<TickPhase, number>>>;
}

/** What is known of a tick that is under way, whether or not it comes to its end. */
export interface TickProgress {
  readonly phases: PhaseTimer<TickPhase>;
  /** How far the watermark that is furthest behind is behind the tick; undefined before the first sample was scored. */
  lagSeconds: number | undefined;
}
