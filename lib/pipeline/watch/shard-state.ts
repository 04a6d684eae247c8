import type { Alert } from '../../alerts/alert-channel.ts';
import type { SeriesState } from '../../detector/monitor-series.ts';
import type { SpooledBatch } from '../../results/spool-bounds.ts';
import type { Labels } from '../../series/labels.ts';
import type { PendingAlert } from './pending-alert.ts';
import type { WatchedMetric } from './watched-metric.ts';

/** The progress of a new series' warm-up: the replay of its history. */
export interface WarmUp {
  /** The newest step that was replayed, Unix seconds. */
  replayedSeconds: number;
  /** From this step on, verdicts and alerts are recorded as for any other series. */
  readonly liveSinceSeconds: number;
  /** Ticks in which the source did not give the history since it last gave some of it. */
  failures?: number;
}

/** The state of one series between two ticks. */
export interface SeriesMemory {
  readonly labels: Labels;
  readonly state: SeriesState<unknown>;
  /** Time of the newest scored sample, Unix seconds; 0 before the first. */
  lastSeenSeconds: number;
  /** The model that the state was last scored with; undefined without one. */
  modelVersion?: string | undefined;
  /** Key of the series that it replaced, whose model is used until it has one of its own. */
  readonly modelKey?: string | undefined;
  /** Progress of the warm-up; undefined once the series is scored with the others. */
  warmUp: WarmUp | undefined;
  /** Samples scored in the current time block, see late-samples.ts. */
  samplesInBlock: number;
}

/** The state of one metric between two ticks. */
export interface MetricMemory {
  /** Name of the detector that the states belong to. */
  readonly detector: string;
  readonly stepSeconds: number;
  /** The time up to which the metric has been scored, Unix seconds. */
  watermarkSeconds: number;
  /** By series key. */
  readonly series: Map<string, SeriesMemory>;
  /** What a new series begins with: made of the others at the last midnight (UTC); undefined where they said too little. */
  newcomer?: SeriesState<unknown> | undefined;
  /**
   * The shard whose object still has the metric while it moves to this one; undefined when no move is under way. The
   * other object's state is valid until it is removed there.
   */
  movingFrom: number | undefined;
  /** The newest alert of each open incident that was notified, by incident id. */
  readonly openIncidents: Map<string, Alert>;
}

/** Whether the state has the metric's current detector and step. State of another detector or step cannot be reused. */
export function isUpToDate(
  { detector, stepSeconds }: Pick<MetricMemory, 'detector' | 'stepSeconds'>,
  { monitor }: Pick<WatchedMetric, 'monitor'>,
): boolean {
  return detector === monitor.detector.name && stepSeconds === monitor.stepSeconds;
}

/** The state of one shard: one object in the store. */
export interface ShardState {
  /** Counts the saves, from 1; the only field that depends on how often a tick was retried. */
  sequence: number;
  /** By metric name. */
  readonly metrics: Map<string, MetricMemory>;
  /** Alerts that are not yet delivered to every channel. */
  outbox: readonly PendingAlert[];
  /** Object names of the records that wait for the result store, oldest first. */
  spool: readonly SpooledBatch[];
}

/** The state of a shard that never ran. */
export function emptyShardState(): ShardState {
  return { sequence: 0, metrics: new Map(), outbox: [], spool: [] };
}
