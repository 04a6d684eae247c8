import type { Alert } from '../../alerts/alert-channel.ts';
import type { SeriesState } from '../../detector/monitor-series.ts';
import type { SpooledBatch } from '../../results/spool-bounds.ts';
import type { Labels } from '../../series/labels.ts';
import type { PendingAlert } from './pending-alert.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** A new series on its way through its own past. */
export interface WarmUp {
  /** The newest step that was replayed, Unix seconds. */
  replayedSeconds: number;
  /** Steps from here on are scored as if the series had been known all along, with verdicts and alerts. */
  readonly liveSinceSeconds: number;
}

/** What is remembered of one series between two ticks. */
export interface SeriesMemory {
  readonly labels: Labels;
  readonly state: SeriesState<unknown>;
  /** Time of the newest sample that was scored, Unix seconds; 0 before the first. */
  lastSeenSeconds: number;
  /** The model that the state was last scored with; undefined without one. */
  modelVersion?: string | undefined;
  /** How far the replay of the history has come; undefined once the series is scored with the others. */
  warmUp: WarmUp | undefined;
  /** How many samples were scored in the present block of time, see late-samples.ts. */
  samplesInBlock: number;
}

/** What is remembered of one metric between two ticks. */
export interface MetricMemory {
  /** Name of the detector whose states these are. */
  readonly detector: string;
  readonly stepSeconds: number;
  /** The time up to which the metric has been scored, Unix seconds. */
  watermarkSeconds: number;
  /** By series key. */
  readonly series: Map<string, SeriesMemory>;
  /**
   * The shard whose object has the metric too while it moves to this one; undefined for what is whole. What stands in the
   * other object is the metric until it is removed there.
   */
  movingFrom: number | undefined;
  /** The newest news of each incident that is open and was told, by incident id. */
  readonly openIncidents: Map<string, Alert>;
}

/** Whether a memory is of the detector and the step that the metric has now; of others it is of no use. */
export function isUpToDate(
  { detector, stepSeconds }: Pick<MetricMemory, 'detector' | 'stepSeconds'>,
  { monitor }: Pick<WatchedMetric, 'monitor'>,
): boolean {
  return detector === monitor.detector.name && stepSeconds === monitor.stepSeconds;
}

/** Everything that one shard remembers: one object in the store. */
export interface ShardState {
  /** Counts the saves, from 1 on; all that depends on how often a tick was tried. */
  sequence: number;
  /** By metric name. */
  readonly metrics: Map<string, MetricMemory>;
  /** Alerts that were decided and that not every channel has yet. */
  outbox: readonly PendingAlert[];
  /** Records that wait for the store of results, oldest first: the names of their objects. */
  spool: readonly SpooledBatch[];
}

/** The state of a shard that never ran. */
export function emptyShardState(): ShardState {
  return { sequence: 0, metrics: new Map(), outbox: [], spool: [] };
}
