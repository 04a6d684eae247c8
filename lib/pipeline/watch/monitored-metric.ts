import type { SeriesMonitor } from '../../detector/monitor-series.ts';
import type { MaintenanceWindow } from './maintenance.ts';

/** One metric as the tick sees it. */
export interface MonitoredMetric {
  readonly name: string;
  readonly query: string;
  /** Names of the labels that its series keep; all of them when left out. */
  readonly labels?: readonly string[] | undefined;
  /** Detector, knobs and step. */
  readonly monitor: SeriesMonitor<unknown>;
  /** How long a sample may be on its way before its step is scored. */
  readonly delaySeconds: number;
  /** What lies further back than this when a tick comes is given up. */
  readonly maximumCatchUpSeconds: number;
  /** More series than this is an error of the metric's query. */
  readonly maximumSeries: number;
  /** How much history a new series replays before its first verdict, in seconds; none by default. */
  readonly warmUpSeconds?: number;
  /** A series without samples for this long is forgotten; never by default. */
  readonly ttlSeconds?: number;
  /** Whether a series that vanishes is told; not by default. */
  readonly alertOnMissing?: boolean;
  /** How often what came too late is counted, in seconds; never by default. */
  readonly lateCheckSeconds?: number;
  /** When nothing is told of it, though it is scored; never by default. */
  readonly maintenance?: readonly MaintenanceWindow[];
}
