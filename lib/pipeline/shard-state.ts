import type { Alert } from '../alerts/alert-channel.ts';
import type { SeriesState } from '../detector/monitor-series.ts';
import type { Labels } from '../series/labels.ts';
import type { WaitingAlert } from './outbox.ts';

/** What is remembered of one series between two ticks. */
export interface SeriesMemory {
  readonly labels: Labels;
  readonly state: SeriesState<unknown>;
  /** Time of the newest sample that was scored, Unix seconds. */
  lastSeenSeconds: number;
  /** The model that the state was last scored with; undefined without one. */
  modelVersion?: string | undefined;
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
  /** The newest news of each incident that is open and was told, by series key. */
  readonly openIncidents: Map<string, Alert>;
}

/** Everything that one shard remembers: one object in the store. */
export interface ShardState {
  /** Counts the saves, from 1 on. */
  sequence: number;
  /** By metric name. */
  readonly metrics: Map<string, MetricMemory>;
  /** Alerts that were decided and not yet known to be told. */
  outbox: WaitingAlert[];
}

/** The state of a shard that never ran. */
export function emptyShardState(): ShardState {
  return { sequence: 0, metrics: new Map(), outbox: [] };
}
